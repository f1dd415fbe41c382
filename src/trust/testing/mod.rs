//! Authorities, certificates and revocation lists made on the spot.

pub(crate) mod crl;
pub(crate) mod der;
pub(crate) mod name;

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;

use self::der::{bit_string, boolean, extension, integer, oid, seq, time, tlv};
use super::admitted::{AdmittedIssuer, CaCertificate, Revocacion, Sellos};
use super::fields::Fields;
use super::holder::Holder;
use super::identity::{self, CommonNameRule, ReadingRule};
use super::rsa_minimo::RsaMinimo;

/// So many days after 1 June 2026.
pub(crate) fn at(days: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 6, 1, 0, 0, 0).unwrap() + TimeDelta::days(days)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    P256,
    P384,
    P521,
    /// P-256 by its parameters instead of its name.
    P256Explicit,
    Rsa1024,
    Rsa2048,
    /// With this public exponent: it verifies, and signs nothing.
    RsaExponent1,
    RsaExponent3,
    Ed25519,
}

impl KeyKind {
    /// A key of the kind: a new one each time, but for RSA, where making one takes long.
    fn make(self) -> PKey<Private> {
        static RSA_1024: LazyLock<PKey<Private>> = LazyLock::new(|| rsa(1024));
        static RSA_2048: LazyLock<PKey<Private>> = LazyLock::new(|| rsa(2048));
        match self {
            Self::P256 => ec(Nid::X9_62_PRIME256V1),
            Self::P384 => ec(Nid::SECP384R1),
            Self::P521 => ec(Nid::SECP521R1),
            Self::P256Explicit => {
                let mut group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
                group.set_asn1_flag(openssl::ec::Asn1Flag::EXPLICIT_CURVE);
                PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
            }
            Self::Rsa1024 => RSA_1024.clone(),
            // The exponent is written into the certificate; the private key is never used.
            Self::Rsa2048 | Self::RsaExponent1 | Self::RsaExponent3 => RSA_2048.clone(),
            Self::Ed25519 => PKey::generate_ed25519().unwrap(),
        }
    }
}

impl KeyKind {
    /// The key as a certificate bears it.
    fn info(self, key: &PKey<Private>) -> Vec<u8> {
        let exponent = match self {
            Self::RsaExponent1 => 1,
            Self::RsaExponent3 => 3,
            _ => return key.public_key_to_der().unwrap(),
        };
        let modulus = key.rsa().unwrap().n().to_owned().unwrap();
        let exponent = openssl::bn::BigNum::from_u32(exponent).unwrap();
        let public = Rsa::from_public_components(modulus, exponent).unwrap();
        public.public_key_to_der().unwrap()
    }
}

fn rsa(bits: u32) -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap()
}

fn ec(curve: Nid) -> PKey<Private> {
    let group = EcGroup::from_curve_name(curve).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

/// The octets of a keyUsage with some of its numbered bits.
pub(crate) fn key_usage(bits: &[u8]) -> Vec<u8> {
    let octet = bits.iter().fold(0_u8, |all, bit| all | 0x80 >> bit);
    bit_string(&[octet])
}

/// A certificate to be issued.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    subject: Vec<u8>,
    key: KeyKind,
    /// The key as it stands in the certificate, in place of the right one.
    info: Option<Vec<u8>>,
    /// The validity as it stands in the certificate, in place of the right one.
    dates: Option<Vec<u8>>,
    serial: u64,
    validity: (i64, i64),
    usage: Option<Vec<u8>>,
    digest: Digest,
    extensions: Vec<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digest {
    Sha256,
    Sha1,
}

impl Leaf {
    /// For this holder, from day -100 to day 300, for signing.
    pub(crate) fn of(subject: Vec<u8>) -> Self {
        Self {
            subject,
            key: KeyKind::P256,
            info: None,
            dates: None,
            serial: 0x8001,
            validity: (-100, 300),
            usage: Some(key_usage(&[0, 1])),
            digest: Digest::Sha256,
            extensions: Vec::new(),
        }
    }

    /// The first example subject.
    pub(crate) fn persona() -> Self {
        Self::of(name::name(&[
            ("2.5.4.6", "ES"),
            ("2.5.4.5", "IDCES-99999901H"),
            ("2.5.4.42", "MARTA"),
            ("2.5.4.4", "ROBLES IBARRA"),
            ("2.5.4.3", "ROBLES IBARRA MARTA - 99999901H"),
        ]))
    }

    /// A certification authority.
    pub(crate) fn authority(common_name: &str, path_length: Option<u64>) -> Self {
        let length = path_length.map(integer).unwrap_or_default();
        Self::of(name::name(&[("2.5.4.6", "ES"), ("2.5.4.3", common_name)]))
            .usage(Some(key_usage(&[5, 6])))
            .days(-1000, 3000)
            .extension("2.5.29.19", true, &seq(&[boolean(true), length]))
    }

    pub(crate) fn key(self, key: KeyKind) -> Self {
        Self { key, ..self }
    }

    pub(crate) fn info(mut self, info: Vec<u8>) -> Self {
        self.info = Some(info);
        self
    }

    pub(crate) fn dates(mut self, dates: Vec<u8>) -> Self {
        self.dates = Some(dates);
        self
    }

    pub(crate) fn serial(self, serial: u64) -> Self {
        Self { serial, ..self }
    }

    pub(crate) fn days(self, from: i64, to: i64) -> Self {
        let validity = (from, to);
        Self { validity, ..self }
    }

    pub(crate) fn usage(self, usage: Option<Vec<u8>>) -> Self {
        Self { usage, ..self }
    }

    pub(crate) fn digest(self, digest: Digest) -> Self {
        Self { digest, ..self }
    }

    pub(crate) fn extension(mut self, id: &str, critical: bool, value: &[u8]) -> Self {
        self.extensions.push(extension(id, critical, value));
        self
    }

    pub(crate) fn purposes(self, ids: &[&str]) -> Self {
        let ids: Vec<Vec<u8>> = ids.iter().map(|id| oid(id)).collect();
        self.extension("2.5.29.37", false, &seq(&ids))
    }

    pub(crate) fn policies(self, ids: &[&str]) -> Self {
        let ids: Vec<Vec<u8>> = ids.iter().map(|id| seq(&[oid(id)])).collect();
        self.extension("2.5.29.32", false, &seq(&ids))
    }

    pub(crate) fn alternative(self, attributes: &[(&str, &str)]) -> Self {
        self.extension("2.5.29.17", false, &name::directory(attributes))
    }
}

/// Who dates: its extended key usage, with these purposes.
pub(crate) fn dating(critical: bool, purposes: &[&str]) -> Leaf {
    let ids: Vec<Vec<u8>> = purposes.iter().map(|id| oid(id)).collect();
    Leaf::of(name::name(&[("2.5.4.6", "ES"), ("2.5.4.3", "TSA DE PRUEBA")])).extension(
        "2.5.29.37",
        critical,
        &seq(&ids),
    )
}

/// An authority that issues.
pub(crate) struct Issuing {
    subject: Vec<u8>,
    key: PKey<Private>,
    der: Vec<u8>,
}

impl Issuing {
    /// A self-signed authority with a key of its own.
    pub(crate) fn root(common_name: &str) -> Self {
        Self::self_signed(&Leaf::authority(common_name, None))
    }

    pub(crate) fn self_signed(leaf: &Leaf) -> Self {
        let key = leaf.key.make();
        let mut issuing = Self {
            subject: leaf.subject.clone(),
            key: key.clone(),
            der: Vec::new(),
        };
        issuing.der = issuing.certify(leaf, &key);
        issuing
    }

    /// An authority below this one.
    pub(crate) fn sub(&self, leaf: &Leaf) -> Self {
        let key = leaf.key.make();
        Self {
            der: self.certify(leaf, &key),
            subject: leaf.subject.clone(),
            key,
        }
    }

    /// A certificate of this authority for the key of another one.
    pub(crate) fn cross(&self, other: &Self, leaf: &Leaf) -> Self {
        Self {
            der: self.certify(leaf, &other.key),
            subject: other.subject.clone(),
            key: other.key.clone(),
        }
    }

    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// Of its certificate.
    pub(crate) fn key(&self) -> &PKey<Private> {
        &self.key
    }

    /// A certificate with a new key.
    pub(crate) fn issue(&self, leaf: &Leaf) -> Vec<u8> {
        self.certify(leaf, &leaf.key.make())
    }

    /// An entry of the list, from day -500 on, without revocation lists and without seals.
    pub(crate) fn admitted(&self) -> AdmittedIssuer {
        AdmittedIssuer {
            id: 1,
            nombre: "de prueba".to_owned(),
            certificado: CaCertificate::inspect(&self.der).unwrap(),
            desde: at(-500),
            hasta: None,
            politicas: Vec::new(),
            revocacion: Revocacion::Ninguna,
            sellos: Sellos::Rechazar,
            rsa_minimo: RsaMinimo::default(),
        }
    }

    fn certify(&self, leaf: &Leaf, key: &PKey<Private>) -> Vec<u8> {
        let mut extensions = leaf.extensions.clone();
        if let Some(usage) = &leaf.usage {
            extensions.push(extension("2.5.29.15", true, usage));
        }
        let algorithm = self.algorithm(leaf.digest);
        let tbs = seq(&[
            tlv(0xa0, &integer(2)),
            integer(leaf.serial),
            algorithm.clone(),
            self.subject.clone(),
            leaf.dates
                .clone()
                .unwrap_or_else(|| seq(&[time(at(leaf.validity.0)), time(at(leaf.validity.1))])),
            leaf.subject.clone(),
            leaf.info.clone().unwrap_or_else(|| leaf.key.info(key)),
            tlv(0xa3, &seq(&extensions)),
        ]);
        self.signed(tbs, algorithm, leaf.digest)
    }

    fn algorithm(&self, digest: Digest) -> Vec<u8> {
        let null = vec![5, 0];
        match (self.key.rsa().is_ok(), digest) {
            (true, Digest::Sha256) => seq(&[oid("1.2.840.113549.1.1.11"), null]),
            (true, Digest::Sha1) => seq(&[oid("1.2.840.113549.1.1.5"), null]),
            (false, Digest::Sha256) => seq(&[oid("1.2.840.10045.4.3.2")]),
            (false, Digest::Sha1) => seq(&[oid("1.2.840.10045.4.1")]),
        }
    }

    /// What X.509 makes of content, algorithm and signature.
    fn signed(&self, tbs: Vec<u8>, algorithm: Vec<u8>, digest: Digest) -> Vec<u8> {
        let digest = match digest {
            Digest::Sha256 => MessageDigest::sha256(),
            Digest::Sha1 => MessageDigest::sha1(),
        };
        let mut signer = Signer::new(digest, &self.key).unwrap();
        let signature = signer.sign_oneshot_to_vec(&tbs).unwrap();
        seq(&[tbs, algorithm, bit_string(&signature)])
    }
}

/// A holder made without any check.
pub(crate) fn holder(der: &[u8]) -> Arc<Holder> {
    let fields = Fields::inspect(der).unwrap();
    let lectura = ReadingRule {
        sellos: Sellos::Admitir,
        common_name: CommonNameRule::Confirms,
    };
    let x509 = openssl::x509::X509::from_der(der).unwrap();
    Arc::new(Holder {
        firmante: identity::read(&fields, lectura).unwrap(),
        key: x509.public_key().unwrap(),
        der: der.to_vec(),
        emisor: fields.issuer.shown(),
        serie: String::new(),
        huella: [0; 32],
        vigente_hasta: fields.not_after,
        listas: Vec::new(),
    })
}
