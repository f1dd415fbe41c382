//! What a client is told of a certificate that is not taken: each way in its own code, and what to mend.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Madrid;

use super::code::{Coded, ErrorCode, coded};
use crate::domain::plazo;
use crate::trust::TrustError;

/// The code and text of a certificate's refusal.
#[must_use]
pub fn certificate(error: &TrustError) -> Coded {
    match error {
        TrustError::Unreadable => coded(
            ErrorCode::CertificadoIlegible,
            "El BinarySecurityToken no contiene exactamente un certificado X.509 en DER, codificado en base64.",
        ),
        TrustError::SelfSigned => coded(
            ErrorCode::CertificadoNoAdmitido,
            "El certificado es autofirmado. Use uno de los emisores de la lista de certificados admitidos.",
        ),
        TrustError::NotAdmitted { emisor } => coded(
            ErrorCode::CertificadoNoAdmitido,
            format!("El emisor del certificado no está en la lista de certificados admitidos: {emisor}."),
        ),
        TrustError::NotSignedByIssuer { emisor } => coded(
            ErrorCode::CertificadoNoAdmitido,
            format!(
                "El certificado dice ser de un emisor admitido, pero la clave de este no lo firmó: {emisor}."
            ),
        ),
        TrustError::BadPath(_) => coded(
            ErrorCode::CertificadoCadenaInvalida,
            "La cadena de certificación no cumple la RFC 5280. Pida a su proveedor un certificado correcto.",
        ),
        TrustError::WeakSignature { algoritmo } => coded(
            ErrorCode::CertificadoDebil,
            format!(
                "El certificado, o el de su emisor, está firmado con un algoritmo que no se admite ({algoritmo})."
            ),
        ),
        TrustError::WeakKey => coded(
            ErrorCode::CertificadoDebil,
            "La clave del certificado ha de ser RSA de 2048 bits o más, o EC P-256 o P-384.",
        ),
        TrustError::IssuerNotYetAdmitted { desde } => coded(
            ErrorCode::CertificadoNoAdmitido,
            format!(
                "El emisor del certificado no se admite hasta el {}.",
                shown(*desde)
            ),
        ),
        TrustError::IssuerNoLongerAdmitted { hasta } => coded(
            ErrorCode::CertificadoNoAdmitido,
            format!(
                "El emisor del certificado dejó de admitirse el {}.",
                shown(*hasta)
            ),
        ),
        TrustError::IssuerOutOfValidity { .. } => coded(
            ErrorCode::CertificadoCadenaInvalida,
            "El certificado del emisor está fuera de su periodo de validez.",
        ),
        TrustError::NotYetValid { desde } => coded(
            ErrorCode::CertificadoAunNoValido,
            format!("El certificado no es válido hasta el {}.", shown(*desde)),
        ),
        TrustError::Expired { hasta } => coded(
            ErrorCode::CertificadoCaducado,
            format!("El certificado caducó el {}. Renuévelo.", shown(*hasta)),
        ),
        TrustError::IsCa | TrustError::KeyUsage | TrustError::ExtendedKeyUsage => coded(
            ErrorCode::CertificadoUsoIncorrecto,
            "El certificado no es para firmar: su uso de clave ha de incluir digitalSignature o nonRepudiation, y su uso \
             extendido, si lo tiene, clientAuth o emailProtection.",
        ),
        TrustError::Policy => coded(
            ErrorCode::CertificadoPoliticaNoAdmitida,
            "De este emisor no se admiten los certificados de la política con que se emitió este.",
        ),
        TrustError::Revoked { since } => coded(
            ErrorCode::CertificadoRevocado,
            format!("El certificado fue revocado el {}.", shown(*since)),
        ),
        TrustError::RevocationUnknown { .. } => coded(
            ErrorCode::CertificadoEstadoDesconocido,
            "Ahora no puede saberse si el certificado está revocado, por lo que no se admite. Repita la petición más \
             tarde.",
        ),
        TrustError::NoIdentity | TrustError::ForeignIdentity => coded(
            ErrorCode::CertificadoSinNif,
            "El certificado no contiene ningún NIF español en los campos en que lo llevan los certificados cualificados.",
        ),
        TrustError::BadIdentity => coded(
            ErrorCode::CertificadoNifIncorrecto,
            "El NIF que contiene el certificado no es correcto: su carácter de control no corresponde.",
        ),
        TrustError::IdentityConflict => coded(
            ErrorCode::CertificadoNifIncorrecto,
            "Los campos del certificado contienen identificadores que no coinciden entre sí.",
        ),
        TrustError::SealNotAdmitted => coded(
            ErrorCode::CertificadoSelloNoAdmitido,
            "Es un certificado de sello. Firme con uno de persona física o de representante.",
        ),
        TrustError::Internal => super::code::unavailable(),
    }
}

fn shown(at: DateTime<Utc>) -> String {
    let local = plazo::of_our_era(at).with_timezone(&Madrid);
    local.format("%d-%m-%Y %H:%M:%S").to_string()
}
