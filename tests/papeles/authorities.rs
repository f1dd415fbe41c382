//! Who signs and who dates, with authorities, keys and revocation lists made on the spot.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use notess::cms::Sealing;
use notess::pades::{Evidence, Field, PadesError, Signing, sign};
use notess::trust::TsaTrust;
use notess::tsp::{Asking, Authority, Query, check};
use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, CrlNumber, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509CrlBuilder, X509Name, X509RevokedBuilder};
use tempfile::TempDir;

/// A key of its own, and what is certified of it.
pub struct Identity {
    pub certificate: X509,
    pub key: PKey<Private>,
}

/// Of which kind a key is.
#[derive(Debug, Clone, Copy)]
pub enum KeyKind {
    Rsa2048,
    P256,
    P384,
}

impl KeyKind {
    fn make(self) -> PKey<Private> {
        let curve = match self {
            Self::Rsa2048 => return PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap(),
            Self::P256 => Nid::X9_62_PRIME256V1,
            Self::P384 => Nid::SECP384R1,
        };
        let group = EcGroup::from_curve_name(curve).unwrap();
        PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
    }
}

/// What a certificate is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Authority,
    Seal,
    Stamps,
}

impl Identity {
    fn new(name: &str, key: KeyKind, purpose: Purpose, days: i64, issuer: Option<&Self>) -> Self {
        let key = key.make();
        let mut builder = X509::builder().unwrap();
        builder.set_version(2).unwrap();
        let mut serial = BigNum::new().unwrap();
        serial.rand(127, openssl::bn::MsbOption::ONE, false).unwrap();
        let serial = Asn1Integer::from_bn(&serial).unwrap();
        builder.set_serial_number(&serial).unwrap();
        let subject = named(name);
        builder.set_subject_name(&subject).unwrap();
        let above = issuer.map_or(subject.as_ref(), |one| one.certificate.subject_name());
        builder.set_issuer_name(above).unwrap();
        builder.set_not_before(&time(-TimeDelta::hours(1))).unwrap();
        builder.set_not_after(&time(TimeDelta::days(days))).unwrap();
        builder.set_pubkey(&key).unwrap();
        extend(&mut builder, purpose);
        let own = SubjectKeyIdentifier::new()
            .build(&builder.x509v3_context(None, None))
            .unwrap();
        builder.append_extension(own).unwrap();
        if let Some(issuer) = issuer {
            let above = AuthorityKeyIdentifier::new()
                .keyid(true)
                .build(&builder.x509v3_context(Some(&issuer.certificate), None))
                .unwrap();
            builder.append_extension(above).unwrap();
        }
        let signer = issuer.map_or(&key, |one| &one.key);
        builder.sign(signer, MessageDigest::sha256()).unwrap();
        Self {
            certificate: builder.build(),
            key,
        }
    }

    /// What this authority has revoked, of which nothing matters here; until so many days from now.
    fn crl(&self, days: i64) -> Vec<u8> {
        let mut crl = X509CrlBuilder::new().unwrap();
        crl.set_issuer_name(self.certificate.subject_name()).unwrap();
        crl.set_last_update(&time(-TimeDelta::minutes(30))).unwrap();
        crl.set_next_update(&time(TimeDelta::days(days))).unwrap();
        // A list without an entry is not made by the library.
        let mut entry = X509RevokedBuilder::new().unwrap();
        let serial = Asn1Integer::from_bn(&BigNum::from_u32(99).unwrap()).unwrap();
        entry.set_serial_number(&serial).unwrap();
        entry.set_revocation_date(&time(-TimeDelta::hours(1))).unwrap();
        crl.add_revoked(entry.build()).unwrap();
        let context = X509Builder::new().unwrap();
        let issuer = AuthorityKeyIdentifier::new()
            .keyid(true)
            .build(&context.x509v3_context(Some(&self.certificate), None))
            .unwrap();
        crl.append_extension(issuer).unwrap();
        let number = CrlNumber::new(BigNum::from_u32(1).unwrap()).unwrap();
        crl.append_extension(number.build().unwrap()).unwrap();
        crl.sign(&self.key, MessageDigest::sha256()).unwrap();
        crl.build().unwrap().to_der().unwrap()
    }
}

fn extend(builder: &mut X509Builder, purpose: Purpose) {
    let mut constraints = BasicConstraints::new();
    let mut usage = KeyUsage::new();
    usage.critical();
    constraints.critical();
    match purpose {
        Purpose::Authority => {
            constraints.ca();
            usage.key_cert_sign().crl_sign();
        }
        Purpose::Seal => {
            usage.digital_signature().non_repudiation();
        }
        Purpose::Stamps => {
            usage.digital_signature();
            let purpose = ExtendedKeyUsage::new().critical().time_stamping().build();
            builder.append_extension(purpose.unwrap()).unwrap();
        }
    }
    builder.append_extension(constraints.build().unwrap()).unwrap();
    builder.append_extension(usage.build().unwrap()).unwrap();
}

fn named(common_name: &str) -> X509Name {
    let mut name = X509Name::builder().unwrap();
    for (field, value) in [("C", "ES"), ("O", "NOTESS PRUEBAS"), ("CN", common_name)] {
        name.append_entry_by_text(field, value).unwrap();
    }
    name.build()
}

fn time(from_now: TimeDelta) -> Asn1Time {
    Asn1Time::from_unix((Utc::now() + from_now).timestamp()).unwrap()
}

/// A seal that lasts a day, below an authority that lasts longer, and a time-stamping authority with a root of its own.
pub struct World {
    pub middle: Identity,
    seal: Identity,
    tsa: Identity,
    evidence: Evidence,
    trust: TsaTrust,
    stamps: Cell<u8>,
    folder: TempDir,
}

impl World {
    pub fn new(key: KeyKind) -> Self {
        let root = Identity::new("RAIZ", KeyKind::Rsa2048, Purpose::Authority, 7000, None);
        let middle = Identity::new("AC SELLOS", KeyKind::P256, Purpose::Authority, 4000, Some(&root));
        let seal = Identity::new("SELLO DE ENTIDAD", key, Purpose::Seal, 1, Some(&middle));
        let tsa_root = Identity::new("RAIZ TSA", KeyKind::Rsa2048, Purpose::Authority, 7000, None);
        let tsa = Identity::new("TSA", KeyKind::P256, Purpose::Stamps, 3000, Some(&tsa_root));
        let der = |one: &Identity| one.certificate.to_der().unwrap();
        let evidence = Evidence {
            certificates: vec![der(&seal), der(&middle), der(&tsa)],
            crls: vec![root.crl(30), middle.crl(1), tsa_root.crl(30)],
            ocsps: Vec::new(),
        };
        let folder = tempfile::tempdir().unwrap();
        for (name, one) in [("raiz.pem", &root), ("raiz-tsa.pem", &tsa_root)] {
            std::fs::write(folder.path().join(name), one.certificate.to_pem().unwrap()).unwrap();
        }
        Self {
            trust: TsaTrust::load(&der(&tsa_root), &[]).unwrap(),
            middle,
            seal,
            tsa,
            evidence,
            stamps: Cell::new(0),
            folder,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Signs with a stamp, for which so many octets are expected, and lays the file down.
    pub fn signed(&self, pdf: &[u8], expected: usize) -> (PathBuf, Vec<u8>) {
        let signed = self
            .sign(pdf, expected, |value| Ok(Some(self.stamp(value))))
            .unwrap();
        let path = self.path("recibo.pdf");
        std::fs::write(&path, &signed).unwrap();
        (path, signed)
    }

    pub fn sign(
        &self,
        pdf: &[u8],
        expected: usize,
        stamp: impl FnMut(&[u8]) -> Result<Option<Vec<u8>>, PadesError>,
    ) -> Result<Vec<u8>, PadesError> {
        let above = [self.middle.certificate.as_ref()];
        let sealing = self.sealing(&above);
        let signing = Signing {
            sealing: &sealing,
            field: Field {
                signer: "Sello de la Tesorería de Ejemplo",
                reason: "Recibo de aceptación de una notificación",
                location: "España",
                at: Utc::now(),
            },
            evidence: &self.evidence,
            stamp: expected,
        };
        sign(pdf, &signing, stamp)
    }

    pub fn sealing<'w>(&'w self, chain: &'w [&'w openssl::x509::X509Ref]) -> Sealing<'w> {
        Sealing {
            certificate: &self.seal.certificate,
            key: &self.seal.key,
            chain,
        }
    }

    /// How many times a stamp was asked for.
    pub fn stamps(&self) -> u8 {
        self.stamps.get()
    }

    /// A token over these octets, checked as the service checks those that it asks for.
    pub fn stamp(&self, octets: &[u8]) -> Vec<u8> {
        self.stamps.set(self.stamps.get() + 1);
        let query = Query::of(octets, [7; 8], None);
        let authority = Authority {
            sealing: Sealing {
                certificate: &self.tsa.certificate,
                key: &self.tsa.key,
                chain: &[],
            },
        };
        let now: DateTime<Utc> = Utc::now();
        let question = query.to_der().unwrap();
        let answer = authority.answer(&question, &[1, self.stamps.get()], now).unwrap();
        let asking = Asking {
            query: &query,
            trust: &self.trust,
            asked: now,
            answered: now,
            most: TimeDelta::seconds(30),
        };
        check(&answer, &asking).unwrap().token
    }
}
