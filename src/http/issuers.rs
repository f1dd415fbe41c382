//! What the operator is told of admitted issuers that cannot be used: once of each, and once more when it is over.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::trust::{Readiness, Unusable};
use crate::usecase::trusted::ListError;

use super::service::Service;

/// What the operator was told last.
#[derive(Default)]
pub(super) struct Told(Mutex<Vec<Unusable>>);

impl Told {
    /// What is new, and what is over, since the last time.
    fn changes(&self, now: &[Unusable]) -> (Vec<Unusable>, Vec<Unusable>) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = now.iter().filter(|one| !told.contains(one)).cloned().collect();
        // Of an issuer whose trouble is another now, that one is told and not the end of the former.
        let over = |one: &&Unusable| now.iter().all(|other| other.id != one.id);
        let ended = told.iter().filter(over).cloned().collect();
        now.clone_into(&mut told);
        (new, ended)
    }
}

impl Service {
    /// Which admitted issuers can be used; what has changed about the others goes to the log.
    ///
    /// Whoever asks whether the service is ready has this looked at, and so has the task of lapsed terms, from the start on:
    /// a list that nobody renewed is told of also where nobody asks.
    pub(super) fn issuers(&self, at: DateTime<Utc>) -> Result<Readiness, ListError> {
        let readiness = self.trusted.current(&self.store)?.readiness_at(at);
        let (new, ended) = self.unusable_told.changes(&readiness.unusable);
        for Unusable {
            id,
            nombre,
            crl,
            reason,
        } in new
        {
            tracing::warn!(
                entry = id,
                emisor = nombre,
                crl = %crl.display(),
                %reason,
                "all certificates of an admitted issuer are refused"
            );
        }
        for Unusable { id, nombre, crl, .. } in ended {
            tracing::info!(
                entry = id,
                emisor = nombre,
                crl = %crl.display(),
                "the revocation list no longer has all certificates of an issuer refused"
            );
        }
        Ok(readiness)
    }

    /// What keeps all callers out, in words for strangers too.
    pub(super) fn issuers_trouble(&self, at: DateTime<Utc>) -> Result<Option<String>, ListError> {
        let Readiness { usable, unusable } = self.issuers(at)?;
        Ok(match (usable, unusable.as_slice()) {
            (0, []) => Some("ningún emisor de certificados está admitido hoy".to_owned()),
            (0, _) => Some(
                "las listas de revocación no permiten usar ningún emisor admitido; el registro del servicio dice por qué"
                    .to_owned(),
            ),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::trust::{CrlFault, TrustError};

    fn unusable(id: i32, reason: CrlFault) -> Unusable {
        Unusable {
            id,
            nombre: "AC".to_owned(),
            crl: PathBuf::from("/ac.crl"),
            reason: TrustError::RevocationUnknown {
                emisor: "CN=AC".to_owned(),
                reason,
            },
        }
    }

    #[test]
    fn an_issuer_that_cannot_be_used_is_told_once_and_so_is_the_end_of_it() {
        let told = Told::default();
        let missing = unusable(1, CrlFault::Missing);
        let unreadable = unusable(1, CrlFault::Unreadable);
        let other = unusable(2, CrlFault::Missing);
        let nothing = (Vec::new(), Vec::new());
        let one = |unusable: &Unusable| vec![unusable.clone()];
        assert_eq!(told.changes(&[]), nothing);
        assert_eq!(told.changes(&one(&missing)), (one(&missing), Vec::new()));
        assert_eq!(told.changes(&one(&missing)), nothing);
        let both = [unreadable.clone(), other.clone()];
        assert_eq!(told.changes(&both), (both.to_vec(), Vec::new()));
        assert_eq!(told.changes(&one(&other)), (Vec::new(), one(&unreadable)));
        assert_eq!(told.changes(&[]), (Vec::new(), one(&other)));
        assert_eq!(told.changes(&one(&missing)), (one(&missing), Vec::new()));
    }
}
