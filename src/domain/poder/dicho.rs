//! `PoderDicho`: a power as a line of the register tells it, with the dates of its life.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Madrid;

use super::{EstadoPoder, Poder};
use crate::domain::calendario::{Calendarios, SinCalendario};
use crate::domain::coded::coded;
use crate::domain::contradiccion::Contradiccion;
use crate::domain::habil::month_is_over;

coded! {
    /// In which register a power is.
    Registro {
        /// That of the Seguridad Social (Orden ISM/189/2021).
        SeguridadSocial = "seguridad_social",
        /// That of the Administración General del Estado, whose general powers serve too (ISM/903 arts. 4.1.d, 6.3).
        Age = "age",
    }
}

/// A power with the dates of its life, as far as they are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoderDicho {
    /// The power, in the state in which its register tells it.
    pub poder: Poder,
    /// The register by which it is told: it decides what scopes it may have.
    pub registro: Registro,
    /// When it was granted and its inscription asked for.
    pub solicitado: Option<DateTime<Utc>>,
    /// When the apoderado accepted it.
    pub aceptado: Option<DateTime<Utc>>,
    /// When the apoderado made its declaración responsable.
    pub declarado: Option<DateTime<Utc>>,
    /// When its last extension was inscribed.
    pub prorrogado: Option<DateTime<Utc>>,
    /// When what it covers was last changed.
    pub modificado: Option<DateTime<Utc>>,
}

impl From<Poder> for PoderDicho {
    fn from(poder: Poder) -> Self {
        Self {
            poder,
            registro: Registro::SeguridadSocial,
            solicitado: None,
            aceptado: None,
            declarado: None,
            prorrogado: None,
            modificado: None,
        }
    }
}

impl PoderDicho {
    /// Whether its dates can be: each step of its life after the one before, those of its apoderado in their term.
    pub fn check(&self, registrado: DateTime<Utc>, calendarios: &Calendarios) -> Result<(), Contradiccion> {
        let happened = [
            ("solicitado", self.solicitado),
            ("aceptado", self.aceptado),
            ("declarado", self.declarado),
            ("prorrogado", self.prorrogado),
            ("modificado", self.modificado),
            ("baja", self.poder.baja),
            // Only time ends it so, and on its last day it is still in force (D-50).
            (
                "fin",
                (self.poder.estado == EstadoPoder::Caducado).then_some(self.poder.fin),
            ),
        ];
        let is_to_come = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at > registrado);
        if let Some((columna, _)) = happened.into_iter().find(|(_, at)| is_to_come(*at)) {
            return Err(Contradiccion::Futuro(columna));
        }
        let inscrito = (!self.poder.estado.is_before_inscription()).then_some(self.poder.inscrito);
        // By days: of what happened on one day, lines may tell some by the hour and some not.
        let day = |at: DateTime<Utc>| at.with_timezone(&Madrid).date_naive();
        let in_order = |first: Option<DateTime<Utc>>, then: Option<DateTime<Utc>>| match (first, then) {
            (Some(first), Some(then)) => day(first) <= day(then),
            _ => true,
        };
        let baja = self
            .poder
            .baja
            .filter(|_| self.poder.estado != EstadoPoder::NoAceptado);
        let ordered = in_order(self.solicitado, self.aceptado)
            && in_order(self.solicitado, inscrito)
            && in_order(self.aceptado, inscrito)
            && in_order(self.declarado, inscrito)
            && in_order(inscrito, self.prorrogado)
            && in_order(inscrito, self.modificado)
            && in_order(inscrito, baja);
        if !ordered {
            return Err(Contradiccion::FechasAlReves);
        }
        let Some(solicitado) = self.solicitado else {
            return Ok(());
        };
        // Arts. 6.4, 9.1: a month, moved to the next working day (D-47, D-48); it is inscribed with the acceptance.
        let late = |at: Option<DateTime<Utc>>| {
            let over = at.map(|at| month_is_over(solicitado, at, calendarios));
            over.unwrap_or(Ok(false))
                .map_err(|SinCalendario(anyo)| Contradiccion::SinCalendario(anyo, "solicitado"))
        };
        let inscribed = inscrito.filter(|_| self.poder.estado == EstadoPoder::Inscrito);
        if late(self.aceptado.or(inscribed))? {
            return Err(Contradiccion::AceptadoTarde);
        }
        if late(self.declarado)? {
            return Err(Contradiccion::DeclaradoTarde);
        }
        Ok(())
    }
}
