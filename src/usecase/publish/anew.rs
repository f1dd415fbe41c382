//! What an operator decides of the log: that another one goes on in its place, or that the anchor is to be written anew.

use openssl::error::ErrorStack;

use crate::store::transparencia;
use crate::store::{Deed, Desk, StoreError};
use crate::tlog::{Checkpoint, LogKey, NoteError, SignedCheckpoint, TreeHash};

use super::anchor::{Anchor, AnchorError};

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum AnewError {
    /// Nothing was signed under another name.
    #[error(
        "nothing was signed under another name than {0}: a log that goes on needs no other; one that cannot needs another name, in \
         `transparencia.origen`"
    )]
    SameOrigin(String),
    /// Something was signed under this name too, before another log went on in its place, or of leaves that are gone.
    #[error(
        "the log {0} has signed leaves already: one that begins needs a name that none had, in `transparencia.origen`"
    )]
    UsedOrigin(String),
    /// Nothing was signed yet.
    #[error("nothing was signed of the log {0} yet: the service begins it by itself")]
    NothingSigned(String),
    /// The last checkpoint is not as it was signed.
    #[error("the last checkpoint in the database")]
    Altered(#[from] NoteError),
    /// The anchor cannot be used.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// The store cannot be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// OpenSSL does not sign.
    #[error("the checkpoint could not be signed")]
    Sign(#[from] ErrorStack),
}

/// Begins the log of a key in the place of another. The journal says so, with the last checkpoints that database and anchor have
/// of the former; its anchor is put aside. Of a name under which leaves were signed none begins: it would fork. Gives what was the
/// last.
pub fn begin_anew(desk: &Desk, key: &LogKey, anchor: &Anchor) -> Result<String, AnewError> {
    let origin = key.verifier().origin();
    let (kept, its_own) = desk.look(|conn| {
        let of = transparencia::last_origin(conn)?;
        let kept = of.map(|of| transparencia::last(conn, &of)).transpose()?;
        Ok((kept.flatten(), transparencia::last(conn, origin)?))
    })?;
    let anchored = anchor.note()?;
    let is_other = |note: &&String| note.lines().next() != Some(origin);
    // What the anchor knows is never older than what was published.
    let former = [&anchored, &kept].into_iter().flatten().find(is_other).cloned();
    let former = former.ok_or_else(|| AnewError::SameOrigin(origin.to_owned()))?;
    // The empty log of a command that was stopped half way is no harm.
    let has_leaves = |note: &String| note.lines().nth(1) != Some("0");
    let mut its = [&anchored, &its_own]
        .into_iter()
        .flatten()
        .filter(|note| !is_other(note));
    if its.any(has_leaves) {
        return Err(AnewError::UsedOrigin(origin.to_owned()));
    }
    let first = key.sign(0, TreeHash::of_nothing())?;
    desk.write::<_, AnewError, _>(|conn| {
        if transparencia::last(conn, origin)?.is_none() {
            transparencia::keep(conn, &first)?;
        }
        let deed = Deed::of("nuevoOrigen")
            .with("origen", origin)
            .with("ancla", anchored.clone())
            .with("base", kept.clone());
        Ok(((), deed))
    })?;
    anchor.put_aside()?;
    anchor.write(&first)?;
    Ok(former)
}

/// Writes an anchor that was lost anew, from the last checkpoint in the database; whoever says so answers for its being the right
/// one. Gives what it was, and nothing where the anchor is there.
pub fn anchor_anew(desk: &Desk, key: &LogKey, anchor: &Anchor) -> Result<Option<Checkpoint>, AnewError> {
    let verifier = key.verifier();
    let origin = || verifier.origin().to_owned();
    let last = desk.look(|conn| transparencia::last(conn, verifier.origin()))?;
    let last = last.ok_or_else(|| AnewError::NothingSigned(origin()))?;
    let signed: SignedCheckpoint = verifier.open(last.as_bytes())?;
    if anchor.note()?.is_some() {
        return Ok(None);
    }
    let Checkpoint { size, root, .. } = signed.checkpoint();
    let deed = Deed::of("anclarRegistro")
        .with("origen", origin())
        .with("hojas", *size)
        .with("raiz", root.to_string());
    desk.tell(&deed)?;
    anchor.write(&signed)?;
    Ok(Some(signed.checkpoint().clone()))
}
