//! Marks of messages already taken, so that none is taken twice within its life.
//!
//! A message that decides is marked in the transaction that decides ([`see`]). One that only reads changes nothing that
//! its mark must go with ([`Store::take_reading`]): on PostgreSQL, which several instances share, the mark is a row
//! written at once all the same; SQLite has one service, which knows its marks by heart and writes them down now and then
//! ([`Store::save_marks`]), since a write for each listing would make every reader load its pages anew.
//!
//! While a PostgreSQL can be read and not written (a full disk, a role or a server that only reads), listings go on, and each
//! instance knows by heart what it has taken since: none takes a message twice, and none takes one that was marked before;
//! but a second instance would take what the first one took meanwhile. What is known so is written down when it can be.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::domain::notificacion::Huella;

use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::schema::mensajes_vistos::{self, dsl};
use super::stored::Stored;
use super::transaction::{Durability, Store};

/// By how much a mark outlives its message. Whoever purges does so by his own clock, and another instance whose clock is
/// behind would still take the message: a quarter of an hour is far more than clocks that are kept differ.
const MARGIN: TimeDelta = TimeDelta::minutes(15);

/// Marks a message, by the SHA-256 of what is unique in it, as seen, until the instant when it is refused for its age
/// anyhow. Gives whether it is the first time: of many at once, exactly one is the first.
pub fn see(conn: &mut Writer, sha256: &[u8; 32], until: DateTime<Utc>) -> Result<bool, StoreError> {
    mark(conn, Huella(*sha256), Micros::clamped(until))
}

fn mark(conn: &mut Writer, huella: Huella, until: Micros) -> Result<bool, StoreError> {
    let mark = (dsl::huella.eq(huella), dsl::hasta.eq(until));
    let marked = on_each!(conn, |c| {
        diesel::insert_into(mensajes_vistos::table)
            .values(mark)
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(marked == 1)
}

fn is_marked(conn: &mut Reader, huella: Huella) -> Result<bool, StoreError> {
    let found: Option<Micros> = on_each!(conn, |c| {
        mensajes_vistos::table
            .find(huella)
            .select(dsl::hasta)
            .first(c)
            .optional()
    })?;
    Ok(found.is_some())
}

fn marks(conn: &mut Reader) -> Result<HashMap<Huella, Micros>, StoreError> {
    let rows: Vec<(Stored<Huella>, Micros)> = on_each!(conn, |c| {
        mensajes_vistos::table.select((dsl::huella, dsl::hasta)).load(c)
    })?;
    rows.into_iter()
        .map(|(huella, until)| match huella.0 {
            Some(huella) => Ok((huella, until)),
            None => Err(StoreError::corrupt("mensajes_vistos", &"of no message")),
        })
        .collect()
}

fn unmark(conn: &mut Writer, huella: Huella) -> Result<bool, StoreError> {
    let removed = on_each!(conn, |c| diesel::delete(mensajes_vistos::table.find(huella))
        .execute(c))?;
    Ok(removed == 1)
}

fn purge(conn: &mut Writer, at: Micros) -> Result<usize, StoreError> {
    on_each!(conn, |c| diesel::delete(
        mensajes_vistos::table.filter(dsl::hasta.le(at))
    )
    .execute(c))
}

/// What a service knows by heart.
pub(super) struct Known {
    marks: Mutex<Marks>,
    /// Held by whoever writes marks down, and by whoever must have nobody do so meanwhile.
    saving: Mutex<()>,
}

struct Marks {
    /// Of SQLite every mark of a message that reads, and those that were in the file at first; nothing until it was read. Of
    /// PostgreSQL those that could not be written yet.
    known: Option<HashMap<Huella, Micros>>,
    /// Those that are not in the database.
    unsaved: Vec<(Huella, Micros)>,
    /// Whether what is not known was never seen.
    is_all: bool,
}

impl Known {
    /// All that there is, of which there is nobody else's.
    pub(super) fn all() -> Self {
        Self::of(None, true)
    }

    /// What could not be written, where the rest is in the database.
    pub(super) fn unwritten() -> Self {
        Self::of(Some(HashMap::new()), false)
    }

    /// Forgets all marks, those that are not in the database among them: of what is there all are read when one is asked for.
    pub(super) fn forget(&self) {
        let mut marks = self.lock();
        marks.known = (!marks.is_all).then(HashMap::new);
        marks.unsaved.clear();
    }

    fn of(known: Option<HashMap<Huella, Micros>>, is_all: bool) -> Self {
        Self {
            marks: Mutex::new(Marks {
                known,
                unsaved: Vec::new(),
                is_all,
            }),
            saving: Mutex::default(),
        }
    }

    /// Has nobody write marks down meanwhile.
    pub(super) fn saving(&self) -> MutexGuard<'_, ()> {
        self.saving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing panics while it holds the lock, and each change is whole.
    fn lock(&self) -> MutexGuard<'_, Marks> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Marks {
    fn has(&self, huella: Huella) -> bool {
        self.known
            .as_ref()
            .is_some_and(|known| known.contains_key(&huella))
    }

    /// Whether it is the first time.
    fn take(&mut self, huella: Huella, until: Micros) -> bool {
        let known = self.known.get_or_insert_default();
        let first = known.insert(huella, until).is_none();
        if first {
            self.unsaved.push((huella, until));
        }
        first
    }

    /// Whether it was there, and nowhere else.
    fn give_back(&mut self, huella: Huella) -> bool {
        let Some(at) = self.unsaved.iter().rposition(|(unsaved, _)| *unsaved == huella) else {
            return false;
        };
        self.unsaved.remove(at);
        let known = self.known.as_mut().and_then(|known| known.remove(&huella));
        known.is_some()
    }
}

impl Store {
    /// Marks a message that only reads, as [`see`] does. In SQLite the mark is not in the file before
    /// [`Store::save_marks`]: a process that is killed forgets its last ones, and would answer those who asked again.
    pub fn take_reading(&self, sha256: &[u8; 32], until: DateTime<Utc>) -> Result<bool, StoreError> {
        let (huella, limit) = (Huella(*sha256), Micros::clamped(until));
        let mut marks = self.known_marks().lock();
        if marks.is_all {
            if marks.known.is_none() {
                marks.known = Some(self.read(self::marks)?);
            }
            return Ok(marks.take(huella, limit));
        }
        if marks.has(huella) {
            return Ok(false);
        }
        drop(marks);
        match self.write(Durability::Relaxed, |conn| see(conn, sha256, until)) {
            Err(error) if error.leaves_reading() => {
                let seen = self.ask(|conn| is_marked(conn, huella))?;
                Ok(!seen && self.known_marks().lock().take(huella, limit))
            }
            marked => marked,
        }
    }

    /// Takes back the mark of a message that got no answer, so that it may come again; gives whether that was possible. What
    /// SQLite's service has written down already stays marked: who only reads writes nothing there.
    pub fn give_back_reading(&self, sha256: &[u8; 32]) -> Result<bool, StoreError> {
        let huella = Huella(*sha256);
        let mut marks = self.known_marks().lock();
        if marks.give_back(huella) {
            return Ok(true);
        }
        if marks.is_all {
            return Ok(false);
        }
        drop(marks);
        self.write(Durability::Relaxed, |conn| unmark(conn, huella))
    }

    /// From now on knows a mark that [`see`] has made for a message that only reads.
    pub fn know_reading(&self, sha256: &[u8; 32], until: DateTime<Utc>) {
        let mut marks = self.known_marks().lock();
        // Else all are read when they are asked for, or asked for in the database.
        if let (true, Some(known)) = (marks.is_all, &mut marks.known) {
            known.insert(Huella(*sha256), Micros::clamped(until));
        }
    }

    /// Writes down the marks that only this process knows; gives how many. After an error they are still known.
    pub fn save_marks(&self) -> Result<usize, StoreError> {
        let _turn = self.known_marks().saving();
        let unsaved = std::mem::take(&mut self.known_marks().lock().unsaved);
        if unsaved.is_empty() {
            return Ok(0);
        }
        let saved = self.write(Durability::Relaxed, |conn| {
            unsaved
                .iter()
                .try_for_each(|&(huella, until)| mark(conn, huella, until).map(drop))
        });
        match saved {
            Ok(()) => Ok(unsaved.len()),
            Err(error) => {
                self.known_marks().lock().unsaved.extend(unsaved);
                Err(error)
            }
        }
    }

    /// Removes the marks that nobody needs any longer at `at`, whose messages have been too old for a quarter of an hour;
    /// gives how many there were.
    pub fn forget_marks(&self, at: DateTime<Utc>) -> Result<usize, StoreError> {
        let ended = Micros::clamped(at.checked_sub_signed(MARGIN).unwrap_or(at));
        // Also where nothing can be written, so that they do not become more and more.
        let mut marks = self.known_marks().lock();
        marks.unsaved.retain(|(_, until)| *until > ended);
        if let Some(known) = &mut marks.known {
            known.retain(|_, until| *until > ended);
        }
        drop(marks);
        self.write(Durability::Relaxed, |conn| purge(conn, ended))
    }
}
