//! Marks of messages already taken, so that none is taken twice within its life.
//!
//! A message that decides is marked in the transaction that decides ([`see`]). One that only reads changes nothing that
//! its mark must go with ([`Store::take_reading`]): on PostgreSQL, which several instances share, the mark is a row
//! written at once all the same; SQLite has one service, which knows its marks by heart and writes them down now and then
//! ([`Store::save_marks`]), since a write for each listing would make every reader load its pages anew.

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

fn purge(conn: &mut Writer, at: Micros) -> Result<usize, StoreError> {
    on_each!(conn, |c| diesel::delete(
        mensajes_vistos::table.filter(dsl::hasta.le(at))
    )
    .execute(c))
}

/// What the one service of a SQLite file knows by heart.
#[derive(Default)]
pub(super) struct Known(Mutex<Marks>);

#[derive(Default)]
struct Marks {
    /// Every mark of a message that reads, and those that were in the file at first; nothing until it was read.
    known: Option<HashMap<Huella, Micros>>,
    /// Those that are not in the file.
    unsaved: Vec<(Huella, Micros)>,
}

impl Known {
    /// Nothing panics while it holds the lock, and each change is whole.
    fn lock(&self) -> MutexGuard<'_, Marks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Marks a message that only reads, as [`see`] does. In SQLite the mark is not in the file before
    /// [`Store::save_marks`]: a process that is killed forgets its last ones, and would answer those who asked again.
    pub fn take_reading(&self, sha256: &[u8; 32], until: DateTime<Utc>) -> Result<bool, StoreError> {
        let Some(known) = self.known_marks() else {
            return self.write(Durability::Relaxed, |conn| see(conn, sha256, until));
        };
        let (huella, until) = (Huella(*sha256), Micros::clamped(until));
        let mut marks = known.lock();
        let known = match &mut marks.known {
            Some(known) => known,
            unread => unread.insert(self.read(self::marks)?),
        };
        let first = known.insert(huella, until).is_none();
        if first {
            marks.unsaved.push((huella, until));
        }
        Ok(first)
    }

    /// Writes down the marks that only this process knows; gives how many. After an error they are still known.
    pub fn save_marks(&self) -> Result<usize, StoreError> {
        let Some(known) = self.known_marks() else {
            return Ok(0);
        };
        let unsaved = std::mem::take(&mut known.lock().unsaved);
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
                known.lock().unsaved.extend(unsaved);
                Err(error)
            }
        }
    }

    /// Removes the marks that nobody needs any longer at `at`, whose messages have been too old for a quarter of an hour;
    /// gives how many there were.
    pub fn forget_marks(&self, at: DateTime<Utc>) -> Result<usize, StoreError> {
        let ended = Micros::clamped(at.checked_sub_signed(MARGIN).unwrap_or(at));
        let removed = self.write(Durability::Relaxed, |conn| purge(conn, ended))?;
        if let Some(known) = self.known_marks() {
            let mut marks = known.lock();
            marks.unsaved.retain(|(_, until)| *until > ended);
            if let Some(known) = &mut marks.known {
                known.retain(|_, until| *until > ended);
            }
        }
        Ok(removed)
    }
}
