//! Documents that the service signs: the acuse above all, as XAdES baseline B-B (E-31).

use chrono::{DateTime, SecondsFormat, Utc};
use openssl::x509::X509;
use quick_xml::Reader;
use quick_xml::events::Event;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::signature::{Reference, check_id, sign};
use super::{SealError, SigningKey};
use crate::signature::algorithm::{C14n, Digest, Transform, sha256};
use crate::signature::names::{DS as DS_URI, SIGNED_PROPERTIES, XADES};
use crate::xml::tree::is_id;
use crate::xml::write::{Canonical, Name, Ns, Writer};

const DS: Ns<'static> = Ns::new("ds", DS_URI);
const ETSI: Ns<'static> = Ns::new("xades", XADES[0]);

/// The media type of what is sealed (RFC 7303).
const XML: &str = "application/xml";
/// How an element is signed that the signature is inside of, or beside.
const ENVELOPED: [Transform; 2] = [Transform::EnvelopedSignature, Transform::C14n(C14n::Exclusive)];

/// With what a document is sealed, when, and what of.
pub struct Sealing<'a> {
    /// The key, with its certificate.
    pub key: &'a SigningKey,
    /// The certificates that go with the seal: its own first, the root not among them.
    pub chain: &'a [X509],
    /// When, by the clock of whoever seals.
    pub at: DateTime<Utc>,
    /// What the document is, as a URI.
    pub object: &'a str,
}

/// Seals a document whose root bears `id`: the same document with a `ds:Signature` as its root's last child.
///
/// It is XAdES baseline B-B (ETSI EN 319 132-1 §6): an enveloped signature by that id, and one of SignedProperties, which bind the
/// certificate and say when and what. Without it the document is octet by octet the one that was given.
pub fn seal_document(sealing: &Sealing<'_>, document: &Canonical, id: &str) -> Result<Vec<u8>, SealError> {
    check_bearer(document, id)?;
    let of = |what: &str| format!("{id}-{what}");
    let names = Names {
        signature: of("firma"),
        reference: of("referencia"),
        properties: of("propiedades"),
    };
    let properties = signed_properties(sealing, &names)?;
    let exclusive = [Transform::C14n(C14n::Exclusive)];
    let references = [
        Reference {
            own: Some(&names.reference),
            sha256: sha256(document.octets()),
            ..Reference::to(id, &ENVELOPED)
        },
        Reference {
            kind: Some(SIGNED_PROPERTIES),
            sha256: sha256(properties.octets()),
            ..Reference::to(&names.properties, &exclusive)
        },
    ];
    let value = sign(sealing.key, &references)?;
    let mut signature = format!(
        r#"<ds:Signature xmlns:ds="{DS_URI}" Id="{}">{}<ds:SignatureValue>{}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>"#,
        names.signature,
        // SignedInfo is text that was written here.
        String::from_utf8_lossy(&value.signed_info),
        value.base64,
    )
    .into_bytes();
    for certificate in sealing.chain {
        let der = certificate.to_der().map_err(SealError::Unreadable)?;
        let base64 = STANDARD.encode(der);
        signature.extend_from_slice(b"<ds:X509Certificate>");
        signature.extend_from_slice(base64.as_bytes());
        signature.extend_from_slice(b"</ds:X509Certificate>");
    }
    let qualifying = format!(
        r##"</ds:X509Data></ds:KeyInfo><ds:Object><xades:QualifyingProperties xmlns:xades="{}" Target="#{}">"##,
        XADES[0], names.signature
    );
    signature.extend_from_slice(qualifying.as_bytes());
    signature.extend_from_slice(properties.octets());
    signature.extend_from_slice(b"</xades:QualifyingProperties></ds:Object></ds:Signature>");
    within(document, &signature)
}

/// The ids by which the parts of a signature are referred to.
struct Names {
    signature: String,
    reference: String,
    properties: String,
}

/// EN 319 132-1 §5.2.1, §5.2.2, §5.2.4: what the signature says of itself.
fn signed_properties(sealing: &Sealing<'_>, names: &Names) -> Result<Canonical, SealError> {
    let der = sealing
        .key
        .certificate()
        .to_der()
        .map_err(SealError::Unreadable)?;
    let id = Name::unqualified("Id");
    let mut writer = Writer::with_capacity(1536);
    writer
        .start(ETSI.name("SignedProperties"))
        .attr(id, &names.properties);
    writer.start(ETSI.name("SignedSignatureProperties"));
    let at = sealing.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    writer.element(ETSI.name("SigningTime"), &at);
    writer.start(ETSI.name("SigningCertificateV2"));
    writer.start(ETSI.name("Cert")).start(ETSI.name("CertDigest"));
    writer
        .start(DS.name("DigestMethod"))
        .attr(Name::unqualified("Algorithm"), Digest::Sha256.uri())
        .end();
    writer.element(DS.name("DigestValue"), &STANDARD.encode(sha256(&der)));
    writer.end().end().end().end();
    writer.start(ETSI.name("SignedDataObjectProperties"));
    writer.start(ETSI.name("DataObjectFormat")).attr(
        Name::unqualified("ObjectReference"),
        &format!("#{}", names.reference),
    );
    writer.start(ETSI.name("ObjectIdentifier"));
    writer.element(ETSI.name("Identifier"), sealing.object);
    writer.end();
    writer.element(ETSI.name("MimeType"), XML);
    writer.end().end().end();
    Ok(writer.finish()?)
}

/// Signs an element that bears `id`: gives the `ds:Signature`, which counts inside the element and beside it.
///
/// An enveloped signature (XMLDSig 1.1 §6.6.4) by that id: enveloped-signature transform, exclusive canonicalization,
/// SHA-256, the certificate in X509Data. In its document no other element may bear the id.
pub fn seal_element(key: &SigningKey, element: &Canonical, id: &str) -> Result<Vec<u8>, SealError> {
    check_bearer(element, id)?;
    let reference = Reference {
        sha256: sha256(element.octets()),
        ..Reference::to(id, &ENVELOPED)
    };
    let value = sign(key, &[reference])?;
    let pieces: [&[u8]; 9] = [
        br#"<ds:Signature xmlns:ds=""#,
        DS_URI.as_bytes(),
        br#"">"#,
        &value.signed_info,
        b"<ds:SignatureValue>",
        value.base64.as_bytes(),
        b"</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>",
        key.certificate_base64().as_bytes(),
        b"</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>",
    ];
    Ok(pieces.concat())
}

/// A document with something more as its root's last child.
fn within(document: &Canonical, last: &[u8]) -> Result<Vec<u8>, SealError> {
    let octets = document.octets();
    // Canonical XML has no empty-element tags, so the last `<` begins the root's end tag.
    let end = octets
        .iter()
        .rposition(|&octet| octet == b'<')
        .ok_or(SealError::Root)?;
    let (content, end_tag) = octets.split_at(end);
    Ok([content, last, end_tag].concat())
}

fn check_bearer(element: &Canonical, id: &str) -> Result<(), SealError> {
    check_id(id)?;
    if root_bears(element.octets(), id) {
        Ok(())
    } else {
        Err(SealError::Root)
    }
}

fn root_bears(octets: &[u8], id: &str) -> bool {
    let Ok(text) = std::str::from_utf8(octets) else {
        return false;
    };
    match Reader::from_str(text).read_event() {
        Ok(Event::Start(root)) => root
            .attributes()
            .flatten()
            .any(|attribute| is_id(attribute.key.local_name().into_inner()) && *attribute.value == *id),
        _ => false,
    }
}
