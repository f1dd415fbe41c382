//! `TlsIdentity`: the certificate that TLS shows, which may be exchanged while connections are served.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{ClientHelloResponse, SslAcceptor, SslAcceptorBuilder, SslMethod, SslRef};
use openssl::x509::X509;

use crate::chain::Chain;
use crate::channel::KeyError;
use crate::channel::expiry::{Told, Trouble, Validity};
use crate::channel::key_file::{KeyFile, KeyOctets, unusable};
use crate::config::Tls;
use crate::signature::validity_of;

/// What is shown in a handshake: the server's certificate, those between it and an authority, and its key.
struct Shown {
    certificate: X509,
    above: Vec<X509>,
    key: PKey<Private>,
    validity: Validity,
}

/// The files as they were read: the octets of the certificates, and of the key with what opens it, or why there are none.
type Files = Result<(Vec<u8>, KeyOctets), KeyError>;

/// What TLS shows of the service. It is exchanged at once: handshakes that have begun end with what they began with, and
/// nobody waits.
pub(super) struct TlsIdentity {
    shown: ArcSwap<Shown>,
    /// Where it came from, and what was there the last time; held by whoever looks.
    source: Mutex<(Tls, Files)>,
    expiry_told: Told,
}

impl TlsIdentity {
    /// Reads what the settings name.
    pub(super) fn load(tls: &Tls) -> Result<Self, KeyError> {
        let files = read(tls);
        let shown = Shown::of(tls, &files)?;
        Ok(Self {
            shown: ArcSwap::from_pointee(shown),
            source: Mutex::new((tls.clone(), files)),
            expiry_told: Told::default(),
        })
    }

    /// All that keeps the settings from being used.
    pub(super) fn mistakes(tls: &Tls) -> Vec<KeyError> {
        let chain = chain(tls).and_then(|octets| certificates(tls, &octets));
        let files = [chain.err(), key_file(tls).load().err()];
        let of_files: Vec<KeyError> = files.into_iter().flatten().collect();
        if of_files.is_empty() {
            Self::load(tls).err().into_iter().collect()
        } else {
            of_files
        }
    }

    /// Takes what the settings name now in place of what there is, which stays if that cannot be used.
    pub(super) fn reload(&self, tls: &Tls) -> Result<(), KeyError> {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        let files = read(tls);
        let shown = Shown::of(tls, &files)?;
        self.shown.store(Arc::new(shown));
        *source = (tls.clone(), files);
        Ok(())
    }

    /// Takes another certificate if one lies in the place of the former; `None` where nothing has changed since the last
    /// look, for better or worse. The files are compared, not their dates: they are small, and there are many ways to put
    /// one in the place of another.
    pub(super) fn look(&self) -> Option<Result<(), KeyError>> {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        let (tls, seen) = &mut *source;
        let files = read(tls);
        if files == *seen {
            return None;
        }
        let shown = Shown::of(tls, &files);
        *seen = files;
        Some(shown.map(|shown| self.shown.store(Arc::new(shown))))
    }

    /// The first and the last instant of the validity of the server's certificate.
    pub(super) fn validity(&self) -> Validity {
        self.shown.load().validity
    }

    /// Lets the operator know of a certificate that ends before long, or that clients refuse.
    pub(super) fn tell_of_expiry(&self, at: DateTime<Utc>) {
        let (from, until) = self.validity();
        match self.expiry_told.due(at, (from, until)) {
            None => {}
            Some(Trouble::Ends) => tracing::error!(
                option = "tls.certificado", %from, %until,
                "the TLS certificate ends before long: put a new one in its place"
            ),
            Some(Trouble::NotYet | Trouble::Over) => tracing::error!(
                option = "tls.certificado", %from, %until,
                "the TLS certificate is not in force, and clients refuse it: put another one in its place"
            ),
        }
    }

    /// What accepts connections, each with what is to be shown at its beginning.
    pub(super) fn acceptor(self: &Arc<Self>) -> Result<SslAcceptorBuilder, KeyError> {
        let mut builder = settled()?;
        let this = Arc::clone(self);
        // The first thing that is asked of whoever begins, also of those who name no server.
        builder.set_client_hello_callback(move |ssl, _| {
            this.shown.load().show(ssl)?;
            Ok(ClientHelloResponse::SUCCESS)
        });
        Ok(builder)
    }
}

impl Shown {
    fn of(tls: &Tls, files: &Files) -> Result<Self, KeyError> {
        let (chain, key) = files.as_ref().map_err(Clone::clone)?;
        let key_file = key_file(tls);
        let of_chain = |reason: &dyn std::fmt::Display| unusable("tls.certificado", &tls.certificado, reason);
        let (certificate, above) = certificates(tls, chain)?;
        let key = key_file.open(key)?;
        // What OpenSSL will not show, for its weakness or else, is found out here and not by who connects.
        let mut trial = settled()?;
        let taken = trial.set_certificate(&certificate);
        taken.map_err(|error| of_chain(&error))?;
        trial
            .set_private_key(&key)
            .and_then(|()| trial.check_private_key())
            .map_err(|_| key_file.unusable(&"not the private key of the certificate"))?;
        for one in &above {
            let taken = trial.add_extra_chain_cert(one.clone());
            taken.map_err(|error| of_chain(&error))?;
        }
        Ok(Self {
            validity: validity_of(&certificate).map_err(|error| of_chain(&Chain(&error)))?,
            certificate,
            above,
            key,
        })
    }

    fn show(&self, ssl: &mut SslRef) -> Result<(), ErrorStack> {
        ssl.set_certificate(&self.certificate)?;
        ssl.set_private_key(&self.key)?;
        self.above
            .iter()
            .try_for_each(|one| ssl.add_chain_cert(one.clone()))
    }
}

fn chain(tls: &Tls) -> Result<Vec<u8>, KeyError> {
    std::fs::read(&tls.certificado).map_err(|error| unusable("tls.certificado", &tls.certificado, &error))
}

/// The server's own certificate, and those above it.
fn certificates(tls: &Tls, chain: &[u8]) -> Result<(X509, Vec<X509>), KeyError> {
    let none = || {
        unusable(
            "tls.certificado",
            &tls.certificado,
            &"holds no certificate in PEM",
        )
    };
    let chain = X509::stack_from_pem(chain).map_err(|_| none())?;
    let mut chain = chain.into_iter();
    let certificate = chain.next().ok_or_else(none)?;
    Ok((certificate, chain.collect()))
}

fn key_file(tls: &Tls) -> KeyFile<'_> {
    KeyFile {
        option: "tls.clave",
        path: &tls.clave,
        password: tls.contrasena.as_ref(),
        password_option: "tls.contrasena_fichero",
        password_path: tls.contrasena_fichero.as_deref(),
        variable: Some("NOTESS_TLS__CONTRASENA"),
    }
}

fn read(tls: &Tls) -> Files {
    Ok((chain(tls)?, key_file(tls).read()?))
}

/// Protocols and algorithms.
fn settled() -> Result<SslAcceptorBuilder, KeyError> {
    SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).map_err(|error| KeyError {
        option: "tls",
        reason: error.to_string(),
    })
}
