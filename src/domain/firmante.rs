//! `Firmante`: whom a certificate speaks for.

use super::nif::Nif;

/// Who signs: the identity read from a certificate (D-65, D-70).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Firmante {
    /// A natural person, for herself.
    Persona {
        /// NIF of the person, who is the holder and acts for herself.
        nif: Nif,
        /// Her name, as in the certificate.
        nombre: String,
    },
    /// A natural person who represents an entity.
    Representante {
        /// The person's NIF.
        nif: Nif,
        /// The person's name.
        nombre: String,
        /// The entity's NIF.
        entidad: Nif,
        /// The entity's name.
        denominacion: String,
    },
    /// An entity's seal, where the allowed list admits seals (LPAC art. 9.2.b).
    Sello {
        /// The entity's NIF.
        entidad: Nif,
        /// The entity's name.
        denominacion: String,
    },
}

impl Firmante {
    /// For whom the certificate acts: the entity where there is one, else the person. Her own notifications are
    /// the ones addressed to this NIF (D-28).
    #[must_use]
    pub fn titular(&self) -> Nif {
        match *self {
            Self::Persona { nif, .. } => nif,
            Self::Representante { entidad, .. } | Self::Sello { entidad, .. } => entidad,
        }
    }

    /// The natural person who signs, unless it is a seal.
    #[must_use]
    pub fn persona(&self) -> Option<Nif> {
        self.persona_nombrada().map(|(nif, _)| nif)
    }

    /// The entity for which it is signed, if any.
    #[must_use]
    pub fn entidad(&self) -> Option<Nif> {
        self.entidad_nombrada().map(|(nif, _)| nif)
    }

    /// NIF and name of the natural person who signs, unless it is a seal.
    #[must_use]
    pub fn persona_nombrada(&self) -> Option<(Nif, &str)> {
        match self {
            Self::Persona { nif, nombre } | Self::Representante { nif, nombre, .. } => Some((*nif, nombre)),
            Self::Sello { .. } => None,
        }
    }

    /// NIF and name of the entity for which it is signed, if any.
    #[must_use]
    pub fn entidad_nombrada(&self) -> Option<(Nif, &str)> {
        match self {
            Self::Persona { .. } => None,
            Self::Representante {
                entidad,
                denominacion,
                ..
            }
            | Self::Sello {
                entidad,
                denominacion,
            } => Some((*entidad, denominacion)),
        }
    }

    /// Name of the one for whom the certificate acts.
    #[must_use]
    pub fn denominacion(&self) -> &str {
        match self {
            Self::Persona { nombre, .. } => nombre,
            Self::Representante { denominacion, .. } | Self::Sello { denominacion, .. } => denominacion,
        }
    }

    /// Whether two certificates speak for the same pair of person and entity, whatever their bytes (D-70).
    #[must_use]
    pub fn same_identity(&self, other: &Self) -> bool {
        self.persona() == other.persona() && self.entidad() == other.entidad()
    }
}
