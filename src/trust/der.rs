//! A small reader of DER (X.690 §10), for what openssl's safe interface does not show: names and extensions.
//!
//! It borrows, never allocates by a length that it has only been told, and refuses whatever has two spellings:
//! indefinite or padded lengths, tags of several octets, trailing content. So two readers cannot see different
//! things in the same octets.
//!
//! Weighed against `x509-parser` and the `der` crates, which read much more than is asked here, none of which was measured;
//! against `openssl-sys`, which would be unsafe code in a second place; and against OpenSSL's printed form, in which a name can
//! say whatever it likes. It stays because it can be read whole, and costs nothing that counts: a certificate is read once and
//! kept parsed (docs/decisions/0011-der-reader.md).

use chrono::{DateTime, NaiveDate, Utc};
use thiserror::Error;

/// Universal tags that certificates use (X.690 §8).
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const ENUMERATED: u8 = 0x0a;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const NUMERIC_STRING: u8 = 0x12;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const TELETEX_STRING: u8 = 0x14;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const VISIBLE_STRING: u8 = 0x1a;
    pub(crate) const UNIVERSAL_STRING: u8 = 0x1c;
    pub(crate) const BMP_STRING: u8 = 0x1e;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;

    /// The context tag of a primitive, or implicitly tagged, field.
    pub(crate) const fn context(number: u8) -> u8 {
        0x80 | number
    }

    /// The context tag of a constructed, or explicitly tagged, field.
    pub(crate) const fn constructed(number: u8) -> u8 {
        0xa0 | number
    }
}

/// The octets are not the DER that was expected there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not the DER expected")]
pub(crate) struct NotDer;

/// There is no instant where one was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum NotInstant<'a> {
    /// Nor is there a date at all.
    #[error(transparent)]
    NotDer(#[from] NotDer),
    /// There is a date of another form: without Z, with an offset, without seconds, or of no calendar.
    #[error("a date that is not in UTC to the second")]
    Form(&'a [u8]),
}

/// One element: its tag, its content, and both with the length as they lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) content: &'a [u8],
    pub(crate) whole: &'a [u8],
}

/// What is still to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The content of one element with this tag that is the whole of the octets.
    pub(crate) fn only(octets: &'a [u8], tag: u8) -> Result<Self, NotDer> {
        let mut outer = Self::new(octets);
        let inner = outer.inside(tag)?;
        outer.end()?;
        Ok(inner)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Nothing may be left.
    pub(crate) fn end(self) -> Result<(), NotDer> {
        if self.is_empty() { Ok(()) } else { Err(NotDer) }
    }

    /// The next element, whatever it is.
    pub(crate) fn element(&mut self) -> Result<Element<'a>, NotDer> {
        let (&tag, after_tag) = self.0.split_first().ok_or(NotDer)?;
        // X.690 §8.1.2.4: tags of several octets; no field of a certificate has one.
        if tag & 0x1f == 0x1f {
            return Err(NotDer);
        }
        let (&first, after_first) = after_tag.split_first().ok_or(NotDer)?;
        let (length, after_length) = match first {
            0..=0x7f => (usize::from(first), after_first),
            0x81..=0x84 => {
                let (octets, rest) = after_first
                    .split_at_checked(usize::from(first & 0x7f))
                    .ok_or(NotDer)?;
                let length = octets.iter().fold(0_usize, |n, &o| n << 8 | usize::from(o));
                // X.690 §10.1: the shortest form that holds the length.
                if length < 0x80 || octets.first() == Some(&0) {
                    return Err(NotDer);
                }
                (length, rest)
            }
            _ => return Err(NotDer),
        };
        let (content, rest) = after_length.split_at_checked(length).ok_or(NotDer)?;
        let (whole, _) = self.0.split_at_checked(self.0.len() - rest.len()).ok_or(NotDer)?;
        self.0 = rest;
        Ok(Element { tag, content, whole })
    }

    /// The next element if it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, NotDer> {
        if self.0.first() == Some(&tag) {
            self.element().map(Some)
        } else {
            Ok(None)
        }
    }

    /// The next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Result<Element<'a>, NotDer> {
        self.optional(tag)?.ok_or(NotDer)
    }

    /// A reader of the content of the next element, which must have this tag.
    pub(crate) fn inside(&mut self, tag: u8) -> Result<Self, NotDer> {
        Ok(Self(self.expect(tag)?.content))
    }

    /// Reads the rest by one function, until nothing is left; more than `limit` of them are refused.
    pub(crate) fn each<T>(
        mut self,
        limit: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, NotDer>,
    ) -> Result<Vec<T>, NotDer> {
        let mut all = Vec::new();
        while !self.is_empty() {
            if all.len() == limit {
                return Err(NotDer);
            }
            all.push(read(&mut self)?);
        }
        Ok(all)
    }

    /// An OBJECT IDENTIFIER in dotted form (X.690 §8.19).
    pub(crate) fn oid(&mut self) -> Result<String, NotDer> {
        dotted(self.expect(tag::OID)?.content)
    }

    /// A `Time` of X.509: UTCTime or GeneralizedTime.
    pub(crate) fn instant(&mut self) -> Result<DateTime<Utc>, NotInstant<'a>> {
        let element = self.element()?;
        match (instant(element), element.tag) {
            (Some(instant), _) => Ok(instant),
            (None, tag::UTC_TIME | tag::GENERALIZED_TIME) => Err(NotInstant::Form(element.content)),
            (None, _) => Err(NotInstant::NotDer(NotDer)),
        }
    }
}

/// An element of this tag and content, its length in the shortest form (X.690 §10.1).
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|&&octet| octet == 0).count();
    let mut whole = match length.get(zeros..).unwrap_or_default() {
        [] => vec![tag, 0],
        [short @ ..0x80] => vec![tag, *short],
        long => [&[tag, 0x80 | u8::try_from(long.len()).unwrap_or_default()], long].concat(),
    };
    whole.extend_from_slice(content);
    whole
}

/// The content of a BOOLEAN: all bits or none (X.690 §11.1).
pub(crate) fn boolean(content: &[u8]) -> Result<bool, NotDer> {
    match content {
        [0] => Ok(false),
        [0xff] => Ok(true),
        _ => Err(NotDer),
    }
}

/// The content of an OBJECT IDENTIFIER as `1.2.840…`; arcs above 64 bits are refused.
pub(crate) fn dotted(content: &[u8]) -> Result<String, NotDer> {
    let mut text = String::new();
    let mut arc: u64 = 0;
    let mut begun = false;
    for &octet in content {
        // X.690 §8.19.2: an arc does not begin with an empty group.
        if (!begun && octet == 0x80) || arc > u64::MAX >> 7 {
            return Err(NotDer);
        }
        arc = arc << 7 | u64::from(octet & 0x7f);
        begun = octet & 0x80 != 0;
        if begun {
            continue;
        }
        if text.is_empty() {
            // X.690 §8.19.4: the first two arcs share one number.
            let first = (arc / 40).min(2);
            text = format!("{first}.{}", arc - first * 40);
        } else {
            text.push('.');
            text.push_str(&arc.to_string());
        }
        arc = 0;
    }
    if begun || text.is_empty() {
        return Err(NotDer);
    }
    Ok(text)
}

/// The text of a string of any of the kinds that names use; nothing for what is not a string.
///
/// The octets are read by their length, so a NUL inside stays in the text instead of cutting it short.
pub(crate) fn text(element: Element<'_>) -> Result<Option<String>, NotDer> {
    let content = element.content;
    let text = match element.tag {
        tag::UTF8_STRING => std::str::from_utf8(content).map_err(|_| NotDer)?.to_owned(),
        // In practice Latin-1, as openssl reads it too; issuers have written names with ñ in the kinds that are ASCII only.
        tag::TELETEX_STRING
        | tag::PRINTABLE_STRING
        | tag::IA5_STRING
        | tag::NUMERIC_STRING
        | tag::VISIBLE_STRING => content.iter().copied().map(char::from).collect(),
        tag::BMP_STRING => wide(content, 2)?,
        tag::UNIVERSAL_STRING => wide(content, 4)?,
        _ => return Ok(None),
    };
    Ok(Some(text))
}

/// Characters of two or four octets, highest first.
fn wide(content: &[u8], octets: usize) -> Result<String, NotDer> {
    let chars = content.chunks_exact(octets);
    if !chars.remainder().is_empty() {
        return Err(NotDer);
    }
    chars
        .map(|c| c.iter().fold(0_u32, |n, &o| n << 8 | u32::from(o)))
        .map(|number| char::from_u32(number).ok_or(NotDer))
        .collect()
}

/// RFC 5280 §4.1.2.5: `YYMMDDHHMMSSZ` up to 2049, `YYYYMMDDHHMMSSZ` from 2050 or in any year.
fn instant(element: Element<'_>) -> Option<DateTime<Utc>> {
    let (year, rest) = match element.tag {
        tag::UTC_TIME => {
            let (year, rest) = element.content.split_at_checked(2)?;
            let year = number(year)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        tag::GENERALIZED_TIME => {
            let (year, rest) = element.content.split_at_checked(4)?;
            (number(year)?, rest)
        }
        _ => return None,
    };
    let (figures, zone) = rest.split_at_checked(10)?;
    if zone != b"Z" {
        return None;
    }
    let mut pairs = figures.chunks_exact(2).map(number);
    let mut pair = || pairs.next().flatten();
    let (month, day, hour, minute, second) = (pair()?, pair()?, pair()?, pair()?, pair()?);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?
        .and_hms_opt(hour, minute, second)
        .map(|t| t.and_utc())
}

fn number(figures: &[u8]) -> Option<u32> {
    figures.iter().try_fold(0, |n, &c| {
        c.is_ascii_digit().then(|| n * 10 + u32::from(c - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn first(octets: &[u8]) -> Result<&[u8], NotDer> {
        Reader::new(octets).element().map(|e| e.content)
    }

    #[test]
    fn a_length_has_one_spelling() {
        assert_eq!(first(&[4, 1, 7]), Ok(&[7][..]));
        assert_eq!(first(&[4, 0x81, 1, 7]), Err(NotDer));
        assert_eq!(first(&[4, 0x82, 0, 0x80]), Err(NotDer));
        assert_eq!(first(&[0x30, 0x80, 0, 0]), Err(NotDer));
        assert_eq!(first(&[4, 0x85, 0, 0, 0, 0, 1, 7]), Err(NotDer));
    }

    #[test]
    fn a_length_beyond_the_octets_is_refused() {
        assert_eq!(first(&[4, 2, 7]), Err(NotDer));
        assert_eq!(first(&[4, 0x84, 0xff, 0xff, 0xff, 0xff, 0]), Err(NotDer));
    }

    #[test]
    fn trailing_content_is_refused() {
        assert!(Reader::only(&[0x30, 0], tag::SEQUENCE).is_ok());
        assert!(Reader::only(&[0x30, 0, 0], tag::SEQUENCE).is_err());
    }

    #[test]
    fn object_identifiers_are_dotted() {
        assert_eq!(dotted(&[0x55, 4, 5]), Ok("2.5.4.5".to_owned()));
        assert_eq!(
            dotted(&[0x2b, 6, 1, 4, 1, 0xac, 0x66, 1, 4]),
            Ok("1.3.6.1.4.1.5734.1.4".to_owned())
        );
        assert_eq!(dotted(&[0x88, 0x37]), Ok("2.999".to_owned()));
        assert_eq!(dotted(&[0x55, 0x80, 5]), Err(NotDer));
        assert_eq!(dotted(&[0x55, 0x84]), Err(NotDer));
        assert_eq!(dotted(&[]), Err(NotDer));
    }

    #[test]
    fn instants_are_utc_to_the_second_and_end_in_z() {
        let read = |tag: u8, content: &'static [u8]| {
            instant(Element {
                tag,
                content,
                whole: content,
            })
            .map(|t| t.to_rfc3339())
        };
        assert_eq!(
            read(tag::UTC_TIME, b"491231235959Z").as_deref(),
            Some("2049-12-31T23:59:59+00:00")
        );
        assert_eq!(
            read(tag::UTC_TIME, b"500101000000Z").as_deref(),
            Some("1950-01-01T00:00:00+00:00")
        );
        assert_eq!(
            read(tag::GENERALIZED_TIME, b"20500101000000Z").as_deref(),
            Some("2050-01-01T00:00:00+00:00")
        );
        for spoilt in [
            &b"4912312359Z"[..],
            b"491231235959+0100",
            b"491331235959Z",
            b"4912312359 9Z",
        ] {
            assert_eq!(read(tag::UTC_TIME, spoilt), None);
        }
    }

    #[test]
    fn a_nul_does_not_cut_a_text_short() {
        let element = |tag, content| Element {
            tag,
            content,
            whole: content,
        };
        assert_eq!(
            text(element(tag::UTF8_STRING, b"A\0B")),
            Ok(Some("A\0B".to_owned()))
        );
        assert_eq!(
            text(element(tag::BMP_STRING, &[0, 0x41, 0, 0xd1])),
            Ok(Some("AÑ".to_owned()))
        );
        assert_eq!(text(element(tag::BMP_STRING, &[0, 0x41, 0])), Err(NotDer));
        assert_eq!(text(element(tag::UTF8_STRING, &[0xff])), Err(NotDer));
        assert_eq!(text(element(tag::INTEGER, &[1])), Ok(None));
    }

    proptest! {
        #[test]
        fn any_octets_are_read_without_panic(octets in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut reader = Reader::new(&octets);
            while let Ok(element) = reader.element() {
                prop_assert!(element.whole.len() > element.content.len());
                let _ = (text(element), dotted(element.content), instant(element), boolean(element.content));
            }
        }
    }
}
