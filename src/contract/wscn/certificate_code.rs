//! What a client is told of a certificate that is not taken: codes 1, 17 and 110, and which way it failed.

use super::code::{self, Coded, ErrorCode, coded};
use crate::contract::words::certificate::{self as words, shown};
use crate::trust::{IdentityFault, TrustError};

/// The code and text of a certificate's refusal, in a message or an acuse; names and dates are those of its issuer.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table: each way of failing has its words")]
pub fn certificate(error: &TrustError) -> Coded {
    match error {
        TrustError::Unreadable => coded(
            ErrorCode::CERTIFICATE,
            "No se ha podido leer el certificado: no es exactamente uno, X.509 y en DER.",
        ),
        TrustError::Dates { fechas } => refused(&format!(
            "sus fechas («{fechas}») no están en UTC hasta el segundo y con Z al final, como pide la RFC 5280"
        )),
        TrustError::SelfSigned => {
            refused("lo firma su propio titular, y ha de ser de un emisor de la lista de admitidos")
        }
        TrustError::NotAdmitted { emisor } => refused(&format!(
            "su emisor, «{emisor}», no está en la lista de admitidos"
        )),
        TrustError::NotSignedByIssuer { emisor } => refused(&format!(
            "no lo firmó «{emisor}», el emisor admitido de ese nombre"
        )),
        TrustError::BadPath(fault) => refused(&format!("su cadena {}", words::path(*fault))),
        TrustError::WeakSignature { algoritmo } => {
            refused(&format!("él o el de su emisor {}", words::signed_with(algoritmo)))
        }
        TrustError::WeakKey(fault) => refused(&format!("su clave {}", words::key(fault))),
        TrustError::WeakIssuerKey { emisor, fault } => refused(&format!(
            "la clave de «{emisor}», en su cadena de certificación, {}",
            words::key(fault)
        )),
        TrustError::IssuerNotYetAdmitted { desde } => {
            refused(&format!("su emisor no está admitido hasta el {}", shown(*desde)))
        }
        TrustError::IssuerNoLongerAdmitted { hasta } => {
            refused(&format!("su emisor dejó de estar admitido el {}", shown(*hasta)))
        }
        TrustError::IssuerOutOfValidity { desde, hasta } => refused(&format!(
            "el de un emisor de su cadena vale del {} al {}, y ahora no",
            shown(*desde),
            shown(*hasta)
        )),
        TrustError::NotYetValid { desde } => coded(
            ErrorCode::CERTIFICATE,
            format!("El certificado no está en vigor hasta el {}.", shown(*desde)),
        ),
        TrustError::Expired { hasta } => coded(
            ErrorCode::CERTIFICATE,
            format!("El certificado caducó el {}.", shown(*hasta)),
        ),
        TrustError::IsCa => refused("es el de una autoridad de certificación, y ha de ser el de quien firma"),
        TrustError::KeyUsage => {
            refused("su clave no es para firmar: su uso ha de incluir digitalSignature o nonRepudiation")
        }
        TrustError::ExtendedKeyUsage { usos } => refused(&format!(
            "su clave no es para firmar esto: su uso extendido es {}, y ha de incluir clientAuth o emailProtection, o \
             documentSigning si sólo firma acuses",
            usos.join(", ")
        )),
        TrustError::Policy { politicas } => refused(&match politicas.as_slice() {
            [] => "no dice su política, y de su emisor se admiten sólo algunas".to_owned(),
            some => format!(
                "es de una política no admitida de su emisor ({})",
                some.join(", ")
            ),
        }),
        TrustError::Revoked { since } => coded(
            ErrorCode::CERTIFICATE,
            format!(
                "El certificado, o el de su emisor, fue revocado el {}.",
                shown(*since)
            ),
        ),
        TrustError::Identity(fault) => unidentified(
            match fault {
                IdentityFault::Ninguna { .. } | IdentityFault::Extranjera(_) => ErrorCode::NO_IDENTITY,
                IdentityFault::Incorrecta { .. } | IdentityFault::Discordantes { .. } => {
                    ErrorCode::BAD_IDENTITY
                }
            },
            &words::identity(fault),
        ),
        TrustError::SealNotAdmitted { entidad } => refused(&format!(
            "es un sello, que lleva el NIF de la entidad ({}) y no el de una persona, y los sellos de su emisor no están \
             admitidos",
            words::told(entidad)
        )),
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
