//! `Reload`: taking other settings, keys and certificates while requests are served.
//!
//! What is new is read aside and then exchanged at once. What cannot be used leaves in place what there was; the operator is
//! told of both, and of what only a restart takes.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::channel::identity::Identity;
use crate::channel::{Channel, KeyError, SealKey};
use crate::config::Settings;
use crate::usecase::Seal;

use super::tls::TlsIdentity;

/// Takes what can be taken without a restart.
pub struct Reload {
    channel: Arc<Channel>,
    tls: Option<Arc<TlsIdentity>>,
    /// Those by which the service runs.
    running: Settings,
}

impl Reload {
    pub(super) fn new(channel: Arc<Channel>, tls: Option<Arc<TlsIdentity>>, running: Settings) -> Self {
        Self {
            channel,
            tls,
            running,
        }
    }

    /// Reads the keys and certificates again that the settings by which the service runs name. Blocking.
    pub fn take_files(&mut self) {
        self.take(&self.running.clone());
    }

    /// Reads again the keys and certificates that these settings name, which may lie in the same files as before, and says
    /// in the log what came of it. Blocking.
    pub fn take(&mut self, new: &Settings) {
        let renewed = self.channel.service.renew_identity(&new.firma);
        let has_key = renewed.is_ok() || new.sello.certificado.is_some();
        match renewed {
            Ok(identity) => {
                told_of(&identity);
                self.channel.service.tell_of_expiry();
                self.running.firma.take_identity(&new.firma);
            }
            Err(error) => kept("signing", &error),
        }
        // Where there is none of its own, the key that was told of is the seal's too.
        match has_key.then(|| self.channel.service.renew_seal(new)) {
            None => {}
            Some(Ok(seal)) => {
                told_of_seal(&seal);
                self.channel.service.tell_of_expiry();
                self.running.sello.take_seal(&new.sello);
            }
            Some(Err(error)) => kept("sealing", &error),
        }
        if let (Some(identity), Some(tls)) = (&self.tls, &new.tls) {
            match identity.reload(tls) {
                Ok(()) => {
                    told_of_tls(identity);
                    identity.tell_of_expiry(self.channel.service.now());
                    self.running.tls = Some(tls.clone());
                }
                Err(error) => kept("TLS", &error),
            }
        }
        for option in self.running.needing_restart(new) {
            tracing::warn!(option, "an option has changed that only a restart takes");
        }
    }
}

/// Takes another certificate of TLS if there is one where the former was, and says so.
pub(super) fn look_at(tls: &TlsIdentity, at: DateTime<Utc>) {
    match tls.look() {
        None => {}
        Some(Ok(())) => told_of_tls(tls),
        Some(Err(error)) => kept("TLS", &error),
    }
    tls.tell_of_expiry(at);
}

fn told_of(identity: &Identity) {
    let Seal { from, until } = identity.seal();
    tracing::info!(%from, %until, "the signing certificate and its key were read again, and are in use");
}

fn told_of_seal(seal: &SealKey) {
    if seal.is_own() {
        let Seal { from, until } = seal.validity();
        tracing::info!(%from, %until, "the seal's certificate and its key were read again, and are in use");
    }
}

fn told_of_tls(tls: &TlsIdentity) {
    let (from, until) = tls.validity();
    tracing::info!(%from, %until, "the TLS certificate and its key were read again, and are in use");
}

fn kept(what: &'static str, error: &KeyError) {
    let KeyError { option, reason } = error;
    tracing::error!(
        option,
        reason,
        "the new {what} certificate or key cannot be used; the former ones stay in use"
    );
}
