//! To whom a header block of an envelope is addressed.

use super::names::{ACTOR_NEXT, ROLE_NEXT, ROLE_ULTIMATE};
use crate::xml::soap::SoapVersion;

/// The attribute that says whom a header block is for (SOAP 1.1 §4.2.2; SOAP 1.2 part 1 §5.2.2).
pub(super) const fn addressee_attribute(version: SoapVersion) -> &'static str {
    match version {
        SoapVersion::V11 => "actor",
        SoapVersion::V12 => "role",
    }
}

/// Whether a header block for this addressee is for us, the last to receive the message.
pub(super) fn is_for_us(version: SoapVersion, addressee: &str) -> bool {
    match version {
        SoapVersion::V11 => matches!(addressee, "" | ACTOR_NEXT),
        SoapVersion::V12 => matches!(addressee, "" | ROLE_NEXT | ROLE_ULTIMATE),
    }
}
