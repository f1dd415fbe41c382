//! The frame of an act, written once: hold → clock → run → journal → outcome, in one transaction.
//!
//! An operation says the three things in which it differs from others ([`Act`]); in which order they are done, and what is
//! on disk before anybody is answered, is decided in [`carry_out`] alone.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::domain::clock;
use crate::domain::denial::Denial;
use crate::domain::nif::Nif;
use crate::domain::notificacion::Huella;
use crate::store::journal::{self, Entry, Held, Hoja};
use crate::store::{Reader, Store, StoreError, Writer};

use super::author::Author;
use super::{Caller, Clock, Surroundings, UseCaseError};

/// Whoever acts, what it takes from outside, and the instant that counts (D-6): what goes through an operation as one.
#[derive(Clone, Copy)]
pub(super) struct Acting<'a> {
    pub(super) caller: &'a Caller<'a>,
    pub(super) around: &'a Surroundings<'a>,
    pub(super) at: DateTime<Utc>,
}

/// An operation that leaves a row in the journal.
pub(super) trait Act {
    /// On what it decides, as it is from when it is the transaction's own.
    type Taken;
    /// What the caller is given.
    type Given;
    /// Why it is given nothing.
    type Error: From<UseCaseError> + From<StoreError>;

    /// Waits until that on which it decides is the transaction's own, and then looks where the journal is. An act that gives
    /// only what is there holds nothing: it waits for nobody who decides, and goes on while the clock is in doubt.
    fn hold(&self, conn: &mut Writer) -> Result<(Self::Taken, Option<Held>), StoreError>;

    /// Carries it out within the one transaction that also writes its row in the journal.
    fn run(
        &self,
        conn: &mut Writer,
        acting: &Acting<'_>,
        taken: Self::Taken,
    ) -> Result<Self::Given, Self::Error>;

    /// Of how many decisions it is: by this it may share a flush with others.
    fn decisions(&self) -> usize {
        1
    }

    /// What the journal says of what came of it. What has no row: a failure, which undoes the transaction, and an answer
    /// that gives nothing anew.
    fn row<'a>(&self, came: Result<&'a Self::Given, &Self::Error>) -> Option<Row<'a>>;
}

/// What a journal row says of the act itself, whoever acts.
pub(super) struct Row<'a> {
    /// Whose notifications it is about, if one's.
    pub(super) poderdante: Option<Nif>,
    /// How it ended.
    pub(super) resultado: &'a str,
    /// What the row has beside its columns, as JSON that `store::journal::detalle` reads again.
    pub(super) detalle: Value,
    /// What was received, if it decided.
    pub(super) evidencia: Option<Huella>,
    /// What else is in the log by it.
    pub(super) hojas: &'a [Hoja],
}

/// Carries out an act, and gives what came of it when its row is durable (D-6, D-114).
pub(super) fn carry_out<A: Act>(
    store: &Store,
    caller: &Caller<'_>,
    around: &Surroundings<'_>,
    act: &A,
) -> Result<A::Given, A::Error> {
    store.write_act(act.decisions(), |conn| {
        caller.take(conn)?;
        let (taken, held) = act.hold(conn)?;
        let at = match &held {
            Some(held) => around.decisive(held)?,
            None => (around.clock)(),
        };
        let came = act.run(conn, &Acting { caller, around, at }, taken);
        let Some(row) = act.row(came.as_ref()) else {
            return came.map(Ok);
        };
        match held {
            Some(held) => record(conn, caller, row, held, at)?,
            None => record_now(conn, caller, around.clock, row)?,
        }
        // A refusal is an outcome, not a failure: its row must stay.
        Ok(came)
    })?
}

/// Why a question got no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// The rules say no.
    #[error("{0}")]
    Denied(Unrecorded),
    /// For another reason.
    #[error(transparent)]
    Failed(#[from] UseCaseError),
}

/// A denial of which there is no row yet. Questions wait for nobody who writes, and a row does: so whoever asked has it
/// written, and is told what it says after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unrecorded {
    poderdante: Option<Nif>,
    denial: Denial,
    /// Whether the message is marked as taken. It is not, so that who is turned away before the row is written may send it
    /// again; but for one whose mark could not be taken back.
    marked: bool,
}

impl fmt::Display for Unrecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.denial.fmt(f)
    }
}

impl Unrecorded {
    /// Has it written, and gives it.
    pub fn record(
        self,
        store: &Store,
        caller: &Caller<'_>,
        clock: Clock<'_>,
    ) -> Result<Denial, UseCaseError> {
        let Self {
            poderdante,
            denial,
            marked,
        } = self;
        store.write_act(1, |conn| {
            if !marked {
                caller.take(conn)?;
            }
            let row = Row::denied(poderdante, denial);
            Ok::<_, UseCaseError>(record_now(conn, caller, clock, row)?)
        })?;
        if !marked {
            caller.know_reading(store);
        }
        Ok(denial)
    }
}

/// Answers a question, which changes nothing. A denial alone is to have a row, with this poderdante.
pub(super) fn answer<T>(
    store: &Store,
    caller: &Caller<'_>,
    around: &Surroundings<'_>,
    poderdante: Option<Nif>,
    answer: impl Fn(&mut Reader, &Acting<'_>) -> Result<T, UseCaseError>,
) -> Result<T, Unanswered> {
    caller.take_reading(store)?;
    let at = (around.clock)();
    let error = match store.read(|conn| answer(conn, &Acting { caller, around, at })) {
        Ok(answered) => return Ok(answered),
        Err(error) => error,
    };
    // Who is told to come again may do so with the same message, also if that is before its denial is on record.
    let marked = match &error {
        UseCaseError::Denied(_) | UseCaseError::Store(StoreError::Busy(_)) => {
            !caller.give_back_reading(store).map_err(UseCaseError::from)?
        }
        _ => true,
    };
    Err(match error {
        UseCaseError::Denied(denial) => Unanswered::Denied(Unrecorded {
            poderdante,
            denial,
            marked,
        }),
        other => other.into(),
    })
}

/// Adds a row that takes its instant from when it is written: the clock is asked when nothing is left to wait for, so that rows
/// go with time.
pub(super) fn record_now(
    conn: &mut Writer,
    caller: &Caller<'_>,
    clock: Clock<'_>,
    row: Row<'_>,
) -> Result<(), StoreError> {
    let held = journal::hold(conn)?;
    let at = clock::not_before(clock(), held.last());
    record(conn, caller, row, held, at)
}

fn record(
    conn: &mut Writer,
    caller: &Caller<'_>,
    row: Row<'_>,
    held: Held,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let leaves = row.hojas;
    let entry = row.entry(caller.author(), caller.peticion, caller.operacion, at);
    held.append_with(conn, &entry, leaves).map(drop)
}

impl<'a> Row<'a> {
    /// That of a denial.
    pub(super) fn denied(poderdante: Option<Nif>, denial: Denial) -> Self {
        Self::of(poderdante, resultado_of(denial))
    }

    /// One without particulars.
    pub(super) fn of(poderdante: Option<Nif>, resultado: &'a str) -> Self {
        Self {
            poderdante,
            resultado,
            detalle: Value::Null,
            evidencia: None,
            hojas: &[],
        }
    }

    /// The row as a whole. One that decides names the revocation lists by which its author's certificate was good (D-71).
    pub(super) fn entry(self, author: Author, peticion: Uuid, operacion: &str, at: DateTime<Utc>) -> Entry {
        Entry {
            instante: at,
            peticion,
            operacion: operacion.to_owned(),
            poderdante: self.poderdante,
            resultado: self.resultado.to_owned(),
            detalle: match self.evidencia {
                Some(_) => author.with_lists(self.detalle),
                None => self.detalle,
            },
            evidencia: self.evidencia,
            persona: author.persona,
            entidad: author.entidad,
            emisor: author.emisor,
            serie: author.serie,
        }
    }
}

/// The journal's word for a denial.
fn resultado_of(denial: Denial) -> &'static str {
    match denial {
        Denial::NotRepresented { .. } => "sin_representacion",
        Denial::Unknown { .. } => "desconocida",
        Denial::Final { .. } => "ya_practicada",
        Denial::Undecided { .. } => "sin_acuse",
        Denial::Elsewhere { .. } => "acuse_de_otro",
        Denial::Rejected { .. } => "rechazada",
        Denial::Lapsed { .. } => "caducada",
        Denial::Unavailable { .. } => "documento_no_disponible",
        Denial::StaleWarning => "advertencia_no_vigente",
        Denial::WarningOfElsewhere => "advertencia_de_otro_servicio",
    }
}
