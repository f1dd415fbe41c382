//! `Firma`: a signature of an acuse that came back, as its tree tells it before anything is verified.

use openssl::pkey::{PKeyRef, Public};

use super::acuse_document::DATA_ID;
use super::acuse_error::{AcuseError, KeyInfoFault};
use super::chain::is_chain_of;
use crate::signature::{
    Engine, EngineError, Policy, ShapeError, SignedOctets, certificate_of, check_key_info, inspect_signature,
    is_of_signatures, is_signed_properties,
};
use crate::xml::Screened;
use crate::xml::tree::{Content, Element};
use crate::xml::white::is_white;

/// XML Signature Syntax and Processing, §1.3.
pub(super) const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The most certificates of a signature: a whole chain fits.
const MAX_CERTIFICATES: usize = 8;

/// What is known of a signature, and what verifying it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Firma {
    /// Which of the document's signatures it is, from 0.
    which: usize,
    /// The ids that it refers to.
    references: Vec<String>,
    /// Whether it has the shape that is accepted.
    shape: Result<(), ShapeError>,
    /// Those among them of the properties of XAdES, which must name the signer's certificate.
    pub(super) properties: Vec<String>,
    /// The ids within it.
    own: Vec<String>,
    /// The certificates that it brings, in DER: at least one.
    certificates: Result<Vec<Vec<u8>>, KeyInfoFault>,
    /// Whether it holds what the service writes into its own, and nothing else.
    is_bare: bool,
}

impl Firma {
    /// Reads the `which`-th `ds:Signature` of a document, as a policy asks.
    pub(super) fn read(
        which: usize,
        signature: Element<'_, '_>,
        document: &Screened<'_>,
        policy: &Policy,
    ) -> Self {
        // What is not a reference to an id is kept as it is: it will be found to be no id of the document.
        let references: Vec<String> = inside(signature, &["SignedInfo", "Reference"])
            .iter()
            .take(Policy::MAX_REFERENCES + 1)
            .map(|reference| reference.attribute("", "URI").unwrap_or_default())
            .map(|uri| uri.strip_prefix('#').unwrap_or_default().to_owned())
            .collect();
        let refers = |id: &str| references.iter().any(|reference| reference == id);
        let properties = signature
            .descendants()
            .filter(|element| is_signed_properties(*element))
            .flat_map(Element::ids)
            .filter(|id| refers(id))
            .map(str::to_owned)
            .collect();
        Self {
            which,
            properties,
            own: signature
                .descendants()
                .flat_map(Element::ids)
                .map(str::to_owned)
                .collect(),
            references,
            shape: inspect_signature(document, signature, policy),
            certificates: certificates(signature),
            is_bare: is_bare(signature),
        }
    }

    /// Whether it brings a certificate of which that is known.
    pub(super) fn shows(&self, known: impl Fn(&[u8]) -> bool) -> bool {
        self.certificates.iter().flatten().any(|der| known(der))
    }

    /// Whether it is, but for the value, what the service writes.
    pub(super) fn is_seal(&self) -> bool {
        self.is_bare && self.certificates.as_ref().is_ok_and(|all| all.len() == 1)
    }

    /// Whether it refers to the acuse and to nothing else, as the service's does.
    pub(super) fn covers_acuse_only(&self) -> bool {
        self.references == [DATA_ID]
    }

    /// What a client's must be: of the acuse, once, and beyond it only of parts of itself: its `KeyInfo`, the properties
    /// of XAdES. It must bring its signer's certificate, or it would be no evidence later.
    pub(super) fn check_clients(&self) -> Result<(), AcuseError> {
        let references = &self.references;
        let times = |id: &String| references.iter().filter(|reference| *reference == id).count();
        let right = |id: &String| times(id) == 1 && (id == DATA_ID || self.own.contains(id));
        let acuse = references.iter().any(|id| id == DATA_ID);
        if references.len() > Policy::MAX_REFERENCES || !acuse || !references.iter().all(right) {
            return Err(AcuseError::OtherReferences);
        }
        self.shape.clone().map_err(AcuseError::Shape)?;
        match &self.certificates {
            Ok(_) => Ok(()),
            Err(fault) => Err(AcuseError::KeyInfo(*fault)),
        }
    }

    /// The certificates that it brings, in DER.
    pub(super) fn certificates(&self) -> &[Vec<u8>] {
        self.certificates.as_deref().unwrap_or_default()
    }

    /// Whether what it brings beside its signer's certificate, in DER, names that one or its key: what is kept must not show
    /// a person who did not sign.
    pub(super) fn names_only(&self, document: &Screened<'_>, certificate: &[u8]) -> Result<(), KeyInfoFault> {
        if !is_chain_of(certificate, self.certificates()) {
            return Err(KeyInfoFault::SomebodyElse);
        }
        let signature = document.root().descendants().filter(is_signature).nth(self.which);
        let named = signature.map(|signature| check_key_info(signature, certificate));
        named
            .unwrap_or(Err(ShapeError::OtherToken))
            .map_err(|_| KeyInfoFault::AnotherName)
    }

    /// Has the engine verify it by a key; gives the octets of its references.
    pub(super) fn verify(
        &self,
        document: &Screened<'_>,
        engine: &dyn Engine,
        key: &PKeyRef<Public>,
        policy: &Policy,
    ) -> Result<Vec<SignedOctets>, EngineError> {
        engine.verify(document, self.which, key, &self.references, policy)
    }
}

/// XMLDSig 1.1 §4.5.4: the certificates in `X509Data`. What says where one is to be had is never fetched, and what only
/// names a key may mean any certificate of it.
fn certificates(signature: Element<'_, '_>) -> Result<Vec<Vec<u8>>, KeyInfoFault> {
    let all: Vec<_> = inside(signature, &["KeyInfo", "X509Data", "X509Certificate"]);
    if all.is_empty() {
        let retrieval = !inside(signature, &["KeyInfo", "RetrievalMethod"]).is_empty();
        return Err(if retrieval {
            KeyInfoFault::RetrievalMethod
        } else {
            KeyInfoFault::NoCertificate
        });
    }
    if all.len() > MAX_CERTIFICATES {
        return Err(KeyInfoFault::TooMany);
    }
    let read = all.into_iter().map(certificate_of).collect::<Result<_, _>>();
    read.map_err(KeyInfoFault::Unreadable)
}

/// The elements of XMLDSig at the end of a path of them.
fn inside<'t, 'a>(signature: Element<'t, 'a>, path: &[&str]) -> Vec<Element<'t, 'a>> {
    path.iter().fold(vec![signature], |parents, name| {
        let children = parents.iter().flat_map(|parent| parent.children());
        children.filter(|child| child.is(DS, name)).collect()
    })
}

/// Whether a signature has these elements, each in its place and once, and beside them at most white space: no attribute,
/// no other element. What is within `SignedInfo` is signed.
fn is_bare(signature: Element<'_, '_>) -> bool {
    let holds = |element: Element<'_, '_>, names: &[&str]| {
        let blank = |content| match content {
            Content::Element(_) => true,
            Content::Text(text) => is_white(text),
        };
        element.attributes().next().is_none()
            && element.contents().all(blank)
            && element.children().count() == names.len()
            && element
                .children()
                .zip(names)
                .all(|(child, name)| child.is(DS, name))
    };
    let only = |element: Element<'_, '_>| element.attributes().next().is_none() && element.text().is_some();
    let at = |path: &[&str], check: &dyn Fn(Element<'_, '_>) -> bool| {
        inside(signature, path).into_iter().all(check)
    };
    let declared = signature.descendants().flat_map(Element::declarations);
    declared.map(|(_, namespace)| namespace).all(is_of_signatures)
        && holds(signature, &["SignedInfo", "SignatureValue", "KeyInfo"])
        && at(&["SignatureValue"], &only)
        && at(&["KeyInfo"], &|key_info| holds(key_info, &["X509Data"]))
        && at(&["KeyInfo", "X509Data"], &|data| {
            holds(data, &["X509Certificate"])
        })
        && at(&["KeyInfo", "X509Data", "X509Certificate"], &only)
}

/// Whether it is a `ds:Signature`.
pub(super) fn is_signature(element: &Element<'_, '_>) -> bool {
    element.is(DS, "Signature")
}
