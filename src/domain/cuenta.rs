//! Social Security account numbers: `Ccc` of employers, `Naf` of persons, and the number of a RED authorisation.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::blank::trim;

/// Why a text is not such a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CuentaError {
    /// Not the right count of figures, or something that is no figure.
    #[error("not of the form of the number")]
    Form,
    /// The two check figures are wrong.
    #[error("wrong check figures")]
    Check,
}

/// Código de cuenta de cotización: province, seven figures, two check figures (D-75).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ccc(String);

/// Número de afiliación: province, eight figures, two check figures (D-75).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Naf(String);

/// The account through which a RED authorisation manages somebody: the CCC or, failing it, the NAF (D-29, D-30).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Cuenta {
    /// An employer's account.
    Ccc(Ccc),
    /// A person's number.
    Naf(Naf),
}

/// Number of a RED authorisation: up to eight figures, not zero, leading zeros without meaning (D-76).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct AutorizacionRed(u32);

impl Ccc {
    /// The eleven figures.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Naf {
    /// The twelve figures.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Cuenta {
    /// The figures: eleven of a CCC, twelve of a NAF, so that the length tells which it is.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ccc(ccc) => ccc.as_str(),
            Self::Naf(naf) => naf.as_str(),
        }
    }
}

impl AutorizacionRed {
    /// The number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

impl FromStr for Ccc {
    type Err = CuentaError;

    /// Reads eleven figures, or fifteen where the régimen stands before them.
    fn from_str(text: &str) -> Result<Self, CuentaError> {
        let text = trim(text);
        let account = if text.len() == 15 {
            text.get(4..).unwrap_or_default()
        } else {
            text
        };
        checked(account, 7).map(Self)
    }
}

impl FromStr for Naf {
    type Err = CuentaError;

    fn from_str(text: &str) -> Result<Self, CuentaError> {
        checked(trim(text), 8).map(Self)
    }
}

impl FromStr for Cuenta {
    type Err = CuentaError;

    /// Reads a NAF (twelve figures) or a CCC (eleven, or fifteen with its régimen).
    fn from_str(text: &str) -> Result<Self, CuentaError> {
        if trim(text).len() == 12 {
            text.parse().map(Self::Naf)
        } else {
            text.parse().map(Self::Ccc)
        }
    }
}

impl FromStr for AutorizacionRed {
    type Err = CuentaError;

    fn from_str(text: &str) -> Result<Self, CuentaError> {
        let text = trim(text);
        if text.is_empty() || text.len() > 8 || !text.bytes().all(|c| c.is_ascii_digit()) {
            return Err(CuentaError::Form);
        }
        match text.parse() {
            Ok(number) if number > 0 => Ok(Self(number)),
            _ => Err(CuentaError::Form),
        }
    }
}

impl TryFrom<i32> for AutorizacionRed {
    type Error = CuentaError;

    fn try_from(number: i32) -> Result<Self, CuentaError> {
        match u32::try_from(number) {
            Ok(number @ 1..=99_999_999) => Ok(Self(number)),
            _ => Err(CuentaError::Form),
        }
    }
}

// A person's account is personal data: neither form may reach a log by accident (D-113).
impl fmt::Debug for Ccc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ccc(***)")
    }
}

impl fmt::Debug for Naf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Naf(***)")
    }
}

/// D-75: the check is province and number taken together, modulo 97; in old numbers, those with a leading zero, that
/// zero takes no place.
fn checked(text: &str, number_len: usize) -> Result<String, CuentaError> {
    if text.len() != number_len + 4 || !text.bytes().all(|c| c.is_ascii_digit()) {
        return Err(CuentaError::Form);
    }
    let value = |part: Option<&str>| part.and_then(|p| p.parse::<u64>().ok()).ok_or(CuentaError::Form);
    let province = value(text.get(..2))?;
    let number = value(text.get(2..2 + number_len))?;
    let check = value(text.get(2 + number_len..))?;
    let places: u64 = if number_len == 8 { 100_000_000 } else { 10_000_000 };
    let scale = if number < places / 10 { places / 10 } else { places };
    if (province * scale + number) % 97 == check {
        Ok(text.to_owned())
    } else {
        Err(CuentaError::Check)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_for_debugging_shows_no_account() {
        for account in ["289999990119", "28999990168"] {
            let printed = format!("{:?}", account.parse::<Cuenta>());
            assert!(!printed.contains("9999901"), "{printed}");
        }
    }

    #[test]
    fn the_examples_of_d77_are_taken_or_refused() {
        for good in ["289999990119", "080987654329", "461000000019"] {
            assert!(good.parse::<Naf>().is_ok(), "{good}");
        }
        assert_eq!("289999990118".parse::<Naf>(), Err(CuentaError::Check));
        assert_eq!("080987654369".parse::<Naf>(), Err(CuentaError::Check));
        assert_eq!("28999999011".parse::<Naf>(), Err(CuentaError::Form));
        for good in ["28999990168", "08098765422", "46100000031", "011128999990168"] {
            assert!(good.parse::<Ccc>().is_ok(), "{good}");
        }
        assert_eq!("28999990169".parse::<Ccc>(), Err(CuentaError::Check));
        assert_eq!("08098765426".parse::<Ccc>(), Err(CuentaError::Check));
        assert_eq!("2899999016".parse::<Ccc>(), Err(CuentaError::Form));
        assert_eq!(
            "00123456".parse::<AutorizacionRed>().map(AutorizacionRed::number),
            Ok(123_456)
        );
        for bad in ["0", "12A456", "123456789", ""] {
            assert_eq!(bad.parse::<AutorizacionRed>(), Err(CuentaError::Form), "{bad}");
        }
    }
}
