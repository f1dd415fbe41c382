//! `Authority`: who answers as a time-stamping authority does, for tests and demonstrations: nobody's clock vouches for it.

use chrono::{DateTime, Utc};

use crate::cms::write::{sequence, unsigned};
use crate::cms::{Sealing, SealingError, TST_INFO, signed_data};
use crate::trust::der::{element, tag};

use super::query::Query;
use super::tst_info::written;

/// The policy of what tests and demonstrations are given, of an arc that stands for examples (2.999, X.660).
const POLICY: &str = "2.999.3161.1";
/// PKIStatus rejection (RFC 3161 §2.4.2).
const REJECTION: u8 = 2;
/// PKIFailureInfo as a BIT STRING whose last bit is set: badRequest, 2.
const BAD_REQUEST: [u8; 2] = [5, 0b0010_0000];
/// The same of unacceptedPolicy, 15.
const UNACCEPTED_POLICY: [u8; 3] = [0, 0, 1];

/// Key and certificate of an authority.
pub struct Authority<'a> {
    /// Its certificate, key, and those above it.
    pub sealing: Sealing<'a>,
}

impl Authority<'_> {
    /// Answers a question at `at`, as it stands in RFC 3161 §2.2, with a serial number that was never given before. A question
    /// that cannot be answered is rejected, which is an answer too.
    pub fn answer(&self, question: &[u8], serial: &[u8], at: DateTime<Utc>) -> Result<Vec<u8>, SealingError> {
        let Ok(query) = Query::read(question) else {
            return Ok(rejection(&BAD_REQUEST));
        };
        if query.policy.as_deref().is_some_and(|wanted| wanted != POLICY) {
            return Ok(rejection(&UNACCEPTED_POLICY));
        }
        let info = written(&query, POLICY, serial, at)?;
        let token = signed_data(TST_INFO, &info, &self.sealing, query.certificates)?;
        Ok(granted(&token))
    }
}

/// A TimeStampResp with a token.
pub(super) fn granted(token: &[u8]) -> Vec<u8> {
    sequence(&[sequence(&[unsigned(&[0])]), token.to_vec()])
}

fn rejection(failure: &[u8]) -> Vec<u8> {
    sequence(&[sequence(&[
        unsigned(&[REJECTION]),
        element(tag::BIT_STRING, failure),
    ])])
}
