//! Whole validations, with certificates made on the spot; for each one that is taken, the same one spoilt.

mod list;
mod lists;
mod paths;
mod readiness;
mod revocation;
mod usage;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::testing::{Issuing, at};
use super::{AdmittedIssuer, Holder, TrustError, Validator};

fn validator(list: Vec<AdmittedIssuer>) -> Validator {
    let validator = Validator::new().unwrap();
    validator.replace(list).unwrap();
    validator
}

/// What fails, if anything does.
fn fault(outcome: Result<Arc<Holder>, TrustError>) -> Option<TrustError> {
    outcome.err()
}

/// Validates on day 0 by a list of just these entries.
fn by(list: Vec<AdmittedIssuer>, der: &[u8]) -> Option<TrustError> {
    by_at(list, der, at(0))
}

fn by_at(list: Vec<AdmittedIssuer>, der: &[u8], instant: DateTime<Utc>) -> Option<TrustError> {
    fault(validator(list).validate_at(der, instant))
}

/// Validates on day 0 by a list of one plain entry.
fn under(issuing: &Issuing, der: &[u8]) -> Option<TrustError> {
    by(vec![issuing.admitted()], der)
}
