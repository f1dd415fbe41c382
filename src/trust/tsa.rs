//! `TsaTrust`: whom we let date what we keep: the chain that an operator wrote, and the purpose that RFC 3161 §2.3 asks for.
//!
//! Apart from the allowed list, which is of those who identify people: nobody who may date may therefore sign, nor the reverse.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use openssl::error::ErrorStack;
use openssl::x509::X509;
use thiserror::Error;

use super::admitted::{AdmittedIssuer, CaCertificate, CaError, Revocacion, Sellos};
use super::crl_place::Place;
use super::crl_source::CrlSource;
use super::error::{CrlFault, TrustError};
use super::fields::{Fields, KeyUsage};
use super::held::Asked;
use super::issuer::Issuer;
use super::key::{Curves, RSA_LEAST_BITS, check_key};
use super::oid::purpose;
use super::path::Path;
use super::pem::{self, PemError};
use super::renewal::Renewal;
use super::rsa_minimo::RsaMinimo;
use super::strength::{is_strong_signature, public_key};

/// Most authorities in a chain that an operator writes; there are two or three in the field.
const MAX_CHAIN: usize = 16;

/// The authorities below which whoever dates must be, and where it is seen who of them is revoked.
pub struct TsaTrust {
    authorities: Vec<Authority>,
    paths: Vec<Path>,
    _renewal: Renewal,
}

/// One certificate of the chain, and what its own revocation lists may be among.
struct Authority {
    issuer: Arc<Issuer>,
    lists: Vec<Arc<CrlSource>>,
}

/// Why a chain cannot be used.
#[derive(Debug, Error)]
pub enum TsaChainError {
    /// The file holds no certificate in DER or PEM.
    #[error("there is no certificate in it")]
    Empty,
    /// More than a chain has.
    #[error("there are more than {MAX_CHAIN} certificates in it")]
    TooMany,
    /// One of its certificates is not that of an authority whose signatures are believed.
    #[error("certificate {number} of it cannot be used")]
    Certificate {
        /// Which one, from 1.
        number: usize,
        /// What is wrong with it.
        #[source]
        fault: CaError,
    },
    /// The cryptographic library failed.
    #[error("the chain could not be loaded")]
    Library(#[from] ErrorStack),
    /// There is no thread by which revocation lists are read.
    #[error("no thread could be made to read revocation lists")]
    Thread(#[from] std::io::Error),
}

impl From<PemError> for TsaChainError {
    fn from(_: PemError) -> Self {
        Self::Empty
    }
}

/// Why the certificate of whoever dated something is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TsaFault {
    /// Its extended key usage is missing, or does not name time stamping (RFC 3161 §2.3).
    #[error("the certificate is not for time stamping")]
    NotForTimeStamping,
    /// Its extended key usage names other purposes beside (RFC 3161 §2.3).
    #[error("the certificate is for other purposes than time stamping too: {}", usos.join(", "))]
    OtherPurposes {
        /// OIDs of all of its purposes.
        usos: Vec<String>,
    },
    /// Its extended key usage is not critical, so that others may pass it over (RFC 3161 §2.3).
    #[error("the purpose of the certificate is not critical")]
    NotCritical,
    /// Its path, validity, key or status is not good.
    #[error("the certificate of the time-stamping authority is not trusted")]
    Untrusted(#[from] TrustError),
}

impl TsaTrust {
    /// Reads a chain, each of whose certificates may issue those of time-stamping authorities, and remembers where revocation
    /// lists are (files, folders or patterns, read again when they change). Without any, nobody is asked for revocation.
    pub fn load(chain: &[u8], lists: &[PathBuf]) -> Result<Self, TsaChainError> {
        let renewal = Renewal::default();
        let mut authorities = Vec::new();
        pem::each(chain, pem::CERTIFICATE, |der| {
            let number = authorities.len() + 1;
            if number > MAX_CHAIN {
                return Err(TsaChainError::TooMany);
            }
            let certificado =
                CaCertificate::inspect(der).map_err(|fault| TsaChainError::Certificate { number, fault })?;
            let places = lists.iter().cloned().map(Place::new);
            let lists = places
                .map(|place| renewal.source(place, &certificado))
                .collect::<Result<_, _>>()?;
            let issuer = Arc::new(Issuer::new(entry(certificado), None));
            authorities.push(Authority { issuer, lists });
            Ok(())
        })?;
        let issuers: Vec<Arc<Issuer>> = authorities.iter().map(|one| Arc::clone(&one.issuer)).collect();
        let mut paths = Vec::new();
        for issuer in &issuers {
            paths.extend(Path::all_from(issuer, &issuers)?);
        }
        Ok(Self {
            authorities,
            paths,
            _renewal: renewal,
        })
    }

    /// Whether a certificate, in DER, is that of somebody who may date at `at`: for time stamping and nothing else, issued below
    /// the chain, within its validity, of a strong key, and not revoked by the lists. That its key signed is the caller's to see.
    pub fn check_at(&self, certificate: &[u8], at: DateTime<Utc>) -> Result<(), TsaFault> {
        let fields = Fields::inspect(certificate).map_err(TrustError::from)?;
        check_purpose(&fields)?;
        Ok(self.check_path(certificate, &fields, at)?)
    }

    fn check_path(&self, der: &[u8], fields: &Fields<'_>, at: DateTime<Utc>) -> Result<(), TrustError> {
        let x509 = X509::from_der(der).map_err(|_| TrustError::Unreadable)?;
        let key = public_key(fields.key_info).map_err(TrustError::WeakKey)?;
        check_key(&key, RSA_LEAST_BITS, Curves::OfAuthorities).map_err(TrustError::WeakKey)?;
        if fields.is_ca().map_err(|_| TrustError::Unreadable)? {
            return Err(TrustError::IsCa);
        }
        // §4.2.1.3: without keyUsage a key is for everything.
        let usage = fields.key_usage().map_err(|_| TrustError::Unreadable)?;
        if !usage.is_none_or(KeyUsage::signs) {
            return Err(TrustError::KeyUsage);
        }
        let (desde, hasta) = (fields.not_before, fields.not_after);
        let mut failure = TrustError::NotAdmitted {
            emisor: fields.issuer.shown(),
        };
        for path in &self.paths {
            if !path.names_issuer_of(&x509)? {
                continue;
            }
            let along = path.verify(&x509).and_then(|()| {
                if at < desde {
                    return Err(TrustError::NotYetValid { desde });
                }
                if at > hasta {
                    return Err(TrustError::Expired { hasta });
                }
                self.check_links(path, fields, at)
            });
            match along {
                Ok(()) => return Ok(()),
                Err(other) if other.rank() > failure.rank() => failure = other,
                Err(_) => {}
            }
        }
        Err(failure)
    }

    /// What each certificate of a path must be at `at`: validity, strength of what signed the one below, status.
    fn check_links(&self, path: &Path, leaf: &Fields<'_>, at: DateTime<Utc>) -> Result<(), TrustError> {
        let mut below = leaf.clone();
        for link in path.links() {
            if !is_strong_signature(&below.signature) {
                return Err(TrustError::WeakSignature {
                    algoritmo: below.signature.clone(),
                });
            }
            link.validity(at)?;
            self.check_status(link, &below, at)?;
            below = Fields::inspect(link.ca().der())?;
        }
        Ok(())
    }

    /// Whether a certificate is not revoked by the lists of its issuer, one of which must be in force, if there are any lists.
    fn check_status(
        &self,
        issuer: &Arc<Issuer>,
        of: &Fields<'_>,
        at: DateTime<Utc>,
    ) -> Result<(), TrustError> {
        let its = self
            .authorities
            .iter()
            .find(|one| Arc::ptr_eq(&one.issuer, issuer));
        let lists = its.map_or(&[][..], |one| &one.lists);
        if lists.is_empty() {
            return Ok(());
        }
        let asked = Asked::of(of)?;
        let mut outcome = Err(CrlFault::OtherIssuer);
        for source in lists {
            match source.current().good_at(&asked, of.serial, at)? {
                Ok(_) => outcome = Ok(()),
                // Of several files each is of somebody else, but for one.
                Err(CrlFault::OtherIssuer) => {}
                Err(fault) if outcome == Err(CrlFault::OtherIssuer) => outcome = Err(fault),
                Err(_) => {}
            }
        }
        outcome.map_err(|reason| TrustError::RevocationUnknown {
            emisor: issuer.ca().nombre().to_owned(),
            reason,
        })
    }
}

/// RFC 3161 §2.3: extended key usage with one purpose, id-kp-timeStamping, and critical.
fn check_purpose(certificate: &Fields<'_>) -> Result<(), TsaFault> {
    let usos = certificate.purposes().map_err(|_| TrustError::Unreadable)?;
    let usos = usos.unwrap_or_default();
    if !usos.iter().any(|uso| uso == purpose::TIME_STAMPING) {
        return Err(TsaFault::NotForTimeStamping);
    }
    if usos.len() != 1 {
        return Err(TsaFault::OtherPurposes { usos });
    }
    if !certificate.purposes_are_critical() {
        return Err(TsaFault::NotCritical);
    }
    Ok(())
}

/// A certificate of the chain as an entry of a list: the chain says nothing else of it.
fn entry(certificado: CaCertificate) -> AdmittedIssuer {
    AdmittedIssuer {
        id: 0,
        nombre: certificado.nombre().to_owned(),
        certificado,
        desde: DateTime::<Utc>::MIN_UTC,
        hasta: None,
        politicas: Vec::new(),
        revocacion: Revocacion::Ninguna,
        sellos: Sellos::Rechazar,
        rsa_minimo: RsaMinimo::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::testing::crl::List;
    use crate::trust::testing::{Digest, Issuing, KeyKind, Leaf, at, dating};

    fn check(leaf: &Leaf, lists: &[Vec<u8>]) -> Result<(), TsaFault> {
        let root = Issuing::root("RAIZ TSA");
        below(&root, leaf, lists)
    }

    fn below(root: &Issuing, leaf: &Leaf, lists: &[Vec<u8>]) -> Result<(), TsaFault> {
        let folder = tempfile::tempdir().unwrap();
        let places: Vec<PathBuf> = (0..lists.len())
            .map(|n| folder.path().join(format!("{n}.crl")))
            .collect();
        for (place, list) in places.iter().zip(lists) {
            std::fs::write(place, list).unwrap();
        }
        TsaTrust::load(root.der(), &places)
            .unwrap()
            .check_at(&root.issue(leaf), at(0))
    }

    #[test]
    fn who_dates_has_that_purpose_alone_and_it_is_critical() {
        let with = |critical, ids: &[&str]| check(&dating(critical, ids), &[]);
        let stamping = purpose::TIME_STAMPING;
        assert_eq!(with(true, &[stamping]), Ok(()));
        assert_eq!(with(false, &[stamping]), Err(TsaFault::NotCritical));
        assert_eq!(
            with(true, &[purpose::CLIENT_AUTH]),
            Err(TsaFault::NotForTimeStamping)
        );
        assert_eq!(check(&Leaf::persona(), &[]), Err(TsaFault::NotForTimeStamping));
        let both = [stamping, purpose::ANY];
        let usos = both.iter().map(|uso| (*uso).to_owned()).collect();
        assert_eq!(with(true, &both), Err(TsaFault::OtherPurposes { usos }));
    }

    #[test]
    fn who_dates_is_below_the_chain_valid_and_of_a_strong_key() {
        let good = || dating(true, &[purpose::TIME_STAMPING]);
        let untrusted = |leaf: &Leaf| match check(leaf, &[]) {
            Err(TsaFault::Untrusted(error)) => error,
            other => panic!("{other:?}"),
        };
        assert!(matches!(
            untrusted(&good().days(-10, -1)),
            TrustError::Expired { .. }
        ));
        assert!(matches!(
            untrusted(&good().days(1, 10)),
            TrustError::NotYetValid { .. }
        ));
        assert!(matches!(
            untrusted(&good().key(KeyKind::Rsa1024)),
            TrustError::WeakKey(_)
        ));
        assert!(matches!(
            untrusted(&good().digest(Digest::Sha1)),
            TrustError::WeakSignature { .. }
        ));
        assert_eq!(
            untrusted(&good().usage(Some(crate::trust::testing::key_usage(&[4])))),
            TrustError::KeyUsage
        );
        let root = Issuing::root("RAIZ TSA");
        let same_name = Issuing::root("RAIZ TSA").issue(&good());
        let trust = TsaTrust::load(root.der(), &[]).unwrap();
        let of_other = trust.check_at(&same_name, at(0));
        assert!(matches!(
            of_other,
            Err(TsaFault::Untrusted(TrustError::NotSignedByIssuer { .. }))
        ));
        let elsewhere = Issuing::root("OTRA").issue(&good());
        assert!(matches!(
            trust.check_at(&elsewhere, at(0)),
            Err(TsaFault::Untrusted(TrustError::NotAdmitted { .. }))
        ));
    }

    #[test]
    fn who_dates_is_not_revoked_by_the_lists_one_of_which_is_in_force() {
        let good = dating(true, &[purpose::TIME_STAMPING]).serial(77);
        let root = Issuing::root("RAIZ TSA");
        let other = Issuing::root("OTRA").list(&List::of(-1, 10));
        let with = |lists: &[Vec<u8>]| below(&root, &good, lists);
        assert_eq!(with(&[root.list(&List::of(-1, 10)), other.clone()]), Ok(()));
        let revoking = root.list(&List::of(-1, 10).revoking(77, -1));
        let revoked = TrustError::Revoked { since: at(-1) };
        assert_eq!(
            with(&[other.clone(), revoking]),
            Err(TsaFault::Untrusted(revoked))
        );
        for (lists, reason) in [
            (vec![other], CrlFault::OtherIssuer),
            (vec![root.list(&List::of(-10, -1))], CrlFault::Stale(at(-1))),
        ] {
            let unknown = TrustError::RevocationUnknown {
                emisor: "CN=RAIZ TSA, C=ES".to_owned(),
                reason,
            };
            assert_eq!(with(&lists), Err(TsaFault::Untrusted(unknown)));
        }
    }

    #[test]
    fn a_chain_is_of_authorities_alone() {
        let root = Issuing::root("RAIZ TSA");
        let leaf = root.issue(&Leaf::persona());
        assert!(matches!(
            TsaTrust::load(&leaf, &[]),
            Err(TsaChainError::Certificate {
                number: 1,
                fault: CaError::NotCa
            })
        ));
        assert!(matches!(
            TsaTrust::load(b"nothing", &[]),
            Err(TsaChainError::Empty)
        ));
    }
}
