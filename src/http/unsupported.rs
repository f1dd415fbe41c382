//! `Unsupported`: what is not SOAP enough for a fault to make sense of it.

use actix_web::http::header::{self, HeaderName};

use crate::contract::unread::NotSoap;
use crate::contract::words::InWords;

/// What a body is of which not even the kind can be read (RFC 9110 §15.5.16).
#[derive(Clone, Copy)]
pub(super) enum Unsupported {
    /// Its media type is none of SOAP's, or says two things.
    MediaType(NotSoap),
    /// Compressed, or otherwise not as it is.
    Encoding,
}

impl Unsupported {
    /// Its code.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::MediaType(_) => "TIPO_DE_CONTENIDO_NO_ADMITIDO",
            Self::Encoding => "CODIFICACION_DE_CONTENIDO_NO_ADMITIDA",
        }
    }

    /// What to mend, for the client's programmer.
    pub(super) fn text(self) -> String {
        match self {
            Self::MediaType(not_soap) => format!(
                "{}. Envíe el mensaje con Content-Type text/xml (SOAP 1.1) o application/soap+xml (SOAP 1.2).",
                not_soap.in_words()
            ),
            Self::Encoding => "Envíe el mensaje sin comprimir y sin Content-Encoding.".to_owned(),
        }
    }

    /// The same, for the client.
    pub(super) fn preference(self) -> (HeaderName, &'static str) {
        match self {
            Self::MediaType(_) => (header::ACCEPT, "text/xml, application/soap+xml"),
            Self::Encoding => (header::ACCEPT_ENCODING, "identity"),
        }
    }
}
