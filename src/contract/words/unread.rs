//! Octets that are not taken as a message before any of them is looked at.

use std::borrow::Cow;

use super::InWords;
use crate::contract::unread::{NotSoap, Unread};

impl InWords for Unread {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::TooLarge { most } => format!("el mensaje ocupa más de {most} octetos").into(),
            Self::CutShort => "el mensaje no llegó entero".into(),
            Self::TooSlow { seconds } => {
                format!("el mensaje tardó más de {seconds} segundos en llegar").into()
            }
        }
    }
}

/// Sentences of their own, but for their stop: what to send instead follows.
impl InWords for NotSoap {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Multipart => {
                "El mensaje viene en partes (multipart, como los de MTOM o con adjuntos), y no se lee así. Desactive MTOM en \
                 su cliente: el mensaje ha de ser un solo documento XML, con los contenidos dentro en base64"
            }
            Self::Other => "El Content-Type no es de un mensaje SOAP",
            Self::Several => "Hay varios Content-Type, y no dicen lo mismo",
        }
        .into()
    }
}
