//! XAdES-BES: the certificate that the signed properties name is that of the token.

use openssl::hash::hash;
use roxmltree::Node;

use super::algorithm::Digest;
use super::names::{DS, XADES};
use super::policy::Policy;
use super::text::{base64, elements, ids, parse};

/// The longest digest, in octets.
const MAX_DIGEST_OCTETS: usize = 64;

/// How signed properties fail to bind the certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unbound {
    /// They cannot be read, or name no certificate.
    Missing,
    /// They name another certificate.
    Other,
}

/// ETSI TS 101 903 §7.2.2 and EN 319 132-1 §5.2.2: SigningCertificate, or SigningCertificateV2, holds the digest of
/// the signing certificate, first if there are several. `octets` are the signed ones of the SignedProperties.
pub(super) fn check_certificate(
    octets: &[u8],
    id: &str,
    token_der: &[u8],
    policy: &Policy,
) -> Result<(), Unbound> {
    let document = std::str::from_utf8(octets)
        .ok()
        .and_then(parse)
        .ok_or(Unbound::Missing)?;
    let properties = document.root_element();
    let is = |node: Node<'_, '_>, name| {
        node.tag_name().name() == name && node.tag_name().namespace().is_some_and(|ns| XADES.contains(&ns))
    };
    if !is(properties, "SignedProperties") || !ids(properties).any(|other| other == id) {
        return Err(Unbound::Missing);
    }
    let child = |node, name| elements(node).find(|child| is(*child, name));
    let signature_properties = child(properties, "SignedSignatureProperties").ok_or(Unbound::Missing)?;
    let mut some = false;
    for name in ["SigningCertificate", "SigningCertificateV2"] {
        let Some(certificates) = child(signature_properties, name) else {
            continue;
        };
        let digest = child(certificates, "Cert")
            .and_then(|cert| child(cert, "CertDigest"))
            .ok_or(Unbound::Missing)?;
        let ds = |name| elements(digest).find(|child| child.has_tag_name((DS, name)));
        let method = ds("DigestMethod").and_then(|method| method.attribute("Algorithm"));
        let method = method
            .and_then(|uri| Digest::from_uri(uri).ok())
            .filter(|method| policy.accepts_digest(*method));
        let method = method.ok_or(Unbound::Missing)?;
        let value = ds("DigestValue")
            .and_then(|value| base64(value, MAX_DIGEST_OCTETS))
            .ok_or(Unbound::Missing)?;
        let computed = hash(method.message_digest(), token_der).map_err(|_| Unbound::Missing)?;
        if *computed != *value {
            return Err(Unbound::Other);
        }
        some = true;
    }
    if some { Ok(()) } else { Err(Unbound::Missing) }
}
