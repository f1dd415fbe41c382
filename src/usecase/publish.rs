//! Publishing the log: its next checkpoint, which is signed only if it goes on with all that was signed before (E-13, E-14).
//!
//! What was signed before is known in two places: the database, and a file outside of it, the anchor. A database that is put back
//! from a copy does not know any more what was signed since; the anchor does.

mod anchor;
mod anew;
mod proof;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use openssl::error::ErrorStack;

use crate::store::transparencia::{self, TileRoot};
use crate::store::{Durability, Store, StoreError};
use crate::tlog::{
    Continuation, ExtendError, Head, LogKey, NotContinued, NoteError, SignedCheckpoint, TreeHash, VerifierKey,
};

pub use anchor::{Anchor, AnchorError};
pub use anew::{AnewError, anchor_anew, begin_anew};
pub use proof::{NotProven, prove};

/// Who signs the log of a service. There may be several, of whom one at a time does.
pub struct Publisher {
    key: LogKey,
    anchor: Anchor,
    known: Mutex<Known>,
}

/// What was proven of the tree, so that each leaf is read once.
#[derive(Default)]
struct Known {
    tree: Continuation,
    /// Roots of full tiles that may not be kept yet, some of them twice.
    roots: Vec<TileRoot>,
}

/// How the log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The last checkpoint, if anything was ever signed.
    pub signed: Option<SignedCheckpoint>,
    /// How many leaves there are.
    pub there: u64,
}

/// Why nothing is signed. Nobody but an operator can tell what is right then.
#[derive(Debug, thiserror::Error)]
pub enum Hindrance {
    /// The anchor is not what it was, or cannot be used.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// Something was signed, and the anchor is gone.
    #[error("the anchor {0} is not there, though the log was begun")]
    AnchorGone(PathBuf),
    /// The anchor knows of a log that the database does not know.
    #[error("the anchor has {0} leaves signed, of which the database knows nothing")]
    Unknown(u64),
    /// What is kept was signed for a log of another name, or nothing says that this one goes on in its place.
    #[error("what was signed is of the log {old}, and the settings name {new}")]
    OtherOrigin {
        /// The name under which something was signed.
        old: String,
        /// The one of the settings.
        new: String,
    },
    /// The last checkpoint that is kept is not as it was signed, or is signed with another key.
    #[error("the last checkpoint in the database")]
    Altered(#[source] NoteError),
    /// The leaves are not those that were signed.
    #[error("the leaves are not those that were signed")]
    Fork(#[source] NotContinued<StoreError>),
    /// The store cannot be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// OpenSSL does not sign.
    #[error("the checkpoint could not be signed")]
    Sign(#[from] ErrorStack),
}

impl Publisher {
    /// Signs with a key, and keeps what is signed in a file besides the database.
    #[must_use]
    pub fn new(key: LogKey, anchor: PathBuf) -> Self {
        Self {
            key,
            anchor: Anchor::at(anchor),
            known: Mutex::default(),
        }
    }

    /// By which its signatures are verified.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        self.key.verifier()
    }

    /// Where the anchor is.
    #[must_use]
    pub fn anchor(&self) -> &Path {
        self.anchor.path()
    }

    /// Signs the next checkpoint, if there are more leaves than were signed and nobody else is at it. Whatever was proven before
    /// is not proven again; the first time all leaves are read.
    pub fn publish(&self, store: &Store) -> Result<Standing, Hindrance> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // In this order: leaves only grow, and what is signed comes behind them.
        let anchor = self.anchor.read(self.verifier())?;
        let standing = self.standing(store)?;
        let there = standing.there;
        self.may_go_on(store, standing.signed.as_ref(), anchor.as_ref())?;
        let heads: Vec<Head> = [&standing.signed, &anchor]
            .into_iter()
            .flatten()
            .map(|signed| (signed.checkpoint().size, signed.checkpoint().root))
            .collect();
        let root = known.prove(store, &heads, there)?;
        let signed = standing
            .signed
            .as_ref()
            .map_or(0, |signed| signed.checkpoint().size);
        // Whoever signed those leaves has kept their tiles.
        known.roots.retain(|root| root.ends() > signed);
        if there > signed {
            let next = self.key.sign(there, root)?;
            if self.keep(store, standing.signed.as_ref(), &next, &known.roots)? {
                return Ok(Standing {
                    signed: Some(next),
                    there,
                });
            }
        } else if let Some(last) = &standing.signed
            && anchor.is_some_and(|anchor| anchor.checkpoint().size < signed)
        {
            // Another instance signed it, or this one ended before it was written here.
            self.anchor.write(last)?;
        }
        Ok(standing)
    }

    /// What the database says of what was signed.
    pub fn standing(&self, store: &Store) -> Result<Standing, Hindrance> {
        let note = store.ask(|conn| transparencia::last(conn, self.verifier().origin()))?;
        let there = store.ask(transparencia::size)?;
        let Some(note) = note else {
            return Ok(Standing { signed: None, there });
        };
        let signed = self
            .verifier()
            .open(note.as_bytes())
            .map_err(Hindrance::Altered)?;
        Ok(Standing {
            signed: Some(signed),
            there,
        })
    }

    /// Database and anchor must know of one log, or neither of any.
    fn may_go_on(
        &self,
        store: &Store,
        signed: Option<&SignedCheckpoint>,
        anchor: Option<&SignedCheckpoint>,
    ) -> Result<(), Hindrance> {
        match (signed, anchor) {
            (Some(_), Some(_)) => Ok(()),
            (Some(_), None) => Err(Hindrance::AnchorGone(self.anchor.path().to_owned())),
            (None, Some(anchor)) => Err(Hindrance::Unknown(anchor.checkpoint().size)),
            (None, None) => match store.ask(transparencia::last_origin)? {
                None => Ok(()),
                Some(old) => Err(Hindrance::OtherOrigin {
                    old,
                    new: self.verifier().origin().to_owned(),
                }),
            },
        }
    }

    /// Keeps a checkpoint, unless somebody else has the turn or has kept one meanwhile. The anchor comes first: nobody sees a
    /// checkpoint that it does not know. That the database does not know one which the anchor has is no harm, since its leaves
    /// are durable.
    fn keep(
        &self,
        store: &Store,
        before: Option<&SignedCheckpoint>,
        next: &SignedCheckpoint,
        roots: &[TileRoot],
    ) -> Result<bool, Hindrance> {
        store.write(Durability::Full, |conn| {
            if !transparencia::take_turn(conn)? {
                return Ok(false);
            }
            let last = transparencia::last(conn, self.verifier().origin())?;
            if last.as_deref() != before.map(SignedCheckpoint::note) {
                return Ok(false);
            }
            self.anchor.write(next)?;
            transparencia::keep_roots(conn, roots)?;
            transparencia::keep(conn, next)?;
            Ok(true)
        })
    }
}

impl Known {
    /// The root of so many leaves, which begin with all of these.
    fn prove(&mut self, store: &Store, heads: &[Head], size: u64) -> Result<TreeHash, Hindrance> {
        let Self { tree, roots } = self;
        let read =
            |wanted: std::ops::Range<u64>| store.ask(|conn| transparencia::leaves(conn, wanted.clone()));
        let completed = |level, number, hash| roots.extend(TileRoot::of_subtree(level, number, hash));
        let proven = tree.prove(heads, size, read, completed);
        if matches!(proven, Err(NotContinued::OtherLeaves { .. })) {
            // Of leaves that are read again, as is each root.
            roots.clear();
        }
        proven.map_err(|why| match why {
            // That leaves cannot be had now says nothing of them.
            NotContinued::Leaves(ExtendError::Read(error))
                if !matches!(error, StoreError::Corrupt { .. }) =>
            {
                Hindrance::Store(error)
            }
            why => Hindrance::Fork(why),
        })
    }
}
