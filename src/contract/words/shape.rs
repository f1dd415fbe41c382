//! Envelopes and signatures that do not have the shape that is accepted.

use std::borrow::Cow;

use super::InWords;
use crate::signature::{PayloadError, Role, ShapeError, UnknownAlgorithm};

impl InWords for ShapeError {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::NotAnEnvelope { root } => format!("la raíz del mensaje es «{root}», no un Envelope de SOAP 1.1 o 1.2").into(),
            Self::NoBody => "falta el Body".into(),
            Self::TwoBodies => "hay más de un Body".into(),
            Self::Unexpected { name } => format!("no se esperaba el elemento «{name}»").into(),
            Self::NotUnderstood { name } => format!("no se entiende la cabecera obligatoria «{name}»").into(),
            Self::NoSecurity => "falta la cabecera wsse:Security".into(),
            Self::TwoSecurities => "hay más de una cabecera wsse:Security".into(),
            Self::NoSignature => "falta ds:Signature en la cabecera wsse:Security: el mensaje no está firmado".into(),
            Self::TwoSignatures => "hay más de una ds:Signature".into(),
            Self::SignatureLacks { element } => format!("falta {element} en su lugar de la firma").into(),
            Self::SignatureValue => "SignatureValue no es base64 completo, con su relleno de «=» y sin nada más".into(),
            Self::DigestValue => "DigestValue no es base64 completo, con su relleno de «=» y sin nada más".into(),
            Self::NoToken => "falta wsse:BinarySecurityToken con el certificado".into(),
            Self::TwoTokens => "hay más de un wsse:BinarySecurityToken".into(),
            Self::TokenType { value_type } => format!("el ValueType del token es «{value_type}»; sólo se admite X509v3").into(),
            Self::TokenUnreadable => "el certificado del mensaje no se puede leer".into(),
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
