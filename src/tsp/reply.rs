//! What an authority answers (TimeStampResp, RFC 3161 §2.4.2): whether it dates, and the token.

use std::borrow::Cow;

use crate::cms::in_der;
use crate::trust::der::{NotDer, Reader, tag};

use super::error::TspError;

/// The bits of PKIFailureInfo that an authority may set (RFC 3161 §2.4.2).
const FAILURES: [(usize, &str); 8] = [
    (0, "badAlg"),
    (2, "badRequest"),
    (5, "badDataFormat"),
    (14, "timeNotAvailable"),
    (15, "unacceptedPolicy"),
    (16, "unacceptedExtension"),
    (17, "addInfoNotAvailable"),
    (25, "systemFailure"),
];

/// The token of an answer that grants one, in DER.
pub(super) fn token(reply: &[u8]) -> Result<Cow<'_, [u8]>, TspError> {
    let content = envelope(reply)?;
    let (status, failure, length) = read_status(content).map_err(|NotDer| TspError::Unreadable)?;
    // 0 is granted, 1 grantedWithMods.
    if status > 1 {
        return Err(TspError::Status { status, failure });
    }
    match content.get(length..) {
        Some(token @ [_, ..]) => Ok(in_der(token)?),
        _ => Err(TspError::NoToken),
    }
}

/// What the outermost SEQUENCE holds. Authorities that send BER write its length in octets that it does not need, or leave it to
/// the two zeros at the end; what is inside is read strictly, or by OpenSSL.
fn envelope(reply: &[u8]) -> Result<&[u8], TspError> {
    let content = || match reply {
        [tag::SEQUENCE, 0x80, content @ ..] => content.strip_suffix(&[0, 0]),
        [tag::SEQUENCE, short @ ..0x80, content @ ..] => {
            (content.len() == usize::from(*short)).then_some(content)
        }
        [tag::SEQUENCE, long @ 0x81..=0x84, rest @ ..] => {
            let (figures, content) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let length = figures
                .iter()
                .fold(0_usize, |n, &octet| n << 8 | usize::from(octet));
            (content.len() == length).then_some(content)
        }
        _ => None,
    };
    content().ok_or(TspError::Unreadable)
}

/// PKIStatusInfo, and its length. What the authority says of it in words is not for our logs.
fn read_status(content: &[u8]) -> Result<(u8, Option<&'static str>, usize), NotDer> {
    let whole = Reader::new(content).expect(tag::SEQUENCE)?;
    let mut info = Reader::new(whole.content);
    let status = match info.expect(tag::INTEGER)?.content {
        [status @ ..0x80] => *status,
        _ => return Err(NotDer),
    };
    info.optional(tag::SEQUENCE)?;
    let failure = match info.optional(tag::BIT_STRING)?.map(|bits| bits.content) {
        Some([_unused, bits @ ..]) => FAILURES.iter().find(|(bit, _)| is_set(bits, *bit)),
        _ => None,
    };
    info.end()?;
    Ok((status, failure.map(|(_, name)| *name), whole.whole.len()))
}

fn is_set(bits: &[u8], bit: usize) -> bool {
    bits.get(bit / 8)
        .is_some_and(|octet| octet & 0x80 >> (bit % 8) != 0)
}
