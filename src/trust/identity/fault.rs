//! `IdentityFault`: why a certificate identifies nobody, with what was read where.

use thiserror::Error;

use super::identifier::NifFault;
use super::masked::masked;

/// What a field of a certificate held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRead {
    /// The field: an attribute's usual name, or its object identifier.
    pub campo: String,
    /// Its value, of which only so much is left as may be told (D-116).
    pub valor: String,
}

/// Whose identifier is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    /// That of the natural person.
    Persona,
    /// That of the entity for which the person's certificate was issued.
    Entidad,
}

/// Why no identity is read (D-65 to D-68).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdentityFault {
    /// No field that is read holds an identifier of the person, or of the entity (D-65: error 17).
    #[error("the certificate holds no NIF in a field that is read")]
    Ninguna {
        /// Whose is missing.
        falta: Lacking,
        /// What the fields held, those too that are not read and hold a NIF.
        leidos: Vec<FieldRead>,
    },
    /// Its holder, or the entity, is identified by the register of another country only (D-68: error 17).
    #[error("the certificate holds an identifier of another country")]
    Extranjera(FieldRead),
    /// It holds an identifier that is not a NIF or fails its check (D-65: error 110).
    #[error("the certificate holds a wrong NIF")]
    Incorrecta {
        /// The field, and what it holds.
        leido: FieldRead,
        /// What is wrong with it.
        fault: NifFault,
    },
    /// Two of its fields do not agree (D-65: error 110).
    #[error("the certificate holds identifiers that do not agree")]
    Discordantes {
        /// One of them.
        uno: FieldRead,
        /// The field that disagrees with it.
        otro: FieldRead,
    },
}

impl FieldRead {
    pub(super) fn of(campo: &str, valor: &str) -> Self {
        Self {
            campo: campo.to_owned(),
            valor: masked(valor),
        }
    }
}
