//! Walking the journal's chain from its first row to its head.

use super::{Fault, Finding, Sink};
use crate::domain::notificacion::Huella;
use crate::store::columns::Micros;
use crate::store::journal::{Head, Row};

/// A walk along the chain, which goes on behind what is broken.
pub(super) struct Walk {
    head: Option<Head>,
    /// The last number seen.
    last: i64,
    /// The hash that the next row must bear; nothing where it is not known what was before.
    link: Option<Huella>,
    instant: Option<Micros>,
    rows: u64,
    told_beyond: bool,
}

impl Walk {
    /// From the first row on.
    pub(super) fn up_to(head: Option<Head>) -> Self {
        Self {
            head,
            last: 0,
            link: Some(Head::NONE.hash),
            instant: None,
            rows: 0,
            told_beyond: false,
        }
    }

    /// The last number seen.
    pub(super) fn at(&self) -> i64 {
        self.last
    }

    /// How many rows there were.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes one step: the row must be the next one, follow the last one, be what its hash is of, and not be dated before
    /// it.
    pub(super) fn step(&mut self, row: &Row, found: Sink<'_>) {
        let mut tell = |secuencia, fault| found(of_journal(secuencia, fault));
        self.rows += 1;
        for missing in self.last + 1..row.secuencia {
            tell(missing, Fault::Missing);
            self.link = None;
        }
        let beyond = self.head.is_some_and(|head| row.secuencia > head.secuencia);
        if beyond && !std::mem::replace(&mut self.told_beyond, true) {
            tell(row.secuencia, Fault::BeyondHead);
        }
        match row.hashes() {
            Some(hashes) if hashes.own == hashes.actual => {
                if self.link.is_some_and(|link| link != hashes.before) {
                    tell(row.secuencia, Fault::Unlinked);
                }
            }
            _ => tell(row.secuencia, Fault::Altered),
        }
        if self.instant.is_some_and(|before| row.instante < before) && !row.sets_time() {
            tell(row.secuencia, Fault::Backwards);
        }
        self.last = row.secuencia;
        self.link = row.borne();
        self.instant = Some(row.instante);
    }

    /// The last row must be the one that the head names.
    pub(super) fn end(&self, found: Sink<'_>) {
        let mut tell = |secuencia, fault| found(of_journal(secuencia, fault));
        match self.head {
            None => tell(self.last, Fault::NoHead),
            Some(head) if self.last < head.secuencia => tell(self.last + 1, Fault::Cut),
            Some(head) if self.last == head.secuencia && self.link.is_some_and(|link| link != head.hash) => {
                tell(self.last, Fault::HeadDiffers);
            }
            Some(_) => (),
        }
    }
}

fn of_journal(secuencia: i64, fault: Fault) -> Finding {
    Finding {
        table: "auditoria",
        key: secuencia.to_string(),
        column: None,
        fault,
    }
}
