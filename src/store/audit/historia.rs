//! What the journal says that was loaded of before, against what is on record of it, and the reverse.

use std::collections::HashMap;

use super::chain::of_journal;
use super::{Fault, Finding, PAGE, Sink};
use crate::store::backend::Reader;
use crate::store::error::StoreError;
use crate::store::historicas;
use crate::store::journal::Contents;
use crate::store::journal::historia::{self, Dicha};

/// What the journal says, as it is gone through.
#[derive(Default)]
pub(super) struct Historia {
    /// Of each code: a few octets for each notification that was ever loaded so.
    said: HashMap<i32, Dicha>,
}

impl Historia {
    /// Notes what a row says.
    pub(super) fn take(&mut self, row: &Contents, found: Sink<'_>) {
        match historia::of(row) {
            Some(dichas) => self
                .said
                .extend(dichas.into_iter().map(|dicha| (dicha.codigo, dicha))),
            None => found(of_journal(row.id(), Fault::Unreadable)),
        }
    }

    /// Once all were noted, holds them against what is on record.
    pub(super) fn compare(&mut self, conn: &mut Reader, found: Sink<'_>) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let page = historicas::page_after(conn, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.codigo;
            for row in &page {
                let fault = match self.said.remove(&row.codigo) {
                    None => Fault::NotInJournal,
                    Some(said) if said != row.dicha() => Fault::DiffersFromJournal,
                    Some(_) => continue,
                };
                found(of_history(row.codigo, fault));
            }
        }
        let mut missing: Vec<i32> = std::mem::take(&mut self.said).into_keys().collect();
        missing.sort_unstable();
        for codigo in missing {
            found(of_history(codigo, Fault::NotLoaded));
        }
        Ok(())
    }
}

fn of_history(codigo: i32, fault: Fault) -> Finding {
    Finding {
        table: "historicas",
        key: codigo.to_string(),
        column: None,
        fault,
    }
}
