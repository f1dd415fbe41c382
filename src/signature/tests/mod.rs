//! Whole messages, as clients make them and as attackers would.

mod agreement;
mod attacks;
pub(super) mod client;
mod places;
mod refusals;
mod sealed;
mod shapes;
mod styles;

use chrono::{DateTime, Utc};

use super::*;
use crate::xml::{Limits, Screened, screen};

/// The instant of every test.
pub(super) fn now() -> DateTime<Utc> {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

/// Why a message was refused, whichever step it was.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Screen(crate::xml::ScreenError),
    Shape(ShapeError),
    Verify(VerifyError),
}

/// Every engine that there is.
pub(super) const ENGINES: [&dyn Engine; 2] = [&Native, &XmlSec];

/// Screens, inspects and verifies with the token's own key, by every engine: they must agree.
pub(super) fn taken(message: impl AsRef<[u8]>, policy: &Policy) -> Result<VerifiedEnvelope, Refusal> {
    taken_at(message, policy, now())
}

pub(super) fn taken_at(
    message: impl AsRef<[u8]>,
    policy: &Policy,
    at: DateTime<Utc>,
) -> Result<VerifiedEnvelope, Refusal> {
    let document = screen(message.as_ref(), &Limits::MESSAGE).map_err(Refusal::Screen)?;
    let inspected = inspect(document, policy).map_err(Refusal::Shape)?;
    let token = openssl::x509::X509::from_der(inspected.token_der()).unwrap();
    let key = token.public_key().unwrap();
    let [ours, theirs] = ENGINES.map(|engine| verify(engine, &inspected, &key, at, policy));
    match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(ours.body(), theirs.body());
            assert_eq!(ours.replay_key(), theirs.replay_key());
            assert_eq!(ours.timestamp(), theirs.timestamp());
        }
        // libxml2 does not say which it is.
        (
            Err(VerifyError::Engine(EngineError::Namespace { .. })),
            Err(VerifyError::Engine(EngineError::Unprocessable)),
        ) => (),
        (ours, theirs) => assert_eq!(ours.as_ref().err(), theirs.as_ref().err()),
    }
    ours.map_err(Refusal::Verify)
}

/// A document that passes.
pub(super) fn screened(text: &(impl AsRef<[u8]> + ?Sized)) -> Screened<'_> {
    screen(text.as_ref(), &Limits::MESSAGE).unwrap()
}

pub(super) fn payload(verified: &VerifiedEnvelope) -> &str {
    std::str::from_utf8(verified.payload().unwrap()).unwrap()
}
