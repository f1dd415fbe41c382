//! Identifiers as they may be told: four figures of a person's, an entity's in clear (D-116).

use crate::domain::blank::trim;
use crate::domain::nif::{Nif, NifKind};

/// Most characters that are told of a value.
const MAX_TOLD: usize = 40;
/// So many figures make an identifier of the numbered kind, of which those in places 4 to 7 are told (AEPD's guidance on
/// LOPDGDD, seventh additional provision).
const NUMBERED: usize = 7;
/// Letters and figures of any other kind: of at least so many, the last four are told; of fewer, none.
const LETTERED: usize = 8;

/// A value of a field as it may be told. What precedes an identifier, such as `IDCES-`, stays: it is what helps.
pub(super) fn masked(value: &str) -> String {
    let value: String = trim(value).chars().take(MAX_TOLD).collect();
    let (prefix, rest) = value.split_at(prefix_of(&value));
    if is_entity(rest) {
        return format!("{prefix}{rest}");
    }
    let is_told = told_of(rest);
    let mut place = 0;
    let rest: String = rest
        .chars()
        .map(|c| {
            let counts = if is_told.by_figures {
                c.is_ascii_digit()
            } else {
                c.is_alphanumeric()
            };
            let shown = counts && {
                place += 1;
                is_told.places.contains(&place)
            };
            match c {
                c if shown => c,
                ' ' | '-' | '.' | '/' => c,
                _ => '*',
            }
        })
        .collect();
    format!("{prefix}{rest}")
}

/// Which of the characters that count are told, from 1 on.
struct Told {
    by_figures: bool,
    places: std::ops::Range<usize>,
}

fn told_of(text: &str) -> Told {
    let figures = text.chars().filter(char::is_ascii_digit).count();
    let all = text.chars().filter(|c| c.is_alphanumeric()).count();
    let (by_figures, places) = match (figures, all) {
        (NUMBERED.., _) => (true, 4..8),
        (_, LETTERED..) => (false, all - 3..all + 1),
        _ => (false, 0..0),
    };
    Told { by_figures, places }
}

/// Where the identifier begins: after a scheme and its hyphen, or after Spain's letters.
fn prefix_of(value: &str) -> usize {
    let is_letters =
        |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphabetic() || c == b':');
    match value.split_once('-') {
        Some((scheme, _)) if scheme.len() == 5 && is_letters(scheme) => 6,
        _ => match value.get(..2) {
            Some(es) if es.eq_ignore_ascii_case("ES") && value.len() > 9 => 2,
            _ => 0,
        },
    }
}

/// Whether it has the form of an entity's NIF, whatever its check character.
fn is_entity(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.')).collect();
    if let Ok(nif) = Nif::from_certificate(&bare) {
        return nif.kind() == NifKind::Entidad;
    }
    let Some((number, check)) = bare.split_at_checked(8) else {
        return false;
    };
    check.len() == 1
        && (0..10).any(|figure| {
            let with = format!("{number}{figure}");
            Nif::from_certificate(&with).is_ok_and(|nif| nif.kind() == NifKind::Entidad)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_figures_of_a_person_s_identifier_are_told_and_an_entity_s_in_clear() {
        for (value, told) in [
            ("12345678Z", "***4567**"),
            ("IDCES-12345678A", "IDCES-***4567**"),
            ("X1234567L", "****4567*"),
            ("ES12345678Z", "ES***4567**"),
            ("12.345.678-Z", "**.*45.67*-*"),
            ("ROBLES IBARRA MARTA 12345678Z", "****** ****** ***** ***4567**"),
            ("PASES-ABC123456", "PASES-*****3456"),
            ("IDCPT-12345678", "IDCPT-***4567*"),
            ("VATES-B99999121", "VATES-B99999121"),
            ("ESB99999120", "ESB99999120"),
            ("1R", "**"),
            ("MARTA", "*****"),
            ("DEVICE-0001", "******-0001"),
            ("", ""),
        ] {
            assert_eq!(masked(value), told, "{value}");
        }
    }

    #[test]
    fn a_value_is_told_within_a_bound_and_without_control_characters() {
        assert_eq!(masked(&"1".repeat(400)).chars().count(), MAX_TOLD);
        assert_eq!(masked("12345678Z\n\u{1b}[31m"), "***4567********");
    }
}
