//! One identifier as certificates write it: bare, or after the scheme of ETSI EN 319 412-1 §5.1.3, §5.1.4 (D-68).

use crate::domain::blank::trim;
use crate::domain::nif::{Nif, NifError, NifKind};

/// What one value of an identifying field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// A NIF whose check character corresponds.
    Nif(Nif),
    /// It says that it is a Spanish identifier or has its form, and is not a right one.
    Wrong(NifFault),
    /// An identifier of another country.
    Foreign,
    /// An identifier of a kind that is not a NIF: a passport, an entry of a register, a national scheme.
    Unread,
    /// Neither a scheme nor what looks like a NIF.
    Nothing,
}

/// What is wrong with what should be a NIF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NifFault {
    /// Its check character does not correspond.
    Control,
    /// It has not the form of a NIF.
    Form,
    /// The scheme before it is that of persons, and it is an entity's.
    OfEntity,
}

impl Reading {
    /// Reads one value, whatever blanks and hyphens it is written with, in capitals or not.
    pub(super) fn of(text: &str) -> Self {
        let text = plain(text);
        match Scheme::split(&text) {
            Some((scheme, value)) => scheme.read(value),
            None => bare(&text),
        }
    }
}

/// The text with the hyphens of typography as that of ASCII, and no blanks at its ends.
fn plain(text: &str) -> String {
    trim(text)
        .chars()
        .map(|c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c => c,
        })
        .collect()
}

/// What precedes the value: who gave it, and in which country.
struct Scheme<'a> {
    kind: &'a str,
    country: &'a str,
}

/// Spain's schemes whose value is a NIF, or may be.
const NIF_SCHEMES: [&str; 5] = ["IDC", "PNO", "TIN", "VAT", "NTR"];

impl<'a> Scheme<'a> {
    /// Three letters and a country, or two letters and a colon before the country, and a hyphen. Of the schemes whose value
    /// is a NIF the hyphen may be missing before one that is whole, since nothing else reads so.
    fn split(text: &'a str) -> Option<(Self, &'a str)> {
        if let Some((prefix, value)) = text.split_once('-')
            && let Some(scheme) = Self::of(prefix.trim_end_matches(' '))
        {
            return Some((scheme, value.trim_start_matches(' ')));
        }
        let (prefix, value) = text.split_at_checked(5)?;
        let value = value.trim_start_matches([' ', ':']);
        Self::of(prefix)
            .filter(|scheme| NIF_SCHEMES.iter().any(|kind| scheme.is(kind)) && scheme.is_spanish())
            .filter(|_| is_whole(value) && Nif::from_certificate(value) != Err(NifError::Form))
            .map(|scheme| (scheme, value))
    }

    fn of(prefix: &'a str) -> Option<Self> {
        let (kind, country) = match prefix.split_once(':') {
            Some((kind, country)) if kind.len() == 2 => (kind, country),
            Some(_) => return None,
            None => prefix.split_at_checked(3)?,
        };
        let letters = |t: &str| t.bytes().all(|c| c.is_ascii_alphabetic());
        (letters(kind) && letters(country) && country.len() == 2).then_some(Self { kind, country })
    }

    fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    fn is_spanish(&self) -> bool {
        self.country.eq_ignore_ascii_case("ES")
    }

    /// D-68: of Spain's schemes those of identity card, personal number, tax and value-added tax, and registers
    /// that use the NIF. The identifier of legal entities (LEI) is of no country.
    fn read(&self, value: &str) -> Reading {
        if self.is("LEI") {
            return Reading::Unread;
        }
        if !self.is_spanish() {
            return Reading::Foreign;
        }
        let nif = Nif::from_certificate(after_es(value).unwrap_or(value));
        let of_persons = self.is("IDC") || self.is("PNO");
        match nif {
            Ok(nif) if self.is("VAT") || self.is("TIN") || self.is("NTR") => Reading::Nif(nif),
            Ok(nif) if of_persons && nif.kind() == NifKind::Persona => Reading::Nif(nif),
            Ok(_) if of_persons => Reading::Wrong(NifFault::OfEntity),
            Err(error) if self.is("VAT") || self.is("TIN") || of_persons => Reading::Wrong(match error {
                NifError::Check => NifFault::Control,
                NifError::Form | NifError::Empty => NifFault::Form,
            }),
            _ => Reading::Unread,
        }
    }
}

/// A value without scheme, as older certificates have it: a NIF only if it is whole, so that no short number of
/// something else becomes one by padding. Spain's letters may precede it, as in numbers of value-added tax.
fn bare(text: &str) -> Reading {
    let text = after_es(text).unwrap_or(text);
    if !is_whole(text) {
        return Reading::Nothing;
    }
    match Nif::from_certificate(text) {
        Ok(nif) => Reading::Nif(nif),
        Err(NifError::Check) => Reading::Wrong(NifFault::Control),
        Err(NifError::Form | NifError::Empty) => Reading::Nothing,
    }
}

/// Whether it has as many letters and figures as a NIF, or as a NIE of before 2008.
fn is_whole(text: &str) -> bool {
    let length = text.bytes().filter(u8::is_ascii_alphanumeric).count();
    let old_nie = length == 10 && text.get(..2).is_some_and(|t| t.eq_ignore_ascii_case("X0"));
    length == 9 || old_nie
}

/// What follows Spain's letters, if that is as long as a NIF.
fn after_es(text: &str) -> Option<&str> {
    let (es, rest) = text.split_at_checked(2)?;
    let rest = rest.trim_start_matches([' ', '-']);
    (es.eq_ignore_ascii_case("ES") && is_whole(rest)).then_some(rest)
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
        // However it is written.
        for text in [
            "ESB99999120",
            "esb99999120",
            "ES-B99999120",
            "ES B-99999120",
            "VATES-ESB99999120",
            "VATESB99999120",
            "VATES B99999120",
            "VATES:B99999120",
            "VATES - B99999120",
            "vates\u{2013}b99999120",
            "B 99.999.120",
        ] {
            assert_eq!(Reading::of(text), nif("B99999120"), "{text}");
        }
        for text in ["ES99999901H", "IDCES99999901H", "ES-99999901-H", "ESX09999901F"] {
            assert!(matches!(Reading::of(text), Reading::Nif(_)), "{text}");
        }
        assert_eq!(Reading::of("IDCES-X09999901F"), nif("X9999901F"));
        assert_eq!(Reading::of("X09999901F"), nif("X9999901F"));
    }

    #[test]
    fn an_entity_may_bear_its_check_character_in_either_form() {
        assert_eq!(Reading::of("VATES-G9999956G"), nif("G99999567"));
        assert_eq!(Reading::of("G9999956A"), Reading::Wrong(NifFault::Control));
    }

    #[test]
    fn what_calls_itself_a_nif_and_is_none_is_wrong() {
        for (text, fault) in [
            ("IDCES-99999901A", NifFault::Control),
            ("99999901A", NifFault::Control),
            ("ES99999901A", NifFault::Control),
            ("VATES99999901A", NifFault::Control),
            ("VATES-99", NifFault::Form),
            ("IDCES-", NifFault::Form),
            ("IDCES-B99999120", NifFault::OfEntity),
            ("IDCES-99999901H\0", NifFault::Form),
        ] {
            assert_eq!(Reading::of(text), Reading::Wrong(fault), "{text}");
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
            "ES1234567",
            "IDCES99999901",
            "IDCPT99999901H",
            "ES 99999901H X",
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
