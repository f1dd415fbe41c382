//! The opaque text of a paging cursor.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use crate::domain::nif::Nif;
use crate::domain::notificacion::Codigo;
use crate::domain::operation::Cursor;

/// Version of the form; another form gets another number, and what has it is refused.
const VERSION: u8 = 1;
/// Version, nine characters of a NIF, four octets of a code, check octet.
const LENGTH: usize = 15;
/// Length of the text: fifteen octets make twenty characters of base64 without bits to spare.
const TEXT_LENGTH: usize = 20;
/// x⁸ + x² + x + 1, which finds every change within eight consecutive bits, so of any one character.
const CRC_POLYNOMIAL: u8 = 0x07;

/// A text that is no cursor of this service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a cursor of this service")]
pub struct CursorError;

/// The text of a cursor: twenty characters of base64url. It hides nothing and grants nothing: whoever alters it reads
/// other notifications within his own reach.
#[must_use]
pub fn write(cursor: &Cursor) -> String {
    let mut octets = [0; LENGTH];
    let nif = cursor.poderdante.as_str().bytes();
    let codigo = cursor.codigo.number().to_be_bytes();
    let content = std::iter::once(VERSION).chain(nif).chain(codigo);
    for (place, octet) in octets.iter_mut().zip(content) {
        *place = octet;
    }
    let [content @ .., check] = &mut octets;
    *check = crc8(content);
    URL_SAFE_NO_PAD.encode(octets)
}

/// The cursor of a text, which must be one that [`write()`] gives, to the last bit.
pub fn read(text: &str) -> Result<Cursor, CursorError> {
    if text.len() != TEXT_LENGTH {
        return Err(CursorError);
    }
    let mut octets = [0; LENGTH];
    match URL_SAFE_NO_PAD.decode_slice(text, &mut octets) {
        Ok(LENGTH) => {}
        _ => return Err(CursorError),
    }
    let [content @ .., check] = octets;
    if crc8(&content) != check {
        return Err(CursorError);
    }
    let [VERSION, nif @ .., a, b, c, d] = content else {
        return Err(CursorError);
    };
    let nif = std::str::from_utf8(&nif).map_err(|_| CursorError)?;
    let poderdante: Nif = nif.parse().map_err(|_| CursorError)?;
    // Parsing normalises; a cursor holds the normal form alone.
    if poderdante.as_str() != nif {
        return Err(CursorError);
    }
    let codigo = Codigo::new(i32::from_be_bytes([a, b, c, d])).ok_or(CursorError)?;
    Ok(Cursor { poderdante, codigo })
}

fn crc8(octets: &[u8]) -> u8 {
    octets.iter().fold(0, |crc, octet| {
        (0..8).fold(crc ^ octet, |crc: u8, _| {
            if crc & 0x80 == 0 {
                crc << 1
            } else {
                crc << 1 ^ CRC_POLYNOMIAL
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cursor(number: u32, codigo: i32) -> Cursor {
        let letter = b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize];
        Cursor {
            poderdante: format!("{number:08}{}", char::from(letter)).parse().unwrap(),
            codigo: Codigo::new(codigo).unwrap(),
        }
    }

    #[test]
    fn the_form_of_version_1_stays_readable() {
        assert_eq!(write(&cursor(12_345_678, 7)), "ATEyMzQ1Njc4WgAAAAeh");
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in [
            "",
            "hola",
            "ATEyMzQ1Njc4WgAAAAeh=",
            "ATEyMzQ1Njc4WgAAAA d",
            "AAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(read(text), Err(CursorError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_cursor_reads_as_it_is_written(number in 0_u32..100_000_000, codigo in 1_i32..=i32::MAX) {
            let cursor = cursor(number, codigo);
            prop_assert_eq!(read(&write(&cursor)), Ok(cursor));
        }

        #[test]
        fn a_cursor_with_any_one_character_altered_is_refused(
            number in 0_u32..100_000_000, codigo in 1_i32..=i32::MAX, at in 0_usize..TEXT_LENGTH, other in "[A-Za-z0-9_-]",
        ) {
            let text = write(&cursor(number, codigo));
            let mut altered = text.clone();
            altered.replace_range(at..=at, &other);
            prop_assume!(altered != text);
            prop_assert_eq!(read(&altered), Err(CursorError));
        }

        #[test]
        fn any_text_is_read_without_panic_and_what_is_read_writes_the_same(text in ".{0,30}", shaped in "[A-Za-z0-9_-]{20}") {
            for text in [text, shaped] {
                if let Ok(cursor) = read(&text) {
                    prop_assert_eq!(write(&cursor), text);
                }
            }
        }
    }
}
