//! What is one's own: what is addressed to oneself, or to whom one succeeds (D-20, D-28).

use chrono::{DateTime, Utc};

use super::juicio::{Alcanza, Impide, Juicio, Titulo};
use super::since_or_pending;
use crate::domain::nif::Nif;
use crate::domain::notificacion::Notificacion;
use crate::domain::sucesion::Sucesion;

/// By what somebody receives in his own name.
#[derive(Debug, Clone)]
pub(super) struct Propio {
    /// The addressee, where the certificate acts for him (D-28).
    destinatario: Option<Nif>,
    /// Successions that have effect.
    sucesiones: Vec<Sucesion>,
    sin_efecto: Vec<(Sucesion, Impide)>,
}

impl Propio {
    pub(super) fn weigh(titular: Nif, poderdante: Nif, told: Vec<Sucesion>, at: DateTime<Utc>) -> Self {
        let (mut sucesiones, mut sin_efecto) = (Vec::new(), Vec::new());
        for sucesion in told {
            match in_force(&sucesion, at) {
                Ok(()) => sucesiones.push(sucesion),
                Err(impide) => sin_efecto.push((sucesion, impide)),
            }
        }
        Self {
            destinatario: Some(poderdante).filter(|poderdante| *poderdante == titular),
            sucesiones,
            sin_efecto,
        }
    }

    /// Whether there is nothing by which he could.
    pub(super) fn is_nothing(&self) -> bool {
        self.destinatario.is_none() && self.sucesiones.is_empty()
    }

    /// The first instant at which none of it has effect any more, where one is known.
    pub(super) fn until(&self) -> Option<DateTime<Utc>> {
        if self.destinatario.is_some() {
            return None;
        }
        let ends: Option<Vec<_>> = self.sucesiones.iter().map(|one| one.vigencia.hasta).collect();
        ends?.into_iter().max()
    }

    pub(super) fn reaches(&self, notificacion: &Notificacion, at: DateTime<Utc>) -> bool {
        self.destinatario.is_some()
            || self
                .sucesiones
                .iter()
                .any(|sucesion| hands_down(sucesion, notificacion, at).is_ok())
    }

    /// Every title, and what each says of a notification.
    pub(super) fn judge(&self, notificacion: &Notificacion, at: DateTime<Utc>) -> Vec<(Titulo, Juicio)> {
        let own = self
            .destinatario
            .map(|nif| (Titulo::Destinatario(nif), Ok(Alcanza::Destinatario)));
        let handed_down = self.sucesiones.iter().map(|sucesion| {
            let juicio = hands_down(sucesion, notificacion, at);
            (Titulo::Sucesion(*sucesion), juicio)
        });
        let sin_efecto = self
            .sin_efecto
            .iter()
            .map(|(sucesion, impide)| (Titulo::Sucesion(*sucesion), Err(*impide)));
        own.into_iter().chain(handed_down).chain(sin_efecto).collect()
    }
}

/// Whether a succession has effect at an instant, and if not, why.
fn in_force(sucesion: &Sucesion, at: DateTime<Utc>) -> Result<(), Impide> {
    let vigencia = sucesion.vigencia;
    match vigencia.hasta {
        Some(fin) if fin <= at => Err(Impide::SucesionTerminada { fin }),
        _ if at < vigencia.desde => Err(Impide::AunNo {
            desde: vigencia.desde,
        }),
        _ => Ok(()),
    }
}

/// RD 203/2021 art. 42.4: the body gives access to what it notified that is practised from the causal event on, and notifies what
/// comes later to who succeeds.
fn hands_down(sucesion: &Sucesion, notificacion: &Notificacion, at: DateTime<Utc>) -> Juicio {
    if notificacion.procedimiento.entidad != sucesion.entidad {
        return Err(Impide::DeOtroOrgano(sucesion.entidad));
    }
    since_or_pending(notificacion, sucesion.vigencia.desde, at)
}
