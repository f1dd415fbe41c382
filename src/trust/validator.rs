//! `Validator`: the one door through which a certificate becomes a [`Holder`].

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use openssl::error::ErrorStack;
use openssl::sha::Sha256;
use thiserror::Error;

use super::admitted::AdmittedIssuer;
use super::error::TrustError;
use super::fields::MAX_CERTIFICATE;
use super::holder::Holder;
use super::readiness::Readiness;
use super::renewal::Renewal;
use super::snapshot::Snapshot;
use super::usage::Usage;

/// Validates certificates against the allowed list; one is shared by all threads.
///
/// It admits nobody until [`Validator::replace`] gives it a list. It reads no clock and no network: the instant is
/// an argument, the revocation lists are files, which a thread of
/// its own reads where it takes long.
pub struct Validator {
    snapshot: RwLock<Arc<Snapshot>>,
    renewal: Renewal,
}

/// A list could not be taken in; the former one stays.
#[derive(Debug, Error)]
pub enum ListError {
    /// The cryptographic library failed.
    #[error("the allowed list could not be loaded")]
    Library(#[from] ErrorStack),
    /// There is no thread by which revocation lists are read.
    #[error("no thread could be made to read revocation lists")]
    Thread(#[from] std::io::Error),
}

impl Validator {
    /// A validator with an empty list.
    pub fn new() -> Result<Self, ListError> {
        let renewal = Renewal::default();
        Ok(Self {
            snapshot: RwLock::new(Arc::new(Snapshot::new(Vec::new(), &renewal)?)),
            renewal,
        })
    }

    /// Takes another list in place of the former one, and forgets all that was validated by that: a change acts
    /// on the next validation (D-64). Those under way end by the list with which they began.
    pub fn replace(&self, list: Vec<AdmittedIssuer>) -> Result<(), ListError> {
        let snapshot = Arc::new(Snapshot::new(list, &self.renewal)?);
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
        Ok(())
    }

    /// Reads the revocation lists that are new, but waits no longer than that: what is left then is read aside, and until it
    /// has been nobody is taken whom it is to tell of. Whoever is about to serve calls it before.
    pub fn read_lists_within(&self, at_most: Duration) {
        self.renewal.renew_within(at_most);
    }

    /// Reads the revocation lists that are new, however long it takes.
    #[cfg(test)]
    pub(super) fn read_lists(&self) {
        self.renewal.renew();
    }

    /// Which entries of the list can be used at `at`. It costs a stat() of each revocation list, and reads those that
    /// are new.
    #[must_use]
    pub fn readiness_at(&self, at: DateTime<Utc>) -> Readiness {
        self.snapshot().readiness_at(at)
    }

    /// The holder of a certificate, if at `at` it is good in everything: issued by an entry of the list that is
    /// admitted (D-64), within its validity (RFC 5280 §6.1), not revoked as far as can be told, and that can be
    /// told (D-71), for signing (D-69), and of somebody (D-65 to D-68).
    ///
    /// `token_der` is one certificate in DER, of 64 KiB at most. It does *not* prove that the caller has the key:
    /// whoever calls verifies a signature with [`Holder::key`].
    ///
    /// A certificate that was validated before costs a digest, a look-up and a stat() of each revocation list.
    pub fn validate_at(&self, token_der: &[u8], at: DateTime<Utc>) -> Result<Arc<Holder>, TrustError> {
        self.validate(token_der, Usage::Mensajes, at)
    }

    /// The same of the certificate that signed an acuse: that may also be one for signing documents only (D-69).
    pub fn validate_signer_at(
        &self,
        certificate_der: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Arc<Holder>, TrustError> {
        self.validate(certificate_der, Usage::SoloAcuses, at)
    }

    fn validate(&self, token_der: &[u8], uso: Usage, at: DateTime<Utc>) -> Result<Arc<Holder>, TrustError> {
        if token_der.len() > MAX_CERTIFICATE {
            return Err(TrustError::Unreadable);
        }
        // Not by the function for it, which looks the algorithm up by its name each time.
        let mut huella = Sha256::new();
        huella.update(token_der);
        let huella = huella.finish();
        let snapshot = self.snapshot();
        if let Some(holder) = snapshot.cache.get(&huella, uso, at) {
            return Ok(holder);
        }
        let verified = snapshot.validate(token_der, huella, uso, at)?;
        let holder = Arc::clone(&verified.holder);
        snapshot.cache.put(huella, verified);
        Ok(holder)
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }
}
