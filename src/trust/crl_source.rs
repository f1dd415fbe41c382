//! `CrlSource`: the revocation lists of one entry, read again whenever they are others (D-71).
//!
//! What is small is read by the first request that sees it changed. What takes long is read aside, by the thread of
//! [`super::renewal`], and exchanged when it is ready; until then what there was is believed as long as it is in force. No
//! request waits for another's, and those of other issuers for none.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::admitted::CaCertificate;
use super::crl::Crl;
use super::crl_file::{FileLists, Stamp};
use super::crl_place::{Found, Place};
use super::error::CrlFault;
use super::held::{Asked, Held};
use super::renewal::{Pace, Waker};

/// Most octets of changed files that a request reads itself: some hundredths of a second of verification.
const AT_ONCE: u64 = 256 * 1024;
/// Most files, and folders, that a request looks at: some microseconds each.
const FEW: usize = 16;
/// How often many files are looked through although their folder says that none came or went: one may have been written
/// over.
const LOOK_THROUGH: Duration = Duration::from_mins(1);
/// How much longer than a look through many files took is waited until the next.
const REST: u32 = 20;
/// How often what was read of many files is put in place before all of it is.
const EXCHANGE: Duration = Duration::from_secs(5);

/// The lists of one entry.
pub(super) struct CrlSource {
    place: Place,
    ca: CaCertificate,
    held: RwLock<Arc<Held>>,
    /// Held by whoever puts others in place; by requests for as long as little is read.
    turn: Mutex<()>,
    looked: Mutex<Looked>,
    waker: Waker,
}

/// When the thread looked through the files, and what it took out of place and others may still be reading: whoever reads
/// last should not be the one who frees a hundred megabytes.
#[derive(Default)]
struct Looked {
    at: Option<Instant>,
    took: Duration,
    retired: Vec<Arc<Held>>,
}

/// The lists by which a certificate was good.
#[derive(Clone)]
pub(super) struct Seen {
    source: Arc<CrlSource>,
    asked: Asked,
    lists: Vec<Arc<Crl>>,
}

impl Seen {
    /// Those of a source that cover a certificate.
    pub(super) fn of(source: &Arc<CrlSource>, held: &Held, asked: Asked) -> Self {
        Self {
            lists: held.covering(&asked).map(Arc::clone).collect(),
            source: Arc::clone(source),
            asked,
        }
    }

    /// Whether they are still the same.
    pub(super) fn still_there(&self) -> bool {
        let held = self.source.current();
        let now = held.covering(&self.asked);
        held.fault.is_none() && now.map(Arc::as_ptr).eq(self.lists.iter().map(Arc::as_ptr))
    }
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seen")
            .field("path", &self.source.path())
            .finish_non_exhaustive()
    }
}

impl CrlSource {
    pub(super) fn new(place: Place, ca: CaCertificate, waker: Waker) -> Self {
        Self {
            place,
            ca,
            held: RwLock::new(Arc::new(Held::nothing(CrlFault::Loading))),
            turn: Mutex::default(),
            looked: Mutex::default(),
            waker,
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.place.path()
    }

    /// Whether it is the place of lists of this authority.
    pub(super) fn is_of(&self, place: &Place, ca: &CaCertificate) -> bool {
        self.place == *place && self.ca.der() == ca.der()
    }

    /// What it holds now.
    pub(super) fn current(&self) -> Arc<Held> {
        let held = self.held();
        if is_still(&held) {
            return held;
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let held = self.held();
        if is_still(&held) {
            return held;
        }
        let found = match self.look_at_few(&held) {
            Ok(Some(found)) => found,
            Ok(None) => {
                self.waker.wake();
                // What cannot be told of any more must not look as if it could.
                return match held.fault {
                    Some(fault) if fault != CrlFault::Loading => {
                        self.exchange(Held::nothing(CrlFault::Loading)).0
                    }
                    _ => held,
                };
            }
            Err(fault) if held.fault == Some(fault) => return held,
            Err(fault) => return self.exchange(Held::nothing(fault)).0,
        };
        let mut pace = Pace::unhurried();
        let files = found.files.iter().map(|(path, stamp)| {
            let lists = self.read(path, *stamp, &held, &mut pace);
            (path.clone(), lists)
        });
        let files: BTreeMap<_, _> = files.collect();
        self.exchange(Held::new(files, found.folders, found.is_file)).0
    }

    /// Reads what is new, however much it is, and puts it in place.
    pub(super) fn renew(&self, pace: &mut Pace) {
        let held = self.held();
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        looked.retired.retain(|old| Arc::strong_count(old) > 1);
        let is_due = looked.at.is_none_or(|at| at.elapsed() >= looked.took * REST);
        if !is_due || Self::is_unchanged(&held, looked.at) {
            return;
        }
        let begun = Instant::now();
        let found = match self.place.look() {
            Ok(found) => found,
            Err(fault) => {
                if held.fault != Some(fault) {
                    looked.retired.push(self.replace(Held::nothing(fault)));
                }
                looked.at = Some(begun);
                return;
            }
        };
        looked.took = begun.elapsed();
        looked.at = Some(begun);
        let is_same =
            |path: &_, stamp: &Stamp| held.files.get(path).is_some_and(|known| known.stamp == *stamp);
        let unchanged = found.files.len() == held.files.len()
            && found.files.iter().all(|(path, stamp)| is_same(path, stamp));
        if unchanged && (held.fault != Some(CrlFault::Loading)) {
            if found.folders != held.folders {
                looked.retired.push(self.replace(Held::new(
                    held.files.clone(),
                    found.folders,
                    found.is_file,
                )));
            }
            return;
        }
        self.load(&held, &found, pace, &mut looked.retired);
    }

    /// Reads the files that are new, and puts what there is in place every so often.
    fn load(&self, held: &Held, found: &Found, pace: &mut Pace, retired: &mut Vec<Arc<Held>>) {
        let mut files = BTreeMap::new();
        for (path, _) in &found.files {
            if let Some(known) = held.files.get(path) {
                files.insert(path.clone(), Arc::clone(known));
            }
        }
        let mut exchanged = Instant::now();
        for (path, stamp) in &found.files {
            files.insert(path.clone(), self.read(path, *stamp, held, pace));
            if exchanged.elapsed() >= EXCHANGE && held.fault != Some(CrlFault::Loading) {
                let so_far = Held::new(files.clone(), held.folders.clone(), found.is_file);
                retired.push(self.replace(so_far));
                exchanged = Instant::now();
            }
        }
        retired.push(self.replace(Held::new(files, found.folders.clone(), found.is_file)));
    }

    /// A file as it was read before, if it is still the same.
    fn read(&self, path: &Path, stamp: Stamp, held: &Held, pace: &mut Pace) -> Arc<FileLists> {
        let known = held.files.get(path);
        if let Some(same) = known.filter(|known| known.stamp == stamp) {
            return Arc::clone(same);
        }
        let read = FileLists::read(path, &self.ca, known.map(Arc::as_ref), pace);
        Arc::new(read.unwrap_or_else(|fault| FileLists {
            stamp,
            lists: Err(fault),
        }))
    }

    /// Whether there is nothing to do for the thread.
    fn is_unchanged(held: &Held, looked: Option<Instant>) -> bool {
        let recently = looked.is_some_and(|at| at.elapsed() < LOOK_THROUGH);
        let is_few = held.files.len() <= FEW;
        (is_few || recently) && held.fault != Some(CrlFault::Loading) && is_still(held)
    }

    /// The files, if they are few and what is new of them is little.
    fn look_at_few(&self, held: &Held) -> Result<Option<Found>, CrlFault> {
        if held.files.len() > FEW || self.place.has_many(FEW)? {
            return Ok(None);
        }
        let found = self.place.look()?;
        let changed = found
            .files
            .iter()
            .filter(|(path, stamp)| held.files.get(path).is_none_or(|known| known.stamp != *stamp));
        let octets: u64 = changed.map(|(_, stamp)| stamp.length).sum();
        Ok((octets <= AT_ONCE).then_some(found))
    }

    fn held(&self) -> Arc<Held> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts something in place, within the turn; gives that and what there was.
    fn exchange(&self, new: Held) -> (Arc<Held>, Arc<Held>) {
        let new = Arc::new(new);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *held, Arc::clone(&new));
        (new, old)
    }

    /// Puts something in place of what there was, and gives that.
    fn replace(&self, new: Held) -> Arc<Held> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.exchange(new).1
    }
}

/// Whether what is held is what is there, as far as a request looks: at a few files, or at the folders of many.
fn is_still(held: &Held) -> bool {
    if held.fault.is_some() && held.files.is_empty() {
        return false;
    }
    let is_same = |(path, stamp): (&std::path::PathBuf, Stamp)| Stamp::of(path) == Ok(stamp);
    let folders = held.folders.iter().take(FEW).map(|(path, stamp)| (path, *stamp));
    let files = held.files.iter().map(|(path, file)| (path, file.stamp));
    let looked_at = if held.files.len() <= FEW { FEW } else { 0 };
    folders.chain(files.take(looked_at)).all(is_same)
}

/// Whether a place holds revocation lists of `ca`, one of which at least is in force at `at`: for whoever is about to admit
/// it. Of a folder or pattern, what files among good ones are not good is told, the first of them and how many.
pub fn check_crl(
    path: &Path,
    ca: &CaCertificate,
    at: DateTime<Utc>,
) -> Result<Option<(std::path::PathBuf, CrlFault, usize)>, CrlFault> {
    let source = CrlSource::new(Place::new(path.to_owned()), ca.clone(), Waker::default());
    source.renew(&mut Pace::unhurried());
    let held = source.held();
    held.in_force_at(at)?;
    let trouble = held.trouble_at(at);
    Ok(trouble.map(|(path, fault, count)| (path.to_owned(), fault, count)))
}
