//! `Published`: notifications as they were published, remembered from one listing to the next.
//!
//! Of a notification that was listed before, only where it stands and its term can have changed. Those two an index holds,
//! and from there they are read anew each time; what is remembered saves reading the row.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::notificacion::{Codigo, Notificacion, Publicada};
use crate::remembered::{Remembered, Weighed};

use super::backend::Reader;
use super::error::StoreError;
use super::notificaciones::{self, Standing};

/// What is remembered. The connections of a store share it.
pub(super) type Published = Remembered<Publicada>;

impl Weighed for Publicada {
    fn octets(&self) -> usize {
        let texts = [&self.denominacion, &self.destinatario, &self.asunto];
        texts.iter().map(|text| text.len()).sum::<usize>() + size_of::<Self>()
    }
}

/// The notifications that stand so, in this order; within the transaction in which that was read.
pub(super) fn standing(conn: &mut Reader, standings: Vec<Standing>) -> Result<Vec<Notificacion>, StoreError> {
    let corrupt = |codigo: i32| StoreError::corrupt("notificaciones", &codigo);
    let memory = conn.memory();
    let remembered = |codigo: Codigo| memory.as_ref().and_then(|memory| memory.published.get(&codigo));
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
    let read = notificaciones::of_codes(conn, codigos)?;
    if let Some(memory) = conn.memory() {
        for notificacion in &read {
            memory
                .published
                .keep(notificacion.codigo, Arc::clone(&notificacion.publicada));
        }
    }
    Ok(read
        .into_iter()
        .map(|notificacion| (notificacion.codigo, notificacion))
        .collect())
}
