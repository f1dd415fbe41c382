//! `Acuse`: the proof of a decision (RD 203/2021 art. 42.3; D-25, D-103).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::cuenta::AutorizacionRed;
use super::firmante::Firmante;
use super::nif::Nif;
use super::notificacion::{Codigo, Huella, Sentido};
use super::rol::Rol;

/// The definitive acuse of a notification: there is one at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acuse {
    /// UUID of version 7, made with it.
    pub identificador: Uuid,
    /// Of which notification.
    pub codigo: Codigo,
    /// NIF of the addressee in whose name it was decided.
    pub poderdante: Nif,
    /// What was decided.
    pub sentido: Sentido,
    /// When, in official time: the instant that counts (D-6).
    pub instante: DateTime<Utc>,
    /// The pair of person and entity whose certificate signed.
    pub firmante: Firmante,
    /// By what title.
    pub rol: Rol,
    /// Through which RED authorisation, where it was through one (D-25, D-34).
    pub autorizacion: Option<AutorizacionRed>,
    /// Hash of the document accepted or rejected (D-109).
    pub documento: Huella,
    /// Hash of the evidence: what the signer sent, as received.
    pub evidencia: Huella,
    /// The request in which it was decided (D-114).
    pub peticion: Uuid,
    /// Why it was rejected, in the signer's words.
    pub motivo: Option<String>,
}
