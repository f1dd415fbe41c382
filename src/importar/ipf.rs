//! IPF: the identifier of persons before 2021, taken in imports only (D-74).

use thiserror::Error;

use crate::domain::nif::{Nif, NifError};

/// Why a text is neither a NIF nor an IPF that holds one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IdentifierError {
    /// Not a NIF.
    #[error(transparent)]
    Nif(#[from] NifError),
    /// An IPF of a passport or of a child without NIF (types 2 and 9).
    #[error("an IPF that holds no NIF")]
    WithoutNif,
    /// An IPF whose type does not go with what it holds.
    #[error("an IPF whose type does not go with its number")]
    Kind,
}

/// Reads a NIF, or the one inside an IPF: a figure for its type and the NIF padded with zeros to ten.
pub(super) fn nif_or_ipf(text: &str) -> Result<Nif, IdentifierError> {
    let packed: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
    let (Some(kind), Some(padding), Some(held)) = (packed.get(..1), packed.get(1..2), packed.get(2..)) else {
        return Ok(text.parse()?);
    };
    if held.len() != 9 {
        return Ok(text.parse()?);
    }
    match (kind, padding) {
        ("2" | "9", _) => Err(IdentifierError::WithoutNif),
        ("1" | "6", "0") => {
            let nif: Nif = held.parse()?;
            let first = nif.as_str().bytes().next();
            let fits = match kind {
                "1" => first.is_some_and(|c| c.is_ascii_digit()),
                _ => matches!(first, Some(b'X'..=b'Z')),
            };
            fits.then_some(nif).ok_or(IdentifierError::Kind)
        }
        _ => Err(IdentifierError::Nif(NifError::Form)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_d77_are_converted_or_refused() {
        let read = |text: &str| nif_or_ipf(text).map(|nif| nif.as_str().to_owned());
        assert_eq!(read("1099999901H"), Ok("99999901H".to_owned()));
        assert_eq!(read("60X9999901F"), Ok("X9999901F".to_owned()));
        assert_eq!(read("1099999945q"), Ok("99999945Q".to_owned()));
        assert_eq!(read("1099999901A"), Err(IdentifierError::Nif(NifError::Check)));
        assert_eq!(read("6099999901H"), Err(IdentifierError::Kind));
        assert_eq!(read("10X9999901F"), Err(IdentifierError::Kind));
        assert_eq!(read("199999901H"), Err(IdentifierError::Nif(NifError::Form)));
        assert_eq!(read("9012345678Z"), Err(IdentifierError::WithoutNif));
    }

    #[test]
    fn a_nif_is_read_as_ever() {
        assert_eq!(nif_or_ipf("12.345.678-z"), Ok("12345678Z".parse().unwrap()));
        assert_eq!(nif_or_ipf("B99999120"), Ok("B99999120".parse().unwrap()));
        assert_eq!(nif_or_ipf(""), Err(IdentifierError::Nif(NifError::Empty)));
        assert_eq!(nif_or_ipf("ñññññññññ"), Err(IdentifierError::Nif(NifError::Form)));
    }
}
