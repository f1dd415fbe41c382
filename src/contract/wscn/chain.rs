//! The certificates that a signature brings beside its signer's own.

use openssl::x509::{X509, X509Ref};

/// Whether certificates, in DER, are their signer's and others that lead from it upwards, each by the name of its issuer:
/// what is kept must not show a person who did not sign. That they issued one another is for the validation to say.
pub(super) fn is_chain_of(signer: &[u8], certificates: &[Vec<u8>]) -> bool {
    let others: Vec<_> = certificates.iter().filter(|der| *der != signer).collect();
    // As nearly all are; to read a certificate takes as long as some verifications.
    if others.is_empty() {
        return true;
    }
    let Ok(mut left) = others
        .into_iter()
        .map(|der| X509::from_der(der))
        .collect::<Result<Vec<_>, _>>()
    else {
        return false;
    };
    let mut issuers: Vec<Vec<u8>> = X509::from_der(signer)
        .ok()
        .and_then(|signer| issuer(&signer))
        .into_iter()
        .collect();
    while let Some(wanted) = issuers.pop() {
        let is_wanted = |other: &X509| other.subject_name().to_der().is_ok_and(|name| name == wanted);
        let (found, rest): (Vec<X509>, Vec<X509>) = left.into_iter().partition(is_wanted);
        left = rest;
        issuers.extend(found.iter().filter_map(|other| issuer(other)));
    }
    left.is_empty()
}

/// The name of a certificate's issuer, in DER.
fn issuer(certificate: &X509Ref) -> Option<Vec<u8>> {
    certificate.issuer_name().to_der().ok()
}
