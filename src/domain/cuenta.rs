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
    /// The first two figures are those of no province.
    #[error("its first two figures are those of no province")]
    Province,
    /// What stands before a CCC of fifteen figures is no régimen.
    #[error("the four figures before the account are no régimen")]
    Regimen,
}

/// Figures of the provinces that begin an account, from the first to the last of each run (D-75).
type Provinces = &'static [(u64, u64)];

/// Provinces of a CCC: those of the Instituto Nacional de Estadística, Ceuta (51) and Melilla (52) among them.
const CCC_PROVINCES: Provinces = &[(1, 52)];

/// Provinces of a NAF: the same, and two that old numbers bear, of people registered outside any province.
const NAF_PROVINCES: Provinces = &[(1, 53), (66, 66)];

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
    /// Reads eleven figures that are on record. Their province is not asked: accounts were recorded before there was a
    /// table of provinces, and another version of it may come.
    pub fn recorded(text: &str) -> Result<Self, CuentaError> {
        checked(text, 7, None).map(Self)
    }

    /// The eleven figures.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Naf {
    /// Reads twelve figures that are on record, as [`Ccc::recorded`] does.
    pub fn recorded(text: &str) -> Result<Self, CuentaError> {
        checked(text, 8, None).map(Self)
    }

    /// The twelve figures.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Cuenta {
    /// Reads figures that are on record, as [`Ccc::recorded`] does.
    pub fn recorded(text: &str) -> Result<Self, CuentaError> {
        if text.len() == 12 {
            Naf::recorded(text).map(Self::Naf)
        } else {
            Ccc::recorded(text).map(Self::Ccc)
        }
    }

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
    /// The number, from 1 on.
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
        let Some((regimen, account)) = text.split_at_checked(4).filter(|_| text.len() == 15) else {
            return checked(text, 7, Some(CCC_PROVINCES)).map(Self);
        };
        let read = checked(account, 7, Some(CCC_PROVINCES))?;
        let figures = regimen.bytes().all(|c| c.is_ascii_digit());
        (figures && regimen != "0000")
            .then_some(Self(read))
            .ok_or(CuentaError::Regimen)
    }
}

impl FromStr for Naf {
    type Err = CuentaError;

    fn from_str(text: &str) -> Result<Self, CuentaError> {
        checked(trim(text), 8, Some(NAF_PROVINCES)).map(Self)
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
/// zero takes no place. The province is one of `provinces`, where they are asked.
fn checked(text: &str, number_len: usize, provinces: Option<Provinces>) -> Result<String, CuentaError> {
    if text.len() != number_len + 4 || !text.bytes().all(|c| c.is_ascii_digit()) {
        return Err(CuentaError::Form);
    }
    let value = |part: Option<&str>| part.and_then(|p| p.parse::<u64>().ok()).ok_or(CuentaError::Form);
    let province = value(text.get(..2))?;
    let known = |provinces: Provinces| {
        provinces
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&province))
    };
    if !provinces.is_none_or(known) {
        return Err(CuentaError::Province);
    }
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

    /// The number of a province, an account in it, and right check figures.
    fn number(province: u64, account: u64, places: usize) -> String {
        let check = (province * 10_u64.pow(u32::try_from(places).unwrap()) + account) % 97;
        format!("{province:02}{account:0places$}{check:02}")
    }

    #[test]
    fn an_account_is_of_a_province_of_the_table() {
        for province in 0..100 {
            let ccc = number(province, 9_999_901, 7);
            let naf = number(province, 99_999_901, 8);
            let of_ccc = (1..=52).contains(&province);
            let of_naf = (1..=53).contains(&province) || province == 66;
            let outside = Some(CuentaError::Province);
            assert_eq!(ccc.parse::<Ccc>().err(), outside.filter(|_| !of_ccc), "{ccc}");
            let long = format!("0111{ccc}");
            assert_eq!(long.parse::<Ccc>().err(), outside.filter(|_| !of_ccc), "{long}");
            assert_eq!(ccc.parse::<Cuenta>().err(), outside.filter(|_| !of_ccc), "{ccc}");
            assert_eq!(naf.parse::<Naf>().err(), outside.filter(|_| !of_naf), "{naf}");
            assert_eq!(naf.parse::<Cuenta>().err(), outside.filter(|_| !of_naf), "{naf}");
            // What is on record stays readable.
            for recorded in [ccc, naf] {
                let read = Cuenta::recorded(&recorded).map(|cuenta| cuenta.as_str().to_owned());
                assert_eq!(read, Ok(recorded));
            }
        }
        assert_eq!(Cuenta::recorded("28999990169"), Err(CuentaError::Check));
    }

    #[test]
    fn what_stands_before_an_account_is_four_figures_of_a_regimen() {
        for (regimen, error) in [
            ("0111", None),
            ("0521", None),
            ("0000", Some(CuentaError::Regimen)),
            ("O111", Some(CuentaError::Regimen)),
            ("01 1", Some(CuentaError::Regimen)),
            ("ñ11", Some(CuentaError::Regimen)),
        ] {
            let text = format!("{regimen}28999990168");
            assert_eq!(text.parse::<Ccc>().err(), error, "{text}");
        }
    }
}
