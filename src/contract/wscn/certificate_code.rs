//! What a client is told of a certificate that is not taken: codes 1, 17 and 110, and which way it failed.

use chrono::{DateTime, Utc};

use super::code::{self, Coded, ErrorCode, coded};
use super::wire_time::Stamp;
use crate::trust::TrustError;

/// The code and text of a certificate's refusal, in a message or an acuse; names and dates are those of its issuer.
#[must_use]
pub fn certificate(error: &TrustError) -> Coded {
    match error {
        TrustError::Unreadable => coded(
            ErrorCode::CERTIFICATE,
            "No se ha podido leer el certificado: no es un X.509 en DER.",
        ),
        TrustError::SelfSigned => refused("lo firma su propio titular"),
        TrustError::NotAdmitted { emisor } => refused(&format!(
            "su emisor, «{emisor}», no está en la lista de admitidos"
        )),
        TrustError::NotSignedByIssuer { emisor } => refused(&format!(
            "no lo firmó «{emisor}», el emisor admitido de ese nombre"
        )),
        TrustError::BadPath(_) => refused("su cadena de certificación no es válida"),
        TrustError::WeakSignature { algoritmo } => {
            refused(&format!("está firmado con un algoritmo débil ({algoritmo})"))
        }
        TrustError::WeakKey => refused("su clave es de un tipo o tamaño no admitido"),
        TrustError::IssuerNotYetAdmitted { desde } => {
            refused(&format!("su emisor no está admitido hasta {}", shown(*desde)))
        }
        TrustError::IssuerNoLongerAdmitted { hasta } => {
            refused(&format!("su emisor dejó de estar admitido el {}", shown(*hasta)))
        }
        TrustError::IssuerOutOfValidity { .. } => refused("el de su emisor no está en vigor"),
        TrustError::NotYetValid { desde } => coded(
            ErrorCode::CERTIFICATE,
            format!("El certificado no está en vigor hasta {}.", shown(*desde)),
        ),
        TrustError::Expired { hasta } => coded(
            ErrorCode::CERTIFICATE,
            format!("El certificado caducó el {}.", shown(*hasta)),
        ),
        TrustError::IsCa => refused("es el de una autoridad de certificación"),
        TrustError::KeyUsage | TrustError::ExtendedKeyUsage => refused("su clave no es para firmar"),
        TrustError::Policy => refused("es de una política no admitida de su emisor"),
        TrustError::Revoked { since } => coded(
            ErrorCode::CERTIFICATE,
            format!("El certificado fue revocado el {}.", shown(*since)),
        ),
        TrustError::NoIdentity | TrustError::ForeignIdentity => {
            unidentified(ErrorCode::NO_IDENTITY, "no contiene un NIF")
        }
        TrustError::BadIdentity => {
            unidentified(ErrorCode::BAD_IDENTITY, "el NIF que contiene no es correcto")
        }
        TrustError::IdentityConflict => {
            unidentified(ErrorCode::BAD_IDENTITY, "contiene varios que no coinciden")
        }
        TrustError::SealNotAdmitted => refused("los sellos de su emisor no están admitidos"),
        TrustError::RevocationUnknown { .. } | TrustError::Internal => code::unavailable(),
    }
}

fn refused(reason: &str) -> Coded {
    coded(
        ErrorCode::CERTIFICATE,
        format!("El certificado no se admite: {reason}."),
    )
}

/// D-65.
fn unidentified(codigo: ErrorCode, reason: &str) -> Coded {
    coded(
        codigo,
        format!("No se ha podido obtener el documento identificativo del certificado: {reason}."),
    )
}

fn shown(at: DateTime<Utc>) -> String {
    Stamp::of(at).as_str().to_owned()
}
