//! What a demonstration has made, by which nobody is to be served where nothing may be invented.

use openssl::nid::Nid;
use openssl::x509::X509Ref;

use crate::store::demonstration;

/// Whether a demonstration made this certificate.
pub(super) fn is_invented(certificate: &X509Ref) -> bool {
    let mut organisations = certificate.subject_name().entries_by_nid(Nid::ORGANIZATIONNAME);
    organisations.any(|entry| entry.data().as_slice() == demonstration::ORGANISATION.as_bytes())
}
