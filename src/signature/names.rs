//! Namespaces and other names of the standards.

/// XML Signature Syntax and Processing, §1.3.
pub(super) const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Exclusive XML Canonicalization 1.0, §4.
pub(super) const EC: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// SOAP 1.1 §4.2.2: whoever comes next.
pub(super) const ACTOR_NEXT: &str = "http://schemas.xmlsoap.org/soap/actor/next";
/// SOAP 1.2 part 1, §2.2: whoever comes next.
pub(super) const ROLE_NEXT: &str = "http://www.w3.org/2003/05/soap-envelope/role/next";
/// SOAP 1.2 part 1, §2.2: whom the message is for in the end.
pub(super) const ROLE_ULTIMATE: &str = "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver";
/// WS-Security SOAP Message Security 1.1, §1.4: the extension namespace.
pub(super) const WSSE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
/// WS-Security SOAP Message Security 1.1, §1.4: the utility namespace.
pub(super) const WSU: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
/// X.509 Token Profile 1.1, §3.1: one certificate.
pub(super) const X509_V3: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";
/// WS-Security SOAP Message Security 1.1, §6.3: the encoding of a binary token.
pub(super) const BASE64: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";
/// WS-Security SOAP Message Security 1.1, §8.3: the transform that dereferences a token reference.
pub(super) const STR_TRANSFORM: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform";
/// XAdES (ETSI TS 101 903) in the versions that are in use.
pub(super) const XADES: [&str; 3] = [
    "http://uri.etsi.org/01903/v1.3.2#",
    "http://uri.etsi.org/01903/v1.2.2#",
    "http://uri.etsi.org/01903/v1.1.1#",
];
/// XAdES (EN 319 132-1 §4.4.2): what a reference to signed properties is of.
pub(super) const SIGNED_PROPERTIES: &str = "http://uri.etsi.org/01903#SignedProperties";
