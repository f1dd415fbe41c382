//! What a client is told of a message that is not read as one: its XML, its envelope, its signature, its content.
//!
//! The words are those of `contract::words`; here each gets its code, and becomes a sentence.

use super::code::{Coded, ErrorCode, coded, unavailable};
use crate::contract::unread::Unread;
use crate::contract::words::InWords;
use crate::signature::{EngineError, PayloadError, ShapeError, TimestampError, VerifyError};
use crate::soap::addressing::AddressingError;
use crate::xml::ScreenError;
use crate::xml::schema::SchemaViolation;

/// Octets that are not XML that is read here.
#[must_use]
pub fn screen(error: &ScreenError) -> Coded {
    let codigo = match error {
        ScreenError::Empty | ScreenError::IllFormed { .. } | ScreenError::CharacterReference { .. } => {
            ErrorCode::MensajeMalFormado
        }
        ScreenError::TooLarge { .. } => ErrorCode::MensajeDemasiadoGrande,
        ScreenError::TooDeep { .. }
        | ScreenError::TooManyNodes { .. }
        | ScreenError::TooManyAttributes { .. }
        | ScreenError::TooManyNamespaces { .. }
        | ScreenError::LongNamespace { .. }
        | ScreenError::LongName { .. }
        | ScreenError::TooManyLookups
        | ScreenError::TooManyIds { .. } => ErrorCode::MensajeDemasiadoComplejo,
        ScreenError::OtherEncoding { .. }
        | ScreenError::NotUtf8 { .. }
        | ScreenError::OtherVersion
        | ScreenError::ForbiddenCharacter { .. } => ErrorCode::MensajeCodificacion,
        ScreenError::Doctype | ScreenError::ProcessingInstruction | ScreenError::Entity { .. } => {
            ErrorCode::MensajeConstruccionNoAdmitida
        }
        ScreenError::OddId { .. } | ScreenError::DuplicateId { .. } => ErrorCode::MensajeIdInvalido,
    };
    coded(codigo, sentence(error))
}

/// A message that was not read to its end.
#[must_use]
pub fn unread(unread: &Unread) -> Coded {
    let codigo = match unread {
        Unread::TooLarge { .. } => ErrorCode::MensajeDemasiadoGrande,
        Unread::CutShort | Unread::TooSlow { .. } => ErrorCode::MensajeIncompleto,
    };
    coded(codigo, sentence(unread))
}

/// An envelope that does not have the shape that is accepted.
#[must_use]
pub fn shape(error: &ShapeError) -> Coded {
    let codigo = match error {
        ShapeError::NotAnEnvelope { .. } => ErrorCode::MensajeVersionSoapDesconocida,
        ShapeError::NoBody | ShapeError::TwoBodies | ShapeError::Unexpected { .. } => {
            ErrorCode::MensajeEstructura
        }
        ShapeError::NotUnderstood { .. } => ErrorCode::MensajeCabeceraNoEntendida,
        ShapeError::NoSecurity
        | ShapeError::SecurityOfOthers { .. }
        | ShapeError::OtherSecurity { .. }
        | ShapeError::NoSignature => ErrorCode::FirmaAusente,
        ShapeError::TwoSecurities | ShapeError::TwoSignatures => ErrorCode::FirmaMultiple,
        ShapeError::SignatureLacks { .. }
        | ShapeError::Attribute { .. }
        | ShapeError::SignatureValue
        | ShapeError::DigestValue => ErrorCode::FirmaMalFormada,
        ShapeError::NoToken
        | ShapeError::TwoTokens
        | ShapeError::TokenType { .. }
        | ShapeError::KeyInfo
        | ShapeError::OtherToken => ErrorCode::FirmaSinCertificado,
        ShapeError::TokenEncoding { .. } | ShapeError::Certificate { .. } => ErrorCode::CertificadoIlegible,
        ShapeError::Algorithm(_)
        | ShapeError::StrTransform
        | ShapeError::PrefixList
        | ShapeError::TransformOrder
        | ShapeError::XPath { .. }
        | ShapeError::XPathPlace { .. }
        | ShapeError::XPathSize => ErrorCode::FirmaAlgoritmoNoAdmitido,
        ShapeError::TooManyReferences { .. }
        | ShapeError::ReferenceUri { .. }
        | ShapeError::MissingId { .. }
        | ShapeError::ReferenceTarget { .. }
        | ShapeError::TimestampElsewhere { .. }
        | ShapeError::NestedReferences { .. }
        | ShapeError::ReferencedTwice { .. } => ErrorCode::FirmaReferenciaInvalida,
        ShapeError::BodyNotSigned => ErrorCode::FirmaNoCubreBody,
        ShapeError::TimestampNotSigned => ErrorCode::FirmaNoCubreTimestamp,
        ShapeError::NoTimestamp | ShapeError::TwoTimestamps => ErrorCode::MensajeTimestampInvalido,
        ShapeError::Timestamp(error) => return timestamp(error),
    };
    coded(codigo, sentence(error))
}

/// A signature that does not hold, or a message that is not of now.
#[must_use]
pub fn verify(error: &VerifyError) -> Coded {
    let codigo = match error {
        VerifyError::KeyFamily { .. } => ErrorCode::FirmaAlgoritmoNoAdmitido,
        VerifyError::KeyTooShort { .. } | VerifyError::Curve => ErrorCode::CertificadoDebil,
        VerifyError::ValueLength { .. } | VerifyError::EcdsaInDer { .. } => ErrorCode::FirmaMalFormada,
        VerifyError::Engine(error) => return engine(error),
        VerifyError::NotTheBody | VerifyError::NotTheTimestamp | VerifyError::NotTheBlock => {
            ErrorCode::FirmaReferenciaInvalida
        }
        VerifyError::Timestamp(error) => return timestamp(error),
        VerifyError::SigningCertificate(_) => ErrorCode::FirmaSinCertificado,
    };
    coded(codigo, sentence(error))
}

/// A message that was signed for another address or action.
#[must_use]
pub fn addressing(error: &AddressingError) -> Coded {
    coded(ErrorCode::MensajeOtroDestino, sentence(error))
}

/// A signed Body without one element in it.
#[must_use]
pub fn payload(error: PayloadError) -> Coded {
    coded(ErrorCode::MensajeEstructura, sentence(&error))
}

/// A payload that the schema refuses, of which nothing more telling is known.
#[must_use]
pub fn schema(violation: &SchemaViolation) -> Coded {
    coded(
        ErrorCode::EsquemaInvalido,
        format!(
            "El mensaje no cumple el esquema publicado junto al WSDL: {}.",
            violation.in_words()
        ),
    )
}

fn engine(error: &EngineError) -> Coded {
    let codigo = match error {
        EngineError::DigestMismatch { .. } => ErrorCode::FirmaResumenIncorrecto,
        EngineError::SignatureMismatch => ErrorCode::FirmaIncorrecta,
        EngineError::NoSignature => ErrorCode::FirmaAusente,
        EngineError::XmlBase => ErrorCode::FirmaAlgoritmoNoAdmitido,
        EngineError::OtherReferences | EngineError::MissingId { .. } => ErrorCode::FirmaReferenciaInvalida,
        EngineError::Unreadable
        | EngineError::Namespace { .. }
        | EngineError::Unprocessable
        | EngineError::Disagreement => ErrorCode::FirmaMalFormada,
        EngineError::Key | EngineError::Internal => return unavailable(),
    };
    coded(codigo, sentence(error))
}

fn timestamp(error: &TimestampError) -> Coded {
    let codigo = match error {
        TimestampError::Malformed | TimestampError::Reversed { .. } | TimestampError::TooLong { .. } => {
            ErrorCode::MensajeTimestampInvalido
        }
        TimestampError::InFuture { .. } => ErrorCode::MensajeDelFuturo,
        TimestampError::Expired { .. } | TimestampError::TooOld { .. } => ErrorCode::MensajeCaducado,
    };
    coded(codigo, sentence(error))
}

/// An error's text as a sentence. The qualified name of an element stays as it is, though it begin one.
fn sentence(error: &impl InWords) -> String {
    let text = error.in_words();
    let begins = text.split_whitespace().next().unwrap_or_default();
    if begins.split_once(':').is_some_and(|(_, local)| !local.is_empty()) {
        return format!("{text}.");
    }
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), characters.as_str()),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::{Role, UnknownAlgorithm};
    use crate::xml::Excerpt;
    use chrono::{DateTime, TimeDelta};

    #[test]
    fn a_sentence_begins_with_a_capital_but_for_the_name_of_an_element() {
        let told = |error: &TimestampError| timestamp(error).descripcion;
        let at = DateTime::UNIX_EPOCH;
        let (created, expires, limit) = (at, at, TimeDelta::seconds(600));
        for error in [
            TimestampError::Malformed,
            TimestampError::Reversed { created, expires, at },
            TimestampError::InFuture { created, at },
            TimestampError::Expired { expires, at },
            TimestampError::TooOld { created, at, limit },
            TimestampError::TooLong {
                created,
                expires,
                limit,
                at,
            },
        ] {
            let told = told(&error);
            assert!(
                told.starts_with("wsu:Timestamp ") && told.ends_with('.'),
                "{told}"
            );
        }
        let missing = shape(&ShapeError::NoTimestamp);
        assert_eq!(missing.descripcion, "Falta wsu:Timestamp.");
        let algorithm = UnknownAlgorithm {
            role: Role::Digest,
            uri: Excerpt::of("urn:x"),
        };
        let told = sentence(&algorithm);
        assert!(
            told.starts_with("Algoritmo de resumen no admitido: «urn:x»; "),
            "{told}"
        );
    }

    /// Without Expires a message lives as long as one may.
    #[test]
    fn what_is_said_of_a_malformed_timestamp_does_not_ask_for_an_expires() {
        let told = timestamp(&TimestampError::Malformed).descripcion;
        assert!(
            told.contains("debe llevar Created y puede llevar después Expires"),
            "{told}"
        );
    }
}
