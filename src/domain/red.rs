//! RED authorisations: whom they manage, and the addressee's power to shut them out (Orden ISM/903/2020 art. 6.1).

use chrono::{DateTime, Utc};

use super::cuenta::{AutorizacionRed, Ccc, Cuenta, Naf};
use super::materia::coded;
use super::nif::Nif;

/// The accounts by which RED knows an addressee.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CuentasRed {
    /// The main account, if it has one.
    pub ccc_principal: Option<Ccc>,
    /// Its own number, if it is a person.
    pub naf: Option<Naf>,
}

impl CuentasRed {
    /// The account whose assignment counts: the main CCC, and only failing one the NAF (D-29 c, D-30).
    #[must_use]
    pub fn counting(&self) -> Option<Cuenta> {
        self.ccc_principal
            .clone()
            .map(Cuenta::Ccc)
            .or_else(|| self.naf.clone().map(Cuenta::Naf))
    }
}

/// That a RED authorisation manages an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asignacion {
    /// Which authorisation.
    pub autorizacion: AutorizacionRed,
    /// The addressee to whom the account belongs.
    pub sujeto: Nif,
    /// The account.
    pub cuenta: Cuenta,
    /// Since when.
    pub desde: DateTime<Utc>,
    /// First instant at which it no longer does; nothing while it does.
    pub hasta: Option<DateTime<Utc>>,
}

impl Asignacion {
    /// Whether it stands at an instant.
    #[must_use]
    pub fn in_force_at(&self, at: DateTime<Utc>) -> bool {
        self.desde <= at && self.hasta.is_none_or(|hasta| at < hasta)
    }
}

coded! {
    /// What the addressee declared about autorizados RED (D-36): a mark on the addressee, not on one of them.
    Voluntad {
        /// They may no longer receive.
        Desasignar = "desasignar",
        /// They may again.
        Reasignar = "reasignar",
    }
}

/// A declaration of the addressee's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CambioRed {
    /// Whose.
    pub sujeto: Nif,
    /// What.
    pub voluntad: Voluntad,
    /// When: it acts from its commit (D-43).
    pub instante: DateTime<Utc>,
}

/// Whether what was issued before an autorizado lost an addressee stays within his reach (D-32).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Emitidas {
    /// It does, as the Order says.
    #[default]
    Conservar,
    /// It does not.
    Perder,
}
