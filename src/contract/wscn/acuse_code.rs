//! The codes and texts of acuses that decide nothing: 11 to 24 and 119.

use std::borrow::Cow;

use super::acuse_error::{AcuseError, FormFault, KeyInfoFault};
use super::certificate_code;
use super::code::{self, Coded, ErrorCode, coded};
use crate::contract::words::{ALTERED_AFTER_SIGNING, InWords};
use crate::domain::acuse_solicitado::AcuseRefusal;
use crate::trust::TrustError;

/// An acuse that is none, or whose signatures do not hold.
#[must_use]
pub fn acuse_error(error: &AcuseError) -> Coded {
    match error {
        AcuseError::Encoding(reason) => coded(
            ErrorCode::ACUSE_ENCODING,
            format!("Acuse no válido: {}.", reason.in_words()),
        ),
        AcuseError::EncodedTwice => coded(
            ErrorCode::ACUSE_ENCODING,
            "Acuse no válido: xmlAcuseFirmado está codificado en base64 más de una vez. Entregue a su biblioteca los octetos \
             del documento, sin codificar, si ella misma codifica los elementos base64Binary.",
        ),
        AcuseError::Unreadable(reason) => coded(
            ErrorCode::ACUSE,
            format!("Acuse no válido: {}.", reason.in_words()),
        ),
        AcuseError::Form(fault) => coded(ErrorCode::ACUSE, form(*fault)),
        AcuseError::NotSealed => coded(
            ErrorCode::ACUSE_NOT_SEALED,
            "Acuse no válido: falta la firma del servicio. Devuelva el documento que dio solicitarAcuseNotificacion con \
             su firma añadida, sin quitar la que ya tenía, o solicite otro.",
        ),
        AcuseError::SealedElsewhere => coded(
            ErrorCode::ACUSE_NOT_SEALED,
            "Acuse no válido: falta la firma de este servicio, y el acuse dice ser de otro entorno o instalación, donde sí \
             puede devolverse. Solicite a este otro con solicitarAcuseNotificacion.",
        ),
        AcuseError::SealBroken => coded(
            ErrorCode::ACUSE_SEAL,
            "Acuse no válido: la firma del servicio no es válida, porque el acuse se ha alterado.",
        ),
        AcuseError::TooManySignatures(count) => coded(
            ErrorCode::ACUSE_SIGNATURES,
            format!(
                "Acuse no válido: contiene {count} firmas y ha de contener dos, la del servicio y la suya."
            ),
        ),
        AcuseError::NotSigned => coded(
            ErrorCode::ACUSE_NOT_SIGNED,
            "Acuse no válido: falta la firma del usuario; sólo contiene la del servicio.",
        ),
        AcuseError::SealedTwice => coded(
            ErrorCode::ACUSE_SEALED_TWICE,
            "Acuse no válido: falta la firma del usuario; las dos que contiene dicen ser del servicio.",
        ),
        AcuseError::SignatureBroken => coded(
            ErrorCode::ACUSE_CLIENT_VALUE,
            format!(
                "Acuse no válido: la firma del usuario no corresponde al contenido o al certificado. Si no es de otro \
                 certificado, {ALTERED_AFTER_SIGNING}."
            ),
        ),
        AcuseError::OtherReferences => coded(
            ErrorCode::ACUSE_CLIENT_SIGNATURE,
            "Acuse no válido: la firma del usuario ha de referirse a «#ProsaData» y, además, sólo a partes de la propia \
             firma.",
        ),
        AcuseError::SigningCertificate(reason) => coded(
            ErrorCode::ACUSE_CLIENT_SIGNATURE,
            format!("Acuse no válido: en la firma del usuario, {}.", reason.in_words()),
        ),
        AcuseError::Shape(reason) => coded(
            ErrorCode::ACUSE_SIGNATURE,
            format!(
                "Acuse no válido: la firma del usuario no puede procesarse: {}.",
                reason.in_words()
            ),
        ),
        AcuseError::KeyInfo(fault) => coded(ErrorCode::ACUSE_CLIENT_SIGNATURE, key_info(*fault)),
        AcuseError::Unprocessable(reason) => coded(
            ErrorCode::ACUSE_SIGNATURE,
            format!(
                "Acuse no válido: la firma del usuario no puede procesarse, pues {}.",
                reason.in_words()
            ),
        ),
        AcuseError::Failed => code::unavailable(),
    }
}

fn key_info(fault: KeyInfoFault) -> Cow<'static, str> {
    match fault {
        KeyInfoFault::NoCertificate => {
            "Acuse no válido: el KeyInfo de la firma del usuario ha de llevar su certificado, en X509Data/X509Certificate."
        }
        KeyInfoFault::RetrievalMethod => {
            "Acuse no válido: el KeyInfo de la firma del usuario sólo lleva un RetrievalMethod, que no se sigue: ha de llevar \
             su certificado, en X509Data/X509Certificate."
        }
        KeyInfoFault::Unreadable(fault) => {
            return format!(
                "Acuse no válido: cada X509Certificate de la firma del usuario ha de llevar un certificado X.509, en DER y \
                 codificado en base64, y uno {}.",
                fault.in_words()
            )
            .into();
        }
        KeyInfoFault::TooMany => {
            "Acuse no válido: el KeyInfo de la firma del usuario lleva demasiados certificados: bastan el suyo y los de su \
             cadena."
        }
        KeyInfoFault::AnotherName => {
            "Acuse no válido: el KeyInfo de la firma del usuario nombra, además de su certificado, otro certificado u otra \
             clave. Deje en él sólo X509Data con su certificado y los de su cadena; un KeyValue ha de ser el de su clave, y un \
             KeyName sólo puede acompañar a X509Data."
        }
        KeyInfoFault::SomebodyElse => {
            "Acuse no válido: el KeyInfo de la firma del usuario lleva, además del suyo, un certificado que no es de su \
             cadena."
        }
    }
    .into()
}

fn form(fault: FormFault) -> &'static str {
    match fault {
        FormFault::Root => "Acuse no válido: el elemento raíz no es el del acuse entregado.",
        FormFault::Data => {
            "Acuse no válido: ha de contener un único elemento ProsaSignatureData, hijo de la raíz."
        }
        FormFault::Comment => {
            "Acuse no válido: contiene un comentario, que no tenía cuando se entregó ni cubre firma alguna."
        }
        FormFault::Attributes => {
            "Acuse no válido: lleva atributos o espacios de nombres que no tenía cuando se entregó."
        }
        FormFault::Seal => {
            "Acuse no válido: la firma del servicio lleva algo que no tenía cuando se entregó."
        }
        FormFault::Intruder => "Acuse no válido: la raíz contiene algo más que el acuse y las firmas.",
        FormFault::SignatureElsewhere => {
            "Acuse no válido: las firmas han de ser hijas del elemento raíz, ProsaSignature, y no estar dentro de lo firmado."
        }
        FormFault::NoAcuse => "Acuse no válido: lo firmado no es un acuse de este servicio.",
    }
}

/// The certificate of the acuse's signer, which is not taken (D-71): code 1 is for that of a message.
#[must_use]
pub fn signer(error: &TrustError) -> Coded {
    let refusal = certificate_code::certificate(error);
    if refusal.codigo != ErrorCode::CERTIFICATE {
        return refusal;
    }
    let reason = refusal.descripcion;
    coded(
        ErrorCode::ACUSE_CLIENT_SIGNATURE,
        format!("Acuse no válido: la firma del usuario no es válida. {reason}"),
    )
}

/// An acuse in order that is not the bearer's to return.
#[must_use]
pub fn refusal(refusal: AcuseRefusal) -> Coded {
    match refusal {
        AcuseRefusal::OtherSigner => coded(
            ErrorCode::ACUSE_OTHER_SIGNER,
            "Acuse no válido: no lo firma el mismo titular que firma el mensaje SOAP.",
        ),
        AcuseRefusal::NotTheLast => coded(
            ErrorCode::ACUSE,
            "Acuse no válido: no es el último que se entregó a este titular para esa notificación con ese rol. Solicite \
             otro con solicitarAcuseNotificacion.",
        ),
    }
}
