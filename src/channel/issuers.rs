//! What the operator is told of admitted issuers that cannot be used: once of each, and once more when it is over.

use std::sync::{Mutex, PoisonError};

use crate::chain::Chain;
use crate::trust::{Partly, Readiness, Unusable};

/// What the operator was told last.
struct Told<T>(Mutex<Vec<T>>);

/// What is told of an entry of the list.
trait OfEntry: Clone {
    /// The entry's number.
    fn id(&self) -> i32;

    /// Whether whoever was told this knows that.
    fn tells(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl OfEntry for Unusable {
    fn id(&self) -> i32 {
        self.id
    }

    fn tells(&self, other: &Self) -> bool {
        self == other
    }
}

impl OfEntry for Partly {
    fn id(&self) -> i32 {
        self.id
    }
}

impl OfEntry for (i32, String) {
    fn id(&self) -> i32 {
        self.0
    }
}

impl<T> Default for Told<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: OfEntry> Told<T> {
    /// What is new, and what is over, since the last time.
    fn changes(&self, now: &[T]) -> (Vec<T>, Vec<T>) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = |one: &&T| !told.iter().any(|known| known.tells(one));
        let new = now.iter().filter(is_new).cloned().collect();
        // Of an issuer whose trouble is another now, that one is told and not the end of the former.
        let over = |one: &&T| now.iter().all(|other| other.id() != one.id());
        let ended = told.iter().filter(over).cloned().collect();
        now.clone_into(&mut told);
        (new, ended)
    }
}

/// What the operator was told last of each kind of trouble.
#[derive(Default)]
pub(super) struct Issuers {
    unusable: Told<Unusable>,
    partly: Told<Partly>,
    /// Of whom short RSA keys are taken for too long: the entry and the issuer's name.
    outliving: Told<(i32, String)>,
}

impl Issuers {
    /// Writes to the log what has changed since the last time.
    pub(super) fn tell(&self, readiness: &Readiness) {
        let (new, ended) = self.unusable.changes(&readiness.unusable);
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
                reason = %Chain(&reason),
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
        self.tell_partly(&readiness.partly);
        for (id, nombre) in self.outliving.changes(&readiness.outlive_2048).0 {
            tracing::warn!(
                entry = id,
                emisor = nombre,
                "RSA keys of fewer than 3072 bits are taken of an admitted issuer after 2026; see firma.rsa_minimo, or admit \
                 it with --rsa-minimo"
            );
        }
    }

    fn tell_partly(&self, partly: &[Partly]) {
        let (new, ended) = self.partly.changes(partly);
        for Partly {
            id,
            nombre,
            crl,
            files,
            reason,
        } in new
        {
            tracing::warn!(
                entry = id,
                emisor = nombre,
                crl = %crl.display(),
                files,
                reason = %Chain(&reason),
                "some revocation lists of an admitted issuer cannot be used: certificates that only they cover are refused"
            );
        }
        for Partly { id, nombre, .. } in ended {
            tracing::info!(
                entry = id,
                emisor = nombre,
                "all revocation lists of an issuer can be used"
            );
        }
    }
}

/// What is no hindrance yet and should be mended, in words for strangers too.
pub(super) fn notices(readiness: &Readiness) -> Vec<String> {
    let mut notices = Vec::new();
    match readiness.outlive_2048.len() {
        0 => {}
        count => notices.push(format!(
            "de {count} emisores admitidos se toman claves RSA de menos de 3072 bits, que la guía española retira al \
             acabar 2026; el registro del servicio dice de cuáles"
        )),
    }
    match readiness.partly.len() {
        0 => {}
        count => notices.push(format!(
            "de {count} emisores admitidos no pueden usarse algunas listas de revocación; el registro del servicio dice \
             cuáles"
        )),
    }
    notices
}

/// What keeps all callers out, in words for strangers too.
pub(super) fn trouble(readiness: &Readiness) -> Option<String> {
    match (readiness.usable, readiness.unusable.as_slice()) {
        (0, []) => Some("ningún emisor de certificados está admitido hoy".to_owned()),
        (0, _) => Some(
            "las listas de revocación no permiten usar ningún emisor admitido; el registro del servicio dice por qué"
                .to_owned(),
        ),
        _ => None,
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
