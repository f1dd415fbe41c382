//! An acuse as the service signed it: what it says is read from the octets that were signed, and from nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::pkey::{PKeyRef, Public};
use openssl::x509::X509;

use crate::contract::canal::acuse_document::NAMESPACE;
use crate::contract::words::InWords;
use crate::signature::{
    Engine, EngineError, Policy, SigningCertificateError, XmlSec, check_signing_certificate,
    is_of_signatures, is_signed_properties,
};
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
    /// It is sealed, and does not say with which certificate.
    #[error("el sello del acuse no dice de qué certificado es: {}", .0.in_words())]
    Certificate(#[from] SigningCertificateError),
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

/// Reads an acuse. It must be sealed by the certificate that it bears, and bind it (XAdES): whose that is, the answer says in which
/// it came, which the service signed. One that binds none, as they were once, must be signed with the service's key.
pub(super) fn read(octets: &[u8], key: &PKeyRef<Public>) -> Result<Acuse, AcuseError> {
    let document = screen(octets, &Limits::MESSAGE)?;
    let root = document.root();
    let id = root.attribute("", "Id").ok_or(AcuseError::NotSigned)?;
    let policy = Policy::canal();
    let signed = match properties(root) {
        None => XmlSec.verify(&document, 0, key, &[id.to_owned()], &policy)?,
        Some(properties) => {
            let der = certificate(root).ok_or(AcuseError::NotSigned)?;
            let seal = X509::from_der(&der).and_then(|seal| seal.public_key());
            let seal = seal.map_err(|_| AcuseError::NotSigned)?;
            let ids = [id.to_owned(), properties.to_owned()];
            let signed = XmlSec.verify(&document, 0, &seal, &ids, &policy)?;
            let of_seal = signed.iter().find(|signed| signed.id == properties);
            check_signing_certificate(of_seal.ok_or(AcuseError::NotSigned)?, &der, &policy)?;
            signed
        }
    };
    let signed = signed.iter().find(|signed| signed.id == id);
    let signed = screen(&signed.ok_or(AcuseError::NotSigned)?.octets, &Limits::MESSAGE)?;
    Acuse::of(signed.root()).ok_or(AcuseError::NotAnAcuse)
}

/// The id of what a sealed document says of its seal, if it says anything.
fn properties<'t>(root: Element<'t, '_>) -> Option<&'t str> {
    let object = signature(root)?
        .children()
        .find(|child| child.local() == "Object")?;
    let qualifying = object.children().next()?;
    let properties = qualifying.children().find(|child| is_signed_properties(*child))?;
    properties.attribute("", "Id")
}

/// The certificate by which a document says that it is sealed, in DER.
fn certificate(root: Element<'_, '_>) -> Option<Vec<u8>> {
    let data = below(below(signature(root)?, "KeyInfo")?, "X509Data")?;
    let text = below(data, "X509Certificate")?.text()?;
    STANDARD.decode(text).ok()
}

fn below<'t, 'a>(parent: Element<'t, 'a>, local: &str) -> Option<Element<'t, 'a>> {
    parent.children().find(|child| child.local() == local)
}

fn signature<'t, 'a>(root: Element<'t, 'a>) -> Option<Element<'t, 'a>> {
    root.children()
        .find(|child| is_of_signatures(child.namespace()) && child.local() == "Signature")
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
