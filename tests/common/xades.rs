//! XAdES-BES, by inclusive C14N without transforms: what libraries for signing documents make of messages and acuses.
//!
//! What is signed is written in its canonical form where it stands, so that it is digested as it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notess::signature::SigningKey;
use openssl::sha::sha256;

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const X509_V3: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";
const BASE64: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

/// A signer by XAdES-BES, whose signatures a test may have say what is not so.
pub struct Bes<'k> {
    key: &'k SigningKey,
    /// The certificate of the signed properties, in DER.
    pub named: Vec<u8>,
    /// The certificate of the KeyInfo, in DER.
    pub shown: Vec<u8>,
    /// The property that names the certificate: `SigningCertificate`, or `SigningCertificateV2`.
    pub property: &'static str,
    /// The algorithm that the properties say their digest of it is by.
    pub digest_method: &'static str,
    /// What else the properties declare, behind `xades` by prefix.
    pub also_declares: &'static str,
}

/// The certificate of a key, in DER.
pub fn der(key: &SigningKey) -> Vec<u8> {
    key.certificate().to_der().unwrap()
}

impl<'k> Bes<'k> {
    pub fn of(key: &'k SigningKey) -> Self {
        Self {
            key,
            named: der(key),
            shown: der(key),
            property: "SigningCertificate",
            digest_method: SHA256,
            also_declares: "",
        }
    }

    /// A message whose Body holds this canonical payload: the Ids are unqualified, and nothing else is signed.
    pub fn message(&self, payload: &str) -> Vec<u8> {
        let body = format!("<soap:Body xmlns:soap=\"{SOAP}\" Id=\"Body\">{payload}</soap:Body>");
        let outer = format!(" xmlns:soap=\"{SOAP}\" xmlns:wsse=\"{WSSE}\"");
        let signature = self.signature(&outer, "Body", &body);
        let token = STANDARD.encode(der(self.key));
        format!(
            "<soap:Envelope xmlns:soap=\"{SOAP}\"><soap:Header><wsse:Security xmlns:wsse=\"{WSSE}\" Id=\"Security\">\
             <wsse:BinarySecurityToken EncodingType=\"{BASE64}\" ValueType=\"{X509_V3}\" Id=\"Token\">{token}\
             </wsse:BinarySecurityToken>{signature}</wsse:Security></soap:Header>{body}</soap:Envelope>"
        )
        .into_bytes()
    }

    /// An acuse with this signature as the last child of its root, over `#ProsaData`.
    pub fn cosign(&self, acuse: &str) -> String {
        let signature = self.signature("", "ProsaData", super::wscn::data_of(acuse));
        acuse.replace("</ProsaSignature>", &format!("{signature}</ProsaSignature>"))
    }

    /// The signature of an element; `outer` are the declarations in force around the signature, by prefix.
    fn signature(&self, outer: &str, id: &str, element: &str) -> String {
        let scope = format!("xmlns:ds=\"{DS}\"{outer}");
        let digest_method = format!("<ds:DigestMethod Algorithm=\"{SHA256}\"></ds:DigestMethod>");
        let named = digest(&self.named);
        let (property, also) = (self.property, self.also_declares);
        let named_by = digest_method.replace(SHA256, self.digest_method);
        let properties = format!(
            "<xades:SignedProperties {scope} xmlns:xades=\"{XADES}\"{also} Id=\"Signature-SignedProperties\">\
             <xades:SignedSignatureProperties><xades:SigningTime>2026-03-02T11:00:00+01:00</xades:SigningTime>\
             <xades:{property}><xades:Cert><xades:CertDigest>{named_by}<ds:DigestValue>{named}</ds:DigestValue>\
             </xades:CertDigest></xades:Cert></xades:{property}></xades:SignedSignatureProperties>\
             </xades:SignedProperties>"
        );
        let reference = |attributes: &str, id: &str, signed: &str| {
            format!(
                "<ds:Reference{attributes} URI=\"#{id}\">{digest_method}<ds:DigestValue>{}</ds:DigestValue></ds:Reference>",
                digest(signed.as_bytes())
            )
        };
        let signed_info = format!(
            "<ds:SignedInfo {scope}><ds:CanonicalizationMethod Algorithm=\"{INCLUSIVE}\"></ds:CanonicalizationMethod>\
             <ds:SignatureMethod Algorithm=\"{}\"></ds:SignatureMethod>{}{}</ds:SignedInfo>",
            self.key.method().uri(),
            reference("", id, element),
            reference(
                " Type=\"http://uri.etsi.org/01903#SignedProperties\"",
                "Signature-SignedProperties",
                &properties
            )
        );
        let value = STANDARD.encode(self.key.sign_octets(signed_info.as_bytes()).unwrap());
        let shown = STANDARD.encode(&self.shown);
        format!(
            "<ds:Signature xmlns:ds=\"{DS}\" Id=\"Signature\">{signed_info}<ds:SignatureValue>{value}\
             </ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{shown}</ds:X509Certificate>\
             </ds:X509Data></ds:KeyInfo><ds:Object><xades:QualifyingProperties xmlns:xades=\"{XADES}\" \
             Target=\"#Signature\">{properties}</xades:QualifyingProperties></ds:Object></ds:Signature>"
        )
    }
}

fn digest(octets: &[u8]) -> String {
    STANDARD.encode(sha256(octets))
}
