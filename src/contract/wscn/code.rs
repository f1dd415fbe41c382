//! The one table of this contract's error codes and their texts. Clients know no code from 28 to 99 nor above 150.

use std::borrow::Cow;

use super::decode::{DecodeError, ParameterFault};
use super::message::{NotARequest, Operation};
use crate::contract::words::service as words;
use crate::domain::denial::{Denial, Finality};
use crate::domain::nif::NifError;
use crate::domain::notificacion::Sentido;
use crate::domain::rol::Rol;

/// A code on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ErrorCode(u8);

impl ErrorCode {
    pub(super) const SUCCESS: Self = Self(0);
    pub(super) const CERTIFICATE: Self = Self(1);
    const SIGNATURE: Self = Self(2);
    pub(super) const ACUSE_SIGNATURE: Self = Self(11);
    pub(super) const ACUSE_NOT_SEALED: Self = Self(13);
    pub(super) const ACUSE_SEAL: Self = Self(14);
    pub(super) const ACUSE_SIGNATURES: Self = Self(15);
    pub(super) const ACUSE_ENCODING: Self = Self(16);
    pub(super) const NO_IDENTITY: Self = Self(17);
    pub(super) const ACUSE_NOT_SIGNED: Self = Self(20);
    pub(super) const ACUSE_SEALED_TWICE: Self = Self(21);
    pub(super) const ACUSE_CLIENT_VALUE: Self = Self(22);
    pub(super) const ACUSE_CLIENT_SIGNATURE: Self = Self(23);
    pub(super) const ACUSE_OTHER_SIGNER: Self = Self(24);
    const REJECTED: Self = Self(27);
    const UNAVAILABLE: Self = Self(100);
    const NOT_APODERADO: Self = Self(109);
    pub(super) const BAD_IDENTITY: Self = Self(110);
    const UNKNOWN_ROL: Self = Self(112);
    pub(super) const ACUSE: Self = Self(119);
    const PARAMETERS: Self = Self(133);
    const NO_AUTHORISATION: Self = Self(134);

    /// The number on the wire: clients of the field branch on it, so that it never changes.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// One of three codes that say the same of each role.
    const fn by_rol(rol: Rol, propio: u8, autorizado_red: u8, apoderado: u8) -> Self {
        Self(match rol {
            Rol::Propio => propio,
            Rol::AutorizadoRed => autorizado_red,
            Rol::Apoderado => apoderado,
        })
    }
}

/// A code with its text: what went wrong and what to mend, in Spanish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// Its number, which clients of the channel know.
    pub codigo: ErrorCode,
    /// One sentence in Spanish, for whoever reads it: what to mend.
    pub descripcion: Cow<'static, str>,
}

pub(super) fn coded(codigo: ErrorCode, descripcion: impl Into<Cow<'static, str>>) -> Coded {
    Coded {
        codigo,
        descripcion: descripcion.into(),
    }
}

/// That nothing went wrong.
#[must_use]
pub fn success() -> Coded {
    coded(ErrorCode::SUCCESS, "Operación realizada correctamente.")
}

/// A failure of the service's own; the cause is the log's.
#[must_use]
pub fn unavailable() -> Coded {
    coded(
        ErrorCode::UNAVAILABLE,
        "El servicio no se encuentra disponible en estos momentos. Repita la petición más tarde; si persiste, cite el \
         identificador de la petición.",
    )
}

/// What the service would sign would not hold.
#[must_use]
pub fn clock_in_doubt() -> Coded {
    coded(ErrorCode::UNAVAILABLE, words::CLOCK_IN_DOUBT)
}

/// What was asked may have been done or not.
#[must_use]
pub fn uncertain() -> Coded {
    coded(ErrorCode::UNAVAILABLE, words::UNCERTAIN)
}

/// While the service's signing certificate is not in force.
#[must_use]
pub fn seal_not_in_force() -> Coded {
    coded(ErrorCode::UNAVAILABLE, words::SEAL_NOT_IN_FORCE)
}

/// A lawful «no» to an operation. The text depends on what was asked and never on what exists out of reach (D-79, D-117).
#[must_use]
pub fn denial(operation: Operation, denial: &Denial) -> Coded {
    match *denial {
        // Every request of this contract names its role, so that the fallback is never needed, and one poderdante at most.
        Denial::NotRepresented { rol, .. } => not_represented(operation, rol.unwrap_or(Rol::Propio)),
        Denial::Unknown { rol } => unknown(rol.unwrap_or(Rol::Propio)),
        Denial::Final { finality, rol } => finished(finality, rol),
        Denial::Undecided { rol } => coded(
            ErrorCode::by_rol(rol, 144, 145, 146),
            "La notificación no tiene acuse: nadie la ha aceptado ni rechazado todavía, por lo que su documento no puede \
             recuperarse.",
        ),
        // This contract gives no acuse of what is practised; canal does.
        Denial::Elsewhere {
            sentido: Sentido::Aceptacion,
            rol,
            ..
        } => finished(Finality::Aceptada, rol),
        Denial::Elsewhere {
            sentido: Sentido::Rechazo,
            rol,
            ..
        } => finished(Finality::Rechazada, rol),
        Denial::Rejected { .. } => coded(
            ErrorCode::REJECTED,
            "La notificación no puede verse porque fue rechazada.",
        ),
        Denial::Lapsed { rol } => finished(Finality::Caducada, rol),
        Denial::Unavailable { .. } => unavailable(),
        Denial::WarningOfElsewhere => coded(
            ErrorCode::ACUSE,
            "Acuse no válido: la advertencia legal que contiene es la de otro entorno o instalación, por lo que se firmó para \
             ese servicio y no para este. Solicite otro con solicitarAcuseNotificacion.",
        ),
        Denial::StaleWarning => coded(
            ErrorCode::ACUSE,
            "Acuse no válido: la advertencia legal que contiene ya no es la vigente. Solicite otro con \
             solicitarAcuseNotificacion.",
        ),
    }
}

/// D-79: through RED, somebody who is not reached has no notifications that could be told from unknown ones.
fn not_represented(operation: Operation, rol: Rol) -> Coded {
    match rol {
        Rol::Propio => coded(
            ErrorCode::PARAMETERS,
            "Los parámetros enviados no son correctos: con el rol 1 identificadorPoderdante ha de ser el NIF del titular \
             del certificado o, si es de representación, el de la entidad representada.",
        ),
        Rol::AutorizadoRed if operation == Operation::ConsultarListado => coded(
            ErrorCode::NO_AUTHORISATION,
            "No ha sido posible obtener los códigos de autorización RED: ninguna autorización del titular del certificado \
             tiene asignado a ese poderdante.",
        ),
        Rol::AutorizadoRed => unknown(rol),
        Rol::Apoderado => coded(
            ErrorCode::NOT_APODERADO,
            "El titular del certificado no es apoderado del poderdante indicado: no consta un poder inscrito y en vigor. \
             Consulte solicitarPoderdantes.",
        ),
    }
}

fn unknown(rol: Rol) -> Coded {
    coded(
        ErrorCode::by_rol(rol, 116, 117, 118),
        match rol {
            Rol::Propio => {
                "No existe la notificación indicada entre las propias del titular del certificado."
            }
            Rol::AutorizadoRed => {
                "No existe la notificación indicada entre las que el titular del certificado alcanza como autorizado RED."
            }
            Rol::Apoderado => {
                "No existe la notificación indicada entre las que el titular del certificado alcanza como apoderado."
            }
        },
    )
}

fn finished(finality: Finality, rol: Rol) -> Coded {
    match finality {
        Finality::Aceptada => coded(
            ErrorCode::by_rol(rol, 135, 138, 141),
            "La notificación ya fue aceptada: su documento se recupera con verNotificacionAceptada.",
        ),
        Finality::Rechazada => coded(
            ErrorCode::by_rol(rol, 136, 139, 142),
            "La notificación ya fue rechazada.",
        ),
        Finality::Caducada => coded(
            ErrorCode::by_rol(rol, 137, 140, 143),
            "La notificación se practicó por transcurso de plazo.",
        ),
    }
}

/// A message of a known operation that cannot be carried out.
#[must_use]
pub fn decode_error(error: &DecodeError) -> Coded {
    match error {
        DecodeError::Parameter { member, fault } => {
            let reason: Cow<'static, str> = match fault {
                ParameterFault::Missing => "falta o está vacío".into(),
                ParameterFault::Repeated => "aparece más de una vez".into(),
                ParameterFault::NotText => "contiene elementos y ha de contener sólo texto".into(),
                ParameterFault::NotANumber => "no es un número entero".into(),
                ParameterFault::OutOfRange { value } => format!(
                    "vale «{value}» y ha de ser un entero de {} a {}",
                    i32::MIN,
                    i32::MAX
                )
                .into(),
                ParameterFault::NotABoolean => "no es «true» ni «false»".into(),
                ParameterFault::NotANif(NifError::Check) => {
                    "no es un NIF, pues su carácter de control no es el correcto".into()
                }
                ParameterFault::NotANif(NifError::Form | NifError::Empty) => {
                    "no tiene la forma de un NIF".into()
                }
            };
            let member = member.code();
            let text = format!("Los parámetros enviados no son correctos: {member} {reason}.");
            coded(ErrorCode::PARAMETERS, text)
        }
        DecodeError::UnknownRol(0) => coded(
            ErrorCode::UNKNOWN_ROL,
            "El rol 0 sólo se admite en consultarListadoNotificaciones: indique 1, 2 o 3.",
        ),
        DecodeError::UnknownRol(rol) => coded(
            ErrorCode::UNKNOWN_ROL,
            format!(
                "No se conoce el rol {rol}: ha de ser 1 (propio), 2 (autorizado RED) o 3 (apoderado) y, sólo en \
                 consultarListadoNotificaciones, 0 (todos)."
            ),
        ),
        DecodeError::NoSuchCode { rol } => unknown(*rol),
        DecodeError::AcuseEncoding => coded(
            ErrorCode::ACUSE_ENCODING,
            "Acuse no válido: xmlAcuseFirmado no está codificado en base64.",
        ),
    }
}

/// A payload that is no request, which only a fault can answer.
#[must_use]
pub fn not_a_request(error: &NotARequest) -> Coded {
    match error {
        NotARequest::Unreadable => unreadable("su Body no contiene un elemento legible"),
        NotARequest::UnknownOperation { element } => unreadable(&format!(
            "el elemento «{element}» no es el de ninguna operación del WSDL"
        )),
    }
}

/// A message that cannot be read as one; `reason` says what to mend, in Spanish, and is of the message alone.
#[must_use]
pub fn unreadable(reason: &str) -> Coded {
    coded(
        ErrorCode::PARAMETERS,
        format!("El mensaje SOAP no es correcto: {reason}."),
    )
}

/// What is not said to be a message; `reason` says in what, in Spanish, in a sentence without its stop.
#[must_use]
pub fn unsupported(reason: &str) -> Coded {
    coded(
        ErrorCode::PARAMETERS,
        format!("{reason}. Envíelo con Content-Type text/xml."),
    )
}

/// A message without a signature that holds; `reason` says what to mend, in Spanish, and is of the message alone.
#[must_use]
pub fn signature(reason: &str) -> Coded {
    coded(
        ErrorCode::SIGNATURE,
        format!("El mensaje SOAP no está firmado o su firma no es válida: {reason}."),
    )
}

/// A message that was taken before and is taken once.
#[must_use]
pub fn replayed() -> Coded {
    coded(
        ErrorCode::SIGNATURE,
        "Este mensaje firmado ya se recibió, y un mensaje con wsu:Timestamp firmado se atiende una sola vez. Para repetir \
         la consulta, fírmela de nuevo.",
    )
}

/// A message that was given an acuse before, which is not the last one any longer.
#[must_use]
pub fn superseded() -> Coded {
    coded(
        ErrorCode::SIGNATURE,
        "Este mensaje firmado ya se recibió y se le entregó un acuse que ya no es el último, o que ya no diría lo mismo. \
         Para pedir otro, firme un mensaje nuevo.",
    )
}

/// A message whose security token holds no certificate that can be read.
#[must_use]
pub fn no_certificate(reason: &str) -> Coded {
    coded(
        ErrorCode::CERTIFICATE,
        format!("No se ha podido leer el certificado del usuario del mensaje SOAP: {reason}."),
    )
}
