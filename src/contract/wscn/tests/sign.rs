//! Signing acuses as the programs in the field do.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private, Public};
use openssl::rsa::Rsa;
use openssl::sha::sha256;
use openssl::x509::{X509, X509NameBuilder};

use crate::signature::{C14n, SigningKey};

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";

/// What differs between one program's signature and another's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Canonicalization of SignedInfo.
    signed_info: C14n,
    /// Transforms of the reference to the acuse; none means no `Transforms` element.
    transforms: &'static [&'static str],
    /// Whether KeyInfo is signed too.
    signs_key_info: bool,
}

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const XPATH: &str = "http://www.w3.org/TR/1999/REC-xpath-19991116";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

impl Style {
    /// The least: no transforms, and the acuse alone.
    pub(super) const PLAIN: Self = Self {
        signed_info: C14n::Inclusive,
        transforms: &[],
        signs_key_info: false,
    };
    /// The exclusive form throughout.
    pub(super) const EXCLUSIVE: Self = Self {
        signed_info: C14n::Exclusive,
        transforms: &[EXCLUSIVE],
        signs_key_info: false,
    };
    /// As AutoFirma signs enveloped.
    pub(super) const AUTOFIRMA: Self = Self {
        signed_info: C14n::Inclusive,
        transforms: &[ENVELOPED, INCLUSIVE, XPATH],
        signs_key_info: true,
    };
}

impl Default for Style {
    /// The one that is seen most.
    fn default() -> Self {
        Self {
            transforms: &[ENVELOPED],
            signs_key_info: true,
            ..Self::PLAIN
        }
    }
}

/// Every combination that is in use.
pub(super) const ALL_STYLES: &[Style] = &{
    const fn style(signed_info: C14n, transforms: &'static [&'static str], signs_key_info: bool) -> Style {
        Style {
            signed_info,
            transforms,
            signs_key_info,
        }
    }
    [
        Style::PLAIN,
        style(C14n::Inclusive, &[], true),
        style(C14n::Inclusive, &[INCLUSIVE], false),
        style(C14n::Inclusive, &[ENVELOPED], true),
        style(C14n::Exclusive, &[EXCLUSIVE], false),
        style(C14n::Exclusive, &[ENVELOPED, EXCLUSIVE], true),
        style(C14n::Exclusive, &[ENVELOPED, INCLUSIVE], true),
        // AutoFirma's enveloped signatures, and the orders in which others write the same.
        Style::AUTOFIRMA,
        style(C14n::Inclusive, &[ENVELOPED, XPATH], false),
        style(C14n::Exclusive, &[ENVELOPED, XPATH, EXCLUSIVE], false),
        style(C14n::Exclusive, &[ENVELOPED, EXCLUSIVE, XPATH], true),
        style(C14n::Inclusive, &[XPATH, ENVELOPED], false),
        style(C14n::Inclusive, &[INCLUSIVE, XPATH], false),
        style(C14n::Inclusive, &[XPATH], true),
    ]
};

/// A key with a certificate that nobody issued: whose it is, is another floor's question.
pub(super) struct Signer {
    key: PKey<Private>,
    certificate: X509,
    der: Vec<u8>,
}

impl Signer {
    pub(super) fn service() -> &'static Self {
        static SERVICE: LazyLock<Signer> = LazyLock::new(|| Signer::new("SERVICIO"));
        &SERVICE
    }

    pub(super) fn client() -> &'static Self {
        static CLIENT: LazyLock<Signer> = LazyLock::new(|| Signer::new("CLIENTE"));
        &CLIENT
    }

    pub(super) fn new(name: &str) -> Self {
        let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
        let mut subject = X509NameBuilder::new().unwrap();
        subject.append_entry_by_text("CN", name).unwrap();
        let subject = subject.build();
        let mut builder = X509::builder().unwrap();
        builder.set_version(2).unwrap();
        builder.set_subject_name(&subject).unwrap();
        builder.set_issuer_name(&subject).unwrap();
        builder.set_pubkey(&key).unwrap();
        builder.set_not_before(&Asn1Time::from_unix(0).unwrap()).unwrap();
        builder
            .set_not_after(&Asn1Time::days_from_now(10).unwrap())
            .unwrap();
        builder.sign(&key, MessageDigest::sha256()).unwrap();
        let certificate = builder.build();
        let der = certificate.to_der().unwrap();
        Self {
            key,
            certificate,
            der,
        }
    }

    pub(super) fn signing_key(&self) -> SigningKey {
        SigningKey::new(self.key.clone(), self.certificate.clone()).unwrap()
    }

    pub(super) fn public_key(&self) -> PKey<Public> {
        self.certificate.public_key().unwrap()
    }

    pub(super) fn certificate(&self) -> &[u8] {
        &self.der
    }

    pub(super) fn certificate_base64(&self) -> String {
        STANDARD.encode(&self.der)
    }

    /// A `ds:Signature` over an acuse given in canonical form. What is declared where it is used, as here, has one and
    /// the same inclusive and exclusive canonical form.
    pub(super) fn sign(&self, data: &[u8], style: &Style) -> String {
        self.sign_with(data, style, None)
    }

    /// The same by XAdES, with these SignedProperties, which are canonical as they stand.
    pub(super) fn sign_with(&self, data: &[u8], style: &Style, properties: Option<&str>) -> String {
        self.sign_showing(data, style, properties, &|key_info| key_info)
    }

    /// The same with another KeyInfo, made from the one that shows the signer's certificate.
    pub(super) fn sign_showing(
        &self,
        data: &[u8],
        style: &Style,
        properties: Option<&str>,
        show: &dyn Fn(String) -> String,
    ) -> String {
        let certificate = self.certificate_base64();
        // An id that nothing refers to would be there twice as soon as somebody signs twice.
        let id = if style.signs_key_info { " Id=\"KI\"" } else { "" };
        let key_info = format!(
            "<ds:KeyInfo xmlns:ds=\"{DS}\"{id}><ds:X509Data><ds:X509Certificate>{certificate}\
             </ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        );
        let key_info = show(key_info);
        let mut references = reference("ProsaData", style.transforms, data);
        if style.signs_key_info {
            references.push_str(&reference("KI", &[], key_info.as_bytes()));
        }
        let mut object = String::new();
        if let Some(properties) = properties {
            references.push_str(&reference("SP", &[], properties.as_bytes()));
            object = format!("<ds:Object>{properties}</ds:Object>");
        }
        let signed_info = format!(
            "<ds:SignedInfo xmlns:ds=\"{DS}\"><ds:CanonicalizationMethod Algorithm=\"{}\"></ds:CanonicalizationMethod>\
             <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod>\
             {references}</ds:SignedInfo>",
            style.signed_info.uri()
        );
        let value = STANDARD.encode(self.signing_key().sign_octets(signed_info.as_bytes()).unwrap());
        format!(
            "<ds:Signature xmlns:ds=\"{DS}\">{signed_info}<ds:SignatureValue>{value}</ds:SignatureValue>{key_info}\
             {object}</ds:Signature>"
        )
    }
}

/// Properties that name a certificate in this way, as a signature in the prefix `ds` has them in it.
pub(super) fn properties(named: &[u8], property: &str) -> String {
    let digest = STANDARD.encode(sha256(named));
    format!(
        "<x:SignedProperties xmlns:ds=\"{DS}\" xmlns:x=\"http://uri.etsi.org/01903/v1.3.2#\" Id=\"SP\">\
         <x:SignedSignatureProperties><x:{property}><x:Cert><x:CertDigest><ds:DigestMethod \
         Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{digest}\
         </ds:DigestValue></x:CertDigest></x:Cert></x:{property}></x:SignedSignatureProperties></x:SignedProperties>"
    )
}

fn reference(id: &str, transforms: &[&str], octets: &[u8]) -> String {
    let digest = STANDARD.encode(sha256(octets));
    let transforms = transforms.iter().fold(String::new(), |all, uri| {
        let inside = if *uri == XPATH {
            "<ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath>"
        } else {
            ""
        };
        all + &format!("<ds:Transform Algorithm=\"{uri}\">{inside}</ds:Transform>")
    });
    let transforms = if transforms.is_empty() {
        String::new()
    } else {
        format!("<ds:Transforms>{transforms}</ds:Transforms>")
    };
    format!(
        "<ds:Reference URI=\"#{id}\">{transforms}<ds:DigestMethod \
         Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{digest}\
         </ds:DigestValue></ds:Reference>"
    )
}
