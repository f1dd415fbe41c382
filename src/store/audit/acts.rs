//! What the journal says that was decided, against the acuses, and the reverse.

use std::collections::HashMap;

use super::chain::of_journal;
use super::{Fault, Finding, PAGE, Sink};
use crate::domain::acuse::Acuse;
use crate::domain::notificacion::Codigo;
use crate::store::acuses;
use crate::store::backend::Reader;
use crate::store::error::StoreError;
use crate::store::journal::{Act, Contents};

/// Acuses that are read at a time.
const BATCH: usize = 1000;

/// The decisions of the journal, as they are gone through.
#[derive(Default)]
pub(super) struct Acts {
    /// Of the page of rows at hand.
    pending: Vec<Act>,
    /// Every code that was decided so far: four octets for each act there ever was.
    decided: Vec<i32>,
}

impl Acts {
    /// How many codes were decided.
    pub(super) fn decided(&self) -> u64 {
        self.decided.len() as u64
    }

    /// Notes what a row decided.
    pub(super) fn take(&mut self, row: &Contents, found: Sink<'_>) {
        match Act::of(row) {
            Some(None) => (),
            Some(Some(act)) => self.pending.push(act),
            None => found(of_journal(row.id(), Fault::Unreadable)),
        }
    }

    /// Holds what was noted against the acuses on record.
    pub(super) fn compare(&mut self, conn: &mut Reader, found: Sink<'_>) -> Result<(), StoreError> {
        let pending = std::mem::take(&mut self.pending);
        let pairs: Vec<(&Act, i32)> = pending
            .iter()
            .flat_map(|act| act.codigos.iter().map(move |codigo| (act, *codigo)))
            .collect();
        for batch in pairs.chunks(BATCH) {
            let mut codigos: Vec<Codigo> = batch
                .iter()
                .filter_map(|(_, codigo)| Codigo::new(*codigo))
                .collect();
            codigos.sort_unstable();
            codigos.dedup();
            let on_record: HashMap<i32, Option<Acuse>> = acuses::each(conn, &codigos)?.into_iter().collect();
            for &(act, codigo) in batch {
                if let Some((column, fault)) = compare(act, on_record.get(&codigo)) {
                    found(of_acuse(codigo, column, fault));
                }
            }
        }
        self.decided.extend(pairs.iter().map(|(_, codigo)| *codigo));
        Ok(())
    }

    /// Once all were compared: no acuse may be there of which the journal says nothing, and none may be of two acts.
    pub(super) fn missing(&mut self, conn: &mut Reader, found: Sink<'_>) -> Result<(), StoreError> {
        self.decided.sort_unstable();
        for twice in self.decided.windows(2).filter(|pair| pair[0] == pair[1]) {
            found(of_acuse(twice[0], None, Fault::DecidedTwice));
        }
        let mut after = 0;
        loop {
            let page = acuses::codes_after(conn, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = *last;
            for codigo in page {
                if self.decided.binary_search(&codigo).is_err() {
                    found(of_acuse(codigo, None, Fault::NotInJournal));
                }
            }
        }
    }
}

fn compare(act: &Act, on_record: Option<&Option<Acuse>>) -> Option<(Option<&'static str>, Fault)> {
    match on_record {
        None => Some((None, Fault::NotOnRecord)),
        Some(None) => Some((None, Fault::Unreadable)),
        Some(Some(acuse)) => act
            .difference(acuse)
            .map(|column| (Some(column), Fault::DiffersFromJournal)),
    }
}

fn of_acuse(codigo: i32, column: Option<&'static str>, fault: Fault) -> Finding {
    Finding {
        table: "acuses",
        key: codigo.to_string(),
        column,
        fault,
    }
}
