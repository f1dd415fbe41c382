//! Envelopes and signatures that do not have the shape that is accepted.

use std::borrow::Cow;

use super::InWords;
use crate::signature::{PayloadError, Role, ShapeError, UnknownAlgorithm};
use crate::xml::Excerpt;

/// The names of WS-Security SOAP Message Security 1.1 and of the X.509 Token Profile 1.1 that clients are told.
const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const X509_V3: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";
const BASE64: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

impl InWords for ShapeError {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::NotAnEnvelope { root } => format!("la raíz del mensaje es «{root}», no un Envelope de SOAP 1.1 o 1.2").into(),
            Self::NoBody => "falta el Body".into(),
            Self::TwoBodies => "hay más de un Body".into(),
            Self::Unexpected { name } => format!("no se esperaba el elemento «{name}»").into(),
            Self::NotUnderstood { name, namespace } => not_understood(name, namespace).into(),
            Self::NoSecurity => "falta la cabecera wsse:Security".into(),
            Self::SecurityOfOthers { attribute, addressees } => {
                let addressees: Vec<_> = addressees.iter().map(|addressee| format!("«{addressee}»")).collect();
                format!("hay wsse:Security, pero dirigida a otro: su atributo {attribute} es {}, y la de este servicio no lo lleva, lo lleva \
         vacío o es «{}»", addressees.join(", "), next_of(attribute)).into()
            }
            Self::OtherSecurity { namespace } => format!("la cabecera Security está en el espacio de nombres «{namespace}», y ha de estar en «{WSSE}»").into(),
            Self::TwoSecurities => "hay más de una cabecera wsse:Security".into(),
            Self::NoSignature => "falta ds:Signature en la cabecera wsse:Security: el mensaje no está firmado".into(),
            Self::TwoSignatures => "hay más de una ds:Signature".into(),
            Self::SignatureLacks { element } => format!("falta {element} en su lugar de la firma").into(),
            Self::SignatureValue => "SignatureValue no es base64 completo, con su relleno de «=» y sin nada más".into(),
            Self::DigestValue => "DigestValue no es base64 completo, con su relleno de «=» y sin nada más".into(),
            Self::NoToken => "falta wsse:BinarySecurityToken con el certificado".into(),
            Self::TwoTokens => "hay más de un wsse:BinarySecurityToken".into(),
            Self::TokenType { value_type } => token_type(value_type.as_ref()).into(),
            Self::TokenEncoding { encoding } => format!("el EncodingType de wsse:BinarySecurityToken es «{encoding}»: codifique el certificado en base64, con «{BASE64}»").into(),
            Self::Certificate { element, fault } => format!("{element} ha de llevar un certificado X.509, en DER y codificado en base64, y {}", fault.in_words()).into(),
            Self::KeyInfo => "KeyInfo debe remitir al BinarySecurityToken con wsse:SecurityTokenReference/wsse:Reference".into(),
            Self::OtherToken => "KeyInfo nombra otro certificado u otra clave que los del BinarySecurityToken".into(),
            Self::Algorithm(error) => error.in_words(),
            Self::StrTransform => "no se admite STR-Transform; firme el token por su wsu:Id".into(),
            Self::TransformOrder => "las transformaciones sólo pueden ser enveloped-signature y después una canonicalización".into(),
            Self::XPath { expression } => format!("no se admite la transformación XPath «{expression}»: sólo not(ancestor-or-self::ds:Signature), o ninguna").into(),
            Self::XPathPlace { id } => format!("la transformación XPath de la referencia «#{id}» quitaría algo de ella: firme esa referencia sin XPath").into(),
            Self::XPathSize => "el documento es demasiado grande para una transformación XPath: fírmelo sin ella".into(),
            Self::TooManyReferences { limit } => format!("la firma tiene más de {limit} referencias").into(),
            Self::ReferenceUri { uri } => format!("la referencia «{uri}» no es a un elemento del mensaje por su identificador").into(),
            Self::MissingId { id } => format!("ningún elemento lleva el identificador «{id}» al que remite la firma").into(),
            Self::ReferenceTarget { id } => format!("la referencia «#{id}» no es al Body, a una cabecera entera, al token o al Timestamp de wsse:Security ni al \
         KeyInfo o las SignedProperties de la firma").into(),
            Self::TimestampElsewhere { id } => format!("la referencia «#{id}» es a un wsu:Timestamp que no está en su lugar, la cabecera wsse:Security").into(),
            Self::ReferencedTwice { id } => format!("la firma remite dos veces a «#{id}»").into(),
            Self::NestedReferences { id } => format!("la referencia «#{id}» es a un elemento que está dentro de otro firmado").into(),
            Self::PrefixList => "InclusiveNamespaces sin PrefixList, con otro blanco que espacios o demasiado largo".into(),
            Self::Attribute { local } => format!("el atributo {local} está en un espacio de nombres, o también en uno: en la firma sólo puede estar sin calificar").into(),
            Self::BodyNotSigned => "la firma no cubre el Body".into(),
            Self::NoTimestamp => "falta wsu:Timestamp".into(),
            Self::TwoTimestamps => "hay más de un wsu:Timestamp".into(),
            Self::TimestampNotSigned => "la firma no cubre wsu:Timestamp".into(),
            Self::Timestamp(error) => error.in_words(),
        }
    }
}

fn not_understood(name: &Excerpt, namespace: &Excerpt) -> String {
    let mend = match name.as_str() {
        "Security" => format!("ha de estar en «{WSSE}»"),
        _ => "quítela, o quítele mustUnderstand".to_owned(),
    };
    format!("no se entiende la cabecera obligatoria «{name}» del espacio de nombres «{namespace}»: {mend}")
}

/// What says by this attribute that a header block is for whoever comes next.
fn next_of(attribute: &str) -> &'static str {
    match attribute {
        "role" => "http://www.w3.org/2003/05/soap-envelope/role/next",
        _ => "http://schemas.xmlsoap.org/soap/actor/next",
    }
}

/// Of the other tokens of the profile it is known what they hold.
fn token_type(value_type: Option<&Excerpt>) -> String {
    let is = match value_type {
        None => "falta".to_owned(),
        Some(other) => {
            let held = match other.as_str().rsplit('#').next() {
                Some("X509PKIPathv1") => ", una cadena de certificados",
                Some("PKCS7") => ", un PKCS#7",
                _ => "",
            };
            format!("es «{other}»{held}")
        }
    };
    format!(
        "el ValueType de wsse:BinarySecurityToken {is}: envíe sólo el certificado del firmante, con ValueType «{X509_V3}»"
    )
}

impl InWords for PayloadError {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Empty => "el Body está vacío".into(),
            Self::TooMany => "el Body lleva más de un elemento".into(),
            Self::Text => "el Body lleva texto fuera de un elemento".into(),
            Self::Unreadable => "el Body no se puede leer".into(),
        }
    }
}

impl InWords for Role {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Digest => "resumen".into(),
            Self::Signature => "firma".into(),
            Self::Canonicalization => "canonicalización".into(),
            Self::Transform => "transformación".into(),
        }
    }
}

impl InWords for UnknownAlgorithm {
    fn in_words(&self) -> Cow<'static, str> {
        let Self { role, uri } = self;
        format!(
            "algoritmo de {} no admitido: «{uri}»; {}",
            role.in_words(),
            advice(*role)
        )
        .into()
    }
}

/// What to use instead of what is not accepted.
const fn advice(role: Role) -> &'static str {
    match role {
        Role::Digest => "use SHA-256 (http://www.w3.org/2001/04/xmlenc#sha256), SHA-384 o SHA-512",
        Role::Signature => {
            "use RSA o ECDSA con SHA-256 (http://www.w3.org/2001/04/xmldsig-more#rsa-sha256 o …#ecdsa-sha256), \
             SHA-384 o SHA-512"
        }
        Role::Canonicalization => {
            "use la exclusiva (http://www.w3.org/2001/10/xml-exc-c14n#) o la inclusiva \
             (http://www.w3.org/TR/2001/REC-xml-c14n-20010315), sin comentarios"
        }
        Role::Transform => {
            "use ninguna, o enveloped-signature y, después, una canonicalización sin comentarios"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_security_header_for_others_is_told_with_whom_it_is_for_and_what_to_write() {
        for (attribute, next) in [("actor", "/soap/actor/next»"), ("role", "/role/next»")] {
            let addressees = vec![Excerpt::of("urn:uno"), Excerpt::of("urn:otro")];
            let error = ShapeError::SecurityOfOthers {
                attribute,
                addressees,
            };
            let told = error.in_words();
            let words = format!("su atributo {attribute} es «urn:uno», «urn:otro»");
            assert!(told.contains(&words) && told.contains(next), "{told}");
        }
    }

    #[test]
    fn a_header_that_is_not_understood_is_told_with_its_namespace_and_the_right_one() {
        for (name, mend) in [("Security", WSSE), ("To", "quítele mustUnderstand")] {
            let (name, namespace) = (Excerpt::of(name), Excerpt::of("urn:x"));
            let told = ShapeError::NotUnderstood { name, namespace }.in_words();
            assert!(told.contains("«urn:x»") && told.contains(mend), "{told}");
        }
    }

    #[test]
    fn a_token_of_another_type_is_told_with_what_it_holds() {
        for (value_type, is) in [
            (None, "wsse:BinarySecurityToken falta: envíe"),
            (
                Some("x#X509PKIPathv1"),
                "«x#X509PKIPathv1», una cadena de certificados: envíe",
            ),
            (Some("x#PKCS7"), "«x#PKCS7», un PKCS#7: envíe"),
            (Some("x#X509"), "«x#X509»: envíe"),
        ] {
            let value_type = value_type.map(Excerpt::of);
            let told = ShapeError::TokenType { value_type }.in_words();
            assert!(told.contains(is) && told.ends_with("#X509v3»"), "{told}");
        }
    }
}
