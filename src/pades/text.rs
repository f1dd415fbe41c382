//! Texts and instants as a PDF writes them (ISO 32000-1 §7.9).

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

/// A text string (§7.9.2.2): as it is if it is ASCII, else as UTF-16 with its mark.
pub(super) fn text(said: &str) -> String {
    let plain = |letter: char| (' '..='~').contains(&letter) && !"()\\".contains(letter);
    if said.chars().all(plain) {
        return format!("({said})");
    }
    let mut written = "<FEFF".to_owned();
    for unit in said.encode_utf16() {
        // Writing into a string cannot fail.
        let _ = write!(written, "{unit:04X}");
    }
    written + ">"
}

/// A date (§7.9.4), in UTC.
pub(super) fn date(at: DateTime<Utc>) -> String {
    at.format("(D:%Y%m%d%H%M%SZ)").to_string()
}

/// Octets in hexadecimal figures, two each.
pub(super) fn hexadecimal(octets: &[u8]) -> Vec<u8> {
    const FIGURES: &[u8; 16] = b"0123456789ABCDEF";
    let figure = |value: u8| FIGURES.get(usize::from(value)).copied().unwrap_or_default();
    octets
        .iter()
        .flat_map(|octet| [figure(octet >> 4), figure(octet & 0xf)])
        .collect()
}

/// The octets of hexadecimal figures as they are written here.
pub(super) fn octets(hexadecimal: &[u8]) -> Option<Vec<u8>> {
    let value = |figure: u8| match figure {
        b'0'..=b'9' => Some(figure - b'0'),
        b'A'..=b'F' => Some(figure - b'A' + 10),
        _ => None,
    };
    let pairs = hexadecimal.chunks(2).map(|pair| match pair {
        [high, low] => Some(value(*high)? << 4 | value(*low)?),
        _ => None,
    });
    pairs.collect()
}
