//! What a token proves by itself, long after it was asked for: that whoever signed it saw these octets at that time.

use chrono::{DateTime, Utc};
use openssl::sha::sha256;

use crate::cms::{SHA256, SignedData, TST_INFO};

use super::error::TspError;
use super::tst_info::TstInfo;

/// A token that is of certain octets. Whether whoever signed it may be believed is not said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// The time that it tells (`genTime`).
    pub instante: DateTime<Utc>,
    /// The certificate of the authority, in DER.
    pub certificado: Vec<u8>,
}

/// Looks whether a token, in DER, is a time stamp over these octets, by SHA-256, whose own signature holds.
pub fn dated(token: &[u8], octets: &[u8]) -> Result<Dated, TspError> {
    let signed = SignedData::read(token)?;
    if signed.content_type != TST_INFO {
        return Err(TspError::Content {
            oid: signed.content_type,
        });
    }
    let certificado = signed.verify()?.to_vec();
    let info = TstInfo::read(signed.content).map_err(|_| TspError::TstInfo)?;
    if info.algorithm != SHA256 {
        return Err(TspError::ImprintAlgorithm { oid: info.algorithm });
    }
    if info.imprint != sha256(octets) {
        return Err(TspError::Imprint);
    }
    Ok(Dated {
        instante: info.time.instant,
        certificado,
    })
}
