//! Signatures that do not hold, and messages that are signed for another service.

use std::borrow::Cow;

use super::InWords;
use crate::signature::{C14n, EngineError, SigningCertificateError, VerifyError};
use crate::soap::addressing::AddressingError;

/// Why a digest that was right when it was made no longer is, as a client's programmer mostly finds it.
pub(in crate::contract) const ALTERED_AFTER_SIGNING: &str = "lo firmado cambió después de firmarlo; suele deberse a que se añadió o quitó espacio en \
    blanco (sangrado), cambiaron los prefijos o la codificación, o reescribió el mensaje un proxy o una biblioteca: envíe los \
    mismos octetos que se firmaron";

impl InWords for VerifyError {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::KeyFamily { method } => format!("el método de firma es para claves {method}, y la del certificado no lo es").into(),
            Self::KeyTooShort { bits, minimum } => format!("la clave RSA del certificado es de {bits} bits y el mínimo es {minimum}").into(),
            Self::Curve => "la curva de la clave del certificado no es P-256 ni P-384".into(),
            Self::EcdsaInDer { expected } => format!("SignatureValue lleva la firma ECDSA en DER (SEQUENCE de dos INTEGER), y XMLDSig pide r y s seguidos, cada uno de \
         {} octetos, {expected} en total",
        expected / 2).into(),
            Self::ValueLength { octets, expected } => format!("el valor de la firma ocupa {octets} octetos y con esta clave debe ocupar {expected}").into(),
            Self::Engine(error) => error.in_words(),
            Self::NotTheBody => "lo firmado no es el Body del mensaje".into(),
            Self::NotTheTimestamp => "lo firmado no es el wsu:Timestamp del mensaje".into(),
            Self::NotTheBlock => "lo firmado no es la cabecera del mensaje".into(),
            Self::Timestamp(error) => error.in_words(),
            Self::SigningCertificate(error) => error.in_words(),
        }
    }
}

impl InWords for EngineError {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Unreadable => "el documento no se puede leer".into(),
            Self::Namespace { uri } => format!("el espacio de nombres «{uri}» no es un URI absoluto (sin «&»), y un documento que lo declara no se puede canonicalizar").into(),
            Self::XmlBase => format!("la canonicalización {} no se admite donde hay un xml:base, sea en lo firmado o en un elemento que lo contiene; quite \
         xml:base, o use la exclusiva ({}) o la inclusiva 1.0 ({})", C14n::Inclusive11.uri(), C14n::Exclusive.uri(), C14n::Inclusive.uri()).into(),
            Self::NoSignature => "no existe la firma".into(),
            Self::OtherReferences => "las referencias de la firma no son las esperadas".into(),
            Self::MissingId { id } => format!("ningún elemento lleva el identificador «{id}»").into(),
            Self::DigestMismatch { id } => format!("el resumen de la referencia «#{id}» no coincide con el contenido: {ALTERED_AFTER_SIGNING}").into(),
            Self::SignatureMismatch => "el valor de la firma no corresponde al certificado".into(),
            Self::Unprocessable => "la firma no se puede procesar".into(),
            Self::Key => "la clave no se puede usar".into(),
            Self::Disagreement => "dos comprobaciones independientes de la firma no coinciden".into(),
            Self::Internal => "el motor de firma ha fallado".into(),
        }
    }
}

impl InWords for SigningCertificateError {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Missing => "SignedProperties no lleva SignedSignatureProperties/SigningCertificate (o SigningCertificateV2), y la firma ha de nombrar \
         ahí su certificado".into(),
            Self::Incomplete { property } => format!("en SignedProperties, {property} no lleva Cert/CertDigest con su DigestMethod y su DigestValue en base64").into(),
            Self::Digest { property, algorithm } => format!("en SignedProperties, {property} lleva un {}", algorithm.in_words()).into(),
            Self::Other { property } => format!("en SignedProperties, el resumen de {property} no es el del certificado de la firma: ha de ser el de su DER").into(),
        }
    }
}

impl InWords for AddressingError {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Repeated { header } => format!("la cabecera firmada wsa:{header} aparece más de una vez").into(),
            Self::NotText { header } => format!("la cabecera firmada wsa:{header} contiene elementos y ha de contener sólo texto").into(),
            Self::OtherAddress { to, address } => format!("la cabecera firmada wsa:To es «{to}» y la dirección de este servicio es «{address}»: el mensaje se firmó para otro").into(),
            Self::OtherAction { action, operation } => format!("la cabecera firmada wsa:Action es «{action}» y el Body pide la operación {operation}, cuya acción es otra").into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ecdsa_value_in_der_is_told_with_the_form_that_is_wanted() {
        let told = VerifyError::EcdsaInDer { expected: 64 }.in_words();
        assert!(told.contains("cada uno de 32 octetos, 64 en total"), "{told}");
    }
}
