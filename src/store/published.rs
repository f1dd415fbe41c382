//! `Published`: notifications as they were published, remembered from one listing to the next.
//!
//! Software lists what is pending over and over. Of a notification that it was shown before, only where it stands and its
//! term can have changed: the database itself refuses to change the rest, as it refuses to delete a row (migration 0003).
//! Those two an index holds, and from there they are read anew each time; what is remembered saves reading the row.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::domain::notificacion::{Codigo, Notificacion, Publicada};

use super::among::among;
use super::backend::{Reader, on_each};
use super::error::StoreError;
use super::notificaciones::{Row, Standing, read_all};
use super::schema::notificaciones::{self, dsl};

/// Octets of memory for what is remembered, by [`Weight`]: more than 100,000 notifications.
const MEMORY: u64 = 64 << 20;
/// Octets that each takes besides: what four allocations and the entry itself waste or need.
const OVERHEAD: usize = 160;
/// How many notifications are expected in it; only the first allocation depends on this.
const EXPECTED: usize = 1 << 16;

/// What is remembered. The connections of a store share it.
pub(super) struct Published(Cache<Codigo, Arc<Publicada>, Weight>);

/// Octets that a notification takes, about.
#[derive(Clone)]
struct Weight;

impl Weighter<Codigo, Arc<Publicada>> for Weight {
    fn weight(&self, _: &Codigo, of: &Arc<Publicada>) -> u64 {
        let texts = [&of.denominacion, &of.destinatario, &of.asunto];
        let octets = texts.iter().map(|text| text.len()).sum::<usize>() + size_of::<Publicada>() + OVERHEAD;
        u64::try_from(octets).unwrap_or(u64::MAX)
    }
}

impl Default for Published {
    fn default() -> Self {
        Self(Cache::with_weighter(EXPECTED, MEMORY, Weight))
    }
}

/// The notifications that stand so, in this order; within the transaction in which that was read.
pub(super) fn standing(conn: &mut Reader, standings: Vec<Standing>) -> Result<Vec<Notificacion>, StoreError> {
    let corrupt = |codigo: i32| StoreError::corrupt("notificaciones", &codigo);
    let published = conn.published();
    let remembered = |codigo: Codigo| published.as_ref().and_then(|published| published.0.get(&codigo));
    let mut found = Vec::with_capacity(standings.len());
    let mut missing = Vec::new();
    for standing in standings {
        let key = standing.key();
        let (codigo, caduca, situacion) = standing.parse().ok_or_else(|| corrupt(key))?;
        let known = remembered(codigo).map(|publicada| Notificacion {
            publicada,
            caduca,
            situacion,
        });
        if known.is_none() {
            missing.push(codigo);
        }
        found.push(known.ok_or(codigo));
    }
    let mut rows = read_rows(conn, &missing)?;
    found
        .into_iter()
        .map(|known| known.or_else(|codigo| rows.remove(&codigo).ok_or_else(|| corrupt(codigo.number()))))
        .collect()
}

/// The rows of these codes, which are remembered from now on.
fn read_rows(conn: &mut Reader, codigos: &[Codigo]) -> Result<HashMap<Codigo, Notificacion>, StoreError> {
    if codigos.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = on_each!(conn, |c| {
        notificaciones::table
            .filter(among(dsl::codigo, codigos))
            .select(Row::as_select())
            .load(c)
    })?;
    let read = read_all(rows)?;
    if let Some(published) = conn.published() {
        for notificacion in &read {
            published
                .0
                .insert(notificacion.codigo, Arc::clone(&notificacion.publicada));
        }
    }
    Ok(read
        .into_iter()
        .map(|notificacion| (notificacion.codigo, notificacion))
        .collect())
}
