//! The leaves that a row has beside its own: what else it puts into the log, as hashes alone.

use diesel::prelude::*;
use openssl::sha::Sha256;

use super::together::Together;
use crate::domain::notificacion::Huella;
use crate::store::schema::hojas;
use crate::tlog::Entry;

pub use crate::tlog::Clase;

/// What a row of the journal has in the log beside its own leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hoja {
    /// What its document is.
    pub clase: Clase,
    /// By which its document is found: the code of a notification, a number.
    pub referencia: String,
    /// SHA-256 of the document.
    pub huella: Huella,
}

impl Hoja {
    /// The leaf's entry in the log: its class, and the hash.
    #[must_use]
    pub fn entry(&self) -> [u8; 33] {
        entry(self.clase.number(), self.huella)
    }
}

/// An entry of the log (E-2).
#[must_use]
pub(in crate::store) fn entry(clase: u8, huella: Huella) -> [u8; 33] {
    *Entry::new(clase, &huella.0).octets()
}

/// SHA-256 of entries side by side, by which a row binds its leaves; nothing where there are none (E-4).
pub(in crate::store) fn entradas(entries: impl IntoIterator<Item = [u8; 33]>) -> Option<Huella> {
    let mut entries = entries.into_iter().peekable();
    entries.peek()?;
    let mut sha = Sha256::new();
    entries.for_each(|entry| sha.update(&entry));
    Some(Huella(sha.finish()))
}

#[derive(Insertable)]
#[diesel(table_name = hojas)]
struct New<'a> {
    asiento: i64,
    orden: i32,
    clase: i16,
    referencia: &'a str,
    huella: Huella,
}

/// Keeps the leaves of a row of SQLite, for which each is one more step of a statement that is prepared.
pub(super) fn insert(c: &mut SqliteConnection, asiento: i64, leaves: &[Hoja]) -> QueryResult<()> {
    if let Some(together) = Together::of(asiento, leaves) {
        return together.execute(c).map(drop);
    }
    (1..).zip(leaves).try_for_each(|(orden, leaf)| {
        let row = New {
            asiento,
            orden,
            clase: leaf.clase.number().into(),
            referencia: &leaf.referencia,
            huella: leaf.huella,
        };
        diesel::insert_into(hojas::table)
            .values(&row)
            .execute(c)
            .map(drop)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_the_class_and_the_hash() {
        let leaf = Hoja {
            clase: Clase::Decision,
            referencia: "7".to_owned(),
            huella: Huella([9; 32]),
        };
        let mut octets = vec![3];
        octets.extend([9; 32]);
        assert_eq!(leaf.entry().as_slice(), octets);
        let twice = [octets.clone(), octets].concat();
        let bound = entradas([leaf.entry(), leaf.entry()]);
        assert_eq!(bound, Some(Huella(openssl::sha::sha256(&twice))));
        assert_eq!(entradas([]), None);
    }

    #[test]
    fn each_class_has_a_number_of_its_own() {
        for number in 1..=9 {
            assert_eq!(Clase::from_number(number).map(Clase::number), Some(number));
        }
        assert_eq!([0, 10].map(Clase::from_number), [None, None]);
    }
}
