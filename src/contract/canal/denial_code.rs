//! What a client is told of a lawful «no».

use super::code::{Coded, ErrorCode, coded};
use crate::domain::denial::{Denial, Finality};
use crate::domain::notificacion::{Medio, Sentido};
use crate::domain::rol::Rol;

/// A lawful «no». The text depends on what was asked and never on what exists out of reach (D-79, D-117).
#[must_use]
pub fn denial(denial: &Denial) -> Coded {
    match denial {
        Denial::NotRepresented { rol, numero: None } => {
            coded(ErrorCode::SinRepresentacion, not_represented(*rol))
        }
        Denial::NotRepresented {
            rol,
            numero: Some(numero),
        } => coded(
            ErrorCode::SinRepresentacion,
            format!(
                "El poderdante número {numero} {}",
                not_represented_of_several(*rol)
            ),
        ),
        Denial::Unknown { .. } => coded(
            ErrorCode::NotificacionDesconocida,
            "No hay ninguna notificación con ese código entre las que este certificado alcanza del poderdante con el rol \
             indicado. Compruebe el código y el poderdante con consultarNotificaciones.",
        ),
        Denial::Final { finality, .. } => finality_of(*finality),
        Denial::Undecided { .. } => coded(
            ErrorCode::SinDecidir,
            "Nadie ha aceptado ni rechazado todavía la notificación: acéptela con firmarNotificaciones para obtener su \
             documento.",
        ),
        Denial::Elsewhere { sentido, medio, .. } => coded(
            match sentido {
                Sentido::Aceptacion => ErrorCode::YaAceptada,
                Sentido::Rechazo => ErrorCode::YaRechazada,
            },
            match medio {
                None => {
                    "La notificación se practicó antes de cargarse en este servicio, que no tiene su acuse: pídalo a quien la \
                     practicó."
                }
                Some(Medio::Papel) => {
                    "La notificación se practicó en papel, por lo que este servicio no tiene su acuse: pídalo al organismo que la \
                     notificó."
                }
                Some(Medio::Dehu) => {
                    "La notificación se practicó en la Dirección Electrónica Habilitada única (DEHú), por lo que este servicio no \
                     tiene su acuse: pídalo allí."
                }
            },
        ),
        Denial::Rejected { .. } => coded(
            ErrorCode::YaRechazada,
            "La notificación fue rechazada, por lo que su documento no se entrega.",
        ),
        Denial::Lapsed { .. } => coded(
            ErrorCode::Caducada,
            "La notificación se practicó por transcurso de su plazo, por lo que su documento no se entrega por este canal.",
        ),
        Denial::Unavailable { .. } => coded(
            ErrorCode::ServicioNoDisponible,
            "El documento de esta notificación no puede abrirse en este momento, por lo que no se acepta: nada se ha decidido \
             sobre ella. Vuelva a intentarlo más tarde.",
        ),
        Denial::WarningOfElsewhere => coded(
            ErrorCode::AdvertenciaNoVigente,
            "La advertencia declarada es la de otro entorno o instalación: lo que se firma para un servicio no vale en otro. \
             Muestre a quien firma la que da consultarPoderdantes de este y envíe su código en «advertencia».",
        ),
        Denial::StaleWarning => coded(
            ErrorCode::AdvertenciaNoVigente,
            "La advertencia declarada no es la vigente. Muestre a quien firma la que da consultarPoderdantes y envíe su \
             código en «advertencia».",
        ),
    }
}

fn not_represented(rol: Option<Rol>) -> &'static str {
    match rol {
        None => {
            "El titular del certificado no puede recibir notificaciones de este poderdante: no es él mismo, ni consta un \
             poder en vigor ni una autorización RED asignada. Consulte consultarPoderdantes."
        }
        Some(Rol::Propio) => {
            "Con el rol 1 el poderdante ha de ser el propio titular del certificado o la entidad a la que representa."
        }
        Some(Rol::AutorizadoRed) => {
            "Con el rol 2 el poderdante ha de estar asignado a una autorización RED del titular del certificado. Consulte \
             consultarPoderdantes."
        }
        Some(Rol::Apoderado) => {
            "Con el rol 3 ha de constar un poder inscrito y en vigor del poderdante a favor del titular del certificado. \
             Consulte consultarPoderdantes."
        }
    }
}

/// The same of one of several, as what is said of it.
fn not_represented_of_several(rol: Option<Rol>) -> &'static str {
    match rol {
        None => {
            "no es el titular del certificado, ni consta de él un poder en vigor ni una autorización RED asignada, por lo \
             que sus notificaciones no pueden consultarse. Consulte consultarPoderdantes."
        }
        Some(Rol::Propio) => {
            "no es el titular del certificado ni la entidad a la que representa, y con el rol 1 ha de serlo."
        }
        Some(Rol::AutorizadoRed) => {
            "no está asignado a una autorización RED del titular del certificado, y con el rol 2 ha de estarlo. Consulte \
             consultarPoderdantes."
        }
        Some(Rol::Apoderado) => {
            "no ha otorgado al titular del certificado un poder inscrito y en vigor, y con el rol 3 ha de constar. Consulte \
             consultarPoderdantes."
        }
    }
}

fn finality_of(finality: Finality) -> Coded {
    match finality {
        Finality::Aceptada => coded(
            ErrorCode::YaAceptada,
            "La notificación ya fue aceptada: su documento se obtiene con obtenerDocumento.",
        ),
        Finality::Rechazada => coded(ErrorCode::YaRechazada, "La notificación ya fue rechazada."),
        Finality::Caducada => coded(
            ErrorCode::Caducada,
            "El plazo de la notificación terminó, por lo que ya no puede aceptarse ni rechazarse.",
        ),
    }
}
