//! `Entry`: what a leaf holds.

use std::fmt;

use openssl::sha::sha256;

use super::hash::TreeHash;

/// What a leaf's document is (E-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Clase {
    /// A row of the journal, as its hash is over it: of this no leaf is written, since its hash is in the row.
    Asiento = 1,
    /// What was published of a notification.
    Publicacion = 2,
    /// The acuse of a decision, unsigned.
    Decision = 3,
    /// That a term lapsed.
    Caducidad = 4,
    /// An acuse, sealed.
    Sellado = 5,
    /// A document that was issued.
    Documento = 6,
    /// A time-stamp token.
    Sello = 7,
    /// A certificate, a revocation list or an OCSP response.
    Material = 8,
    /// A row that says who may receive.
    Titulo = 9,
}

impl Clase {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 9] = [
        Self::Asiento,
        Self::Publicacion,
        Self::Decision,
        Self::Caducidad,
        Self::Sellado,
        Self::Documento,
        Self::Sello,
        Self::Material,
        Self::Titulo,
    ];

    /// Its number, which begins the entry.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// That of a number, if there is one.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.number() == number)
    }
}

impl fmt::Display for Clase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Asiento => "asiento",
            Self::Publicacion => "publicacion",
            Self::Decision => "decision",
            Self::Caducidad => "caducidad",
            Self::Sellado => "sellado",
            Self::Documento => "documento",
            Self::Sello => "sello",
            Self::Material => "material",
            Self::Titulo => "titulo",
        })
    }
}

/// What a leaf holds: the number of its document's class, and the document's SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry([u8; Entry::LENGTH]);

impl Entry {
    /// Octets of each.
    pub const LENGTH: usize = 33;

    /// That of a document of a class, by its SHA-256.
    #[must_use]
    pub fn new(class: u8, huella: &[u8; TreeHash::LENGTH]) -> Self {
        let mut octets = [0; Self::LENGTH];
        octets[0] = class;
        octets[1..].copy_from_slice(huella);
        Self(octets)
    }

    /// That of a document of a class.
    #[must_use]
    pub fn of(class: Clase, document: &[u8]) -> Self {
        Self::new(class.number(), &sha256(document))
    }

    /// Class and digest, as they are hashed.
    #[must_use]
    pub fn octets(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// The hash of the leaf that holds it.
    #[must_use]
    pub fn hash(&self) -> TreeHash {
        TreeHash::of_leaf(&self.0)
    }
}
