//! `Name`: a distinguished name, read attribute by attribute (RFC 5280 §4.1.2.4), never from its printed form.

use super::der::{self, NotDer, Reader, tag};
use super::oid::attribute;

/// No name in the field has more than some fifteen attributes.
const MAX_ATTRIBUTES: usize = 64;
/// Most characters of a name shown to people or kept.
const MAX_SHOWN: usize = 250;

/// One attribute whose value is a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Attribute {
    oid: String,
    value: String,
}

/// The attributes of a distinguished name in their order, whichever relative name (RDN) each stands in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Name(Vec<Attribute>);

impl Name {
    /// Reads the content of a `Name`. Several attributes in one RDN count like any others (D-67); values that are
    /// not texts are left out.
    pub(super) fn read(rdns: Reader<'_>) -> Result<Self, NotDer> {
        let mut all = Vec::new();
        for rdn in rdns.each(MAX_ATTRIBUTES, |r| r.inside(tag::SET))? {
            let attributes = rdn.each(MAX_ATTRIBUTES, |r| {
                let mut pair = r.inside(tag::SEQUENCE)?;
                let oid = pair.oid()?;
                let value = der::text(pair.element()?)?;
                pair.end()?;
                Ok(value.map(|value| Attribute { oid, value }))
            })?;
            all.extend(attributes.into_iter().flatten());
            if all.len() > MAX_ATTRIBUTES {
                return Err(NotDer);
            }
        }
        Ok(Self(all))
    }

    /// Every value of an attribute, in order.
    pub(super) fn values(&self, oid: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |a| a.oid == oid)
            .map(|a| a.value.as_str())
    }

    /// Whether both have the same attributes in the same order, in capitals or not (RFC 5280 §7.1, but for blanks).
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let same = |(one, other): (&Attribute, &Attribute)| {
            one.oid == other.oid && one.value.to_lowercase() == other.value.to_lowercase()
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }

    /// Every attribute with its value, in order.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|a| (a.oid.as_str(), a.value.as_str()))
    }

    /// The name on one line, last attribute first as in RFC 4514, bounded and without control characters; for
    /// people's eyes only.
    pub(super) fn shown(&self) -> String {
        let attributes: Vec<String> = self
            .0
            .iter()
            .rev()
            .map(|a| format!("{}={}", attribute::short(&a.oid), a.value))
            .collect();
        tidy(&attributes.join(", "))
    }
}

/// A text of a certificate as it may be shown and kept: one line, single blanks, at most 250 characters.
pub(super) fn tidy(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect();
    words.join(" ").chars().take(MAX_SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::testing::name::{name, set};

    fn read(der: &[u8]) -> Result<Name, NotDer> {
        Name::read(Reader::only(der, tag::SEQUENCE)?)
    }

    #[test]
    fn attributes_of_one_rdn_are_read_like_the_rest() {
        let one = set(&[
            (attribute::SERIAL_NUMBER, "IDCES-99999901H"),
            (attribute::COMMON_NAME, "ROBLES"),
        ]);
        let name = read(&one).unwrap();
        assert_eq!(
            name.values(attribute::SERIAL_NUMBER).collect::<Vec<_>>(),
            ["IDCES-99999901H"]
        );
        assert_eq!(
            name.values(attribute::COMMON_NAME).collect::<Vec<_>>(),
            ["ROBLES"]
        );
    }

    #[test]
    fn the_shown_form_is_one_bounded_line() {
        let long = "x".repeat(400);
        let shown = read(&name(&[("2.5.4.6", "ES"), ("2.5.4.10", "UNO\n\u{1b}[31mDOS")])).map(|n| n.shown());
        assert_eq!(shown, Ok("O=UNO [31mDOS, C=ES".to_owned()));
        assert_eq!(
            read(&name(&[("2.5.4.3", &long)])).map(|n| n.shown().len()),
            Ok(250)
        );
    }

    #[test]
    fn a_name_of_too_many_attributes_is_refused() {
        assert_eq!(read(&name(&vec![("2.5.4.11", "x"); 65])), Err(NotDer));
    }
}
