//! XAdES-BES: the certificate that the signed properties name is the one by which the signature is verified.

use super::algorithm::{Digest, UnknownAlgorithm};
use super::engine::SignedOctets;
use super::names::{DS, EC, XADES};
use super::policy::Policy;
use super::text::{loose_base64, parse};
use crate::xml::tree::Element;

/// The longest digest, in octets.
const MAX_DIGEST_OCTETS: usize = 64;

/// How signed properties fail to bind the certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningCertificateError {
    /// They cannot be read, or name no certificate.
    #[error("SignedProperties names no certificate")]
    Missing,
    /// They name it in a way that cannot be checked.
    #[error("{property} lacks the digest of a certificate")]
    Incomplete {
        /// Local name of the property, as in XAdES.
        property: &'static str,
    },
    /// They name it by a digest that is not accepted.
    #[error("of {property}: {algorithm}")]
    Digest {
        /// Local name of the property, as in XAdES.
        property: &'static str,
        /// The digest method that is not taken.
        algorithm: UnknownAlgorithm,
    },
    /// They name another certificate.
    #[error("{property} names another certificate")]
    Other {
        /// Local name of the property, as in XAdES.
        property: &'static str,
    },
}

/// Whether an element is the properties that a signature of XAdES signs.
#[must_use]
pub fn is_signed_properties(element: Element<'_, '_>) -> bool {
    is(element, "SignedProperties")
}

/// Whether an element is what holds the properties of XAdES.
pub(super) fn is_qualifying_properties(element: Element<'_, '_>) -> bool {
    is(element, "QualifyingProperties")
}

/// Whether a namespace is one that signatures use for their own parts.
#[must_use]
pub fn is_of_signatures(namespace: &str) -> bool {
    namespace == DS || namespace == EC || XADES.contains(&namespace)
}

/// ETSI TS 101 903 §7.2.2 and EN 319 132-1 §5.2.2: SigningCertificate, or SigningCertificateV2, holds the digest of
/// the signing certificate, first if there are several. `signed` are the octets of the SignedProperties that were
/// digested; `certificate` is, in DER, that of the key by which the signature was verified.
pub fn check_signing_certificate(
    signed: &SignedOctets,
    certificate: &[u8],
    policy: &Policy,
) -> Result<(), SigningCertificateError> {
    use SigningCertificateError::Missing;
    let document = parse(&signed.octets).ok_or(Missing)?;
    let properties = document.root();
    if !is_signed_properties(properties) || !properties.ids().any(|id| id == signed.id) {
        return Err(Missing);
    }
    let signature_properties = properties
        .children()
        .filter(|child| is(*child, "SignedSignatureProperties"));
    let mut some = false;
    // Each of them, so that none that is kept names somebody else.
    for certificates in signature_properties.flat_map(Element::children) {
        let known = ["SigningCertificate", "SigningCertificateV2"];
        if let Some(property) = known.into_iter().find(|name| is(certificates, name)) {
            check(property, certificates, certificate, policy)?;
            some = true;
        }
    }
    if some { Ok(()) } else { Err(Missing) }
}

/// Checks that the first certificate that a property names is this one.
fn check(
    property: &'static str,
    certificates: Element<'_, '_>,
    certificate: &[u8],
    policy: &Policy,
) -> Result<(), SigningCertificateError> {
    use SigningCertificateError::{Digest as NotAccepted, Incomplete, Other};
    let incomplete = || Incomplete { property };
    let named = child(certificates, "Cert").and_then(|cert| child(cert, "CertDigest"));
    let named = named.ok_or_else(incomplete)?;
    let ds = |name| named.children().find(|child| child.is(DS, name));
    let method = ds("DigestMethod").and_then(|method| method.attribute("", "Algorithm"));
    let digest = Digest::accepted(method.ok_or_else(incomplete)?, policy)
        .map_err(|algorithm| NotAccepted { property, algorithm })?;
    let value = ds("DigestValue").and_then(|value| loose_base64(value, MAX_DIGEST_OCTETS));
    if digest.of(certificate) == value.ok_or_else(incomplete)? {
        Ok(())
    } else {
        Err(Other { property })
    }
}

fn child<'t, 'a>(element: Element<'t, 'a>, name: &str) -> Option<Element<'t, 'a>> {
    element.children().find(|child| is(*child, name))
}

fn is(element: Element<'_, '_>, name: &str) -> bool {
    element.local() == name && XADES.contains(&element.namespace())
}
