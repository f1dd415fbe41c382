//! Authorities made on the spot, and servers that answer whatever a test wants.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use notess::cms::Sealing;
use notess::stamping::Authorities;
use notess::trust::TsaTrust;
use notess::tsp::Authority;
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
use openssl::x509::{X509, X509Builder, X509CrlBuilder, X509NameBuilder, X509RevokedBuilder};
use tempfile::TempDir;

/// The policy of all authorities here.
pub const POLICY: &str = "2.999.3161.1";
/// What is dated.
pub const CHECKPOINT: &[u8] = b"notess.example/log\n42\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=\n";

/// A certificate with its key.
#[derive(Clone)]
pub struct Signer {
    pub certificate: X509,
    pub key: PKey<Private>,
}

/// What a certificate of an authority is like.
#[derive(Clone, Copy)]
pub struct Wanted {
    pub name: &'static str,
    pub serial: u32,
    /// Whether the purpose is there, and critical.
    pub purpose: Option<bool>,
    /// In days from now.
    pub until: i64,
}

impl Wanted {
    pub const GOOD: Self = Self {
        name: "TSA A",
        serial: 7,
        purpose: Some(true),
        until: 300,
    };
}

/// A root, and where it, the list of whom it has revoked, and what else a test needs lie.
pub struct Root {
    pub signer: Signer,
    pub folder: TempDir,
}

impl Root {
    pub fn new() -> Self {
        let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
        let mut builder = begin("RAIZ TSA", "RAIZ TSA", &key, (1, 3000));
        let mut usage = KeyUsage::new();
        builder
            .append_extension(BasicConstraints::new().critical().ca().build().unwrap())
            .unwrap();
        builder
            .append_extension(usage.critical().key_cert_sign().crl_sign().build().unwrap())
            .unwrap();
        let own = SubjectKeyIdentifier::new()
            .build(&builder.x509v3_context(None, None))
            .unwrap();
        builder.append_extension(own).unwrap();
        builder.sign(&key, MessageDigest::sha256()).unwrap();
        let root = Self {
            signer: Signer {
                certificate: builder.build(),
                key,
            },
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::write(root.path("raiz.pem"), root.signer.certificate.to_pem().unwrap()).unwrap();
        root.revoke(&[]);
        root
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// An authority with a new key on P-256.
    pub fn issue(&self, wanted: Wanted) -> Signer {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
        self.certify(wanted, key)
    }

    pub fn certify(&self, wanted: Wanted, key: PKey<Private>) -> Signer {
        let mut builder = begin(wanted.name, "RAIZ TSA", &key, (wanted.serial, wanted.until));
        let mut usage = KeyUsage::new();
        builder
            .append_extension(usage.critical().digital_signature().build().unwrap())
            .unwrap();
        if let Some(critical) = wanted.purpose {
            let mut purpose = ExtendedKeyUsage::new();
            purpose.time_stamping();
            if critical {
                purpose.critical();
            }
            builder.append_extension(purpose.build().unwrap()).unwrap();
        }
        builder.sign(&self.signer.key, MessageDigest::sha256()).unwrap();
        Signer {
            certificate: builder.build(),
            key,
        }
    }

    /// Issues the list of those who are revoked, by their serial numbers.
    pub fn revoke(&self, serials: &[u32]) {
        let mut list = X509CrlBuilder::new().unwrap();
        list.set_issuer_name(self.signer.certificate.subject_name())
            .unwrap();
        list.set_last_update(&day(-1)).unwrap();
        list.set_next_update(&day(30)).unwrap();
        // A list with no entry is not made by the library: it has one that nobody holds.
        for serial in serials.iter().chain(&[1000]) {
            let mut entry = X509RevokedBuilder::new().unwrap();
            entry.set_serial_number(&number(*serial)).unwrap();
            entry.set_revocation_date(&day(-1)).unwrap();
            list.add_revoked(entry.build()).unwrap();
        }
        let context = X509Builder::new().unwrap();
        let issuer = AuthorityKeyIdentifier::new()
            .keyid(true)
            .build(&context.x509v3_context(Some(&self.signer.certificate), None))
            .unwrap();
        list.append_extension(issuer).unwrap();
        let first = CrlNumber::new(BigNum::from_u32(1).unwrap()).unwrap();
        list.append_extension(first.build().unwrap()).unwrap();
        list.sign(&self.signer.key, MessageDigest::sha256()).unwrap();
        std::fs::write(self.path("raiz.crl"), list.build().unwrap().to_pem().unwrap()).unwrap();
    }

    /// Those at these addresses, as a service that trusts this root asks them, under this policy.
    pub fn authorities(&self, urls: &[String], policy: &str) -> Authorities {
        let chain = self.signer.certificate.to_pem().unwrap();
        let trust = TsaTrust::load(&chain, &[self.path("raiz.crl")]).unwrap();
        Authorities::new(
            urls.to_vec(),
            trust,
            Some(policy.to_owned()),
            TimeDelta::seconds(30),
        )
    }
}

fn begin(name: &str, issuer: &str, key: &PKey<Private>, (serial, until): (u32, i64)) -> X509Builder {
    let named = |text: &str| {
        let mut name = X509NameBuilder::new().unwrap();
        name.append_entry_by_text("CN", text).unwrap();
        name.build()
    };
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&number(serial)).unwrap();
    builder.set_subject_name(&named(name)).unwrap();
    builder.set_issuer_name(&named(issuer)).unwrap();
    builder.set_not_before(&day(-10)).unwrap();
    builder.set_not_after(&day(until)).unwrap();
    builder.set_pubkey(key).unwrap();
    builder
}

fn number(number: u32) -> Asn1Integer {
    Asn1Integer::from_bn(&BigNum::from_u32(number).unwrap()).unwrap()
}

fn day(days: i64) -> Asn1Time {
    Asn1Time::from_unix((Utc::now() + TimeDelta::days(days)).timestamp()).unwrap()
}

/// What the program's own authority answers in the name of a signer.
pub fn answer(signer: &Signer, question: &[u8], at: DateTime<Utc>) -> Vec<u8> {
    let sealing = Sealing {
        certificate: &signer.certificate,
        key: &signer.key,
        chain: &[],
    };
    Authority { sealing }.answer(question, &[1], at).unwrap()
}

/// What a server does with a question.
pub enum Done {
    /// Answers so, with the status 200.
    Answer(Vec<u8>),
    /// Answers these octets, head included.
    Raw(Vec<u8>),
    /// Says nothing, and keeps the line.
    Silence,
}

/// Serves questions as a test says, until the test program ends.
pub fn serve(done: impl Fn(&[u8]) -> Done + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let done = Arc::new(done);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let done = Arc::clone(&done);
            thread::spawn(move || one(stream, &*done));
        }
    });
    address
}

/// Where such a server is.
pub fn url(address: SocketAddr) -> String {
    format!("http://{address}/tsa")
}

fn one(mut stream: TcpStream, done: &dyn Fn(&[u8]) -> Done) {
    let Some(question) = question(&mut stream) else {
        return;
    };
    let octets = match done(&question) {
        Done::Answer(body) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/timestamp-reply\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            [head.into_bytes(), body].concat()
        }
        Done::Raw(octets) => octets,
        Done::Silence => {
            thread::sleep(Duration::from_mins(1));
            return;
        }
    };
    let _ = stream.write_all(&octets);
}

/// The body of a request whose length is told.
fn question(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut read = Vec::new();
    let mut octets = [0; 4096];
    loop {
        let count = stream.read(&mut octets).ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&octets[..count]);
        let head = read.windows(4).position(|part| part == b"\r\n\r\n");
        let Some(end) = head.map(|at| at + 4) else {
            continue;
        };
        let text = String::from_utf8_lossy(&read[..end]).to_lowercase();
        assert!(
            text.contains("content-type: application/timestamp-query"),
            "{text}"
        );
        let length = text
            .split("content-length:")
            .nth(1)
            .unwrap()
            .lines()
            .next()
            .unwrap();
        let length: usize = length.trim().parse().unwrap();
        if read.len() >= end + length {
            return Some(read[end..end + length].to_vec());
        }
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
