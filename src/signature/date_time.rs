//! `xs:dateTime` as a Timestamp writes it.

use chrono::{DateTime, Utc};

/// What XML takes for white space (XML 1.0 §2.3, production 3).
const WHITE: [char; 4] = [' ', '\t', '\r', '\n'];
/// How its fixed part is written, where 0 is any figure.
const FIXED: &[u8] = b"0000-00-00T00:00:00";

/// The instant of an `xs:dateTime` with its zone, white space around it collapsed (XML Schema part 2, §3.2.7 and
/// §4.3.6). WS-Security asks for the zone, and knows no leap seconds (SOAP Message Security 1.1, §10). Nothing for what
/// is not one, and for years and forms that no message needs (`24:00:00`, years of another era or of five figures).
pub(super) fn parse(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim_matches(WHITE);
    if !is_written_well(text.as_bytes()) {
        return None;
    }
    let instant = DateTime::parse_from_rfc3339(text).ok()?;
    Some(instant.to_utc())
}

/// Whether each character is one that may stand there; that the month has so many days is for the calendar to say.
fn is_written_well(text: &[u8]) -> bool {
    let Some((fixed, rest)) = text.split_at_checked(FIXED.len()) else {
        return false;
    };
    let rest = match rest {
        [b'.', fraction @ ..] => {
            let figures = fraction.iter().take_while(|octet| octet.is_ascii_digit()).count();
            let (figures, zone) = fraction.split_at(figures);
            if figures.is_empty() {
                return false;
            }
            zone
        }
        zone => zone,
    };
    follows(fixed, FIXED) && !fixed.starts_with(b"0000") && !fixed.ends_with(b"60") && is_zone(rest)
}

/// UTC, or up to fourteen hours before or after it.
fn is_zone(zone: &[u8]) -> bool {
    match zone {
        b"Z" => true,
        [b'+' | b'-', offset @ ..] => {
            let minutes_tens = offset.get(3);
            follows(offset, b"00:00") && offset <= b"14:00".as_slice() && minutes_tens < Some(&b'6')
        }
        _ => false,
    }
}

fn follows(text: &[u8], form: &[u8]) -> bool {
    let fits = |(octet, form): (&u8, &u8)| octet == form || (*form == b'0' && octet.is_ascii_digit());
    text.len() == form.len() && text.iter().zip(form).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_forms_of_a_date_time_are_read() {
        let noon = DateTime::from_timestamp(1_767_268_800, 0);
        for text in [
            "2026-01-01T12:00:00Z",
            "2026-01-01T12:00:00.000Z",
            "2026-01-01T12:00:00.0000000000000001Z",
            "2026-01-01T13:00:00+01:00",
            "2026-01-01T12:00:00-00:00",
            "2026-01-02T02:00:00+14:00",
            "2025-12-31T22:30:00-13:30",
            "\r\n\t 2026-01-01T12:00:00Z \n",
        ] {
            assert_eq!(parse(text), noon, "{text}");
        }
        let half = parse("2026-01-01T12:00:00.5Z").unwrap();
        assert_eq!(half.timestamp_subsec_millis(), 500);
    }

    #[test]
    fn what_only_resembles_a_date_time_is_not_one() {
        for text in [
            "",
            "2026-01-01",
            "2026-01-01T12:00:00",
            "2026-01-01 12:00:00Z",
            "2026-01-01_12:00:00Z",
            "2026-01-01t12:00:00Z",
            "2026-01-01T12:00:00z",
            "2026-01-01T12:00Z",
            "2026-01-01T12:00:60Z",
            "2016-12-31T23:59:60Z",
            "2026-01-01T12:00:00.Z",
            "2026-01-01T12:00:00,5Z",
            "2026-01-01T12:00:00+0100",
            "2026-01-01T12:00:00+01",
            "2026-01-01T12:00:00+14:01",
            "2026-01-01T12:00:00+01:60",
            "2026-01-01T12:00:00\u{2212}01:00",
            "2026-01-01T12:00:00 Z",
            "2026-01-01T12:00:00ZZ",
            "2026-1-1T12:00:00Z",
            "2026-02-30T12:00:00Z",
            "2026-01-01T24:00:00Z",
            "0000-01-01T00:00:00Z",
            "-0001-01-01T00:00:00Z",
            "+2026-01-01T12:00:00Z",
            "12026-01-01T12:00:00Z",
            "\u{a0}2026-01-01T12:00:00Z",
            "2026-01-01T12:00:00Z\u{2003}",
            "2026-01-01T12:00:00Z\u{b}",
            "２026-01-01T12:00:00Z",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".{0,40}", shaped in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[-+0-9:.Z]{8,24}") {
            let _ = (parse(&text), parse(&shaped));
        }
    }
}
