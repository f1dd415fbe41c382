//! One identifier as certificates write it: bare, or after the scheme of ETSI EN 319 412-1 §5.1.3, §5.1.4 (D-68).

use crate::domain::blank::trim;
use crate::domain::nif::{Nif, NifError, NifKind};

/// What one value of an identifying field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// A NIF.
    Nif(Nif),
    /// It says that it is a Spanish identifier or has its form, and is not a right one.
    Wrong,
    /// An identifier of another country.
    Foreign,
    /// An identifier of a kind that is not a NIF: a passport, an entry of a register, a national scheme.
    Unread,
    /// No identifier.
    Nothing,
}

impl Reading {
    /// Reads one value.
    pub(super) fn of(text: &str) -> Self {
        let text = trim(text);
        match Scheme::split(text) {
            Some((scheme, value)) => scheme.read(value),
            None => bare(text),
        }
    }
}

/// What precedes the value: who gave it, and in which country.
struct Scheme<'a> {
    kind: &'a str,
    country: &'a str,
}

impl<'a> Scheme<'a> {
    /// Three letters and a country, or two letters and a colon before the country, and a hyphen.
    fn split(text: &'a str) -> Option<(Self, &'a str)> {
        let (prefix, value) = text.split_once('-')?;
        let (kind, country) = match prefix.split_once(':') {
            Some((kind, country)) if kind.len() == 2 => (kind, country),
            Some(_) => return None,
            None => prefix.split_at_checked(3)?,
        };
        let letters = |t: &str| t.bytes().all(|c| c.is_ascii_alphabetic());
        (letters(kind) && letters(country) && country.len() == 2).then_some((Self { kind, country }, value))
    }

    /// D-68: of Spain's schemes those of identity card, personal number, tax and value-added tax, and registers
    /// that use the NIF. The identifier of legal entities (LEI) is of no country.
    fn read(&self, value: &str) -> Reading {
        let is = |kind: &str| self.kind.eq_ignore_ascii_case(kind);
        if is("LEI") {
            return Reading::Unread;
        }
        if !self.country.eq_ignore_ascii_case("ES") {
            return Reading::Foreign;
        }
        let nif = Nif::from_certificate(value);
        match nif {
            Ok(nif) if is("VAT") || is("TIN") || is("NTR") => Reading::Nif(nif),
            Ok(nif) if (is("IDC") || is("PNO")) && nif.kind() == NifKind::Persona => Reading::Nif(nif),
            _ if is("VAT") || is("TIN") || is("IDC") || is("PNO") => Reading::Wrong,
            _ => Reading::Unread,
        }
    }
}

/// A value without scheme, as older certificates have it: a NIF only if it is whole, so that no short number of
/// something else becomes one by padding.
fn bare(text: &str) -> Reading {
    let length = text.bytes().filter(u8::is_ascii_alphanumeric).count();
    let old_nie = length == 10 && text.get(..2).is_some_and(|t| t.eq_ignore_ascii_case("X0"));
    if length != 9 && !old_nie {
        return Reading::Nothing;
    }
    match Nif::from_certificate(text) {
        Ok(nif) => Reading::Nif(nif),
        Err(NifError::Check) => Reading::Wrong,
        Err(NifError::Form | NifError::Empty) => Reading::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nif(text: &str) -> Reading {
        Reading::Nif(text.parse().unwrap())
    }

    #[test]
    fn spanish_schemes_are_read_and_name_the_same_as_the_bare_value() {
        for text in [
            "IDCES-99999901H",
            "PNOES-99999901H",
            "TINES-99999901H",
            "idces-99999901h",
            "99999901H",
            " 99999901-H ",
        ] {
            assert_eq!(Reading::of(text), nif("99999901H"), "{text}");
        }
        for text in ["VATES-B99999120", "NTRES-B99999120", "B99999120", "B-99999120"] {
            assert_eq!(Reading::of(text), nif("B99999120"), "{text}");
        }
        assert_eq!(Reading::of("IDCES-X09999901F"), nif("X9999901F"));
        assert_eq!(Reading::of("X09999901F"), nif("X9999901F"));
    }

    #[test]
    fn an_entity_may_bear_its_check_character_in_either_form() {
        assert_eq!(Reading::of("VATES-G9999956G"), nif("G99999567"));
        assert_eq!(Reading::of("G9999956A"), Reading::Wrong);
    }

    #[test]
    fn what_calls_itself_a_nif_and_is_none_is_wrong() {
        for text in [
            "IDCES-99999901A",
            "99999901A",
            "VATES-99",
            "IDCES-",
            "IDCES-B99999120",
            "IDCES-99999901H\0",
        ] {
            assert_eq!(Reading::of(text), Reading::Wrong, "{text}");
        }
    }

    #[test]
    fn other_countries_are_told_from_other_registers() {
        for text in [
            "IDCPT-12345678",
            "VATPT-501234567",
            "EI:SE-5567971433",
            "IDCPT-99999901H",
        ] {
            assert_eq!(Reading::of(text), Reading::Foreign, "{text}");
        }
        for text in [
            "PASES-AAA123456",
            "NTRES-M-123456",
            "LEIXG-529900T8BM49AURSDO55",
            "XX:ES-99999901H",
        ] {
            assert_eq!(Reading::of(text), Reading::Unread, "{text}");
        }
    }

    #[test]
    fn short_or_other_values_are_no_identifiers() {
        for text in [
            "",
            "1R",
            "123456789",
            "DEVICE-0001",
            "serialNumber=IDCES-99999901H",
            "99999901H\0X",
        ] {
            assert_eq!(Reading::of(text), Reading::Nothing, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,24}") {
            let _ = Reading::of(&text);
        }
    }
}
