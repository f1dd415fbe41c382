//! What a client is told of a certificate that is not taken: codes 1, 17 and 110, and which way it failed.

use super::code::{self, Coded, ErrorCode, coded};
use super::wire_time::Stamp;
use crate::trust::TrustError;

/// A certificate that is not taken, in a message or an acuse.
#[must_use]
pub fn certificate(error: &TrustError) -> Coded {
    if error.is_retryable() {
        return code::unavailable();
    }
    let codigo = match error {
        TrustError::NoIdentity | TrustError::ForeignIdentity => ErrorCode::NO_IDENTITY,
        TrustError::BadIdentity | TrustError::IdentityConflict => ErrorCode::BAD_IDENTITY,
        _ => ErrorCode::CERTIFICATE,
    };
    coded(codigo, text(error))
}

/// What is wrong with a certificate, in words; names and dates are those of its issuer.
pub(super) fn text(error: &TrustError) -> String {
    let date = |at| Stamp::of(at).as_str().to_owned();
    match error {
        TrustError::Unreadable => "No se ha podido leer el certificado: no es un X.509 en DER.".to_owned(),
        TrustError::SelfSigned => "El certificado no se admite: lo firma su propio titular.".to_owned(),
        TrustError::NotAdmitted { emisor } => {
            format!("El certificado no se admite: su emisor, «{emisor}», no está en la lista de admitidos.")
        }
        TrustError::NotSignedByIssuer { emisor } => {
            format!("El certificado no se admite: no lo firmó «{emisor}», el emisor admitido de ese nombre.")
        }
        TrustError::BadPath(_) => {
            "El certificado no se admite: su cadena de certificación no es válida.".to_owned()
        }
        TrustError::WeakSignature { algoritmo } => {
            format!("El certificado no se admite: está firmado con un algoritmo débil ({algoritmo}).")
        }
        TrustError::IssuerNotYetAdmitted { desde } => {
            format!(
                "El certificado no se admite: su emisor no está admitido hasta {}.",
                date(*desde)
            )
        }
        TrustError::IssuerNoLongerAdmitted { hasta } => {
            format!(
                "El certificado no se admite: su emisor dejó de estar admitido el {}.",
                date(*hasta)
            )
        }
        TrustError::IssuerOutOfValidity { .. } => {
            "El certificado no se admite: el de su emisor no está en vigor.".to_owned()
        }
        TrustError::NotYetValid { desde } => {
            format!("El certificado no está en vigor hasta {}.", date(*desde))
        }
        TrustError::Expired { hasta } => format!("El certificado caducó el {}.", date(*hasta)),
        TrustError::Revoked { since } => format!("El certificado fue revocado el {}.", date(*since)),
        TrustError::IsCa => {
            "El certificado no se admite: es el de una autoridad de certificación.".to_owned()
        }
        TrustError::KeyUsage | TrustError::ExtendedKeyUsage => {
            "El certificado no se admite: su clave no es para firmar.".to_owned()
        }
        TrustError::WeakKey => {
            "El certificado no se admite: su clave es de un tipo o tamaño no admitido.".to_owned()
        }
        TrustError::Policy => {
            "El certificado no se admite: es de una política no admitida de su emisor.".to_owned()
        }
        TrustError::SealNotAdmitted => {
            "El certificado no se admite: los sellos de su emisor no están admitidos.".to_owned()
        }
        TrustError::NoIdentity | TrustError::ForeignIdentity => {
            "No se ha podido obtener el documento identificativo del certificado: no contiene un NIF."
                .to_owned()
        }
        TrustError::BadIdentity => {
            "No se ha podido obtener el documento identificativo del certificado: el NIF que \
                                    contiene no es correcto."
                .to_owned()
        }
        TrustError::IdentityConflict => {
            "No se ha podido obtener el documento identificativo del certificado: contiene \
                                         varios que no coinciden."
                .to_owned()
        }
        TrustError::RevocationUnknown { .. } | TrustError::Internal => {
            "El estado del certificado no ha podido comprobarse.".to_owned()
        }
    }
}
