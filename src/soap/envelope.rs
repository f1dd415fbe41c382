//! The envelope of an answer that is not signed.

use crate::xml::soap::SoapVersion;
use crate::xml::write::{Canonical, Enclosed};

/// A whole envelope, unsigned, around a payload.
#[must_use]
pub fn plain_envelope(version: SoapVersion, payload: Canonical) -> Enclosed {
    let head = [
        "<soap:Envelope xmlns:soap=\"",
        version.namespace(),
        "\"><soap:Body>",
    ];
    payload.between(head.concat().into_bytes(), &["</soap:Body></soap:Envelope>"])
}
