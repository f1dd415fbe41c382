//! The one door by which an authority's answer becomes a [`Stamp`].

use chrono::{DateTime, TimeDelta, Utc};

use crate::cms::{SignedData, TST_INFO};
use crate::trust::TsaTrust;

use super::error::TspError;
use super::query::Query;
use super::reply;
use super::tst_info::{GenTime, TstInfo};

/// What was asked, when, and whom one believes.
pub struct Asking<'a> {
    /// The question that was sent.
    pub query: &'a Query,
    /// Whom one lets date.
    pub trust: &'a TsaTrust,
    /// What our clock said before it was sent.
    pub asked: DateTime<Utc>,
    /// What it said when the answer was there.
    pub answered: DateTime<Utc>,
    /// By how much the time that is told may lie before the one or after the other.
    pub most: TimeDelta,
}

/// A token that holds, and what it says; only [`check`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The token in DER, as it was signed.
    pub token: Vec<u8>,
    /// The time that it tells (`genTime`).
    pub instante: DateTime<Utc>,
    /// The certificate of the authority, in DER.
    pub certificado: Vec<u8>,
    /// By how much our clock is ahead of that time, beyond what asking took; negative if it is behind.
    pub desfase: TimeDelta,
}

/// The stamp that an answer is, if everything holds (E-20; RFC 3161 §2.2 and §2.4.2): status, one signer, content, signature,
/// imprint, nonce, policy, the signer's certificate, and last the time itself, so that who is told of a clock that differs knows
/// that the one who says so may be believed.
pub fn check(answer: &[u8], asking: &Asking<'_>) -> Result<Stamp, TspError> {
    let token = reply::token(answer)?;
    let signed = SignedData::read(&token)?;
    if signed.content_type != TST_INFO {
        return Err(TspError::Content {
            oid: signed.content_type,
        });
    }
    let certificado = signed.verify()?;
    let info = TstInfo::read(signed.content).map_err(|_| TspError::TstInfo)?;
    let Query {
        algorithm,
        imprint,
        policy,
        nonce,
        ..
    } = asking.query;
    if info.algorithm != *algorithm {
        return Err(TspError::ImprintAlgorithm { oid: info.algorithm });
    }
    if info.imprint != imprint.as_slice() {
        return Err(TspError::Imprint);
    }
    if nonce.is_some() && info.nonce != nonce.as_deref() {
        return Err(TspError::Nonce);
    }
    if policy.as_ref().is_some_and(|wanted| info.policy != *wanted) {
        return Err(TspError::Policy { oid: info.policy });
    }
    asking.trust.check_at(certificado, info.time.instant)?;
    let desfase = difference(info.time, asking.asked, asking.answered);
    if desfase.abs() > asking.most {
        return Err(TspError::Time { difference: desfase });
    }
    Ok(Stamp {
        certificado: certificado.to_vec(),
        instante: info.time.instant,
        desfase,
        token: token.into_owned(),
    })
}

/// By how much our clock is ahead of a time that was told between two of its readings.
fn difference(time: GenTime, asked: DateTime<Utc>, answered: DateTime<Utc>) -> TimeDelta {
    let until = time
        .instant
        .checked_add_signed(time.worth)
        .unwrap_or(time.instant);
    if asked > until {
        asked - until
    } else if answered < time.instant {
        answered - time.instant
    } else {
        TimeDelta::zero()
    }
}
