//! `Firma`: a signature of an acuse that came back, as its tree tells it before anything is verified.

use openssl::pkey::{PKeyRef, Public};

use super::acuse_document::DATA_ID;
use super::decode::base64;
use crate::signature::{Engine, EngineError, Policy, SignedOctets, is_signed_properties};
use crate::xml::Screened;
use crate::xml::tree::Element;

/// XML Signature Syntax and Processing, §1.3.
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The most certificates of a signature that are looked at: a whole chain fits.
const MAX_CERTIFICATES: usize = 8;

/// A signature of an acuse, as far as verifying it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Firma {
    /// Which of the document's signatures it is, from 0.
    which: usize,
    /// The ids that it refers to.
    pub(super) references: Vec<String>,
    /// Those among them of the properties of XAdES, which must name the signer's certificate.
    pub(super) properties: Vec<String>,
    /// Whether it refers to the acuse, and beyond it only to what is within the signature itself: its `KeyInfo`, or the
    /// properties of XAdES.
    pub(super) covers_acuse_alone: bool,
    /// The certificates that it brings, in DER.
    pub(super) certificates: Vec<Vec<u8>>,
}

impl Firma {
    /// Reads the `which`-th `ds:Signature` of a document.
    pub(super) fn read(which: usize, signature: Element<'_, '_>) -> Self {
        let inside = |path: &[&str]| {
            path.iter().fold(vec![signature], |parents, name| {
                let named = |element: &Element<'_, '_>| element.is(DS, name);
                parents
                    .iter()
                    .flat_map(|parent| parent.children().filter(named))
                    .collect()
            })
        };
        let certificate = |element: &Element<'_, '_>| base64(&element.own_text());
        // What is not a reference to an id is kept as it is: it will be found to be no id of the document.
        let references: Vec<String> = inside(&["SignedInfo", "Reference"])
            .iter()
            .take(Policy::MAX_REFERENCES + 1)
            .map(|reference| reference.attribute("", "URI").unwrap_or_default())
            .map(|uri| uri.strip_prefix('#').unwrap_or_default().to_owned())
            .collect();
        let properties = signature
            .descendants()
            .filter(|element| is_signed_properties(*element))
            .flat_map(Element::ids)
            .filter(|id| references.iter().any(|reference| reference == id))
            .map(str::to_owned)
            .collect();
        Self {
            which,
            covers_acuse_alone: covers_acuse_alone(&references, signature),
            references,
            properties,
            certificates: inside(&["KeyInfo", "X509Data", "X509Certificate"])
                .iter()
                .take(MAX_CERTIFICATES)
                .filter_map(certificate)
                .collect(),
        }
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

fn covers_acuse_alone(references: &[String], signature: Element<'_, '_>) -> bool {
    let own: Vec<&str> = signature.descendants().flat_map(Element::ids).collect();
    let (acuse, others): (Vec<&String>, Vec<&String>) = references.iter().partition(|id| *id == DATA_ID);
    let distinct = others
        .iter()
        .enumerate()
        .all(|(at, id)| others.iter().skip(at + 1).all(|later| later != id));
    references.len() <= Policy::MAX_REFERENCES
        && acuse.len() == 1
        && distinct
        && others.iter().all(|id| own.contains(&id.as_str()))
}

/// Whether it is a `ds:Signature`.
pub(super) fn is_signature(element: &Element<'_, '_>) -> bool {
    element.is(DS, "Signature")
}
