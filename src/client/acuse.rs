//! An acuse as the service signed it: what it says is read from the octets that were signed, and from nothing else.

use openssl::pkey::{PKeyRef, Public};

use crate::contract::canal::acuse_document::NAMESPACE;
use crate::contract::words::InWords;
use crate::signature::{Engine, EngineError, Policy, XmlSec};
use crate::xml::tree::Element;
use crate::xml::{Limits, ScreenError, screen};

/// Why a document is no acuse of the service's.
#[derive(Debug, thiserror::Error)]
pub enum AcuseError {
    /// It is no XML that can be read.
    #[error("el acuse no se puede leer: {}", .0.in_words())]
    Unreadable(#[from] ScreenError),
    /// Its root bears no id by which it could be signed.
    #[error("el acuse no está firmado entero")]
    NotSigned,
    /// The service's signature of it does not hold.
    #[error("la firma del acuse no es válida: {}", .0.in_words())]
    Signature(#[from] EngineError),
    /// What the service signed is another document.
    #[error("lo que vino como acuse no lo es")]
    NotAnAcuse,
}

/// Of what an acuse is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Acuse {
    /// Code of the notification.
    pub(super) codigo: String,
    /// SHA-256 of the notified document, in hexadecimal.
    pub(super) huella: String,
    /// NIF of the addressee.
    pub(super) nif: String,
}

/// Reads an acuse that must be signed with this key.
pub(super) fn read(octets: &[u8], key: &PKeyRef<Public>) -> Result<Acuse, AcuseError> {
    let document = screen(octets, &Limits::MESSAGE)?;
    let id = document.root().attribute("", "Id").ok_or(AcuseError::NotSigned)?;
    let signed = XmlSec.verify(&document, 0, key, &[id.to_owned()], &Policy::canal())?;
    let [signed] = signed.as_slice() else {
        return Err(AcuseError::NotSigned);
    };
    let signed = screen(&signed.octets, &Limits::MESSAGE)?;
    Acuse::of(signed.root()).ok_or(AcuseError::NotAnAcuse)
}

impl Acuse {
    fn of(root: Element<'_, '_>) -> Option<Self> {
        let text = |path: [&str; 2]| path.into_iter().try_fold(root, only)?.text().map(str::to_owned);
        root.is(NAMESPACE, "acuse").then_some(())?;
        Some(Self {
            codigo: text(["acto", "codigo"])?,
            huella: text(["acto", "huella"])?,
            nif: text(["destinatario", "nif"])?,
        })
    }
}

/// The one child of that name.
fn only<'t, 'a>(parent: Element<'t, 'a>, local: &str) -> Option<Element<'t, 'a>> {
    let mut found = parent.children().filter(|child| child.is(NAMESPACE, local));
    let one = found.next();
    one.filter(|_| found.next().is_none())
}
