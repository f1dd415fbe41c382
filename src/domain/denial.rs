//! `Denial`: each lawful «no», in words. Numbers and texts of the wire are the contracts' business.

use thiserror::Error;

use super::notificacion::{Medio, Sentido};
use super::rol::Rol;

/// Why an open notification is needed and this one is not: how it ended (D-13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Finality {
    /// Somebody accepted it.
    #[error("already accepted")]
    Aceptada,
    /// Somebody rejected it.
    #[error("already rejected")]
    Rechazada,
    /// Its term is over.
    #[error("out of term")]
    Caducada,
}

/// Why a caller may not have what it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Denial {
    /// By none of the roles asked for does the caller represent this poderdante (D-79).
    #[error("the caller does not act for this poderdante")]
    NotRepresented {
        /// The role asked for; nothing where any would have done.
        rol: Option<Rol>,
        /// Which of those that the request names, from 1; nothing where it names but one.
        numero: Option<usize>,
    },
    /// No such notification within the caller's reach; whether it exists elsewhere is not said (D-79, D-117).
    #[error("no such notification within reach")]
    Unknown {
        /// The role asked for.
        rol: Option<Rol>,
    },
    /// It can no longer be decided.
    #[error("the notification is {finality}")]
    Final {
        /// How it ended.
        finality: Finality,
        /// The role through which it is seen.
        rol: Rol,
    },
    /// There is no document nor acuse to give, since nobody has decided (D-15).
    #[error("nobody has decided on the notification")]
    Undecided {
        /// The role through which it is seen.
        rol: Rol,
    },
    /// It was practised before this service published it, or elsewhere, so that there is no acuse of it here (D-18).
    #[error("the notification was practised before, or elsewhere")]
    Elsewhere {
        /// By which way, where that is known.
        medio: Option<Medio>,
        /// In which sense.
        sentido: Sentido,
        /// The role through which it is seen.
        rol: Rol,
    },
    /// It was rejected, so its document is given to nobody (D-15).
    #[error("the notification was rejected")]
    Rejected {
        /// The role through which it is seen.
        rol: Rol,
    },
    /// It lapsed, so its document is not given here (D-15, D-16).
    #[error("the notification lapsed")]
    Lapsed {
        /// The role through which it is seen.
        rol: Rol,
    },
    /// Its document lies encrypted and cannot be opened now, so that nobody may accept it (D-17, D-57).
    #[error("the document of the notification is not available now")]
    Unavailable {
        /// The role through which it is seen.
        rol: Rol,
    },
    /// The act does not declare that the current legal warning was read (D-4).
    #[error("the legal warning declared is not the current one")]
    StaleWarning,
    /// The legal warning that the act declares is that of another environment or installation: it was signed for that
    /// one.
    #[error("the legal warning declared is that of another service")]
    WarningOfElsewhere,
}
