//! From octets to a verified message and its sender: what the ways of both contracts have in common.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::config::Firma;
use crate::signature::{
    EngineError, Inspected, Policy, ShapeError, SignatureMethod, VerifiedEnvelope, VerifyError, confirm,
    inspect, verify,
};
use crate::trust::{Holder, TrustError};
use crate::usecase::trusted::ListError;
use crate::xml::{Limits, ScreenError, screen};

use super::counters;
use super::fault::Fault;
use super::reply::{Call, Inside};
use super::service::Service;

/// A request whose signature and certificate hold.
pub(super) struct Opened<'a> {
    inspected: Inspected<'a>,
    pub(super) envelope: VerifiedEnvelope,
    pub(super) holder: Arc<Holder>,
    /// By which clock it is of now.
    pub(super) dated: Dated,
}

/// By which clock a message is of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dated {
    /// Official time.
    Official,
    /// Its sender's, in a demonstration that has been told another time.
    ByCaller,
}

/// Why nobody is known to have said anything. Each contract has its code for it.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    /// The octets are not XML that is read here.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// The envelope does not have the shape that is accepted.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The certificate is not taken.
    #[error(transparent)]
    Certificate(#[from] TrustError),
    /// The signature does not hold, or the message is not of now.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The list of admitted issuers cannot be used.
    #[error(transparent)]
    List(#[from] ListError),
}

impl Service {
    /// Opens a message as a policy asks.
    pub(super) fn open<'a>(&self, call: &Call<'a>, policy: &Policy) -> Result<Opened<'a>, OpenError> {
        let at = self.now();
        let inspected = inspect(screen(call.octets, &Limits::default())?, policy)?;
        let validator = self.trusted.current(&self.store)?;
        let holder = validator.validate_at(inspected.token_der(), at)?;
        if call.fault == Some(Fault::Revoked) {
            return Err(TrustError::Revoked { since: at }.into());
        }
        let by = |at| verify(&self.engine, &inspected, holder.key(), at, policy);
        let (envelope, dated) = match by(at) {
            Err(VerifyError::Timestamp(of_another_time)) => match self.time.of_callers() {
                Some(theirs) => (by(theirs)?, Dated::ByCaller),
                None => return Err(VerifyError::from(of_another_time).into()),
            },
            verified => (verified?, Dated::Official),
        };
        if inspected.method() == SignatureMethod::RsaSha1 {
            self.note_sha1(&holder);
        }
        Ok(Opened {
            inspected,
            envelope,
            holder,
            dated,
        })
    }

    /// What time it is for whoever sent a message.
    pub(super) fn now_by(&self, dated: Dated) -> DateTime<Utc> {
        let theirs = match dated {
            Dated::Official => None,
            Dated::ByCaller => self.time.of_callers(),
        };
        theirs.unwrap_or_else(|| self.now())
    }

    /// Has the second engine verify a message that decides. What one engine alone believes decides nothing: a forged
    /// acceptance would take the same mistake in both.
    pub(super) fn confirm(&self, opened: &Opened<'_>, policy: &Policy) -> Result<(), EngineError> {
        let Opened {
            inspected,
            envelope,
            holder,
            ..
        } = opened;
        let confirmed = confirm(&self.second_engine, inspected, holder.key(), policy, envelope);
        if confirmed == Err(EngineError::Disagreement) {
            note_disagreement();
        }
        confirmed
    }

    /// Counts a message that is signed with SHA-1, and lets the operator know who should mend that.
    fn note_sha1(&self, holder: &Holder) {
        counters::sha1();
        if self.sha1_seen.first(holder.huella()) {
            let titular = holder.firmante().titular().masked();
            let (emisor, serie) = (holder.emisor(), holder.serie());
            tracing::warn!(
                titular,
                emisor,
                serie,
                "a client signs with SHA-1; its later messages are only counted"
            );
        }
    }
}

/// What is accepted of messages: what a contract says, and old signatures where the operator wants them.
pub(super) fn policy(strict: Policy, firma: &Firma) -> Policy {
    if firma.sha1 {
        strict.dangerously_accept_sha1()
    } else {
        strict
    }
}

/// What a client is not told of why its certificate is not taken.
pub(super) fn unjudged(error: &TrustError) -> Option<Inside> {
    error
        .is_retryable()
        .then(|| Inside::Unjudged(Arc::new(error.clone())))
}

/// Lets the operator know what no client should be able to bring about: a mistake of an engine, or somebody who looks
/// for one.
pub(super) fn note_disagreement() {
    tracing::error!("the signature engines disagree on a message; nothing was decided");
}
