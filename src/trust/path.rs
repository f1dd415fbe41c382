//! Paths of the allowed list: from each issuer up to where the list ends, checked with a certificate at their foot
//! (RFC 5280 §6).
//!
//! A token carries one certificate only, so the issuers above it can come from nowhere but the list. Its issuer
//! must be an entry (D-64). Where the list also knows that issuer's own issuer, the path goes on upwards, and each
//! entry on it must hold: whoever retires or revokes an authority retires what hangs from it.

use std::sync::Arc;

use openssl::error::ErrorStack;
use openssl::stack::{Stack, StackRef};
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509Ref, X509StoreContext, X509VerifyResult};

use super::error::{PathFault, TrustError};
use super::issuer::Issuer;

/// Most entries on one path: national hierarchies have two or three.
const MAX_LINKS: usize = 6;
/// Most paths kept for one issuer: there are several only where authorities certify each other.
const MAX_PATHS: usize = 8;

/// An issuer and those above it, lowest first, whose signatures upon each other were verified when it was made.
pub(super) struct Path {
    links: Vec<Arc<Issuer>>,
    store: X509Store,
    between: Stack<X509>,
}

impl Path {
    /// Every path that begins with `issuer` and goes up as far as the list knows.
    pub(super) fn all_from(issuer: &Arc<Issuer>, list: &[Arc<Issuer>]) -> Result<Vec<Self>, ErrorStack> {
        let mut found = Vec::new();
        climb(vec![Arc::clone(issuer)], list, &mut found);
        found.into_iter().map(Self::new).collect()
    }

    fn new(links: Vec<Arc<Issuer>>) -> Result<Self, ErrorStack> {
        let mut param = X509VerifyParam::new()?;
        // PARTIAL_CHAIN: the highest entry is the anchor, self-signed or not. NO_CHECK_TIME: validity is checked
        // here, against the instant that is asked about, and by the RFC's inclusive bounds. POLICY_CHECK: policies
        // that authorities constrain are not passed over. Below one that requires explicit policies nobody is taken,
        // since openssl wants to be told then which ones are meant, and its safe interface has no way to.
        param.set_flags(
            X509VerifyFlags::PARTIAL_CHAIN | X509VerifyFlags::NO_CHECK_TIME | X509VerifyFlags::POLICY_CHECK,
        )?;
        param.set_depth(i32::try_from(MAX_LINKS).unwrap_or(i32::MAX));
        let mut store = X509StoreBuilder::new()?;
        store.set_param(&param)?;
        let mut between = Stack::new()?;
        if let Some((anchor, lower)) = links.split_last() {
            store.add_cert(anchor.ca().x509.clone())?;
            for link in lower {
                between.push(link.ca().x509.clone())?;
            }
        }
        Ok(Self {
            links,
            store: store.build(),
            between,
        })
    }

    /// The entries, lowest first: the first one is the issuer of the certificates at the foot.
    pub(super) fn links(&self) -> &[Arc<Issuer>] {
        &self.links
    }

    /// Whether the lowest entry has the name, key identifier and use of the issuer that `certificate` names.
    pub(super) fn names_issuer_of(&self, certificate: &X509Ref) -> Result<bool, TrustError> {
        let issued = |issuer: &Arc<Issuer>| issuer.ca().x509.issued(certificate).as_raw();
        match self.links.first().map(issued) {
            Some(0) => Ok(true),
            // X509_V_ERR_UNSPECIFIED: the names fit, and an extension cannot be read.
            Some(1) => Err(TrustError::Unreadable),
            _ => Ok(false),
        }
    }

    /// RFC 5280 §6.1 but for validity, revocation and what the list itself asks: signatures, basicConstraints and
    /// path lengths, key usage of issuers, name and policy constraints, critical extensions.
    pub(super) fn verify(&self, certificate: &X509Ref) -> Result<(), TrustError> {
        let between: &StackRef<X509> = &self.between;
        let outcome = X509StoreContext::new()
            .and_then(|mut context| {
                context.init(&self.store, certificate, between, |c| {
                    let good = c.verify_cert()?;
                    Ok((good, c.error()))
                })
            })
            .map_err(|_| TrustError::Internal)?;
        match outcome {
            (true, X509VerifyResult::OK) => Ok(()),
            (_, error) => Err(self.fault(error)),
        }
    }

    /// The numbers are those of `openssl/x509_vfy.h`, part of its stable interface.
    fn fault(&self, error: X509VerifyResult) -> TrustError {
        let fault = match error.as_raw() {
            // CERT_SIGNATURE_FAILURE; UNABLE_TO_GET_ISSUER_CERT(_LOCALLY): the names fit and the key does not.
            7 | 2 | 20 | 21 => {
                return TrustError::NotSignedByIssuer {
                    emisor: self
                        .links
                        .first()
                        .map(|i| i.ca().nombre().to_owned())
                        .unwrap_or_default(),
                };
            }
            // UNSPECIFIED and OUT_OF_MEM come of what a certificate holds too (a key that cannot be read, more policies
            // than are followed), and it holds that for ever: nobody is told to try again later.
            // PATH_LENGTH_EXCEEDED, CERT_CHAIN_TOO_LONG.
            25 | 22 => PathFault::PathLength,
            // INVALID_CA, KEYUSAGE_NO_CERTSIGN.
            24 | 32 => PathFault::NotCa,
            // UNHANDLED_CRITICAL_EXTENSION.
            34 => PathFault::CriticalExtension,
            // PERMITTED_VIOLATION to UNSUPPORTED_NAME_SYNTAX.
            47..=53 => PathFault::NameConstraint,
            // INVALID_POLICY_EXTENSION, NO_EXPLICIT_POLICY.
            42 | 43 => PathFault::PolicyConstraint,
            other => PathFault::Other(other),
        };
        TrustError::BadPath(fault)
    }
}

/// Adds to `found` each way up from the last of `links`, none of which comes twice.
fn climb(links: Vec<Arc<Issuer>>, list: &[Arc<Issuer>], found: &mut Vec<Vec<Arc<Issuer>>>) {
    if found.len() == MAX_PATHS {
        return;
    }
    let above: Vec<&Arc<Issuer>> = match links.last() {
        Some(top) if links.len() < MAX_LINKS => list
            .iter()
            .filter(|upper| {
                // Two entries of one authority are not above each other.
                links.iter().all(|link| {
                    link.ca()
                        .x509
                        .subject_name()
                        .try_cmp(upper.ca().x509.subject_name())
                        .is_ok_and(std::cmp::Ordering::is_ne)
                }) && signed(top, upper)
            })
            .collect(),
        _ => Vec::new(),
    };
    if above.is_empty() {
        found.push(links);
        return;
    }
    for upper in above {
        let mut longer = links.clone();
        longer.push(Arc::clone(upper));
        climb(longer, list, found);
    }
}

/// Whether `upper` is named by `lower` as its issuer, and did sign it.
fn signed(lower: &Issuer, upper: &Issuer) -> bool {
    let (lower, upper) = (lower.ca(), upper.ca());
    !lower.self_issued
        && upper.x509.issued(&lower.x509) == X509VerifyResult::OK
        && upper
            .key
            .as_ref()
            .is_ok_and(|key| lower.x509.verify(key).unwrap_or(false))
}
