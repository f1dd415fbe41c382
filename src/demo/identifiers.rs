//! Identifiers of the demonstration world: a number goes in, the identifier with the right check comes out.
//!
//! The check characters are found by asking the domain, so that their rules are written once.

use crate::domain::cuenta::{AutorizacionRed, Ccc, Naf};
use crate::domain::nif::Nif;

use super::DemoError;

/// The NIF of a person, from the eight figures of a DNI.
pub(super) fn person(number: u32) -> Result<Nif, DemoError> {
    checked(('A'..='Z').map(|letter| format!("{number:08}{letter}")))
}

/// The NIF of a foreigner, from the key and the seven figures of a NIE.
pub(super) fn foreigner(key: char, number: u32) -> Result<Nif, DemoError> {
    checked(('A'..='Z').map(|letter| format!("{key}{number:07}{letter}")))
}

/// The NIF of an entity, from its key and seven figures.
pub(super) fn entity(key: char, number: u32) -> Result<Nif, DemoError> {
    let checks = ('0'..='9').chain('A'..='J');
    checked(checks.map(|check| format!("{key}{number:07}{check}")))
}

/// The account of an employer, from its province and seven figures.
pub(super) fn ccc(province: u8, number: u32) -> Result<Ccc, DemoError> {
    checked((0..97).map(|check| format!("{province:02}{number:07}{check:02}")))
}

/// The Social Security number of a person, from its province and eight figures.
pub(super) fn naf(province: u8, number: u32) -> Result<Naf, DemoError> {
    checked((0..97).map(|check| format!("{province:02}{number:08}{check:02}")))
}

/// A RED authorisation.
pub(super) fn authorisation(number: i32) -> Result<AutorizacionRed, DemoError> {
    AutorizacionRed::try_from(number).map_err(|_| DemoError::Identifier(number.to_string()))
}

fn checked<T: std::str::FromStr>(mut candidates: impl Iterator<Item = String>) -> Result<T, DemoError> {
    let mut last = String::new();
    candidates
        .find_map(|text| {
            let found = text.parse().ok();
            last = text;
            found
        })
        .ok_or(DemoError::Identifier(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checks_are_those_of_d77() {
        assert_eq!(person(99_999_901).unwrap().as_str(), "99999901H");
        assert_eq!(foreigner('X', 9_999_901).unwrap().as_str(), "X9999901F");
        assert_eq!(entity('B', 9_999_912).unwrap().as_str(), "B99999120");
        assert_eq!(entity('Q', 9_999_967).unwrap().as_str(), "Q9999967D");
        assert_eq!(ccc(28, 9_999_901).unwrap().as_str(), "28999990168");
        assert_eq!(naf(28, 99_999_901).unwrap().as_str(), "289999990119");
        assert!(matches!(entity('I', 1), Err(DemoError::Identifier(_))));
    }
}
