//! Where the demonstration world is poured: the store, behind a trait.

use std::error::Error;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::domain::acuse::Acuse;
use crate::domain::cuenta::AutorizacionRed;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Huella, Notificacion};
use crate::domain::poder::Poder;
use crate::domain::red::{Asignacion, CambioRed, CuentasRed};
use crate::signature::SigningKey;

/// Why a sink took nothing.
pub type SinkError = Box<dyn Error + Send + Sync>;

/// A person or entity, with its accounts in RED.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persona {
    /// NIF, by which it is on record.
    pub nif: Nif,
    /// Name of the person or entity, in capitals.
    pub denominacion: String,
    /// Main CCC and NAF, by which RED authorisations reach it.
    pub cuentas: CuentasRed,
}

/// Who holds a RED authorisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Autorizado {
    /// Number of the authorisation.
    pub autorizacion: AutorizacionRed,
    /// Its holder: the person or the entity for whom a certificate speaks.
    pub titular: Nif,
    /// The holder's name.
    pub denominacion: String,
}

/// A decision of the past: the notification as it became, its acuse, and the octets of its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The notification, decided.
    pub notificacion: Notificacion,
    /// The acuse that was given for it.
    pub acuse: Acuse,
    /// What the signer is said to have sent; its SHA-256 is the acuse's `evidencia`.
    pub evidencia: Vec<u8>,
}

/// A certification authority to admit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaAdmitida {
    /// Its name in the allowed list.
    pub nombre: String,
    /// Its certificate in DER.
    pub certificado: Vec<u8>,
    /// Where its CRL lies, in PEM.
    pub crl: PathBuf,
    /// Since when it is admitted.
    pub desde: DateTime<Utc>,
}

/// Takes the world in slices of at most a few thousand rows.
///
/// Within a slice the order is always documents, notifications as published (pending), decisions, lapses; people come
/// before everything that names them. Nothing comes twice. The last of all is that the past is whole.
pub trait WorldSink {
    /// People and entities.
    fn personas(&mut self, slice: &[Persona]) -> Result<(), SinkError>;
    /// Documents, by their SHA-256.
    fn documentos(&mut self, slice: &[(Huella, Vec<u8>)]) -> Result<(), SinkError>;
    /// Documents of acts of a special category, which may be kept otherwise.
    fn documentos_especiales(&mut self, slice: &[(Huella, Vec<u8>)]) -> Result<(), SinkError> {
        self.documentos(slice)
    }
    /// Notifications as they were published; for some an acuse has been asked.
    fn notificaciones(&mut self, slice: &[Notificacion]) -> Result<(), SinkError>;
    /// What was accepted or rejected in the past, of those already given as published.
    fn decisiones(&mut self, slice: &[Decision]) -> Result<(), SinkError>;
    /// Those already given as published whose lapse has been recorded.
    fn caducadas(&mut self, slice: &[Notificacion]) -> Result<(), SinkError>;
    /// Takes powers, whose poderdante and apoderado it was given before.
    fn poderes(&mut self, slice: &[Poder]) -> Result<(), SinkError>;
    /// Holders of RED authorisations.
    fn autorizaciones(&mut self, slice: &[Autorizado]) -> Result<(), SinkError>;
    /// Whom they manage.
    fn asignaciones(&mut self, slice: &[Asignacion]) -> Result<(), SinkError>;
    /// Declarations of addressees about autorizados.
    fn cambios(&mut self, slice: &[CambioRed]) -> Result<(), SinkError>;
    /// Whatever was decided in the past has come: its order is that of time, which slices do not keep.
    fn historia(&mut self) -> Result<(), SinkError>;
    /// With what the acuses of the past are sealed. Whoever keeps none may let it be.
    fn sello(&mut self, _: &SigningKey) -> Result<(), SinkError> {
        Ok(())
    }
    /// An authority to admit.
    fn ca_admitida(&mut self, ca: &CaAdmitida) -> Result<(), SinkError>;
}
