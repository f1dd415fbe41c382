//! The operator's desk: the store as the commands of operators have it (D-115).
//!
//! A command is lent a desk in place of the store. Nothing is written at it without a [`Deed`], whose row in the journal is in
//! the same transaction; what is read at it is handed over when its row is durable. So a command cannot forget its row.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::audit::{self, Finding, Papers, Progress, Summary};
use super::backend::{Reader, Writer};
use super::clock::{self, Accepted};
use super::error::StoreError;
use super::journal::detalle::{CODIGOS, NIFS};
use super::journal::{self, CLOCK_ACCEPTED, Entry};
use super::transaction::{Durability, Store};
use crate::chain::Chain;
use crate::domain::clock::not_before;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Huella};

/// What the journal has in place of a certificate's issuer, where an operator did it.
const OPERATOR: &str = "operador";

/// Somebody who operates the service, as the journal names him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operador {
    /// The name by which the journal knows him.
    pub nombre: String,
    /// The account by which the machine knows him, where that is another name.
    pub cuenta: Option<String>,
}

/// What an operator did, as the journal is to tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    operacion: &'static str,
    resultado: &'static str,
    poderdante: Option<Nif>,
    peticion: Option<Uuid>,
    detalle: Map<String, Value>,
    more: Vec<Self>,
}

impl Deed {
    /// One of this operation, which was done.
    #[must_use]
    pub fn of(operacion: &'static str) -> Self {
        Self {
            operacion,
            resultado: "hecho",
            poderdante: None,
            peticion: None,
            detalle: Map::new(),
            more: Vec::new(),
        }
    }

    /// How it ended, in the journal's word.
    #[must_use]
    pub fn ended(self, resultado: &'static str) -> Self {
        Self { resultado, ..self }
    }

    /// Whose notifications it was about.
    #[must_use]
    pub fn about(self, poderdante: Option<Nif>) -> Self {
        Self { poderdante, ..self }
    }

    /// Under another request than the command's, where one row of many must be found again.
    #[must_use]
    pub fn under(self, peticion: Uuid) -> Self {
        Self {
            peticion: Some(peticion),
            ..self
        }
    }

    /// How many it was done to, or were shown.
    #[must_use]
    pub fn count(self, cuantas: usize) -> Self {
        self.with("cuantas", cuantas)
    }

    /// The file by which it was done, where it could be read beforehand.
    #[must_use]
    pub fn file(self, sha256: Option<Huella>) -> Self {
        self.with("fichero", sha256.map(|huella| huella.to_string()))
    }

    /// Of which notifications, by code.
    #[must_use]
    pub fn codes(self, codes: impl IntoIterator<Item = Codigo>) -> Self {
        let codes: Vec<i32> = codes.into_iter().map(Codigo::number).collect();
        self.with(CODIGOS, codes)
    }

    /// Whom it was about, each once.
    #[must_use]
    pub fn persons(self, persons: impl IntoIterator<Item = Nif>) -> Self {
        let each: BTreeSet<Nif> = persons.into_iter().collect();
        let each: Vec<&str> = each.iter().map(Nif::as_str).collect();
        self.with(NIFS, each)
    }

    /// Says something more of it, under a name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detalle.insert(name.to_owned(), value.into());
        self
    }

    /// Another one that was done with it, whose row follows, and those of what was done with that.
    #[must_use]
    pub fn and(mut self, other: Option<Self>) -> Self {
        if let Some(mut other) = other {
            let its = std::mem::take(&mut other.more);
            self.more.push(other);
            self.more.extend(its);
        }
        self
    }
}

/// The store as a command of an operator has it.
pub struct Desk<'a> {
    store: Store,
    operador: Operador,
    peticion: Uuid,
    clock: &'a dyn Fn() -> DateTime<Utc>,
}

impl<'a> Desk<'a> {
    /// For one command, whose rows all bear `peticion`.
    pub fn new(
        store: Store,
        operador: Operador,
        peticion: Uuid,
        clock: &'a dyn Fn() -> DateTime<Utc>,
    ) -> Self {
        Self {
            store,
            operador,
            peticion,
            clock,
        }
    }

    /// Official time, asked for anew.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Whose desk it is.
    #[must_use]
    pub fn operador(&self) -> &Operador {
        &self.operador
    }

    /// Runs `work` in one durable transaction, in which the row of what it did comes last.
    pub fn write<T, E, F>(&self, mut work: F) -> Result<T, E>
    where
        F: FnMut(&mut Writer) -> Result<(T, Deed), E>,
        E: From<StoreError>,
    {
        self.store
            .write(Durability::Full, |conn| {
                let (value, deed) = work(conn)?;
                self.record(conn, &deed)?;
                Ok(value)
            })
            .inspect(|_| self.number())
    }

    /// Runs `work`, which changes nothing, and gives what it read when the row that tells of it is durable. Who reads holds up
    /// nobody who writes: the row has a transaction of its own.
    pub fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Reader) -> Result<(T, Deed), E>,
        E: From<StoreError>,
    {
        let (value, deed) = self.store.read(work)?;
        self.tell(&deed)?;
        Ok(value)
    }

    /// Reads what tells of no person and is not the journal: which issuers are admitted, what clocks say, which codes are taken.
    /// It leaves no row.
    pub fn look<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        F: FnOnce(&mut Reader) -> Result<T, StoreError>,
    {
        self.store.read(work)
    }

    /// Has a row written of what changed nothing.
    pub fn tell(&self, deed: &Deed) -> Result<(), StoreError> {
        self.store
            .write(Durability::Full, |conn| self.record(conn, deed))
            .inspect(|()| self.number())
    }

    /// Says that this machine's clock is right, and gives what it said: the one row that may be dated before the last one (D-100).
    pub fn accept_clock(&self) -> Result<DateTime<Utc>, StoreError> {
        self.store
            .write(Durability::Full, |conn| {
                let held = journal::hold(conn)?;
                let instante = self.now();
                let last = held.last().map(|last| last.to_rfc3339());
                let entry = self.entry(&Deed::of(CLOCK_ACCEPTED).with("ultima", last), instante);
                let asiento = held.append(conn, &entry)?;
                clock::accept(conn, Accepted { asiento, instante })?;
                Ok::<_, StoreError>(instante)
            })
            .inspect(|_| self.number())
    }

    /// Holds the journal against all else ([`audit::verify`]), and gives what is wrong when the row that tells of it is durable,
    /// or with why there is none: a journal that takes no row is verified nonetheless.
    pub fn verify(&self, papers: Papers<'_>, progress: impl FnMut(Progress)) -> Result<Verified, StoreError> {
        let mut findings = Vec::new();
        let summary = self.store.read::<_, StoreError, _>(|conn| {
            audit::verify(conn, Some(papers), progress, |found| findings.push(found))
        })?;
        let deed = Deed::of("verificarAuditoria")
            .count(usize::try_from(summary.rows).unwrap_or(usize::MAX))
            .with("fallos", findings.len())
            .with("cabeza", summary.head.hash.to_string());
        Ok(Verified {
            unrecorded: self.tell(&deed).err(),
            summary,
            findings,
        })
    }

    /// Writes the tables anew ([`Store::write_anew`]).
    pub fn write_anew(&self) -> Result<bool, StoreError> {
        let folded = self.store.write_anew()?;
        self.tell(&Deed::of("limpiarCifrado"))?;
        Ok(folded)
    }

    /// Has the log of a SQLite file cut ([`Store::fold_log`]), which leaves nothing else than it was.
    pub fn fold_log(&self) -> Result<bool, StoreError> {
        self.store.fold_log()
    }

    /// Numbers what was added. That it cannot be now undoes nothing: whoever numbers next does it.
    fn number(&self) {
        if let Err(error) = journal::number(&self.store) {
            tracing::warn!(error = %Chain(&error), "rows of the journal have no number yet");
        }
    }

    fn record(&self, conn: &mut Writer, deed: &Deed) -> Result<(), StoreError> {
        for one in std::iter::once(deed).chain(&deed.more) {
            let held = journal::hold(conn)?;
            let at = not_before(self.now(), held.last());
            held.append(conn, &self.entry(one, at))?;
        }
        Ok(())
    }

    fn entry(&self, deed: &Deed, instante: DateTime<Utc>) -> Entry {
        let Operador { nombre, cuenta } = &self.operador;
        let mut detalle = deed.detalle.clone();
        if let Some(cuenta) = cuenta {
            detalle.insert("cuenta".to_owned(), cuenta.as_str().into());
        }
        Entry {
            instante,
            peticion: deed.peticion.unwrap_or(self.peticion),
            operacion: deed.operacion.to_owned(),
            persona: None,
            entidad: None,
            emisor: OPERATOR.to_owned(),
            serie: nombre.clone(),
            poderdante: deed.poderdante,
            resultado: deed.resultado.to_owned(),
            detalle: Value::Object(detalle),
            evidencia: None,
        }
    }
}

/// What came of holding the journal against all else.
#[derive(Debug)]
pub struct Verified {
    /// What was gone through.
    pub summary: Summary,
    /// What is not as it was recorded.
    pub findings: Vec<Finding>,
    /// Why the journal does not tell of it, if it does not.
    pub unrecorded: Option<StoreError>,
}
