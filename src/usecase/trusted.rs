//! Keeping the validator's list of admitted issuers as the store has it (D-64: a change acts on the next request).

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::store::admitted::{self, AdmittedRow};
use crate::store::{Store, StoreError};
use crate::trust::{
    self, AdmittedIssuer, CaCertificate, CaError, Revocacion, RsaMinimo, RsaMinimoError, Sellos, Validator,
};

/// How long a start waits for revocation lists. Tens of thousands take longer, and the certificates of other issuers are
/// not to wait for them.
const AT_THE_START: Duration = Duration::from_secs(2);

/// A validator that asks the store, at each request, whether its list is still the current one.
pub struct Trusted {
    validator: Validator,
    generation: AtomicI64,
    /// Held by whoever puts another list in place.
    turn: Mutex<()>,
    /// Of entries that say none of their own.
    rsa_minimo: RsaMinimo,
}

/// Why the list could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An entry of the list is not the certificate of an authority.
    #[error("entry {id} of the allowed list cannot be used")]
    Entry {
        /// Number of the entry in the store.
        id: i32,
        /// What is wrong with it, for the operator who admitted it.
        #[source]
        reason: CaError,
    },
    /// What an entry asks of RSA keys is not written as it should be.
    #[error("entry {id} of the allowed list cannot be used")]
    RsaMinimo {
        /// Number of the entry in the store.
        id: i32,
        /// What is wrong with it, for the operator who admitted it.
        #[source]
        reason: RsaMinimoError,
    },
    /// The cryptographic library could not take it in.
    #[error(transparent)]
    Trust(#[from] trust::ListError),
}

impl Trusted {
    /// A validator with the list that the store has now, and as many revocation lists read as can be in a moment.
    pub fn load(store: &Store, rsa_minimo: RsaMinimo) -> Result<Self, ListError> {
        let trusted = Self {
            validator: Validator::new()?,
            generation: AtomicI64::new(-1),
            turn: Mutex::default(),
            rsa_minimo,
        };
        trusted.refresh(store)?;
        trusted.validator.read_lists_within(AT_THE_START);
        Ok(trusted)
    }

    /// The validator, with the list as the store has it at this moment.
    pub fn current(&self, store: &Store) -> Result<&Validator, ListError> {
        self.refresh(store)?;
        Ok(&self.validator)
    }

    /// Has the list read anew by the next request, whatever its number: one that was put back may come to the same again.
    pub fn forget(&self) {
        self.generation.store(-1, Ordering::Release);
    }

    fn refresh(&self, store: &Store) -> Result<(), ListError> {
        let current = store.ask(admitted::generation)?;
        if current == self.generation.load(Ordering::Acquire) {
            return Ok(());
        }
        // One at a time, reading within its turn: nobody puts a list that he read before in place of a later one, by which
        // somebody else has begun to validate.
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let (generation, rows) = store
            .read::<_, StoreError, _>(|conn| Ok((admitted::generation(conn)?, admitted::list(conn)?)))?;
        if generation != self.generation.load(Ordering::Acquire) {
            let issuers = rows.into_iter().map(|row| issuer_of(row, &self.rsa_minimo));
            self.validator.replace(issuers.collect::<Result<_, _>>()?)?;
            // After the list, so that who sees the number sees the list too.
            self.generation.store(generation, Ordering::Release);
        }
        Ok(())
    }
}

fn issuer_of(
    AdmittedRow { id, admitted }: AdmittedRow,
    rsa_minimo: &RsaMinimo,
) -> Result<AdmittedIssuer, ListError> {
    Ok(AdmittedIssuer {
        id,
        certificado: CaCertificate::admitted(&admitted.certificado)
            .map_err(|reason| ListError::Entry { id, reason })?,
        rsa_minimo: match admitted.rsa_minimo {
            Some(own) => own
                .parse()
                .map_err(|reason| ListError::RsaMinimo { id, reason })?,
            None => rsa_minimo.clone(),
        },
        nombre: admitted.nombre,
        desde: admitted.desde,
        hasta: admitted.hasta,
        politicas: admitted.politicas,
        revocacion: admitted
            .crl
            .map_or(Revocacion::Ninguna, |path| Revocacion::Crl(path.into())),
        sellos: if admitted.sellos {
            Sellos::Admitir
        } else {
            Sellos::Rechazar
        },
    })
}
