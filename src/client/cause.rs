//! Why octets did not come or go, in Spanish: the system and the libraries below say it in English.

use std::io::{self, ErrorKind};

use crate::domain::nif::NifError;
use crate::signature::{PrivateKeyError, SealError};

/// Why a file could not be read or written.
#[must_use]
pub fn of_file(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no existe".to_owned(),
        ErrorKind::PermissionDenied => "el sistema no da permiso".to_owned(),
        ErrorKind::IsADirectory => "es una carpeta".to_owned(),
        ErrorKind::NotADirectory => "una parte de su ruta no es una carpeta".to_owned(),
        ErrorKind::AlreadyExists => "ya existe".to_owned(),
        ErrorKind::StorageFull => "no queda espacio".to_owned(),
        _ => of_system(error),
    }
}

/// Why a service could not be reached, or a line broke.
pub(super) fn of_transport(error: &ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => "ese nombre no se encuentra".to_owned(),
        ureq::Error::ConnectionFailed => "la conexión no se pudo abrir".to_owned(),
        ureq::Error::Timeout(_) => "no llegó a tiempo".to_owned(),
        ureq::Error::BodyExceedsLimit(octets) => format!("ocupa más de {octets} octetos"),
        ureq::Error::BadUri(_) => "esa dirección no es un URL".to_owned(),
        ureq::Error::Tls(_) | ureq::Error::NativeTls(_) => {
            format!("no se pudo acordar TLS (la biblioteca dice «{error}»)")
        }
        ureq::Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused => "conexión rechazada".to_owned(),
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
                "la conexión se cortó".to_owned()
            }
            ErrorKind::UnexpectedEof => "la conexión se cerró antes de tiempo".to_owned(),
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => "no hay ruta hasta allí".to_owned(),
            ErrorKind::TimedOut => "no llegó a tiempo".to_owned(),
            _ => of_system(error),
        },
        other => format!("la conexión falló (la biblioteca dice «{other}»)"),
    }
}

/// Why nothing can be signed with a key.
pub(super) fn of_key(error: &SealError) -> &'static str {
    match error {
        SealError::OtherKey => "la clave privada no es la del certificado",
        SealError::KeyNotAccepted => "la clave no es RSA de 2048 bits o más, ni EC sobre P-256 o P-384",
        SealError::Unreadable(_) | SealError::PrivateKey(PrivateKeyError::Unreadable) => {
            "la clave o el certificado no se puede leer"
        }
        SealError::PrivateKey(_) => "la clave está cifrada, y la contraseña falta o es otra",
        _ => "no se pudo firmar",
    }
}

/// Why a text is no NIF.
#[must_use]
pub fn of_nif(error: NifError) -> &'static str {
    match error {
        NifError::Empty => "está vacío",
        NifError::Form => "no tiene la forma de un NIF",
        NifError::Check => "su carácter de control no es el que debe",
    }
}

/// What the system says, in its own words.
fn of_system(error: &io::Error) -> String {
    format!("el sistema dice «{error}»")
}
