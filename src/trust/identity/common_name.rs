//! The common name, in the patterns that Spanish issuers use (D-66).
//!
//! Whoever is named may have had a say in it, so it only confirms or contradicts other fields; the two patterns of
//! FNMT's former authority are the exception.

use crate::domain::blank::trim;

/// What a common name is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommonName {
    person: String,
    entity: Option<String>,
    identifiers: Vec<String>,
    clase_2: bool,
}

impl CommonName {
    /// Takes a common name apart; one of no known pattern is a name and nothing else.
    pub(super) fn read(text: &str) -> Self {
        let text = trim(text);
        clase_2_entity(text)
            .or_else(|| clase_2_person(text))
            .or_else(|| representative(text))
            .or_else(|| trailing(text))
            .unwrap_or_else(|| Self::new(without_use(text), None, &[], false))
    }

    /// The person's name, or the whole where it is not known which part that is.
    pub(super) fn person(&self) -> &str {
        &self.person
    }

    /// The entity's name, where the pattern has one.
    pub(super) fn entity(&self) -> Option<&str> {
        self.entity.as_deref()
    }

    /// The texts that stand where identifiers should.
    pub(super) fn identifiers(&self) -> impl Iterator<Item = &str> {
        self.identifiers.iter().map(String::as_str)
    }

    /// Whether it has a pattern of FNMT's former authority.
    pub(super) fn is_clase_2(&self) -> bool {
        self.clase_2
    }

    fn new(person: &str, entity: Option<&str>, identifiers: &[&str], clase_2: bool) -> Self {
        Self {
            person: person.to_owned(),
            entity: entity.map(str::to_owned),
            identifiers: identifiers.iter().map(|&i| i.to_owned()).collect(),
            clase_2,
        }
    }
}

/// `ENTIDAD name - CIF identifier - NOMBRE name - NIF identifier`.
fn clase_2_entity(text: &str) -> Option<CommonName> {
    let (entity, rest) = text.strip_prefix("ENTIDAD ")?.split_once(" - CIF ")?;
    let (cif, rest) = rest.split_once(" - NOMBRE ")?;
    let (person, nif) = rest.split_once(" - NIF ")?;
    // An identifier is one word: a name that tries to bring its own does not fit.
    ([cif, nif].iter().all(|id| is_word(id)))
        .then(|| CommonName::new(person, Some(entity), &[cif, nif], true))
}

/// `NOMBRE name - NIF identifier`.
fn clase_2_person(text: &str) -> Option<CommonName> {
    let (person, nif) = text.strip_prefix("NOMBRE ")?.split_once(" - NIF ")?;
    is_word(nif).then(|| CommonName::new(person, None, &[nif], true))
}

/// `identifier name (R: identifier)`, FNMT's certificates of representation.
fn representative(text: &str) -> Option<CommonName> {
    let (rest, entity) = text.strip_suffix(')')?.rsplit_once("(R: ")?;
    let (nif, person) = rest.split_once(' ')?;
    (is_word(nif) && is_word(entity)).then(|| CommonName::new(trim(person), None, &[nif, entity], false))
}

/// `name - identifier`, FNMT's certificates of persons, and `name - DNI identifier`, those of public employees (the profile
/// of electronic certificates of the General Administration, 2.0, §9).
fn trailing(text: &str) -> Option<CommonName> {
    let (person, nif) = text.rsplit_once(" - ")?;
    let nif = after_word(nif).unwrap_or(nif);
    let nif_like = is_word(nif) && nif.bytes().any(|c| c.is_ascii_digit());
    nif_like.then(|| CommonName::new(person, None, &[nif], false))
}

/// What follows the word for the kind of identifier.
fn after_word(text: &str) -> Option<&str> {
    let (word, rest) = text.split_at_checked(3)?;
    let rest = rest.strip_prefix([' ', ':'])?.trim_start_matches([' ', ':']);
    ["DNI", "NIF", "NIE"]
        .iter()
        .any(|kind| word.eq_ignore_ascii_case(kind))
        .then_some(rest)
}

/// The name without the use that the national identity card adds: `(FIRMA)`, `(AUTENTICACIÓN)`.
fn without_use(text: &str) -> &str {
    match text.rsplit_once(" (") {
        Some((name, of)) if of == "FIRMA)" || of.starts_with("AUTENTICACI") => name,
        _ => text,
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, Option<String>, Vec<String>, bool) {
        let read = CommonName::read(text);
        (read.person, read.entity, read.identifiers, read.clase_2)
    }

    #[test]
    fn each_pattern_is_taken_apart() {
        let owned = |ids: &[&str]| ids.iter().map(|&i| i.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            parts("ROBLES IBARRA MARTA - 99999901H"),
            (
                "ROBLES IBARRA MARTA".to_owned(),
                None,
                owned(&["99999901H"]),
                false
            )
        );
        assert_eq!(
            parts("99999912Y PABLO LUNA (R: B99999120)"),
            (
                "PABLO LUNA".to_owned(),
                None,
                owned(&["99999912Y", "B99999120"]),
                false
            )
        );
        assert_eq!(
            parts("NOMBRE ROBLES IBARRA MARTA - NIF 99999901H"),
            (
                "ROBLES IBARRA MARTA".to_owned(),
                None,
                owned(&["99999901H"]),
                true
            )
        );
        assert_eq!(
            parts("ENTIDAD HORNOS DEL SUR SL - CIF B99999120 - NOMBRE LUNA SANZ PABLO - NIF 99999912Y"),
            (
                "LUNA SANZ PABLO".to_owned(),
                Some("HORNOS DEL SUR SL".to_owned()),
                owned(&["B99999120", "99999912Y"]),
                true
            )
        );
        for text in [
            "ROBLES IBARRA MARTA - DNI 99999901H",
            "ROBLES IBARRA MARTA - NIF:99999901H",
            "ROBLES IBARRA MARTA - dni 99999901H",
        ] {
            assert_eq!(
                parts(text),
                (
                    "ROBLES IBARRA MARTA".to_owned(),
                    None,
                    owned(&["99999901H"]),
                    false
                )
            );
        }
        assert_eq!(parts("PRADO GIL, ANA (FIRMA)").0, "PRADO GIL, ANA");
        assert_eq!(parts("PRADO GIL, ANA (AUTENTICACIÓN)").0, "PRADO GIL, ANA");
    }

    #[test]
    fn a_name_that_brings_an_identifier_of_its_own_fits_no_old_pattern() {
        assert!(!CommonName::read("NOMBRE X - NIF 99999912Y - NIF 99999901H").is_clase_2());
        assert!(!CommonName::read("serialNumber=IDCES-99999901H").is_clase_2());
        assert_eq!(
            CommonName::read("serialNumber=IDCES-99999901H")
                .identifiers()
                .count(),
            0
        );
        assert_eq!(CommonName::read("PEREZ - LOPEZ").identifiers().count(), 0);
    }
}
