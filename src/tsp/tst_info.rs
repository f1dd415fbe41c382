//! `TstInfo`: what an authority signs: a digest, and when it saw it (RFC 3161 §2.4.2).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use openssl::error::ErrorStack;

use crate::cms::write::{oid, sequence, unsigned};
use crate::trust::der::{NotDer, Reader, boolean, element, tag};

use super::query::{Query, imprint, read_imprint};

/// Most figures of a fraction of a second that are read; what is finer than a nanosecond is no instant of ours.
const MAX_FRACTION: usize = 9;

/// The fields of a TSTInfo that are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TstInfo<'a> {
    pub(super) policy: String,
    /// OID of the digest's algorithm.
    pub(super) algorithm: String,
    pub(super) imprint: &'a [u8],
    /// Content of the INTEGER.
    pub(super) nonce: Option<&'a [u8]>,
    pub(super) time: GenTime,
}

/// An instant as an authority writes it: everything from it on, as long as its last figure is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GenTime {
    pub(super) instant: DateTime<Utc>,
    pub(super) worth: TimeDelta,
}

impl<'a> TstInfo<'a> {
    /// Reads the whole of the octets, of version 1. Extensions are passed over: none is defined that would change what is read.
    pub(super) fn read(der: &'a [u8]) -> Result<Self, NotDer> {
        let mut info = Reader::only(der, tag::SEQUENCE)?;
        if info.expect(tag::INTEGER)?.content != [1] {
            return Err(NotDer);
        }
        let policy = info.oid()?;
        let (algorithm, imprint) = read_imprint(&mut info)?;
        info.expect(tag::INTEGER)?;
        let time = gen_time(info.expect(tag::GENERALIZED_TIME)?.content).ok_or(NotDer)?;
        info.optional(tag::SEQUENCE)?;
        if let Some(ordering) = info.optional(tag::BOOLEAN)? {
            boolean(ordering.content)?;
        }
        let nonce = info.optional(tag::INTEGER)?.map(|nonce| nonce.content);
        info.optional(tag::constructed(0))?;
        info.optional(tag::constructed(1))?;
        info.end()?;
        Ok(Self {
            policy,
            algorithm,
            imprint,
            nonce,
            time,
        })
    }
}

/// `YYYYMMDDhhmmss[.s…]Z` (RFC 3161 §2.4.2).
fn gen_time(content: &[u8]) -> Option<GenTime> {
    let text = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let figures = |text: &str| {
        text.bytes()
            .all(|c| c.is_ascii_digit())
            .then(|| text.parse::<u32>().ok())?
    };
    if whole.len() != 14 {
        return None;
    }
    let part = |from: usize, until: usize| figures(whole.get(from..until)?);
    let nanos = match fraction {
        None => 0,
        Some(fraction) if (1..=MAX_FRACTION).contains(&fraction.len()) => {
            figures(fraction)? * 10_u32.pow(u32::try_from(MAX_FRACTION - fraction.len()).ok()?)
        }
        Some(_) => return None,
    };
    let year = i32::try_from(part(0, 4)?).ok()?;
    let instant = NaiveDate::from_ymd_opt(year, part(4, 6)?, part(6, 8)?)?
        .and_hms_nano_opt(part(8, 10)?, part(10, 12)?, part(12, 14)?, nanos)?
        .and_utc();
    let figures_of_fraction = u32::try_from(fraction.map_or(0, str::len)).ok()?;
    let worth = TimeDelta::nanoseconds(1_000_000_000 / 10_i64.pow(figures_of_fraction));
    Some(GenTime { instant, worth })
}

/// A TSTInfo in DER that dates what a question asks for, at `at`, to the millisecond.
pub(super) fn written(
    query: &Query,
    policy: &str,
    serial: &[u8],
    at: DateTime<Utc>,
) -> Result<Vec<u8>, ErrorStack> {
    let mut time = at.format("%Y%m%d%H%M%S%.3f").to_string();
    // X.690 §11.7.3: no zeros behind, and no point before nothing.
    time.truncate(time.trim_end_matches('0').trim_end_matches('.').len().max(14));
    time.push('Z');
    let nonce = query.nonce.as_ref().map(|nonce| element(tag::INTEGER, nonce));
    Ok(sequence(&[
        unsigned(&[1]),
        oid(policy)?,
        imprint(&query.algorithm, &query.imprint)?,
        unsigned(serial),
        element(tag::GENERALIZED_TIME, time.as_bytes()),
        nonce.unwrap_or_default(),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_utc_and_may_have_fractions() {
        let read = |text: &str| {
            gen_time(text.as_bytes()).map(|time| (time.instant.to_rfc3339(), time.worth.num_microseconds()))
        };
        assert_eq!(
            read("20260601120000Z"),
            Some(("2026-06-01T12:00:00+00:00".to_owned(), Some(1_000_000)))
        );
        assert_eq!(
            read("20260601120000.25Z"),
            Some(("2026-06-01T12:00:00.250+00:00".to_owned(), Some(10_000)))
        );
        for spoilt in [
            "20260601120000",
            "20260601120000.Z",
            "20260601120000+0100",
            "202606011200Z",
            "20261301120000Z",
            "2026060112000 Z",
            "20260601120000.0000000001Z",
            "20260601120000,5Z",
        ] {
            assert_eq!(read(spoilt), None, "{spoilt}");
        }
    }
}
