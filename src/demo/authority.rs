//! A certification authority of the demonstration: its certificate, what it issues, and its CRL.

use chrono::{DateTime, Days, Utc};
use openssl::asn1::{Asn1Integer, Asn1Object, Asn1OctetString, Asn1Time};
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, CrlNumber, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName,
    SubjectKeyIdentifier,
};
use openssl::x509::{
    X509, X509Builder, X509Crl, X509CrlBuilder, X509Extension, X509Name, X509NameRef, X509RevokedBuilder,
};

use crate::domain::nif::Nif;

use super::DemoError;
use super::subject::{self, Kind, Subject};

/// Days that the CRLs hold, so that a demonstration goes on working: ten years.
const CRL_DAYS: u64 = 3653;
/// Days that the authorities hold: longer than their CRLs.
const AUTHORITY_DAYS: u64 = 5479;

/// The keys that certificates are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyKind {
    /// RSA of 2048 bits.
    #[default]
    Rsa2048,
    /// The curve P-256.
    P256,
}

impl KeyKind {
    /// A new key, from the system's random numbers.
    pub fn generate(self) -> Result<PKey<Private>, ErrorStack> {
        match self {
            Self::Rsa2048 => PKey::from_rsa(Rsa::generate(2048)?),
            Self::P256 => {
                let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
                PKey::from_ec_key(EcKey::generate(&group)?)
            }
        }
    }
}

/// From when until when something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Validity {
    /// Its first second.
    pub from: DateTime<Utc>,
    /// Its last second.
    pub until: DateTime<Utc>,
}

/// A key with its certificate.
pub(super) struct Identity {
    /// Signed by the authority, not yet written anywhere.
    pub certificate: X509,
    /// Its private key, made for this world.
    pub key: PKey<Private>,
}

/// An authority: it issues certificates of holders and of services, and CRLs.
pub(super) struct Authority(Identity);

impl Authority {
    /// A new root of this name, with this key.
    pub(super) fn new(common_name: &str, key: PKey<Private>, now: DateTime<Utc>) -> Result<Self, DemoError> {
        let name = subject::organisation(common_name, None)?;
        let validity = Validity {
            from: days_before(now, 1461)?,
            until: days_after(now, AUTHORITY_DAYS)?,
        };
        let mut builder = start(&name, &name, &key, validity)?;
        builder.append_extension(BasicConstraints::new().critical().ca().pathlen(0).build()?)?;
        builder.append_extension(KeyUsage::new().critical().key_cert_sign().crl_sign().build()?)?;
        let own = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
        builder.append_extension(own)?;
        builder.sign(&key, MessageDigest::sha256())?;
        let certificate = builder.build();
        Ok(Self(Identity { certificate, key }))
    }

    /// Its certificate and key.
    #[must_use]
    pub(super) fn identity(&self) -> &Identity {
        &self.0
    }

    /// A certificate as the FNMT issues them to persons and representatives, of this key.
    pub(super) fn issue_to_holder(
        &self,
        holder: &Subject,
        kind: Kind,
        key: PKey<Private>,
        validity: Validity,
    ) -> Result<Identity, DemoError> {
        let mut builder = start(&holder.name(kind)?, self.name(), &key, validity)?;
        builder.append_extension(BasicConstraints::new().critical().build()?)?;
        let mut usage = KeyUsage::new();
        usage.critical().digital_signature().non_repudiation();
        // An EC key enciphers nothing: the new certificates of the FNMT leave this bit out (D-69).
        if key.id() == Id::RSA {
            usage.key_encipherment();
        }
        builder.append_extension(usage.build()?)?;
        builder.append_extension(ExtendedKeyUsage::new().client_auth().email_protection().build()?)?;
        builder.append_extension(policies(&kind.policies())?)?;
        let alternative = SubjectAlternativeName::new()
            .email(&format!("{}@demo.invalid", holder.nif.as_str().to_lowercase()))
            .dir_name2(holder.alternative()?)
            .build(&builder.x509v3_context(None, None))?;
        builder.append_extension(alternative)?;
        self.finish(builder, key)
    }

    /// The certificate with which a service signs its answers, of this key.
    pub(super) fn issue_to_service(
        &self,
        common_name: &str,
        identifier: &Nif,
        key: PKey<Private>,
        validity: Validity,
    ) -> Result<Identity, DemoError> {
        let name = subject::organisation(common_name, Some(identifier))?;
        let mut builder = start(&name, self.name(), &key, validity)?;
        builder.append_extension(BasicConstraints::new().critical().build()?)?;
        let mut usage = KeyUsage::new();
        usage.critical().digital_signature().non_repudiation();
        builder.append_extension(usage.build()?)?;
        self.finish(builder, key)
    }

    /// The certificate with which a service seals, of this key: for nothing but what is to bind its house.
    pub(super) fn issue_to_seal(
        &self,
        common_name: &str,
        identifier: &Nif,
        key: PKey<Private>,
        validity: Validity,
    ) -> Result<Identity, DemoError> {
        let name = subject::organisation(common_name, Some(identifier))?;
        let mut builder = start(&name, self.name(), &key, validity)?;
        builder.append_extension(BasicConstraints::new().critical().build()?)?;
        builder.append_extension(KeyUsage::new().critical().non_repudiation().build()?)?;
        self.finish(builder, key)
    }

    /// The certificate of a time-stamping authority, with a new key (RFC 3161 section 2.3).
    pub(super) fn issue_to_tsa(&self, common_name: &str, validity: Validity) -> Result<Identity, DemoError> {
        let key = KeyKind::P256.generate()?;
        let name = subject::organisation(common_name, None)?;
        let mut builder = start(&name, self.name(), &key, validity)?;
        builder.append_extension(BasicConstraints::new().critical().build()?)?;
        builder.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
        builder.append_extension(ExtendedKeyUsage::new().critical().time_stamping().build()?)?;
        self.finish(builder, key)
    }

    /// The CRL in force from `now` on, with these certificates in it (RFC 5280 section 5).
    pub(super) fn crl(&self, revoked: &[&X509], now: DateTime<Utc>) -> Result<X509Crl, DemoError> {
        let mut crl = X509CrlBuilder::new()?;
        crl.set_issuer_name(self.name())?;
        crl.set_last_update(&*time(now)?)?;
        crl.set_next_update(&*time(days_after(now, CRL_DAYS)?)?)?;
        for certificate in revoked {
            let mut entry = X509RevokedBuilder::new()?;
            entry.set_serial_number(certificate.serial_number())?;
            entry.set_revocation_date(&*time(days_before(now, 20)?)?)?;
            crl.add_revoked(entry.build())?;
        }
        crl.sort()?;
        let context = X509Builder::new()?;
        let issuer = AuthorityKeyIdentifier::new()
            .keyid(true)
            .build(&context.x509v3_context(Some(&self.0.certificate), None))?;
        crl.append_extension(issuer)?;
        crl.append_extension(CrlNumber::new(BigNum::from_u32(1)?)?.build()?)?;
        crl.sign(&self.0.key, MessageDigest::sha256())?;
        Ok(crl.build()?)
    }

    fn name(&self) -> &X509NameRef {
        self.0.certificate.subject_name()
    }

    fn finish(&self, mut builder: X509Builder, key: PKey<Private>) -> Result<Identity, DemoError> {
        let own = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
        builder.append_extension(own)?;
        let issuer = AuthorityKeyIdentifier::new()
            .keyid(true)
            .build(&builder.x509v3_context(Some(&self.0.certificate), None))?;
        builder.append_extension(issuer)?;
        builder.sign(&self.0.key, MessageDigest::sha256())?;
        let certificate = builder.build();
        Ok(Identity { certificate, key })
    }
}

/// `days` before an instant.
pub(super) fn days_before(at: DateTime<Utc>, days: u64) -> Result<DateTime<Utc>, DemoError> {
    at.checked_sub_days(Days::new(days)).ok_or(DemoError::Calendar)
}

/// `days` after an instant.
pub(super) fn days_after(at: DateTime<Utc>, days: u64) -> Result<DateTime<Utc>, DemoError> {
    at.checked_add_days(Days::new(days)).ok_or(DemoError::Calendar)
}

fn start(
    name: &X509Name,
    issuer: &X509NameRef,
    key: &PKey<Private>,
    validity: Validity,
) -> Result<X509Builder, DemoError> {
    let mut builder = X509::builder()?;
    // Version 3 is written 2 (RFC 5280 section 4.1.2.1).
    builder.set_version(2)?;
    let mut serial = BigNum::new()?;
    serial.rand(127, MsbOption::ONE, false)?;
    builder.set_serial_number(&*Asn1Integer::from_bn(&serial)?)?;
    builder.set_subject_name(name)?;
    builder.set_issuer_name(issuer)?;
    builder.set_not_before(&*time(validity.from)?)?;
    builder.set_not_after(&*time(validity.until)?)?;
    builder.set_pubkey(key)?;
    Ok(builder)
}

fn time(at: DateTime<Utc>) -> Result<Asn1Time, DemoError> {
    Ok(Asn1Time::from_unix(at.timestamp())?)
}

/// `CertificatePolicies ::= SEQUENCE OF PolicyInformation`, each with its identifier only (RFC 5280 section
/// 4.2.1.4); the library has no builder for it.
fn policies(oids: &[&str]) -> Result<X509Extension, DemoError> {
    const SEQUENCE: u8 = 0x30;
    const OBJECT_IDENTIFIER: u8 = 0x06;
    let mut list = Vec::new();
    for oid in oids {
        let identifier = Asn1Object::from_str(oid)?;
        list.extend(tlv(SEQUENCE, &tlv(OBJECT_IDENTIFIER, identifier.as_slice())?)?);
    }
    let value = Asn1OctetString::new_from_bytes(&tlv(SEQUENCE, &list)?)?;
    let oid = Asn1Object::from_str("2.5.29.32")?;
    Ok(X509Extension::new_from_der(&oid, false, &value)?)
}

/// An element in DER with a length in its short form, below 128.
fn tlv(tag: u8, content: &[u8]) -> Result<Vec<u8>, DemoError> {
    let length = u8::try_from(content.len()).ok().filter(|length| *length < 128);
    let head = [tag, length.ok_or(DemoError::Encoding)?];
    Ok([&head, content].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::x509::{CrlStatus, X509VerifyResult};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_130_500, 0).unwrap()
    }

    fn marta() -> Subject {
        Subject {
            nif: "99999901H".parse().unwrap(),
            nombre: "MARTA",
            apellidos: ["ROBLES", "IBARRA"],
            entidad: None,
        }
    }

    fn year() -> Validity {
        Validity {
            from: now(),
            until: days_after(now(), 365).unwrap(),
        }
    }

    #[test]
    fn a_holder_s_certificate_is_signed_by_its_authority_and_declares_its_policies() {
        let key = || KeyKind::P256.generate().unwrap();
        let authority = Authority::new("AC UNO", key(), now()).unwrap();
        let other = Authority::new("AC DOS", key(), now()).unwrap();
        for key_kind in [KeyKind::Rsa2048, KeyKind::P256] {
            let leaf = authority
                .issue_to_holder(
                    &marta(),
                    Kind::PersonaFisica,
                    key_kind.generate().unwrap(),
                    year(),
                )
                .unwrap();
            let certificate = leaf.certificate;
            let issuer = &authority.identity().certificate;
            assert_eq!(issuer.issued(&certificate), X509VerifyResult::OK);
            assert!(certificate.verify(&authority.identity().key).unwrap());
            assert!(!certificate.verify(&other.identity().key).unwrap());
            let text = String::from_utf8(certificate.to_text().unwrap()).unwrap();
            for expected in [
                "Policy: 1.3.6.1.4.1.5734.3.10.1",
                "Policy: 0.4.0.194112.1.0",
                "1.3.6.1.4.1.5734.1.4=99999901H",
                "TLS Web Client Authentication, E-mail Protection",
            ] {
                assert!(text.contains(expected), "{expected}\n{text}");
            }
            assert_eq!(text.contains("Key Encipherment"), key_kind == KeyKind::Rsa2048);
        }
    }

    #[test]
    fn a_crl_is_signed_by_its_authority_and_names_the_revoked_only() {
        let key = || KeyKind::P256.generate().unwrap();
        let authority = Authority::new("AC UNO", key(), now()).unwrap();
        let issue = || {
            authority
                .issue_to_holder(&marta(), Kind::PersonaFisica, key(), year())
                .unwrap()
        };
        let (good, bad) = (issue(), issue());
        let crl = authority.crl(&[&bad.certificate], now()).unwrap();
        let read = X509Crl::from_der(&crl.to_der().unwrap()).unwrap();
        assert!(read.verify(&authority.identity().key).unwrap());
        assert!(matches!(
            read.get_by_cert(&good.certificate),
            CrlStatus::NotRevoked
        ));
        assert!(matches!(
            read.get_by_cert(&bad.certificate),
            CrlStatus::Revoked(_)
        ));
        let until = time(days_after(now(), CRL_DAYS).unwrap()).unwrap();
        assert!(read.next_update().is_some_and(|next| *next == *until));
    }

    #[test]
    fn an_element_too_long_for_the_short_form_is_refused() {
        assert!(matches!(tlv(0x30, &[0; 128]), Err(DemoError::Encoding)));
        assert_eq!(tlv(0x06, &[1, 2]).unwrap(), [0x06, 2, 1, 2]);
    }
}
