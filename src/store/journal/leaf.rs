//! The leaves that a row has beside its own: what else it puts into the log, as hashes alone.

use diesel::prelude::*;
use openssl::sha::Sha256;

use crate::domain::notificacion::Huella;
use crate::store::backend::Writer;
use crate::store::error::StoreError;
use crate::store::insert::insert_rows;
use crate::store::schema::hojas;

/// What the document is of which a leaf holds the SHA-256 (E-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Clase {
    /// The row of the journal itself: of this no leaf is written, since its hash is in the row.
    Asiento,
    /// What was published.
    Publicacion,
    /// The acuse of a decision, as it is before it is signed.
    Decision,
    /// The lapse of a term.
    Caducidad,
    /// The acuse, sealed.
    Sellado,
    /// A document that was issued.
    Documento,
    /// A time stamp.
    Sello,
    /// A certificate, a revocation list or an answer about one.
    Material,
    /// What says who may receive.
    Titulo,
}

impl Clase {
    /// The first octet of an entry.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Asiento => 1,
            Self::Publicacion => 2,
            Self::Decision => 3,
            Self::Caducidad => 4,
            Self::Sellado => 5,
            Self::Documento => 6,
            Self::Sello => 7,
            Self::Material => 8,
            Self::Titulo => 9,
        }
    }

    /// That of a number, if there is one.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        const ALL: [Clase; 9] = [
            Clase::Asiento,
            Clase::Publicacion,
            Clase::Decision,
            Clase::Caducidad,
            Clase::Sellado,
            Clase::Documento,
            Clase::Sello,
            Clase::Material,
            Clase::Titulo,
        ];
        ALL.into_iter().find(|clase| clase.number() == number)
    }
}

/// A leaf.
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
    let mut entry = [clase; 33];
    let (_, rest) = entry.split_at_mut(1);
    rest.copy_from_slice(&huella.0);
    entry
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

/// Keeps the leaves of a row.
pub(super) fn insert(conn: &mut Writer, asiento: i64, leaves: &[Hoja]) -> Result<(), StoreError> {
    if leaves.is_empty() {
        return Ok(());
    }
    let rows = (1..).zip(leaves).map(|(orden, leaf)| New {
        asiento,
        orden,
        clase: leaf.clase.number().into(),
        referencia: &leaf.referencia,
        huella: leaf.huella,
    });
    insert_rows!(conn, hojas::table, rows)
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
