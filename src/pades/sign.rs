//! Signing a file: the signature over all of it, and the stamp over the signature.

use crate::cms::{Sealing, Unstamped};

use super::error::PadesError;
use super::update::{Evidence, Field, Prepared};
use super::verify::verify;

/// Most octets of a signature (E-42).
const MOST: usize = 32 * 1024;
/// What two signatures of one key may differ by: those of ECDSA begin with a zero or do not, once for each of two numbers.
const SLACK: usize = 8;
/// How often room is made: once as expected, once for what it turned out to be, once more for that slack.
const TRIES: usize = 3;

/// Who signs, what is said of it, and by what it is validated.
pub struct Signing<'a> {
    /// Key, certificate, and those above it but the root.
    pub sealing: &'a Sealing<'a>,
    /// What the signature says of itself.
    pub field: Field<'a>,
    /// By what it is validated later.
    pub evidence: &'a Evidence,
    /// How many octets the stamp is expected to have, as the last one did; nothing where there will be none.
    pub stamp: usize,
}

/// Signs a file that [`crate::papel`] has made. `stamp` is given the signature's value and gives a time stamp over it, in DER; or
/// nothing, where a signature goes without one (`sello.sin_tsa`). What comes back was verified.
pub fn sign<E: From<PadesError>>(
    pdf: &[u8],
    signing: &Signing<'_>,
    mut stamp: impl FnMut(&[u8]) -> Result<Option<Vec<u8>>, E>,
) -> Result<Vec<u8>, E> {
    let mut room = signing.expected().map_err(PadesError::from)?;
    for _ in 0..TRIES {
        if room > MOST {
            return Err(PadesError::TooLarge(room).into());
        }
        let prepared = Prepared::new(pdf, signing.field, signing.evidence, room)?;
        let signed = Unstamped::over(&prepared.signed(), signing.sealing).map_err(PadesError::from)?;
        let token = stamp(signed.signature())?;
        let message = signed.finish(token.as_deref()).map_err(PadesError::from)?;
        if message.len() > room {
            // Never cut: made again, larger.
            room = message.len() + SLACK;
            continue;
        }
        if let Some(whole) = prepared.complete(&message) {
            verify(&whole, signing.sealing)?;
            return Ok(whole);
        }
    }
    Err(PadesError::NoRoom.into())
}

impl Signing<'_> {
    /// How much room the signature is expected to take: as one that is made for nothing, and the stamp.
    fn expected(&self) -> Result<usize, crate::cms::SealingError> {
        let bare = Unstamped::over(&[], self.sealing)?.finish(None)?;
        // An attribute around the stamp: three lengths, an identifier.
        let around = if self.stamp == 0 { 0 } else { 32 };
        Ok(bare.len() + SLACK + around + self.stamp)
    }
}
