//! Revocation lists in DER.

use super::der::{extension, integer, seq, time, tlv};
use super::{Digest, Issuing, at};

/// A revocation list to be issued.
#[derive(Debug, Clone)]
pub(crate) struct List {
    updates: (i64, Option<i64>),
    entries: Vec<Vec<u8>>,
    extensions: Vec<Vec<u8>>,
    digest: Digest,
}

impl List {
    /// A list that revokes nobody, in force from one day to another.
    pub(crate) fn of(this: i64, next: i64) -> Self {
        Self {
            updates: (this, Some(next)),
            entries: Vec::new(),
            extensions: vec![extension("2.5.29.20", false, &integer(7))],
            digest: Digest::Sha256,
        }
    }

    pub(crate) fn without_next_update(mut self) -> Self {
        self.updates.1 = None;
        self
    }

    pub(crate) fn digest(self, digest: Digest) -> Self {
        Self { digest, ..self }
    }

    pub(crate) fn revoking(self, serial: u64, day: i64) -> Self {
        self.entry(serial, day, &[])
    }

    /// An entry with extensions of its own.
    pub(crate) fn entry(mut self, serial: u64, day: i64, extensions: &[Vec<u8>]) -> Self {
        let extensions = if extensions.is_empty() {
            Vec::new()
        } else {
            seq(extensions)
        };
        self.entries
            .push(seq(&[integer(serial), time(at(day)), extensions]));
        self
    }

    pub(crate) fn extension(mut self, id: &str, critical: bool, value: &[u8]) -> Self {
        self.extensions.push(extension(id, critical, value));
        self
    }
}

impl Issuing {
    /// Issues a revocation list.
    pub(crate) fn list(&self, list: &List) -> Vec<u8> {
        let algorithm = self.algorithm(list.digest);
        let entries = if list.entries.is_empty() {
            Vec::new()
        } else {
            seq(&list.entries)
        };
        let tbs = seq(&[
            integer(1),
            algorithm.clone(),
            self.subject.clone(),
            time(at(list.updates.0)),
            list.updates.1.map(|day| time(at(day))).unwrap_or_default(),
            entries,
            tlv(0xa0, &seq(&list.extensions)),
        ]);
        self.signed(tbs, algorithm, list.digest)
    }
}
