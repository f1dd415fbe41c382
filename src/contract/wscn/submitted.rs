//! A signed acuse that comes back: its shape, and then, in this order, the service's seal and the client's signature.
//!
//! [`inspect`] makes an [`Inspected`], whose seal is checked by [`Inspected::sealed`], and the [`Sealed`] that this gives
//! by [`Sealed::signed`]: alone that makes a [`Signed`]. What is believed of the acuse is read from the octets that the
//! engine hands back.

use super::acuse_document::{DATA, DATA_ID, Identity, ROOT, ROOT_ID, huella_of, identify};
use super::acuse_error::{AcuseError, FormFault};
use super::decode::base64;
use super::firma::{DS, Firma, is_signature};
use crate::domain::acuse_solicitado::AcuseDevuelto;
use crate::domain::firmante::Firmante;
use crate::domain::notificacion::{Codigo, Huella, Sentido};
use crate::signature::{
    Engine, EngineError, Policy, SignedOctets, check_signing_certificate, is_of_signatures,
};
use crate::xml::tree::{Content, Element};
use crate::xml::white::{WHITE, is_white};
use crate::xml::{Limits, ScreenError, Screened, screen};
use openssl::pkey::{PKeyRef, Public};

/// An acuse as it came, and as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Document<'a> {
    received: &'a [u8],
    screened: Screened<'a>,
}

/// An acuse of the right shape. What it says is not believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected<'a> {
    document: Document<'a>,
    seal: Firma,
    signature: Firma,
}

/// An acuse that the service gave out and nobody altered; whether it was given to its bearer is for the store to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed<'a> {
    document: Document<'a>,
    signature: Firma,
    certificado: Huella,
    identity: Identity,
    datos: Huella,
}

/// An acuse with both signatures in order. Whose the client's is, its certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<'a> {
    document: Document<'a>,
    certificado: Huella,
    identity: Identity,
    datos: Huella,
}

/// Looks at the shape of what came back; `is_own` knows the service's certificates by their DER, and `policy` is what is
/// accepted of the client's signature.
pub fn inspect<'a>(
    octets: &'a [u8],
    is_own: impl Fn(&[u8]) -> bool,
    policy: &Policy,
) -> Result<Inspected<'a>, AcuseError> {
    let screened = screen(octets, &Limits::default()).map_err(|error| match error {
        _ if is_encoded(octets) => AcuseError::EncodedTwice,
        ScreenError::Empty | ScreenError::NotUtf8 { .. } | ScreenError::OtherEncoding { .. } => {
            AcuseError::Encoding(error)
        }
        other => AcuseError::Unreadable(other),
    })?;
    let root = screened.root();
    if !root.is("", ROOT) || root.attribute("", "id") != Some(ROOT_ID) {
        return Err(AcuseError::Form(FormFault::Root));
    }
    check_form(&screened)?;
    // In the order of the document, whichever came first: toolkits append, but some insert.
    let signatures = root.descendants().filter(is_signature);
    let signatures: Vec<Firma> = signatures
        .enumerate()
        .map(|(which, signature)| Firma::read(which, signature, &screened, policy))
        .collect();
    let own = |firma: &Firma| firma.shows(&is_own);
    let document = Document {
        received: octets,
        screened,
    };
    match signatures.as_slice() {
        [one] if own(one) => Err(AcuseError::NotSigned),
        [] | [_] => Err(AcuseError::NotSealed),
        [first, second] => match (own(first), own(second)) {
            (true, true) => Err(AcuseError::SealedTwice),
            (false, false) => Err(AcuseError::NotSealed),
            (true, false) => Inspected::of(document, first, second),
            (false, true) => Inspected::of(document, second, first),
        },
        more => Err(AcuseError::TooManySignatures(more.len())),
    }
}

/// The code of the notification that an acuse says it is of, whatever it is worth: for the answer to repeat.
#[must_use]
pub fn claimed_codigo(octets: &[u8]) -> Option<Codigo> {
    claimed(octets).map(|identity| identity.codigo)
}

/// The code of the warning that an acuse says it carries, whatever it is worth: to tell who brings that of another
/// service what it is.
#[must_use]
pub fn claimed_advertencia(octets: &[u8]) -> Option<String> {
    claimed(octets).map(|identity| identity.advertencia)
}

fn claimed(octets: &[u8]) -> Option<Identity> {
    let screened = screen(octets, &Limits::default()).ok()?;
    let data = screened
        .root()
        .descendants()
        .find(|element| element.is("", DATA))?;
    identify(screened.octets().get(data.octets())?)
}

/// Whether octets that are no XML are base64 of something that is, or of base64 again.
fn is_encoded(octets: &[u8]) -> bool {
    let decoded = std::str::from_utf8(octets).ok().and_then(base64);
    decoded.is_some_and(|inner| {
        let begins = inner.iter().find(|octet| !WHITE.contains(&char::from(**octet)));
        let bom = inner.starts_with(b"\xEF\xBB\xBF");
        begins == Some(&b'<') || bom || (!inner.is_empty() && is_encoded(&inner))
    })
}

/// What the root may hold: what is signed, once, and signatures; and nothing that no signature covers, since what is kept
/// as evidence is to be what was given out and the client's signature.
fn check_form(document: &Screened<'_>) -> Result<(), AcuseError> {
    let root = document.root();
    let is_data = |element: Element<'_, '_>| element.is("", DATA);
    let known = |content| match content {
        Content::Element(element) => is_data(element) || is_signature(&element),
        Content::Text(text) => is_white(text),
    };
    let is_own_data = |data: Element<'_, '_>| is_data(data) && data.parent() == Some(root);
    let fault = if document.has_comments() {
        FormFault::Comment
    } else if root.attributes().count() != 1 || !is_undeclared(root) {
        FormFault::Attributes
    } else if root.children().filter(|child| is_data(*child)).count() != 1
        || !document.bearer(DATA_ID).is_some_and(is_own_data)
    {
        FormFault::Data
    } else if !root.contents().all(known) {
        FormFault::Intruder
    } else if root
        .descendants()
        .filter(is_signature)
        .any(|signature| signature.parent() != Some(root))
    {
        FormFault::SignatureElsewhere
    } else {
        return Ok(());
    };
    Err(AcuseError::Form(fault))
}

/// Whether neither the root nor what is signed in it declares a namespace but those of signatures, which some toolkits
/// gather at the root: the acuse is in none.
fn is_undeclared(root: Element<'_, '_>) -> bool {
    root.descendants()
        .filter(|element| element.namespace() != DS && !element.ancestors().any(|outer| is_signature(&outer)))
        .flat_map(Element::declarations)
        .all(|(_, namespace)| namespace.is_empty() || is_of_signatures(namespace))
}

impl<'a> Inspected<'a> {
    fn of(document: Document<'a>, seal: &Firma, signature: &Firma) -> Result<Self, AcuseError> {
        // The service's own has one reference: whatever has others is not what it made.
        if !seal.covers_acuse_only() {
            return Err(AcuseError::SealBroken);
        }
        if !seal.is_seal() {
            return Err(AcuseError::Form(FormFault::Seal));
        }
        signature.check_clients()?;
        Ok(Self {
            document,
            seal: seal.clone(),
            signature: signature.clone(),
        })
    }

    /// The service's certificate that its signature brings, in DER: it has one.
    #[must_use]
    pub fn seal_certificate(&self) -> &[u8] {
        self.seal.certificates().first().map_or(&[], Vec::as_slice)
    }

    /// Checks the service's signature, by the key of [`Self::seal_certificate`].
    pub fn sealed(
        self,
        engine: &dyn Engine,
        key: &PKeyRef<Public>,
        policy: &Policy,
    ) -> Result<Sealed<'a>, AcuseError> {
        let Self {
            document,
            seal,
            signature,
        } = self;
        let signed = seal
            .verify(&document.screened, engine, key, policy)
            .map_err(|error| match error {
                EngineError::Internal | EngineError::Key => AcuseError::Failed,
                // It is the client's, whatever signature is looked at first.
                error @ EngineError::Namespace { .. } => AcuseError::Unprocessable(error),
                _ => AcuseError::SealBroken,
            })?;
        let data = acuse_among(&signed).ok_or(AcuseError::SealBroken)?;
        let certificado = seal.certificates().first().map_or(&[][..], Vec::as_slice);
        Ok(Sealed {
            document,
            signature,
            certificado: huella_of(certificado),
            identity: identify(data).ok_or(AcuseError::Form(FormFault::NoAcuse))?,
            datos: huella_of(data),
        })
    }
}

impl<'a> Sealed<'a> {
    /// The certificates that the client's signature brings, in DER: the signer's own and maybe its issuers', in
    /// whatever order.
    #[must_use]
    pub fn certificates(&self) -> &[Vec<u8>] {
        self.signature.certificates()
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
            document,
            signature,
            certificado,
            identity,
            datos,
        } = self;
        let signed = signature
            .verify(&document.screened, engine, key, policy)
            .map_err(|error| match error {
                EngineError::Internal => AcuseError::Failed,
                EngineError::DigestMismatch { .. } | EngineError::SignatureMismatch => {
                    AcuseError::SignatureBroken
                }
                other => AcuseError::Unprocessable(other),
            })?;
        signature
            .names_only(&document.screened, certificate)
            .map_err(AcuseError::KeyInfo)?;
        for id in &signature.properties {
            let properties = octets_of(&signed, id).ok_or(AcuseError::Failed)?;
            check_signing_certificate(properties, certificate, policy)?;
        }
        // The same element, which may be in the other canonical form.
        if acuse_among(&signed).and_then(identify).as_ref() == Some(&identity) {
            Ok(Signed {
                document,
                certificado,
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
            advertencia: self.identity.advertencia,
            datos: self.datos,
            certificado: self.certificado,
            firmante,
            octetos: self.document.received.to_vec(),
        }
    }
}

fn octets_of<'s>(signed: &'s [SignedOctets], id: &str) -> Option<&'s SignedOctets> {
    signed.iter().find(|signed| signed.id == id)
}

fn acuse_among(signed: &[SignedOctets]) -> Option<&[u8]> {
    octets_of(signed, DATA_ID).map(|found| found.octets.as_slice())
}
