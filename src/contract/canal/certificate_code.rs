//! What a client is told of a certificate that is not taken: each way in its own code, and what to mend.

use super::code::{Coded, ErrorCode, coded};
use crate::contract::words::certificate::{self as words, shown};
use crate::trust::{IdentityFault, TrustError};

/// The code and text of a certificate's refusal.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table: each way of failing has its words")]
pub fn certificate(error: &TrustError) -> Coded {
    match error {
        TrustError::Unreadable => coded(
            ErrorCode::CertificadoIlegible,
            "El BinarySecurityToken no contiene exactamente un certificado X.509 en DER, codificado en base64.",
        ),
        TrustError::Dates { fechas } => coded(
            ErrorCode::CertificadoIlegible,
            format!(
                "Las fechas del certificado («{fechas}») no están en UTC hasta el segundo y con Z al final, como pide la \
                 RFC 5280. Pida a su proveedor un certificado correcto."
            ),
        ),
        TrustError::SelfSigned => coded(
            ErrorCode::CertificadoNoAdmitido,
            "El certificado es autofirmado. Use uno de un emisor de la lista de certificados admitidos.",
        ),
        TrustError::NotAdmitted { emisor } => coded(
            ErrorCode::CertificadoNoAdmitido,
            format!(
                "El emisor del certificado, «{emisor}», no está en la lista de certificados admitidos. Use uno de los que están."
            ),
        ),
        TrustError::NotSignedByIssuer { emisor } => coded(
            ErrorCode::CertificadoNoAdmitido,
            format!(
                "El certificado dice ser de un emisor admitido, «{emisor}», pero la clave de este no lo firmó. Use el que le \
                 dio su proveedor, tal como se lo dio."
            ),
        ),
        TrustError::BadPath(fault) => coded(
            ErrorCode::CertificadoCadenaInvalida,
            format!(
                "La cadena del certificado {}. Pida a su proveedor un certificado correcto.",
                words::path(*fault)
            ),
        ),
        TrustError::WeakSignature { algoritmo } => coded(
            ErrorCode::CertificadoDebil,
            format!(
                "El certificado, o el de su emisor, {}. Pida a su proveedor uno que lo esté.",
                words::signed_with(algoritmo)
            ),
        ),
        TrustError::WeakKey(fault) => coded(
            ErrorCode::CertificadoDebil,
            format!("La clave del certificado {}.", words::key(fault)),
        ),
        TrustError::WeakIssuerKey { emisor, fault } => coded(
            ErrorCode::CertificadoDebil,
            format!(
                "La clave de «{emisor}», en la cadena del certificado, {}.",
                words::key(fault)
            ),
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
        TrustError::IssuerOutOfValidity { desde, hasta } => coded(
            ErrorCode::CertificadoCadenaInvalida,
            format!(
                "El certificado de un emisor de la cadena vale del {} al {}, y ahora no. Use un certificado de un emisor en vigor.",
                shown(*desde),
                shown(*hasta)
            ),
        ),
        TrustError::NotYetValid { desde } => coded(
            ErrorCode::CertificadoAunNoValido,
            format!(
                "El certificado no es válido hasta el {}. Use hasta entonces otro que lo sea.",
                shown(*desde)
            ),
        ),
        TrustError::Expired { hasta } => coded(
            ErrorCode::CertificadoCaducado,
            format!("El certificado caducó el {}. Renuévelo.", shown(*hasta)),
        ),
        TrustError::IsCa => coded(
            ErrorCode::CertificadoUsoIncorrecto,
            "El certificado es el de una autoridad de certificación, que no firma por nadie. Use el de quien firma.",
        ),
        TrustError::KeyUsage => coded(
            ErrorCode::CertificadoUsoIncorrecto,
            "El certificado no es para firmar: su uso de clave ha de incluir digitalSignature o nonRepudiation. Si su tarjeta \
             tiene varios, use el de firma o el de autenticación.",
        ),
        TrustError::ExtendedKeyUsage { usos } => coded(
            ErrorCode::CertificadoUsoIncorrecto,
            format!(
                "El certificado no es para firmar mensajes: su uso extendido de clave es {}, y ha de incluir clientAuth o \
                 emailProtection, o faltar.",
                usos.join(", ")
            ),
        ),
        TrustError::Policy { politicas } => coded(
            ErrorCode::CertificadoPoliticaNoAdmitida,
            if politicas.is_empty() {
                "De este emisor se admiten sólo los certificados de algunas políticas, y este no dice ninguna. Use otro."
                    .to_owned()
            } else {
                format!(
                    "De este emisor no se admiten los certificados de la política con que se emitió este, {}. Use otro.",
                    politicas.join(", ")
                )
            },
        ),
        TrustError::Revoked { since } => coded(
            ErrorCode::CertificadoRevocado,
            format!(
                "El certificado, o el de su emisor, fue revocado el {}. Use otro.",
                shown(*since)
            ),
        ),
        TrustError::RevocationUnknown { .. } => coded(
            ErrorCode::CertificadoEstadoDesconocido,
            "Ahora no puede saberse si el certificado está revocado, por lo que no se admite. Repita la petición más \
             tarde.",
        ),
        TrustError::Identity(fault) => coded(
            match fault {
                IdentityFault::Ninguna { .. } | IdentityFault::Extranjera(_) => ErrorCode::CertificadoSinNif,
                IdentityFault::Incorrecta { .. } | IdentityFault::Discordantes { .. } => {
                    ErrorCode::CertificadoNifIncorrecto
                }
            },
            format!(
                "El certificado no identifica a su titular: {}.",
                words::identity(fault)
            ),
        ),
        TrustError::SealNotAdmitted { entidad } => coded(
            ErrorCode::CertificadoSelloNoAdmitido,
            format!(
                "Es un certificado de sello: lleva el NIF de la entidad ({}) y no el de una persona. Firme con uno de \
                 persona física o de representante.",
                words::told(entidad)
            ),
        ),
        TrustError::Internal => super::code::unavailable(),
    }
}
