//! `Poder`: a power of attorney in the Registro electrónico de apoderamientos (Orden ISM/189/2021), and what happens to it.

mod dicho;
mod suceso;
#[cfg(test)]
mod tests;

pub use dicho::{PoderDicho, Registro};
pub use suceso::{ClaseSuceso, Suceso};

use chrono::{DateTime, Utc};

use super::coded::coded;
use super::materia::Materia;
use super::nif::Nif;

coded! {
    /// Where a power stands (D-52); only `Inscrito` counts.
    EstadoPoder {
        /// Asked for, and not yet granted: it lets nobody receive.
        Solicitado = "solicitado",
        /// Waiting for the apoderado to accept it (D-47).
        PendienteAceptacion = "pendiente_aceptacion",
        /// Waiting for the declaración responsable of a legal person (D-48).
        PendienteDeclaracion = "pendiente_declaracion",
        /// Inscribed: it has effect from its inscription to its end.
        Inscrito = "inscrito",
        /// Renounced by the apoderado.
        Renunciado = "renunciado",
        /// Revoked by the poderdante.
        Revocado = "revocado",
        /// Ended by time.
        Caducado = "caducado",
        /// Not accepted in time.
        NoAceptado = "no_aceptado",
    }
}

impl EstadoPoder {
    /// Whether nothing comes after it.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Renunciado | Self::Revocado | Self::Caducado | Self::NoAceptado
        )
    }

    /// Whether it comes before the inscription.
    #[must_use]
    pub fn is_before_inscription(self) -> bool {
        matches!(
            self,
            Self::Solicitado | Self::PendienteAceptacion | Self::PendienteDeclaracion
        )
    }
}

/// A trámite that a power may name (D-44): a code in capitals, figures and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tramite(String);

impl Tramite {
    /// What the codes of the trámites of receiving notifications begin with; the materia follows (D-45).
    pub const NOTIFICACIONES: &'static str = "NOTIF-";

    /// The trámite of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let good = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'-';
        ((1..=30).contains(&code.len()) && code.bytes().all(good)).then(|| Self(code.to_owned()))
    }

    /// The code by which its register names it.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }

    /// The materia whose notifications it lets receive, if it is such a trámite.
    #[must_use]
    pub fn notificaciones(&self) -> Option<Materia> {
        Materia::from_code(self.0.strip_prefix(Self::NOTIFICACIONES)?)
    }
}

/// What a power covers (D-44, D-45).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alcance {
    /// Every materia, those that are added later among them.
    General,
    /// All acts of these materias, and no others.
    Materias(Vec<Materia>),
    /// Acts of these trámites of the register, and no others.
    Tramites(Vec<Tramite>),
}

impl Alcance {
    /// Whether it lets receive the notifications of a materia.
    #[must_use]
    pub fn covers(&self, materia: Materia) -> bool {
        match self {
            Self::General => true,
            Self::Materias(materias) => materias.contains(&materia),
            Self::Tramites(tramites) => tramites.iter().any(|one| one.notificaciones() == Some(materia)),
        }
    }

    /// Whether this one has something of another, and no more. Trámites are parts of materias: whichever of them are left of a
    /// power by materias, the rest was taken from it, unless they let receive what it did not.
    #[must_use]
    pub fn is_part_of(&self, other: &Self) -> bool {
        fn part<T: PartialEq>(one: &[T], other: &[T]) -> bool {
            one.iter().all(|member| other.contains(member))
                && !other.iter().all(|member| one.contains(member))
        }
        match (self, other) {
            (Self::Materias(one), Self::Materias(other)) => part(one, other),
            (Self::Tramites(one), Self::Tramites(other)) => part(one, other),
            (Self::Tramites(one), Self::Materias(other)) => one
                .iter()
                .filter_map(Tramite::notificaciones)
                .all(|materia| other.contains(&materia)),
            (one, Self::General) => *one != Self::General,
            (Self::General | Self::Materias(_), _) => false,
        }
    }
}

/// A power granted by a poderdante to an apoderado.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poder {
    /// Reference number in the register.
    pub referencia: String,
    /// Who grants it.
    pub poderdante: Nif,
    /// Who may act.
    pub apoderado: Nif,
    /// What it covers.
    pub alcance: Alcance,
    /// Where it stands.
    pub estado: EstadoPoder,
    /// From when it has effect: its inscription (art. 6.3, D-49).
    pub inscrito: DateTime<Utc>,
    /// First instant at which it has none any more (art. 8, D-50).
    pub fin: DateTime<Utc>,
    /// When its revocation or renunciation was inscribed, where that is known (art. 10, D-51).
    pub baja: Option<DateTime<Utc>>,
}

impl Poder {
    /// Whether it is over at an instant and nobody knows since when: revoked or renounced without a date, or ended by time
    /// before its end.
    #[must_use]
    pub fn ended_when_nobody_knows(&self, at: DateTime<Utc>) -> bool {
        self.baja.is_none()
            && match self.estado {
                EstadoPoder::Revocado | EstadoPoder::Renunciado => true,
                EstadoPoder::Caducado => at < self.fin,
                _ => false,
            }
    }
}
