//! What a client is told of a message that no operation can answer: its XML, its envelope, its signature.
//!
//! The reasons are those of `contract::words`; here each gets its code.

use super::code::{self, Coded};
use super::message::NotARequest;
use crate::contract::unread::{NotSoap, Unread};
use crate::contract::words::InWords;
use crate::signature::{EngineError, PayloadError, ShapeError, VerifyError};
use crate::soap::addressing::AddressingError;
use crate::soap::fault::FaultCode;
use crate::xml::ScreenError;

/// A fault that is to be written: who has to mend what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Whose fault it is, in terms of SOAP: the sender's or the service's.
    pub code: FaultCode,
    /// Number and text that go into the detail.
    pub error: Coded,
}

impl Refused {
    /// By the sender.
    #[must_use]
    pub fn sender(error: Coded) -> Self {
        let code = FaultCode::Sender;
        Self { code, error }
    }

    /// A fault of the service's, which the sender cannot mend.
    #[must_use]
    pub fn receiver() -> Self {
        Self {
            code: FaultCode::Receiver,
            error: code::unavailable(),
        }
    }
}

/// Octets that are not XML that is read here.
#[must_use]
pub fn screen(error: &ScreenError) -> Refused {
    Refused::sender(code::unreadable(&error.in_words()))
}

/// A message that was not read to its end.
#[must_use]
pub fn unread(unread: &Unread) -> Refused {
    Refused::sender(code::unreadable(&unread.in_words()))
}

/// What is not said to be a message.
#[must_use]
pub fn not_soap(not_soap: NotSoap) -> Refused {
    Refused::sender(code::unsupported(&not_soap.in_words()))
}

/// An envelope that does not have the shape that is accepted.
#[must_use]
pub fn shape(error: &ShapeError) -> Refused {
    let reason = error.in_words();
    match error {
        ShapeError::NotAnEnvelope { .. } => Refused {
            code: FaultCode::VersionMismatch,
            error: code::unreadable(&reason),
        },
        ShapeError::NotUnderstood { .. } => Refused {
            code: FaultCode::MustUnderstand,
            error: code::unreadable(&reason),
        },
        ShapeError::NoBody | ShapeError::TwoBodies | ShapeError::Unexpected { .. } => {
            Refused::sender(code::unreadable(&reason))
        }
        ShapeError::NoToken
        | ShapeError::TwoTokens
        | ShapeError::TokenType { .. }
        | ShapeError::TokenEncoding { .. }
        | ShapeError::Certificate { .. } => Refused::sender(code::no_certificate(&reason)),
        // Whatever else is wrong is wrong with the signature or with what it must cover.
        _ => Refused::sender(code::signature(&reason)),
    }
}

/// An envelope of SOAP 1.2, which the binding does not have.
#[must_use]
pub fn version() -> Refused {
    Refused {
        code: FaultCode::VersionMismatch,
        error: code::unreadable("este servicio es de SOAP 1.1 y el sobre es de SOAP 1.2"),
    }
}

/// A signature that does not hold, or a message that is not of now.
#[must_use]
pub fn verify(error: &VerifyError) -> Refused {
    match error {
        VerifyError::Engine(EngineError::Internal | EngineError::Key) => Refused::receiver(),
        error => Refused::sender(code::signature(&error.in_words())),
    }
}

/// A message that was signed for another address or action.
#[must_use]
pub fn addressing(error: &AddressingError) -> Refused {
    Refused::sender(code::unreadable(&error.in_words()))
}

/// A signed Body without one element in it.
#[must_use]
pub fn payload(error: PayloadError) -> Refused {
    Refused::sender(code::unreadable(&error.in_words()))
}

/// A payload of no operation.
#[must_use]
pub fn request(error: &NotARequest) -> Refused {
    Refused::sender(code::not_a_request(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::{NotACertificate, TimestampError};
    use crate::xml::Excerpt;

    fn told(refused: &Refused) -> (FaultCode, u8) {
        (refused.code, refused.error.codigo.number())
    }

    #[test]
    fn an_unsigned_or_badly_signed_message_is_2_and_says_in_what() {
        for error in [
            ShapeError::NoSecurity,
            ShapeError::NoSignature,
            ShapeError::TwoSignatures,
            ShapeError::BodyNotSigned,
            ShapeError::KeyInfo,
        ] {
            let refused = shape(&error);
            assert_eq!(told(&refused), (FaultCode::Sender, 2));
            assert!(refused.error.descripcion.contains(&*error.in_words()));
        }
        for error in [
            VerifyError::Engine(EngineError::SignatureMismatch),
            VerifyError::Timestamp(TimestampError::Malformed),
        ] {
            assert_eq!(told(&verify(&error)), (FaultCode::Sender, 2));
        }
    }

    #[test]
    fn a_message_without_a_certificate_that_can_be_read_is_1() {
        let unreadable = ShapeError::Certificate {
            element: "wsse:BinarySecurityToken",
            fault: NotACertificate::Pem,
        };
        for error in [ShapeError::NoToken, unreadable] {
            assert_eq!(told(&shape(&error)), (FaultCode::Sender, 1));
        }
    }

    #[test]
    fn what_is_no_message_of_this_contract_is_133() {
        assert_eq!(told(&screen(&ScreenError::Doctype)), (FaultCode::Sender, 133));
        assert_eq!(told(&shape(&ShapeError::TwoBodies)), (FaultCode::Sender, 133));
        assert_eq!(told(&payload(PayloadError::Empty)), (FaultCode::Sender, 133));
        assert_eq!(told(&request(&NotARequest::Unreadable)), (FaultCode::Sender, 133));
        let root = Excerpt::of("html");
        let version = shape(&ShapeError::NotAnEnvelope { root });
        assert_eq!(told(&version), (FaultCode::VersionMismatch, 133));
        let header = shape(&ShapeError::NotUnderstood {
            name: Excerpt::of("To"),
            namespace: Excerpt::of("urn:x"),
        });
        assert_eq!(told(&header), (FaultCode::MustUnderstand, 133));
    }

    #[test]
    fn a_failure_of_ours_is_100() {
        let error = VerifyError::Engine(EngineError::Internal);
        assert_eq!(told(&verify(&error)), (FaultCode::Receiver, 100));
    }
}
