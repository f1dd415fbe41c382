//! Whether the document of a notification may be given (D-15).

use chrono::{DateTime, Utc};

use super::denial::Denial;
use super::notificacion::{Notificacion, Sentido, Situacion};
use super::rol::Rol;

/// When the notification was accepted, whoever it was by; or why its document is given to nobody. `rol` is the role
/// through which it is seen.
pub fn accepted(notificacion: &Notificacion, rol: Rol, at: DateTime<Utc>) -> Result<DateTime<Utc>, Denial> {
    match notificacion.situacion {
        Situacion::Decidida {
            sentido: Sentido::Aceptacion,
            instante,
        } => Ok(instante),
        Situacion::Decidida {
            sentido: Sentido::Rechazo,
            ..
        } => Err(Denial::Rejected { rol }),
        Situacion::Caducada => Err(Denial::Lapsed { rol }),
        // Out of term is out of term, whether or not it has been recorded (D-24).
        Situacion::Pendiente { .. } if notificacion.open_at(at).is_err() => Err(Denial::Lapsed { rol }),
        Situacion::Pendiente { .. } => Err(Denial::Undecided { rol }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notificacion::tests::published;

    #[test]
    fn the_document_of_what_was_accepted_is_given_for_good_and_no_other_is() {
        let pending = published(1_773_130_500);
        let published_at = pending.puesta_a_disposicion;
        let lapse = pending.caduca.unwrap();
        let rol = Rol::Apoderado;
        let decided = |sentido| pending.clone().decide(sentido, published_at).unwrap();
        let (yes, no) = (decided(Sentido::Aceptacion), decided(Sentido::Rechazo));
        let recorded = Notificacion {
            situacion: Situacion::Caducada,
            ..pending.clone()
        };
        assert_eq!(
            accepted(&pending, rol, published_at),
            Err(Denial::Undecided { rol })
        );
        assert_eq!(
            accepted(&pending, rol, lapse),
            Err(Denial::Lapsed { rol }),
            "D-24"
        );
        assert_eq!(accepted(&recorded, rol, lapse), Err(Denial::Lapsed { rol }));
        for at in [published_at, lapse] {
            assert_eq!(accepted(&yes, rol, at), Ok(published_at));
            assert_eq!(accepted(&no, rol, at), Err(Denial::Rejected { rol }));
        }
    }
}
