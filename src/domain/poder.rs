//! `Poder`: a power of attorney in the Registro electrónico de apoderamientos (Orden ISM/189/2021).

use chrono::{DateTime, Utc};

use super::materia::{Materia, coded};
use super::nif::Nif;

coded! {
    /// Where a power stands (D-52); only `Inscrito` counts.
    EstadoPoder {
        /// Asked for.
        Solicitado = "solicitado",
        /// Waiting for the apoderado to accept it (D-47).
        PendienteAceptacion = "pendiente_aceptacion",
        /// Waiting for the declaración responsable of a legal person (D-48).
        PendienteDeclaracion = "pendiente_declaracion",
        /// Registered.
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

/// What a power covers (D-44, D-45).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alcance {
    /// Every materia.
    General,
    /// These materias.
    Materias(Vec<Materia>),
}

impl Alcance {
    /// Whether it reaches a materia.
    #[must_use]
    pub fn covers(&self, materia: Materia) -> bool {
        match self {
            Self::General => true,
            Self::Materias(materias) => materias.contains(&materia),
        }
    }

    /// The materias that it reaches.
    #[must_use]
    pub fn materias(&self) -> &[Materia] {
        match self {
            Self::General => Materia::ALL,
            Self::Materias(materias) => materias,
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
}

impl Poder {
    /// Whether it has effect at an instant.
    #[must_use]
    pub fn in_force_at(&self, at: DateTime<Utc>) -> bool {
        self.estado == EstadoPoder::Inscrito && self.inscrito <= at && at < self.fin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_inscribed_power_has_effect_and_only_within_its_dates() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        for &estado in EstadoPoder::ALL {
            let poder = Poder {
                referencia: "P1".to_owned(),
                poderdante: "B99999120".parse().unwrap(),
                apoderado: "99999901H".parse().unwrap(),
                alcance: Alcance::General,
                estado,
                inscrito: at(10),
                fin: at(20),
            };
            let counts = estado == EstadoPoder::Inscrito;
            let in_force = [9, 10, 19, 20].map(|seconds| poder.in_force_at(at(seconds)));
            assert_eq!(in_force, [false, counts, counts, false], "{estado:?}");
        }
    }
}
