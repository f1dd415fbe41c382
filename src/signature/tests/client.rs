//! A client in software of its own: messages in any style, canonicalized by libxml2 and signed by OpenSSL.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libxml::parser::{Parser, ParserOptions};
use libxml::tree::c14n::{CanonicalizationMode, CanonicalizationOptions};
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::hash::{MessageDigest, hash};
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use openssl::x509::{X509, X509NameBuilder};

use crate::signature::C14n;
use crate::signature::names;
use crate::xml::soap::SoapVersion;

pub(in crate::signature) const EXC: &str = names::EC;
pub(in crate::signature) const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
pub(in crate::signature) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// A key with a certificate of its own making.
pub(in crate::signature) struct Holder {
    pub(in crate::signature) key: PKey<Private>,
    pub(in crate::signature) certificate: X509,
}

impl Holder {
    fn new(name: &str, key: PKey<Private>) -> Self {
        let mut subject = X509NameBuilder::new().unwrap();
        subject.append_entry_by_text("CN", name).unwrap();
        let subject = subject.build();
        let mut builder = X509::builder().unwrap();
        builder.set_version(2).unwrap();
        builder
            .set_serial_number(&BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap())
            .unwrap();
        builder.set_subject_name(&subject).unwrap();
        builder.set_issuer_name(&subject).unwrap();
        builder
            .set_not_before(&Asn1Time::days_from_now(0).unwrap())
            .unwrap();
        builder
            .set_not_after(&Asn1Time::days_from_now(1).unwrap())
            .unwrap();
        builder.set_pubkey(&key).unwrap();
        builder.sign(&key, MessageDigest::sha256()).unwrap();
        Self {
            certificate: builder.build(),
            key,
        }
    }

    fn rsa(name: &str, bits: u32) -> Self {
        Self::new(name, PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap())
    }

    fn ec(name: &str, curve: Nid) -> Self {
        let group = EcGroup::from_curve_name(curve).unwrap();
        Self::new(name, PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap())
    }

    pub(in crate::signature) fn base64(&self) -> String {
        STANDARD.encode(self.certificate.to_der().unwrap())
    }

    pub(in crate::signature) fn signing_key(&self) -> crate::signature::SigningKey {
        let key = String::from_utf8(self.key.private_key_to_pem_pkcs8().unwrap()).unwrap();
        let certificate = String::from_utf8(self.certificate.to_pem().unwrap()).unwrap();
        crate::signature::SigningKey::from_pem(&key, &certificate).unwrap()
    }

    fn method(&self) -> &'static str {
        match self.key.id() {
            Id::EC => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            _ => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        }
    }

    pub(in crate::signature) fn sign(&self, digest: MessageDigest, octets: &[u8]) -> Vec<u8> {
        let mut signer = Signer::new(digest, &self.key).unwrap();
        let value = signer.sign_oneshot_to_vec(octets).unwrap();
        if self.key.id() != Id::EC {
            return value;
        }
        let half = i32::try_from(self.key.bits().div_ceil(8)).unwrap();
        let value = EcdsaSig::from_der(&value).unwrap();
        [
            value.r().to_vec_padded(half).unwrap(),
            value.s().to_vec_padded(half).unwrap(),
        ]
        .concat()
    }
}

pub(in crate::signature) static RSA: LazyLock<Holder> = LazyLock::new(|| Holder::rsa("rsa", 2048));
pub(in crate::signature) static OTHER: LazyLock<Holder> = LazyLock::new(|| Holder::rsa("otra", 2048));
pub(in crate::signature) static WEAK: LazyLock<Holder> = LazyLock::new(|| Holder::rsa("weak", 1024));
pub(in crate::signature) static P256: LazyLock<Holder> =
    LazyLock::new(|| Holder::ec("p256", Nid::X9_62_PRIME256V1));
pub(in crate::signature) static P384: LazyLock<Holder> = LazyLock::new(|| Holder::ec("p384", Nid::SECP384R1));
pub(in crate::signature) static P521: LazyLock<Holder> = LazyLock::new(|| Holder::ec("p521", Nid::SECP521R1));

/// A message to be signed, in pieces; [`Message::new`] is what WSS4J sends.
#[derive(Clone)]
pub(in crate::signature) struct Message {
    pub(in crate::signature) version: SoapVersion,
    pub(in crate::signature) before_security: String,
    pub(in crate::signature) security_attributes: String,
    pub(in crate::signature) token: String,
    pub(in crate::signature) timestamp: String,
    pub(in crate::signature) timestamp_comes_last: bool,
    pub(in crate::signature) c14n: String,
    pub(in crate::signature) method: String,
    pub(in crate::signature) references: Vec<String>,
    pub(in crate::signature) key_info: String,
    pub(in crate::signature) objects: String,
    pub(in crate::signature) body_attributes: String,
    pub(in crate::signature) body: String,
}

pub(in crate::signature) fn token(id: &str, base64: &str) -> String {
    format!(
        r#"<wsse:BinarySecurityToken EncodingType="{}" ValueType="{}" wsu:Id="{id}">{base64}</wsse:BinarySecurityToken>"#,
        names::BASE64,
        names::X509_V3
    )
}

pub(in crate::signature) fn timestamp(attributes: &str) -> String {
    format!(
        "<wsu:Timestamp {attributes}><wsu:Created>2026-03-02T09:59:58.123Z</wsu:Created>\
         <wsu:Expires>2026-03-02T10:04:58.123Z</wsu:Expires></wsu:Timestamp>"
    )
}

/// A reference by these transforms (without a Transforms element if there are none).
pub(in crate::signature) fn reference(id: &str, transforms: &[&str]) -> String {
    let transforms: Vec<_> = transforms
        .iter()
        .map(|uri| format!(r#"<ds:Transform Algorithm="{uri}"/>"#))
        .collect();
    let transforms = transforms.concat();
    reference_with(
        id,
        &if transforms.is_empty() {
            transforms
        } else {
            format!("<ds:Transforms>{transforms}</ds:Transforms>")
        },
        SHA256,
        "",
    )
}

pub(in crate::signature) fn reference_with(
    id: &str,
    transforms: &str,
    digest: &str,
    attributes: &str,
) -> String {
    format!(
        "<ds:Reference {attributes} URI=\"#{id}\">{transforms}<ds:DigestMethod Algorithm=\"{digest}\"/>\
         <ds:DigestValue></ds:DigestValue></ds:Reference>"
    )
}

pub(in crate::signature) fn token_reference(id: &str) -> String {
    format!(
        r##"<wsse:SecurityTokenReference><wsse:Reference URI="#{id}" ValueType="{}"/></wsse:SecurityTokenReference>"##,
        names::X509_V3
    )
}

impl Message {
    pub(in crate::signature) fn new(holder: &Holder) -> Self {
        Self {
            version: SoapVersion::V11,
            before_security: String::new(),
            security_attributes: r#"soap:mustUnderstand="1""#.to_owned(),
            token: token("X509-1", &holder.base64()),
            timestamp: timestamp(r#"wsu:Id="TS-1""#),
            timestamp_comes_last: false,
            c14n: format!(r#"<ds:CanonicalizationMethod Algorithm="{EXC}"/>"#),
            method: holder.method().to_owned(),
            references: vec![reference("TS-1", &[EXC]), reference("id-1", &[EXC])],
            key_info: format!("<ds:KeyInfo>{}</ds:KeyInfo>", token_reference("X509-1")),
            objects: String::new(),
            body_attributes: r#"wsu:Id="id-1""#.to_owned(),
            body: "<c:consultar><c:poderdante>99999901H</c:poderdante></c:consultar>".to_owned(),
        }
    }

    /// The message with empty digests and signature value.
    pub(in crate::signature) fn unsigned(&self) -> String {
        let signature = format!(
            r#"<ds:Signature xmlns:ds="{}"><ds:SignedInfo>{}<ds:SignatureMethod Algorithm="{}"/>{}</ds:SignedInfo><ds:SignatureValue></ds:SignatureValue>{}{}</ds:Signature>"#,
            names::DS,
            self.c14n,
            self.method,
            self.references.concat(),
            self.key_info,
            self.objects
        );
        let (first, last) = if self.timestamp_comes_last {
            (signature.as_str(), self.timestamp.as_str())
        } else {
            (self.timestamp.as_str(), signature.as_str())
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soap:Envelope xmlns:soap=\"{}\" xmlns:wsse=\"{}\" xmlns:wsu=\"{}\" \
             xmlns:c=\"urn:c\">\n <soap:Header>{}<wsse:Security {}>\n{}{first}{last}</wsse:Security></soap:Header>\n \
             <soap:Body {}>{}</soap:Body>\n</soap:Envelope>",
            self.version.namespace(),
            names::WSSE,
            names::WSU,
            self.before_security,
            self.security_attributes,
            self.token,
            self.body_attributes,
            self.body
        )
    }

    pub(in crate::signature) fn sign(&self, holder: &Holder) -> String {
        sign(&self.unsigned(), holder)
    }
}

/// Fills in the empty digest values and then the empty signature value of a message.
pub(in crate::signature) fn sign(unsigned: &str, holder: &Holder) -> String {
    let tree = roxmltree::Document::parse(unsigned).unwrap();
    let mut message = unsigned.to_owned();
    let mut digest = MessageDigest::sha256();
    for node in tree.descendants() {
        let algorithm = || node.attribute("Algorithm").unwrap_or("");
        match node.tag_name().name() {
            "Reference"
                if node.attribute("URI").is_some_and(|uri| uri.starts_with('#'))
                    && node
                        .descendants()
                        .any(|n| n.has_tag_name((names::DS, "DigestValue")) && n.text().is_none())
                    && node.tag_name().namespace() == Some(names::DS) =>
            {
                let id = &node.attribute("URI").unwrap()[1..];
                let transforms: Vec<_> = node
                    .descendants()
                    .filter(|n| n.has_tag_name((names::DS, "Transform")))
                    .collect();
                let c14n = transforms
                    .iter()
                    .copied()
                    .find(|t| t.attribute("Algorithm") != Some(ENVELOPED));
                let octets = canonical(
                    unsigned,
                    &format!(
                        "//*[@*[(local-name()='Id' or local-name()='ID' or local-name()='id') and .='{id}']]"
                    ),
                    c14n,
                );
                let method = node
                    .descendants()
                    .find(|n| n.has_tag_name((names::DS, "DigestMethod")))
                    .unwrap();
                let value = hash(
                    message_digest(method.attribute("Algorithm").unwrap()),
                    octets.as_bytes(),
                )
                .unwrap();
                message = message.replacen(
                    "<ds:DigestValue></",
                    &format!("<ds:DigestValue>{}</", STANDARD.encode(value)),
                    1,
                );
            }
            "SignatureMethod" => digest = message_digest(algorithm()),
            _ => (),
        }
    }
    let c14n = tree
        .descendants()
        .find(|n| n.has_tag_name((names::DS, "CanonicalizationMethod")));
    let signed_info = canonical(&message, "//*[local-name()='SignedInfo']", c14n);
    let value = STANDARD.encode(holder.sign(digest, signed_info.as_bytes()));
    message.replacen(
        "<ds:SignatureValue></",
        &format!("<ds:SignatureValue>{value}</"),
        1,
    )
}

fn message_digest(uri: &str) -> MessageDigest {
    match uri.rsplit(['#', '-']).next().unwrap() {
        "sha1" => MessageDigest::sha1(),
        "sha384" => MessageDigest::sha384(),
        "sha512" => MessageDigest::sha512(),
        _ => MessageDigest::sha256(),
    }
}

/// The canonical form of the element that an XPath finds, by a transform.
fn canonical(text: &str, xpath: &str, c14n: Option<roxmltree::Node<'_, '_>>) -> String {
    // An id with quotes is one of those that no message is accepted with.
    if xpath.matches('\'').count() % 2 == 1 || xpath.contains("xpointer") || xpath.contains("')|") {
        return String::new();
    }
    let prefixes = c14n
        .and_then(|c14n| c14n.first_element_child())
        .and_then(|p| p.attribute("PrefixList"));
    let algorithm = c14n.and_then(|c14n| c14n.attribute("Algorithm"));
    let algorithm = algorithm.and_then(|uri| C14n::from_uri(uri).ok());
    canonical_form(
        text,
        xpath,
        algorithm.unwrap_or(C14n::Inclusive),
        prefixes.unwrap_or(""),
    )
    .unwrap_or_default()
}

/// What libxml2 says is the canonical form of the element that an XPath finds, if there is one.
pub(in crate::signature) fn canonical_form(
    text: &str,
    xpath: &str,
    c14n: C14n,
    prefixes: &str,
) -> Option<String> {
    let options = ParserOptions {
        recover: false,
        ..ParserOptions::default()
    };
    let document = Parser::default()
        .parse_string_with_options(text, options)
        .unwrap();
    let found = document
        .get_root_element()
        .unwrap()
        .findnodes(xpath)
        .unwrap_or_default();
    let mut node = found.into_iter().next()?;
    let mode = match c14n {
        C14n::Exclusive => CanonicalizationMode::ExclusiveCanonical1_0,
        C14n::Inclusive11 => CanonicalizationMode::Canonical1_1,
        C14n::Inclusive => CanonicalizationMode::Canonical1_0,
    };
    let inclusive_ns_prefixes = prefixes.split_whitespace().map(str::to_owned).collect();
    node.canonicalize(CanonicalizationOptions {
        mode,
        with_comments: false,
        inclusive_ns_prefixes,
    })
    .ok()
}
