//! An addressee of the demonstration, with all that is on record about it.

use chrono::{DateTime, Days, Utc};
use chrono_tz::Europe::Madrid;

use crate::domain::cuenta::{AutorizacionRed, Cuenta};
use crate::domain::firmante::Firmante;
use crate::domain::nif::{Nif, NifKind};
use crate::domain::plazo::start_of_day;
use crate::domain::poder::{Alcance, EstadoPoder, Poder};
use crate::domain::reach::{Reach, Titles, TituloRed};
use crate::domain::red::{
    Asignacion, Calidad, CambioRed, CuentasDesde, CuentasRed, Emitidas, Tenencia, Voluntad,
};
use crate::domain::vigencia::{Intervalo, SIEMPRE};

use super::DemoError;
use super::identifiers;
use super::sink::Persona;

/// What kind of addressee it is, which decides the acts that it gets and on what ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddresseeKind {
    /// A company or another entity.
    Empresa,
    /// A natural person obliged to RED.
    Autonomo,
    /// A natural person with benefits, who may have chosen electronic notification.
    Particular,
}

/// How many notifications it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Volume {
    /// Notifications that nobody has decided and whose term runs.
    pub pendientes: u32,
    /// Decided or lapsed.
    pub historicas: u32,
}

/// An addressee with the accounts and titles by which others reach it.
#[derive(Debug, Clone)]
pub(super) struct Addressee {
    /// NIF, name and accounts, as they are on record.
    pub persona: Persona,
    /// By which the grounds of its notifications are chosen.
    pub kind: AddresseeKind,
    /// How many notifications.
    pub volume: Volume,
    /// Who signs for it when nobody else does.
    pub firmante: Firmante,
    /// Assignments of its accounts.
    pub asignaciones: Vec<Asignacion>,
    /// Its declarations about autorizados.
    pub cambios: Vec<CambioRed>,
    /// Powers that it granted.
    pub poderes: Vec<Poder>,
}

/// Days from the present of the demonstration; both ends are in the past or the future as their sign says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// Days before the present at which it begins.
    pub since: u64,
    /// Days from the present at which it ends: before it if negative, never if nothing.
    pub until: Option<i64>,
}

impl Span {
    /// From so many days ago on.
    pub(super) const fn since(since: u64) -> Self {
        Self { since, until: None }
    }

    /// From so many days ago until so many days from now.
    pub(super) const fn between(since: u64, until: i64) -> Self {
        let until = Some(until);
        Self { since, until }
    }
}

impl Addressee {
    /// An addressee with no account nor title on record, for which an invented person signs (`serial` chooses her).
    pub(super) fn new(
        nif: Nif,
        denominacion: &str,
        kind: AddresseeKind,
        volume: Volume,
        serial: u32,
    ) -> Result<Self, DemoError> {
        let firmante = match nif.kind() {
            NifKind::Persona => Firmante::Persona {
                nif,
                nombre: denominacion.to_owned(),
            },
            NifKind::Entidad => Firmante::Representante {
                nif: identifiers::person(99_999_100 + serial % 890)?,
                nombre: "PERSONA ADMINISTRADORA".to_owned(),
                entidad: nif,
                denominacion: denominacion.to_owned(),
            },
        };
        let persona = Persona {
            nif,
            denominacion: denominacion.to_owned(),
            cuentas: CuentasRed::default(),
        };
        Ok(Self {
            persona,
            kind,
            volume,
            firmante,
            asignaciones: Vec::new(),
            cambios: Vec::new(),
            poderes: Vec::new(),
        })
    }

    /// With a main CCC in a province, made from `number`.
    pub(super) fn with_ccc(mut self, province: u8, number: u32) -> Result<Self, DemoError> {
        self.persona.cuentas.ccc_principal = Some(identifiers::ccc(province, number)?);
        Ok(self)
    }

    /// With a NAF of a province, made from `number`.
    pub(super) fn with_naf(mut self, province: u8, number: u32) -> Result<Self, DemoError> {
        self.persona.cuentas.naf = Some(identifiers::naf(province, number)?);
        Ok(self)
    }

    /// With the account that counts assigned to an authorisation; nothing happens if it has none.
    pub(super) fn managed_by(
        self,
        autorizacion: AutorizacionRed,
        span: Span,
        now: DateTime<Utc>,
    ) -> Result<Self, DemoError> {
        match self.persona.cuentas.counting() {
            Some(cuenta) => self.managed_through(cuenta, autorizacion, span, now),
            None => Ok(self),
        }
    }

    /// With this account of its own, main or not, assigned to an authorisation.
    pub(super) fn managed_through(
        mut self,
        cuenta: Cuenta,
        autorizacion: AutorizacionRed,
        span: Span,
        now: DateTime<Utc>,
    ) -> Result<Self, DemoError> {
        self.asignaciones.push(Asignacion {
            autorizacion,
            sujeto: self.persona.nif,
            cuenta,
            desde: shift(now, -days(span.since)?)?,
            hasta: span.until.map(|until| shift(now, until)).transpose()?,
        });
        Ok(self)
    }

    /// Having declared its will about autorizados so many days ago.
    pub(super) fn declaring(
        mut self,
        voluntad: Voluntad,
        ago: u64,
        now: DateTime<Utc>,
    ) -> Result<Self, DemoError> {
        self.cambios.push(CambioRed {
            sujeto: self.persona.nif,
            voluntad,
            instante: shift(now, -days(ago)?)?,
        });
        Ok(self)
    }

    /// Having granted a power. One without an end of its own lasts five years from its inscription (D-50).
    pub(super) fn granting(
        mut self,
        apoderado: Nif,
        alcance: Alcance,
        estado: EstadoPoder,
        span: Span,
        now: DateTime<Utc>,
    ) -> Result<Self, DemoError> {
        const FIVE_YEARS: i64 = 1826;
        let since = days(span.since)?;
        let until = span.until.unwrap_or(FIVE_YEARS - since);
        let number = self.poderes.len() + 1;
        self.poderes.push(Poder {
            referencia: format!("DEMO-{}-{number}", self.persona.nif.as_str()),
            poderdante: self.persona.nif,
            apoderado,
            alcance,
            estado,
            inscrito: shift(now, -since)?,
            fin: shift(now, until)?,
            baja: None,
        });
        Ok(self)
    }

    /// What somebody who holds these authorisations reaches of its notifications at an instant.
    #[must_use]
    pub(super) fn reach_of(
        &self,
        firmante: &Firmante,
        autorizaciones: &[AutorizacionRed],
        at: DateTime<Utc>,
    ) -> Reach {
        let titles = Titles {
            poderes: self
                .poderes
                .iter()
                .filter(|poder| poder.apoderado == firmante.titular())
                .cloned()
                .collect(),
            cuentas: vec![CuentasDesde {
                desde: SIEMPRE,
                cuentas: self.persona.cuentas.clone(),
            }],
            red: self
                .asignaciones
                .iter()
                .filter(|asignacion| autorizaciones.contains(&asignacion.autorizacion))
                .map(|asignacion| TituloRed {
                    asignacion: asignacion.clone(),
                    tenencia: Tenencia {
                        autorizacion: asignacion.autorizacion,
                        nif: firmante.titular(),
                        calidad: Calidad::Titular,
                        vigencia: Intervalo {
                            desde: SIEMPRE,
                            hasta: None,
                        },
                        titular_desde: SIEMPRE,
                    },
                })
                .collect(),
            cambios: self.cambios.clone(),
            ..Titles::default()
        };
        Reach::weigh(
            firmante.titular(),
            self.persona.nif,
            titles,
            Emitidas::Conservar,
            at,
        )
    }
}

fn days(count: u64) -> Result<i64, DemoError> {
    count.try_into().map_err(|_| DemoError::Calendar)
}

/// The beginning of the day that is so many days from an instant: nothing hangs on the hour at which a world is prepared.
fn shift(at: DateTime<Utc>, days: i64) -> Result<DateTime<Utc>, DemoError> {
    let today = at.with_timezone(&Madrid).date_naive();
    let distance = Days::new(days.unsigned_abs());
    if days < 0 {
        today.checked_sub_days(distance)
    } else {
        today.checked_add_days(distance)
    }
    .map(start_of_day)
    .ok_or(DemoError::Calendar)
}
