//! `Readiness`: which entries of the list can be used at an instant, and what keeps the others from it.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::error::{CrlFault, TrustError};
use super::issuer::Issuer;
use super::path::Path;

/// The entries that are admitted, with all those above them, and whose certificates are in their validity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readiness {
    /// How many of them can be used.
    pub usable: usize,
    /// Those by which nobody can be taken now, each with why.
    pub unusable: Vec<Unusable>,
    /// Those of which some revocation lists cannot be used, though others can.
    pub partly: Vec<Partly>,
    /// Numbers and names of those that still take RSA keys of 2048 bits near the end of 2026 or later.
    pub outlive_2048: Vec<(i32, String)>,
}

/// An entry of whose revocation lists some cannot be used: certificates that only those cover are refused (D-71).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partly {
    /// Number of the entry in the store.
    pub id: i32,
    /// The operator's name for it.
    pub nombre: String,
    /// The first of the files.
    pub crl: PathBuf,
    /// How many there are.
    pub files: usize,
    /// What is wrong with the first.
    pub reason: CrlFault,
}

/// An entry under which every certificate is refused, since no revocation list says that it is good (D-71).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// Number of the entry in the store.
    pub id: i32,
    /// The operator's name for it.
    pub nombre: String,
    /// The file of the revocation list: its own, or that of an authority above it.
    pub crl: PathBuf,
    /// What is wrong.
    pub reason: TrustError,
}

impl Readiness {
    pub(super) fn of(issuers: &[Arc<Issuer>], paths: &[Path], at: DateTime<Utc>) -> Self {
        let mut readiness = Self::default();
        for issuer in issuers {
            let is_its = |path: &&Path| {
                path.links()
                    .first()
                    .is_some_and(|first| Arc::ptr_eq(first, issuer))
            };
            let outcome = paths
                .iter()
                .filter(is_its)
                .map(Path::links)
                .filter(|links| hold(links, at))
                .map(|links| can_tell(links, at))
                .reduce(Result::or);
            match outcome {
                // Not admitted at that instant.
                None => {}
                Some(Ok(())) => {
                    readiness.usable += 1;
                    readiness.partly.extend(partly(issuer, at));
                    if issuer.outlives_2048(at) {
                        let (id, nombre) = issuer.named();
                        readiness.outlive_2048.push((id, nombre.to_owned()));
                    }
                }
                Some(Err((by, reason))) => {
                    let (id, nombre) = issuer.named();
                    readiness.unusable.push(Unusable {
                        id,
                        nombre: nombre.to_owned(),
                        crl: by.crl().map(ToOwned::to_owned).unwrap_or_default(),
                        reason,
                    });
                }
            }
        }
        readiness
    }
}

fn partly(issuer: &Issuer, at: DateTime<Utc>) -> Option<Partly> {
    let held = issuer.lists()?.current();
    let (path, reason, files) = held.trouble_at(at)?;
    let (id, nombre) = issuer.named();
    Some(Partly {
        id,
        nombre: nombre.to_owned(),
        crl: path.to_owned(),
        files,
        reason,
    })
}

/// Whether each entry of a path is admitted, and valid.
fn hold(links: &[Arc<Issuer>], at: DateTime<Utc>) -> bool {
    links
        .iter()
        .all(|link| link.admission(at).is_ok() && link.validity(at).is_ok())
}

/// Whether the revocation lists of a path let anybody at its foot be taken; if not, whose list is in the way.
fn can_tell(links: &[Arc<Issuer>], at: DateTime<Utc>) -> Result<(), (&Issuer, TrustError)> {
    let [issuer, above @ ..] = links else {
        return Ok(());
    };
    issuer.can_tell(at).map_err(|reason| (&**issuer, reason))?;
    for (lower, upper) in links.iter().zip(above) {
        upper.status_of(lower, at).map_err(|reason| (&**upper, reason))?;
    }
    Ok(())
}
