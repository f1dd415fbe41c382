//! Where imported data go: the store, behind a trait.

use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::domain::contradiccion::Contradiccion;
use crate::domain::cuenta::AutorizacionRed;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{
    Codigo, Desenlace, NoHistoria, NoPractica, Notificacion, Practica, Publicada, Situacion,
};
use crate::domain::poder::PoderDicho;
use crate::domain::procedimientos::{NoProcedimiento, ProcedimientoDicho};
use crate::domain::red::{Asignacion, CambioRed, CuentasRed, UsuarioRed};
use crate::store::cargas::Progress;
use crate::store::sucesiones::SucesionDicha;

/// What went wrong in a sink.
pub type SinkError = Box<dyn Error + Send + Sync>;

/// Why a batch was not taken; nothing of it was.
#[derive(Debug, Error)]
pub enum LoadError {
    /// Something in it contradicts what is on record. It is tried in halves.
    #[error(transparent)]
    Refused(SinkError),
    /// Something in it cannot be, beside what is on record. It is tried in halves.
    #[error("{0}")]
    Contradicted(Contradiccion),
    /// A notification has a lower code than this one, which is published. It is tried in halves.
    #[error("out of order: {0:?} is published")]
    OutOfOrder(Codigo),
    /// What became of a notification before can no longer be. It is tried in halves.
    #[error(transparent)]
    History(NoHistoria),
    /// What is told of a procedure cannot be, beside what the table says. It is tried in halves.
    #[error("{0}")]
    Procedure(NoProcedimiento),
    /// A notification cannot have been practised then. It is tried in halves.
    #[error(transparent)]
    Practice(NoPractica),
    /// The sink takes nothing now. The import stops.
    #[error(transparent)]
    Unavailable(SinkError),
}

/// Whether a notification may be published after one of a higher code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// It may not: whoever lists from the highest code that he holds on would never see it.
    #[default]
    Ascending,
    /// It may: the operator takes care that those who need it get to know.
    Any,
}

/// What a file of notifications holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Carga {
    /// What the service publishes when it is loaded.
    #[default]
    Publicacion,
    /// What another system published before, each with what became of it.
    Historico,
}

/// Whether what a sink is given stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rehearsal {
    /// It stays.
    #[default]
    No,
    /// Nothing of it: it is only found out whether it could.
    Yes,
}

/// When a notification is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// When it is loaded (D-2).
    Now,
    /// Another system published it, and this became of it there.
    Before(Desenlace),
}

/// A notification with its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publicacion {
    /// What is published. Of what is published now, the instant is that at which it was read.
    pub publicada: Arc<Publicada>,
    /// When that is.
    pub when: When,
    /// Its document, whose SHA-256 and size the notification states.
    pub contenido: Vec<u8>,
}

impl Publicacion {
    /// The notification, loaded at `now`.
    pub fn notificacion(&self, now: DateTime<Utc>) -> Result<Notificacion, NoHistoria> {
        match self.when {
            When::Before(desenlace) => Notificacion::of_before(Arc::clone(&self.publicada), desenlace, now),
            When::Now => {
                let mut publicada = Publicada::clone(&self.publicada);
                publicada.puesta_a_disposicion = now;
                Ok(Notificacion {
                    caduca: Notificacion::lapse_of(now, publicada.obligacion),
                    publicada: Arc::new(publicada),
                    situacion: Situacion::Pendiente {
                        acuse_solicitado: false,
                    },
                })
            }
        }
    }
}

/// A line of a file of RED authorisations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistroRed {
    /// Who holds an authorisation.
    Autorizacion {
        /// The number of the authorisation.
        autorizacion: AutorizacionRed,
        /// Who holds it: a person or an entity.
        titular: Nif,
        /// The holder's name.
        denominacion: String,
        /// Since when he holds it; nothing where the line does not tell.
        desde: Option<DateTime<Utc>>,
    },
    /// Whom the holder of an authorisation designated to act for him.
    Usuario(UsuarioRed),
    /// The accounts of an addressee.
    Cuentas {
        /// The addressee.
        nif: Nif,
        /// The name of the addressee.
        denominacion: String,
        /// Its main CCC and its NAF, as far as it has them.
        cuentas: CuentasRed,
        /// Since when it has them; nothing where the line does not tell.
        desde: Option<DateTime<Utc>>,
    },
    /// That an authorisation manages an account.
    Asignacion(Asignacion),
    /// What an addressee declared about autorizados.
    Cambio(CambioRed),
}

/// Takes batches of at most a thousand. Each is one transaction: the whole of it is on record, or nothing.
pub trait ImportSink {
    /// Is told how far the file has got once what it is given next is loaded, to record both together.
    fn progress(&mut self, _: Progress) {}
    /// Which of these codes are on record.
    fn existentes(&mut self, codigos: &[Codigo]) -> Result<HashSet<Codigo>, SinkError>;
    /// The highest code on record.
    fn ultimo(&mut self) -> Result<Option<Codigo>, SinkError>;
    /// Publishes notifications, with their documents and addressees, at the instant at which it does. In [`Order::Ascending`] each has a higher code than
    /// all on record, whoever else publishes meanwhile.
    fn publicaciones(&mut self, batch: &[Publicacion], order: Order) -> Result<(), LoadError>;
    /// Records that notifications were practised elsewhere, in this order.
    fn practicadas(&mut self, batch: &[Practica]) -> Result<(), LoadError>;
    /// Records what is told of procedures, in this order.
    fn procedimientos(&mut self, batch: &[ProcedimientoDicho]) -> Result<(), LoadError>;
    /// Records what is told of powers, in this order; what is told of a known reference follows it.
    fn poderes(&mut self, batch: &[PoderDicho]) -> Result<(), LoadError>;
    /// Records what is known of RED: of each kind in this order, authorisations before what is told of them. What is told of
    /// something known follows it.
    fn red(&mut self, batch: &[RegistroRed]) -> Result<(), LoadError>;
    /// Records how successions stand, in this order.
    fn sucesiones(&mut self, batch: &[SucesionDicha]) -> Result<(), LoadError>;
}
