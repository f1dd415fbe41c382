//! `Publicada`: a notification as it was put at somebody's disposal.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use super::Codigo;
use crate::domain::coded::coded;
use crate::domain::materia::Procedimiento;
use crate::domain::nif::{Nif, NifKind};

/// SHA-256 of a document, of which every acuse and listing speaks (D-109).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Huella(pub [u8; 32]);

impl fmt::Display for Huella {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Huella {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Huella({self})")
    }
}

impl FromStr for Huella {
    type Err = HuellaError;

    /// Reads 64 hexadecimal figures.
    fn from_str(text: &str) -> Result<Self, HuellaError> {
        let mut octets = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(HuellaError);
        }
        for (octet, pair) in octets.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let figure = |c: u8| {
                char::from(c)
                    .to_digit(16)
                    .and_then(|d| u8::try_from(d).ok())
                    .ok_or(HuellaError)
            };
            *octet = match pair {
                &[high, low] => figure(high)? << 4 | figure(low)?,
                _ => return Err(HuellaError),
            };
        }
        Ok(Self(octets))
    }
}

/// A text that is not 64 hexadecimal figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 in hexadecimal")]
pub struct HuellaError;

coded! {
    /// On what ground the addressee is notified electronically (Orden ISM/903/2020 art. 4; D-27).
    Obligacion {
        /// Legal persons, entities and others obliged by LPAC (4.1.a).
        Articulo41a = "4.1.a",
        /// Those obliged to the RED system (4.1.b).
        Articulo41b = "4.1.b",
        /// Applicants and holders of certain benefits (4.1.c).
        Articulo41c = "4.1.c",
        /// Registered apoderados (4.1.d).
        Articulo41d = "4.1.d",
        /// A natural person who chose it (4.2).
        Eleccion = "4.2",
        /// Nobody obliges and nobody chose: a copy of what goes on paper (D-8, D-60).
        Copia = "copia",
    }
}

impl Obligacion {
    /// Whether the lapse of the term practises the notification (LPAC art. 43.2; D-8).
    #[must_use]
    pub fn lapses(self) -> bool {
        self != Self::Copia
    }

    /// Whether an addressee of that kind can be notified on this ground: an entity is obliged by art. 4.1.a and no other, since
    /// the rest are of natural persons (D-27).
    #[must_use]
    pub fn fits(self, kind: NifKind) -> bool {
        kind != NifKind::Entidad || self == Self::Articulo41a
    }

    /// Whether a RED authorisation may receive for the addressee (art. 6.1; D-29 a).
    #[must_use]
    pub fn within_red(self) -> bool {
        matches!(self, Self::Articulo41a | Self::Articulo41b)
    }
}

impl Publicada {
    /// Whether its flag keeps from RED what is of a materia of RED (D-35, D-56).
    #[must_use]
    pub fn leaves_red_out(&self) -> bool {
        self.categoria == Categoria::Especial && self.procedimiento.materia.within_red()
    }
}

coded! {
    /// By which identifier the act names its addressee (D-16).
    TipoDestinatario {
        /// An employer's account, with its régimen.
        Ccc = "CCC",
        /// The addressee is named by its NIF.
        Nif = "NIF",
        /// A person's Social Security number.
        Naf = "NAF",
    }
}

/// Whether health or other data of a special category is in the act (RGPD art. 9; D-57).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Categoria {
    /// It is told what it is about.
    Ordinaria,
    /// Nothing tells what it is about until it is accepted.
    Especial,
}

/// The document of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Documento {
    /// SHA-256 of the document's octets.
    pub huella: Huella,
    /// Its size in octets.
    pub tamano: u32,
}

/// What was put at somebody's disposal: the part of a notification that never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publicada {
    /// Code, unique over all addressees; codes grow with publication.
    pub codigo: Codigo,
    /// Whose it is: the poderdante of every operation.
    pub sujeto: Nif,
    /// Name of the addressee.
    pub denominacion: String,
    /// By what the act names its addressee.
    pub tipo_destinatario: TipoDestinatario,
    /// NIF, CCC or NAF, as its kind says.
    pub destinatario: String,
    /// The procedure to which the act belongs.
    pub procedimiento: &'static Procedimiento,
    /// What it is about, in words.
    pub asunto: String,
    /// The ground of electronic notification.
    pub obligacion: Obligacion,
    /// Special-category data or not.
    pub categoria: Categoria,
    /// When it was put at disposal (D-20).
    pub puesta_a_disposicion: DateTime<Utc>,
    /// Hash and size of the document, whose octets lie apart.
    pub documento: Documento,
}

impl Publicada {
    /// The words for its procedure that a listing may show (D-57).
    #[must_use]
    pub fn procedimiento_visible(&self) -> &'static str {
        match self.categoria {
            Categoria::Ordinaria => self.procedimiento.denominacion,
            Categoria::Especial => self.procedimiento.neutra,
        }
    }

    /// The words for its subject that a listing may show (D-57).
    #[must_use]
    pub fn asunto_visible(&self) -> &str {
        match self.categoria {
            Categoria::Ordinaria => &self.asunto,
            Categoria::Especial => self.procedimiento.neutra,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{altered, published};
    use super::*;
    use crate::domain::materia::DENOMINACION_NEUTRA;

    #[test]
    fn an_act_of_a_special_category_is_listed_in_neutral_words() {
        let special = altered(published(0), |publicada| {
            publicada.categoria = Categoria::Especial;
        });
        assert_eq!(special.procedimiento_visible(), DENOMINACION_NEUTRA);
        assert_eq!(special.asunto_visible(), DENOMINACION_NEUTRA);
    }

    #[test]
    fn a_huella_reads_as_it_is_written() {
        let huella = Huella(std::array::from_fn(|i| u8::try_from(i * 8).unwrap()));
        assert_eq!(huella.to_string().parse(), Ok(huella));
        assert_eq!("zz".repeat(32).parse::<Huella>(), Err(HuellaError));
    }
}
