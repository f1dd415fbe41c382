//! A signed acuse that comes back: its shape, and then, in this order, the service's seal and the client's signature.
//!
//! [`inspect`] makes an [`Inspected`], whose seal is checked by [`Inspected::sealed`], and the [`Sealed`] that this gives
//! by [`Sealed::signed`]: alone that makes a [`Signed`]. What is believed of the acuse is read from the octets that the
//! engine hands back.

use super::acuse_document::{DATA, DATA_ID, Identity, ROOT, ROOT_ID, huella_of, identify, is_plain};
use super::acuse_error::{AcuseError, FormFault};
use super::firma::{Firma, ids, is_signature};
use crate::domain::acuse_solicitado::AcuseDevuelto;
use crate::domain::firmante::Firmante;
use crate::domain::notificacion::{Codigo, Huella, Sentido};
use crate::signature::{Engine, EngineError, Policy, SignedOctets, check_signing_certificate};
use crate::xml::{Limits, ScreenError, screen};
use openssl::pkey::{PKeyRef, Public};
use roxmltree::{Document, Node, ParsingOptions};

/// The octets of an acuse: as they came, and as they are read, which is without byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Octets<'a> {
    received: &'a [u8],
    screened: &'a [u8],
}

/// An acuse of the right shape. What it says is not believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected<'a> {
    octets: Octets<'a>,
    seal: Firma,
    signature: Firma,
}

/// An acuse that the service gave out and nobody altered; whether it was given to its bearer is for the store to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed<'a> {
    octets: Octets<'a>,
    signature: Firma,
    identity: Identity,
    datos: Huella,
}

/// An acuse with both signatures in order. Whose the client's is, its certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<'a> {
    octets: Octets<'a>,
    identity: Identity,
    datos: Huella,
}

/// Looks at the shape of what came back; `is_own` knows the service's certificates by their DER.
pub fn inspect(octets: &[u8], is_own: impl Fn(&[u8]) -> bool) -> Result<Inspected<'_>, AcuseError> {
    let screened = screen(octets, &Limits::default()).map_err(|error| match error {
        ScreenError::Empty | ScreenError::NotUtf8 { .. } | ScreenError::OtherEncoding { .. } => {
            AcuseError::Encoding(error)
        }
        other => AcuseError::Unreadable(other),
    })?;
    let document = parse(screened.text()).ok_or(AcuseError::Form(FormFault::Root))?;
    let root = document.root_element();
    if !is_plain(root, ROOT) || root.attribute("id") != Some(ROOT_ID) {
        return Err(AcuseError::Form(FormFault::Root));
    }
    check_form(&document)?;
    // In the order of the document, whichever came first: toolkits append, but some insert.
    let nodes = document.descendants().filter(is_signature);
    let signatures: Vec<(Node<'_, '_>, Firma)> = nodes
        .enumerate()
        .map(|(which, node)| (node, Firma::read(which, node)))
        .collect();
    let own = |(_, firma): &(Node<'_, '_>, Firma)| firma.certificates.iter().any(|der| is_own(der));
    let octets = Octets {
        received: octets,
        screened: screened.octets(),
    };
    match signatures.as_slice() {
        [one] if own(one) => Err(AcuseError::NotSigned),
        [] | [_] => Err(AcuseError::NotSealed),
        [first, second] => match (own(first), own(second)) {
            (true, true) => Err(AcuseError::SealedTwice),
            (false, false) => Err(AcuseError::NotSealed),
            (true, false) => Inspected::of(octets, first, second),
            (false, true) => Inspected::of(octets, second, first),
        },
        more => Err(AcuseError::TooManySignatures(more.len())),
    }
}

/// The code of the notification that an acuse says it is of, whatever it is worth: for the answer to repeat.
#[must_use]
pub fn claimed_codigo(octets: &[u8]) -> Option<Codigo> {
    let screened = screen(octets, &Limits::default()).ok()?;
    let document = parse(screened.text())?;
    let data = document.descendants().find(|node| is_plain(*node, DATA))?;
    identify(screened.octets().get(data.range())?).map(|identity| identity.codigo)
}

/// The foreign document as a tree, its nodes bounded by those of what was screened.
fn parse(screened: &str) -> Option<Document<'_>> {
    Document::parse_with_options(screened, ParsingOptions::default()).ok()
}

/// What the root may hold: what is signed, once, and signatures.
fn check_form(document: &Document<'_>) -> Result<(), AcuseError> {
    let root = document.root_element();
    let data = root.children().filter(|node| is_plain(*node, DATA));
    let mut anywhere = document
        .descendants()
        .filter(|node| ids(*node).any(|id| id == DATA_ID));
    let fault = if data.count() != 1
        || anywhere
            .next()
            .is_none_or(|node| !is_plain(node, DATA) || node.parent() != Some(root))
        || anywhere.next().is_some()
    {
        FormFault::Data
    } else if root
        .children()
        .any(|node| !is_plain(node, DATA) && !is_signature(&node) && !is_void(&node))
    {
        FormFault::Intruder
    } else if document
        .descendants()
        .filter(is_signature)
        .any(|node| node.parent() != Some(root))
    {
        FormFault::SignatureElsewhere
    } else {
        return Ok(());
    };
    Err(AcuseError::Form(fault))
}

/// White space and comments say nothing.
fn is_void(node: &Node<'_, '_>) -> bool {
    node.is_comment() || node.is_text() && node.text().is_none_or(|text| text.trim().is_empty())
}

impl<'a> Inspected<'a> {
    fn of(
        octets: Octets<'a>,
        (_, seal): &(Node<'_, '_>, Firma),
        (node, signature): &(Node<'_, '_>, Firma),
    ) -> Result<Self, AcuseError> {
        // The service's own has one reference: whatever has others is not what it made.
        if seal.references != [DATA_ID] {
            return Err(AcuseError::SealBroken);
        }
        if !signature.covers_acuse_alone(*node) {
            return Err(AcuseError::OtherReferences);
        }
        Ok(Self {
            octets,
            seal: seal.clone(),
            signature: signature.clone(),
        })
    }

    /// Checks the service's signature, by the service's key.
    pub fn sealed(
        self,
        engine: &dyn Engine,
        key: &PKeyRef<Public>,
        policy: &Policy,
    ) -> Result<Sealed<'a>, AcuseError> {
        let Self {
            octets,
            seal,
            signature,
        } = self;
        let signed = seal
            .verify(octets.screened, engine, key, policy)
            .map_err(|error| match error {
                EngineError::Internal | EngineError::Key => AcuseError::Failed,
                _ => AcuseError::SealBroken,
            })?;
        let data = acuse_among(&signed).ok_or(AcuseError::SealBroken)?;
        Ok(Sealed {
            octets,
            signature,
            identity: identify(data).ok_or(AcuseError::Form(FormFault::NoAcuse))?,
            datos: huella_of(data),
        })
    }
}

impl<'a> Sealed<'a> {
    /// The certificates that the client's signature brings, in DER: the signer's own and maybe its issuers', in
    /// whatever order. There are none where it only names its key, or leaves that to the message that brings it.
    #[must_use]
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.signature.certificates
    }

    /// Checks the client's signature, by the client's certificate, in DER, and its key.
    pub fn signed(
        self,
        engine: &dyn Engine,
        certificate: &[u8],
        key: &PKeyRef<Public>,
        policy: &Policy,
    ) -> Result<Signed<'a>, AcuseError> {
        let Self {
            octets,
            signature,
            identity,
            datos,
        } = self;
        let signed = signature
            .verify(octets.screened, engine, key, policy)
            .map_err(|error| match error {
                EngineError::Internal => AcuseError::Failed,
                EngineError::DigestMismatch { .. } | EngineError::SignatureMismatch => {
                    AcuseError::SignatureBroken
                }
                other => AcuseError::Unprocessable(other),
            })?;
        for id in &signature.properties {
            let properties = octets_of(&signed, id).ok_or(AcuseError::Failed)?;
            check_signing_certificate(properties, certificate, policy)?;
        }
        // The same element, which may be in the other canonical form.
        if acuse_among(&signed).and_then(identify) == Some(identity) {
            Ok(Signed {
                octets,
                identity,
                datos,
            })
        } else {
            Err(AcuseError::SignatureBroken)
        }
    }
}

impl Signed<'_> {
    /// What it says of the notification.
    #[must_use]
    pub fn sentido(&self) -> Sentido {
        self.identity.sentido
    }

    /// The acuse as the rules know it, given whom the client's certificate speaks for.
    #[must_use]
    pub fn by(self, firmante: Firmante) -> AcuseDevuelto {
        AcuseDevuelto {
            identificador: self.identity.identificador,
            codigo: self.identity.codigo,
            datos: self.datos,
            firmante,
            octetos: self.octets.received.to_vec(),
        }
    }
}

fn octets_of<'s>(signed: &'s [SignedOctets], id: &str) -> Option<&'s SignedOctets> {
    signed.iter().find(|signed| signed.id == id)
}

fn acuse_among(signed: &[SignedOctets]) -> Option<&[u8]> {
    octets_of(signed, DATA_ID).map(|found| found.octets.as_slice())
}
