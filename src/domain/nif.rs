//! `Nif`: the tax identifier of a person or entity, with its check character (D-72, D-73).

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The check letters of DNI and NIE, indexed by the number modulo 23 (D-72).
const PERSON_LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
/// The check letters of entities, indexed by the check figure (D-73).
const ENTITY_LETTERS: &[u8; 10] = b"JABCDEFGHI";
/// First characters of an entity's NIF (D-73).
const ENTITY_KEYS: &[u8] = b"ABCDEFGHJNPQRSUVW";
/// Entities whose check character is written as a letter; the rest write a figure (D-73).
const LETTERED_ENTITY_KEYS: &[u8] = b"NPQRSW";

/// A Spanish NIF, normalised to nine upper-case characters, whose check character is right.
///
/// `Debug` shows the masked form, so that a NIF does not reach a log by accident (D-113); [`Nif::as_str`] is the
/// whole one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Nif([u8; 9]);

/// Why a text is not a NIF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NifError {
    /// There is no text at all, or only blanks.
    #[error("empty")]
    Empty,
    /// The shape fits no kind of NIF.
    #[error("not of the form of a NIF")]
    Form,
    /// The check character is not the one that the rest calls for.
    #[error("wrong check character")]
    Check,
}

/// What a NIF identifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NifKind {
    /// A natural person: DNI, NIE, or a K, L or M number.
    Persona,
    /// A legal person or an entity without personality.
    Entidad,
}

/// Whether the check character of an entity may stand in its other form (D-73).
#[derive(Clone, Copy, PartialEq, Eq)]
enum EntityCheck {
    AsTheKeyAsks,
    EitherForm,
}

impl Nif {
    /// Reads a NIF as a trusted certificate bears it: an entity's check character may be a letter or a figure, as
    /// long as its value is right; the result is in the usual form (D-73).
    pub fn from_certificate(text: &str) -> Result<Self, NifError> {
        Self::read(text, EntityCheck::EitherForm)
    }

    /// The nine characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII is ever stored, so the fallback cannot be reached.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Person or entity.
    #[must_use]
    pub fn kind(&self) -> NifKind {
        if ENTITY_KEYS.contains(&self.0[0]) {
            NifKind::Entidad
        } else {
            NifKind::Persona
        }
    }

    /// The form that may be shown beside other data: four figures of a person's, an entity's in clear (D-116).
    #[must_use]
    pub fn masked(&self) -> String {
        let shown = match self.kind() {
            NifKind::Entidad => 0..9,
            NifKind::Persona if self.0[0].is_ascii_digit() => 3..7,
            NifKind::Persona => 4..8,
        };
        self.0
            .iter()
            .enumerate()
            .map(|(at, &c)| if shown.contains(&at) { char::from(c) } else { '*' })
            .collect()
    }

    fn read(text: &str, entity_check: EntityCheck) -> Result<Self, NifError> {
        let chars = normalise(text)?;
        let [first, .., check] = chars;
        if ENTITY_KEYS.contains(&first) {
            return read_entity(chars, entity_check);
        }
        // DNI has eight figures; NIE and the K, L and M numbers have a letter and seven (D-72).
        let number = match first {
            b'0'..=b'9' => figures(&chars[..8])?,
            b'X' | b'Y' | b'Z' => u32::from(first - b'X') * 10_000_000 + figures(&chars[1..8])?,
            b'K' | b'L' | b'M' => figures(&chars[1..8])?,
            _ => return Err(NifError::Form),
        };
        if !check.is_ascii_uppercase() || !PERSON_LETTERS.contains(&check) {
            return Err(NifError::Form);
        }
        if PERSON_LETTERS[(number % 23) as usize] == check {
            Ok(Self(chars))
        } else {
            Err(NifError::Check)
        }
    }
}

impl FromStr for Nif {
    type Err = NifError;

    /// Reads a NIF as typed by somebody: blanks, dots and hyphens are dropped, case does not matter, a DNI may lack
    /// leading zeros; an entity's check character must be in the form that its key asks for (D-73).
    fn from_str(text: &str) -> Result<Self, NifError> {
        Self::read(text, EntityCheck::AsTheKeyAsks)
    }
}

impl fmt::Debug for Nif {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Brings a text to nine characters: upper case, without separators, padded or shortened as old forms need.
fn normalise(text: &str) -> Result<[u8; 9], NifError> {
    let mut chars = [0_u8; 10];
    let mut len = 0;
    for c in text
        .bytes()
        .filter(|c| !matches!(c, b' ' | b'\t' | b'\n' | b'\r' | b'.' | b'-'))
    {
        let slot = chars.get_mut(len).ok_or(NifError::Form)?;
        *slot = c.to_ascii_uppercase();
        len += 1;
    }
    let given = &chars[..len];
    let mut nif = [b'0'; 9];
    match given {
        [] => return Err(NifError::Empty),
        // X0 and seven figures: the way NIE were written before 2008.
        [b'X', b'0', rest @ ..] if len == 10 => {
            nif[0] = b'X';
            nif[1..].copy_from_slice(rest);
        }
        _ if len == 9 => nif.copy_from_slice(given),
        [figures @ .., letter]
            if len < 9 && len > 1 && is_figures(figures) && letter.is_ascii_uppercase() =>
        {
            nif[9 - len..].copy_from_slice(given);
        }
        _ => return Err(NifError::Form),
    }
    Ok(nif)
}

fn is_figures(chars: &[u8]) -> bool {
    chars.iter().all(u8::is_ascii_digit)
}

fn figures(chars: &[u8]) -> Result<u32, NifError> {
    if !is_figures(chars) {
        return Err(NifError::Form);
    }
    Ok(chars.iter().fold(0, |n, c| n * 10 + u32::from(c - b'0')))
}

/// D-73: the figures in even places, plus the figures of twice those in odd places, complete a multiple of ten.
fn read_entity(mut chars: [u8; 9], allowed: EntityCheck) -> Result<Nif, NifError> {
    let [key, number @ .., check] = chars;
    if !is_figures(&number) {
        return Err(NifError::Form);
    }
    let total: u8 = number
        .iter()
        .enumerate()
        .map(|(at, c)| {
            let figure = c - b'0';
            if at % 2 == 1 {
                figure
            } else {
                figure * 2 / 10 + figure * 2 % 10
            }
        })
        .sum();
    let value = (10 - total % 10) % 10;
    let (letter, figure) = (ENTITY_LETTERS[usize::from(value)], b'0' + value);
    let usual = if LETTERED_ENTITY_KEYS.contains(&key) {
        letter
    } else {
        figure
    };
    let right = match allowed {
        EntityCheck::AsTheKeyAsks => check == usual,
        EntityCheck::EitherForm => check == letter || check == figure,
    };
    if !right {
        let known = check.is_ascii_digit() || ENTITY_LETTERS.contains(&check);
        return Err(if known { NifError::Check } else { NifError::Form });
    }
    chars[8] = usual;
    Ok(Nif(chars))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_valid_examples_of_d77_are_taken() {
        for text in [
            "12345678Z",
            "99999999R",
            "99999910G",
            "X9999901F",
            "Y9999912D",
            "Z9999923B",
            "K9999901F",
            "L9999912H",
            "M9999923Y",
            "A99999013",
            "Q9999967D",
            "J99999450",
        ] {
            assert_eq!(
                text.parse::<Nif>().map(|n| n.as_str().to_owned()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn the_invalid_examples_of_d77_are_refused() {
        for (text, error) in [
            ("12345678A", NifError::Check),
            ("12345678I", NifError::Form),
            ("123456789", NifError::Form),
            ("X9999901A", NifError::Check),
            ("W1234567L", NifError::Form),
            ("X999901F", NifError::Form),
            ("K99999010", NifError::Form),
            ("L9999912A", NifError::Check),
            ("M999992Y", NifError::Form),
            ("A99999014", NifError::Check),
            ("Q99999674", NifError::Check),
            ("I9999901C", NifError::Form),
            ("", NifError::Empty),
            ("  - ", NifError::Empty),
            ("1099999901H", NifError::Form),
        ] {
            assert_eq!(text.parse::<Nif>(), Err(error), "{text}");
        }
    }

    #[test]
    fn an_entity_in_the_other_form_is_read_only_from_a_certificate() {
        assert_eq!("G9999956G".parse::<Nif>(), Err(NifError::Check));
        assert_eq!(
            Nif::from_certificate("G9999956G").map(|n| n.as_str().to_owned()),
            Ok("G99999567".to_owned())
        );
        assert_eq!(Nif::from_certificate("G9999956A"), Err(NifError::Check));
    }

    #[test]
    fn separators_case_missing_zeros_and_the_old_nie_are_normalised() {
        let canonical = |t: &str| t.parse::<Nif>().map(|n| n.as_str().to_owned());
        assert_eq!(canonical(" 12.345.678-z"), Ok("12345678Z".to_owned()));
        assert_eq!(canonical("X09999901F"), Ok("X9999901F".to_owned()));
        assert_eq!(canonical("1R"), Ok("00000001R".to_owned()));
    }

    #[test]
    fn masks_follow_d116() {
        let masked = |t: &str| t.parse::<Nif>().map(|n| n.masked());
        assert_eq!(masked("12345678Z"), Ok("***4567**".to_owned()));
        assert_eq!(masked("X9999901F"), Ok("****9901*".to_owned()));
        assert_eq!(masked("A99999013"), Ok("A99999013".to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic_and_what_is_read_reads_again(text in ".{0,16}") {
            if let Ok(nif) = text.parse::<Nif>() {
                prop_assert_eq!(nif.as_str().parse::<Nif>(), Ok(nif));
            }
        }

        #[test]
        fn a_dni_has_exactly_one_right_letter(number in 0_u32..100_000_000) {
            let right = (b'A'..=b'Z').filter(|&l| format!("{number:08}{}", char::from(l)).parse::<Nif>().is_ok()).count();
            prop_assert_eq!(right, 1);
        }
    }
}
