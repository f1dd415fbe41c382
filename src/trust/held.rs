//! `Held`: the revocation lists of one entry at a moment, found by what they cover.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::crl::Crl;
use super::crl_file::{FileLists, Stamp};
use super::error::{CrlFault, TrustError};
use super::fields::Fields;
use super::span::Span;

/// What a place holds. It is never changed: another one takes its place at once.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) files: BTreeMap<PathBuf, Arc<FileLists>>,
    pub(super) folders: Vec<(PathBuf, Stamp)>,
    /// Lists of all certificates of the issuer.
    whole: Vec<Arc<Crl>>,
    /// Lists of those only that are published at a place, by its name.
    parts: HashMap<Box<[u8]>, Vec<Arc<Crl>>>,
    /// Why nobody can be told of, if so.
    pub(super) fault: Option<CrlFault>,
    /// The first of the files of which something is wrong though others are good, and how many they are.
    pub(super) spoilt: Option<(PathBuf, CrlFault, usize)>,
}

/// Which lists a certificate is to be looked for in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) is_ca: bool,
    pub(super) points: Vec<Box<[u8]>>,
}

/// A revocation list on which a validation relied, by what it can be told from every other: the evidence that a
/// certificate was not revoked (D-71).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListaConsultada {
    /// SHA-256 of its DER.
    pub huella: [u8; 32],
    /// When its issuer made it (`thisUpdate`).
    pub actualizada: DateTime<Utc>,
}

impl Asked {
    pub(super) fn of(certificate: &Fields<'_>) -> Result<Self, TrustError> {
        let unreadable = |_| TrustError::Unreadable;
        let points = certificate.crl_points().map_err(unreadable)?;
        Ok(Self {
            is_ca: certificate.is_ca().map_err(unreadable)?,
            points: points
                .into_iter()
                .map(|point| point.into_owned().into())
                .collect(),
        })
    }
}

impl Held {
    /// Nothing, for this reason.
    pub(super) fn nothing(fault: CrlFault) -> Self {
        Self {
            files: BTreeMap::new(),
            folders: Vec::new(),
            whole: Vec::new(),
            parts: HashMap::new(),
            fault: Some(fault),
            spoilt: None,
        }
    }

    /// What files hold. What is wrong with one that is named as such is wrong with all; of a folder or pattern the other
    /// files are good, and those of other issuers are nobody's business here.
    pub(super) fn new(
        files: BTreeMap<PathBuf, Arc<FileLists>>,
        folders: Vec<(PathBuf, Stamp)>,
        is_file: bool,
    ) -> Self {
        let mut held = Self {
            folders,
            ..Self::nothing(CrlFault::Unreadable)
        };
        for (path, file) in &files {
            match &file.lists {
                Ok(lists) => {
                    held.fault = None;
                    for list in lists {
                        held.add(list);
                    }
                }
                Err(fault) if is_file => held.fault = Some(*fault),
                Err(CrlFault::OtherIssuer) => {}
                Err(fault) => {
                    let (first, wrong, count) = held.spoilt.take().unwrap_or((path.clone(), *fault, 0));
                    held.spoilt = Some((first, wrong, count + 1));
                }
            }
        }
        held.files = files;
        held
    }

    fn add(&mut self, list: &Arc<Crl>) {
        match list.points() {
            None => self.whole.push(Arc::clone(list)),
            Some(points) => {
                for point in points {
                    let of_point = self.parts.entry(point.clone()).or_default();
                    of_point.push(Arc::clone(list));
                }
            }
        }
    }

    /// The lists that cover a certificate (RFC 5280 §6.3.3 b.2).
    pub(super) fn covering<'a>(&'a self, asked: &'a Asked) -> impl Iterator<Item = &'a Arc<Crl>> {
        let parts = asked
            .points
            .iter()
            .filter_map(|point| self.parts.get(point))
            .flatten();
        self.whole
            .iter()
            .chain(parts)
            .filter(|list| list.covers(asked.is_ca))
    }

    /// How long it can be said that a certificate is not revoked, if it can be said at `at` (RFC 5280 §6.3.3).
    ///
    /// A list that is out of date still tells what is revoked, though no longer what is not. Of several that cover
    /// the certificate, one in force is enough.
    pub(super) fn good_at(
        &self,
        asked: &Asked,
        serial: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Result<(Span, ListaConsultada), CrlFault>, TrustError> {
        if let Some(fault) = self.fault {
            return Ok(Err(fault));
        }
        let mut outcome = Err(CrlFault::OutOfScope);
        for list in self.covering(asked) {
            if let Some(since) = list.revoked_since(serial) {
                return Err(TrustError::Revoked { since });
            }
            outcome = outcome.or_else(|_| {
                let span = in_force(list, at)?;
                let lista = ListaConsultada {
                    huella: list.huella,
                    actualizada: list.this_update,
                };
                Ok((span, lista))
            });
        }
        Ok(outcome)
    }

    /// Whether one of them at least is in force.
    pub(super) fn in_force_at(&self, at: DateTime<Utc>) -> Result<(), CrlFault> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let mut outcome = Err(CrlFault::OutOfScope);
        for list in self.lists() {
            outcome = in_force(list, at);
            if outcome.is_ok() {
                break;
            }
        }
        outcome.map(drop)
    }

    /// The first file of those of which something is wrong at `at` though others are good, and how many they are.
    pub(super) fn trouble_at(&self, at: DateTime<Utc>) -> Option<(&Path, CrlFault, usize)> {
        let spoilt = self
            .spoilt
            .as_ref()
            .map(|(path, fault, count)| (path.as_path(), *fault, *count));
        let stale = self.files.iter().filter_map(|(path, file)| {
            let lists = file.lists.as_ref().ok()?;
            let fault = lists.iter().find_map(|list| in_force(list, at).err())?;
            Some((path.as_path(), fault, 1))
        });
        spoilt
            .into_iter()
            .chain(stale)
            .reduce(|(path, fault, count), (_, _, more)| (path, fault, count + more))
    }

    fn lists(&self) -> impl Iterator<Item = &Arc<Crl>> {
        self.whole.iter().chain(self.parts.values().flatten())
    }
}

/// From when until when a list holds, if `at` is within (RFC 5280 §5.1.2.4, §5.1.2.5).
fn in_force(list: &Crl, at: DateTime<Utc>) -> Result<Span, CrlFault> {
    let next = list.next_update.ok_or(CrlFault::NoNextUpdate)?;
    if at < list.this_update {
        Err(CrlFault::NotYetInForce(list.this_update))
    } else if at > next {
        Err(CrlFault::Stale(next))
    } else {
        Ok(Span::new(list.this_update, next))
    }
}
