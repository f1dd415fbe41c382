//! What a caller reaches of one poderdante's notifications, by each role, and why (D-20, D-28 to D-34, D-36, D-45, D-49, D-51).
//!
//! Every use case asks here, and so does whoever explains a decision: a rule is nowhere else.

mod juicio;
mod propio;
mod red;
mod until;

pub use juicio::{Alcanza, Impide, Juicio, Loss, Reason, Rule, Titulo};

use chrono::{DateTime, Utc};

use self::propio::Propio;
use self::red::{PorRed, Ventana, within_red};
use super::cuenta::AutorizacionRed;
use super::nif::Nif;
use super::notificacion::Notificacion;
use super::plazo;
use super::poder::{EstadoPoder, Poder};
use super::red::{Asignacion, CambioRed, CuentasDesde, Emitidas, Tenencia};
use super::rol::{Rol, Roles};
use super::sucesion::Sucesion;

/// What is on record about a caller and one poderdante. Everything in it is of these two, whatever its dates.
#[derive(Debug, Clone, Default)]
pub struct Titles {
    /// Powers that the poderdante granted to the caller.
    pub poderes: Vec<Poder>,
    /// The poderdante's accounts in RED, in order of time.
    pub cuentas: Vec<CuentasDesde>,
    /// Assignments of the poderdante's accounts to authorisations through which the caller acts or acted.
    pub red: Vec<TituloRed>,
    /// The poderdante's declarations about autorizados, in order of time.
    pub cambios: Vec<CambioRed>,
    /// Successions by which bodies admit the caller as the poderdante's successor.
    pub sucesiones: Vec<Sucesion>,
}

/// An assignment to an authorisation, and as what the caller acts through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TituloRed {
    /// The assignment of the account that counts for the addressee.
    pub asignacion: Asignacion,
    /// As what, and for how long.
    pub tenencia: Tenencia,
}

/// What a caller reaches of one poderdante's notifications at one instant (D-31: never kept past the operation).
#[derive(Debug, Clone)]
pub struct Reach {
    at: DateTime<Utc>,
    propio: Propio,
    red: PorRed,
    poderes: Vec<Poder>,
    sin_efecto: Vec<(Poder, Impide)>,
}

impl Reach {
    /// Weighs the titles over `poderdante`, at `at`, of the one for whom the caller's certificate acts.
    #[must_use]
    pub fn weigh(
        titular: Nif,
        poderdante: Nif,
        titles: Titles,
        emitidas: Emitidas,
        at: DateTime<Utc>,
    ) -> Self {
        let Titles {
            poderes: granted,
            cuentas,
            red,
            cambios,
            sucesiones,
        } = titles;
        let (mut poderes, mut sin_efecto) = (Vec::new(), Vec::new());
        for poder in granted {
            match in_force(&poder, at) {
                Ok(()) => poderes.push(poder),
                Err(impide) => sin_efecto.push((poder, impide)),
            }
        }
        Self {
            at,
            propio: Propio::weigh(titular, poderdante, sucesiones, at),
            red: PorRed::weigh(red, &cuentas, &cambios, emitidas, at),
            poderes,
            sin_efecto,
        }
    }

    /// The roles that reach anything at all; none means that the caller has nothing to do with the poderdante.
    #[must_use]
    pub fn roles(&self) -> Roles {
        Rol::ALL
            .into_iter()
            .filter(|rol| match rol {
                Rol::Propio => !self.propio.is_nothing(),
                Rol::AutorizadoRed => !self.red.ventanas.is_empty(),
                Rol::Apoderado => !self.poderes.is_empty(),
            })
            .collect()
    }

    /// The roles of which listings may still have something: whose title is not over, or ended so lately that what it keeps is
    /// still listed (D-16, D-32, D-54).
    #[must_use]
    pub fn listed_roles(&self) -> Roles {
        let listed_from = plazo::listed_from(self.at);
        let keeps = |ventana: &Ventana| {
            !ventana.over
                || ventana
                    .ended()
                    .is_none_or(|ended| listed_from.is_none_or(|from| ended > from))
        };
        self.roles()
            .iter()
            .filter(|rol| *rol != Rol::AutorizadoRed || self.red.ventanas.iter().any(keeps))
            .collect()
    }

    /// The roles by which a notification of this poderdante's is reached (D-26: there may be several).
    #[must_use]
    pub fn over(&self, notificacion: &Notificacion) -> Roles {
        Rol::ALL
            .into_iter()
            .filter(|rol| match rol {
                Rol::Propio => self.propio.reaches(notificacion, self.at),
                Rol::AutorizadoRed => self.autorizacion_over(notificacion).is_some(),
                Rol::Apoderado => self
                    .poderes
                    .iter()
                    .any(|poder| power_covers(poder, notificacion, self.at).is_ok()),
            })
            .collect()
    }

    /// Every title on record, role by role, and what each says of a notification of this poderdante's.
    #[must_use]
    pub fn razones(&self, notificacion: &Notificacion) -> Vec<Reason> {
        let of = |rol, titulo, juicio| Reason {
            rol,
            titulo: Some(titulo),
            juicio,
        };
        let own = self.propio.judge(notificacion, self.at).into_iter();
        let own = own.map(|(titulo, juicio)| of(Rol::Propio, titulo, juicio));
        let by_red = |titulo: &TituloRed| Titulo::Red(titulo.asignacion.clone(), titulo.tenencia);
        // A title says one thing, however many stretches it has: by which it reaches or, failing that, what the last says.
        let red = self
            .red
            .ventanas
            .chunk_by(|one, next| one.titulo == next.titulo)
            .filter_map(|of_title| {
                let judge = |ventana: &Ventana| {
                    within_red(notificacion).and_then(|()| ventana.judge(notificacion, self.at))
                };
                let last = of_title.last()?;
                let reaching = of_title.iter().rev().map(judge).find(Result::is_ok);
                let juicio = reaching.unwrap_or_else(|| judge(last));
                Some(of(Rol::AutorizadoRed, by_red(&last.titulo), juicio))
            });
        let red = red.chain(
            self.red
                .sin_efecto
                .iter()
                .map(|(titulo, impide)| of(Rol::AutorizadoRed, by_red(titulo), Err(*impide))),
        );
        let poderes = self.poderes.iter().map(|poder| {
            let juicio = power_covers(poder, notificacion, self.at);
            of(Rol::Apoderado, Titulo::Poder(poder.clone()), juicio)
        });
        let poderes = poderes.chain(
            self.sin_efecto
                .iter()
                .map(|(poder, impide)| of(Rol::Apoderado, Titulo::Poder(poder.clone()), Err(*impide))),
        );
        let mut razones: Vec<Reason> = own.chain(red).chain(poderes).collect();
        for rol in Rol::ALL {
            if !razones.iter().any(|razon| razon.rol == rol) {
                razones.push(Reason {
                    rol,
                    titulo: None,
                    juicio: Err(Impide::SinTitulo(rol)),
                });
            }
        }
        razones.sort_by_key(|razon| razon.rol);
        razones
    }

    /// The authorisation that the acuse of a notification names, which there is if it is reached by that role (D-25).
    #[must_use]
    pub fn autorizacion(&self, rol: Rol, notificacion: &Notificacion) -> Option<AutorizacionRed> {
        match rol {
            Rol::AutorizadoRed => self.autorizacion_over(notificacion),
            Rol::Propio | Rol::Apoderado => None,
        }
    }

    /// The powers in force, of which the caller may be told.
    #[must_use]
    pub fn poderes(&self) -> &[Poder] {
        &self.poderes
    }

    /// The first instant at which what is one's own no longer is, where one is known.
    #[must_use]
    pub fn own_until(&self) -> Option<DateTime<Utc>> {
        self.propio.until()
    }

    /// The authorisation through which RED reaches a notification, where it does: if there are several, one that still has
    /// the addressee.
    fn autorizacion_over(&self, notificacion: &Notificacion) -> Option<AutorizacionRed> {
        if self.red.ventanas.is_empty() || within_red(notificacion).is_err() {
            return None;
        }
        let reaching = self.red.ventanas.iter();
        reaching
            .filter(|ventana| ventana.judge(notificacion, self.at).is_ok())
            .map(|ventana| (ventana.over, ventana.titulo.tenencia.autorizacion))
            .min()
            .map(|(_, autorizacion)| autorizacion)
    }
}

/// Whether a power has effect at an instant.
#[must_use]
pub fn has_effect(poder: &Poder, at: DateTime<Utc>) -> bool {
    in_force(poder, at).is_ok()
}

/// Whether a power has effect at an instant, and if not, why (D-49 to D-52).
fn in_force(poder: &Poder, at: DateTime<Utc>) -> Result<(), Impide> {
    if poder.estado != EstadoPoder::Inscrito {
        return Err(if poder.ended_when_nobody_knows(at) {
            Impide::SinEfectoNoConstaDesdeCuando(poder.estado)
        } else {
            Impide::SinEfecto(poder.estado)
        });
    }
    if at < poder.inscrito {
        return Err(Impide::AunNo {
            desde: poder.inscrito,
        });
    }
    if at < poder.fin {
        Ok(())
    } else {
        Err(Impide::Caducado { fin: poder.fin })
    }
}

/// ISM/903 art. 6.3: what is published from the inscription on, and what was still un-notified then (D-49), of the materias
/// covered (D-45).
fn power_covers(poder: &Poder, notificacion: &Notificacion, at: DateTime<Utc>) -> Juicio {
    let materia = notificacion.procedimiento.materia;
    if !poder.alcance.covers(materia) {
        return Err(Impide::FueraDelPoder(materia));
    }
    since_or_pending(notificacion, poder.inscrito, at)
}

/// Whether a notification was published at `desde` or later, or was still to be practised then (D-20, D-33, D-49).
fn since_or_pending(notificacion: &Notificacion, desde: DateTime<Utc>, at: DateTime<Utc>) -> Juicio {
    if notificacion.puesta_a_disposicion >= desde {
        return Ok(Alcanza::Publicada { desde });
    }
    match notificacion.practised_at(at) {
        Some(practicada) if practicada < desde => Err(Impide::PracticadaAntes { practicada, desde }),
        _ => Ok(Alcanza::Pendiente { desde }),
    }
}

#[cfg(test)]
mod tests;
