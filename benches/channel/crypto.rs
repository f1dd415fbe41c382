//! The bare cost of cryptography on this machine, through the same library.

use std::hint::black_box;

use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private, Public};
use openssl::rsa::Rsa;
use openssl::sha::sha256;
use openssl::sign::{Signer, Verifier};

use super::process::cpu_of_this;

/// Microseconds of CPU of each operation.
pub struct Crypto {
    pub rsa_verify: f64,
    rsa: Verification,
    rsa_sign: f64,
    ec_verify: f64,
    ec_sign: f64,
    sha256_4k: f64,
}

impl Crypto {
    pub fn measure() -> Self {
        let rsa = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let ec = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
        let block = vec![7_u8; BLOCK];
        let verification = Verification::of(&rsa);
        Self {
            rsa_verify: verification.micros(5000),
            rsa: verification,
            rsa_sign: each(500, || sign(&rsa)),
            ec_verify: Verification::of(&ec).micros(5000),
            ec_sign: each(5000, || sign(&ec)),
            sha256_4k: each(50_000, || sha256(&block)),
        }
    }

    /// The RSA verification, measured once more.
    pub fn rsa_verify_again(&self) -> f64 {
        self.rsa.micros(1000)
    }

    pub fn sign(&self, key: &str) -> f64 {
        if key == "rsa" { self.rsa_sign } else { self.ec_sign }
    }

    pub fn verify(&self, key: &str) -> f64 {
        if key == "rsa" {
            self.rsa_verify
        } else {
            self.ec_verify
        }
    }

    /// SHA-256 of so many octets.
    pub fn digest(&self, octets: usize) -> f64 {
        self.sha256_4k * octets as f64 / BLOCK as f64
    }

    pub fn rows(&self) -> [(&'static str, f64); 5] {
        [
            ("RSA-2048 verification", self.rsa_verify),
            ("RSA-2048 signature", self.rsa_sign),
            ("ECDSA P-256 verification", self.ec_verify),
            ("ECDSA P-256 signature", self.ec_sign),
            ("SHA-256 of 4 KB", self.sha256_4k),
        ]
    }
}

/// Octets that a digest is measured with.
const BLOCK: usize = 4096;
const MESSAGE: &[u8] = b"as long as a SignedInfo, more or less";

fn sign(key: &PKey<Private>) -> Vec<u8> {
    Signer::new(MessageDigest::sha256(), key)
        .unwrap()
        .sign_oneshot_to_vec(MESSAGE)
        .unwrap()
}

/// A signature to be verified over and over.
struct Verification {
    key: PKey<Public>,
    signature: Vec<u8>,
}

impl Verification {
    fn of(key: &PKey<Private>) -> Self {
        Self {
            key: PKey::public_key_from_der(&key.public_key_to_der().unwrap()).unwrap(),
            signature: sign(key),
        }
    }

    fn micros(&self, count: u32) -> f64 {
        each(count, || {
            let mut verifier = Verifier::new(MessageDigest::sha256(), &self.key).unwrap();
            assert!(verifier.verify_oneshot(&self.signature, MESSAGE).unwrap());
        })
    }
}

/// Microseconds of CPU of each of so many.
pub fn each<T>(count: u32, mut work: impl FnMut() -> T) -> f64 {
    let before = cpu_of_this();
    for _ in 0..count {
        black_box(work());
    }
    cpu_of_this().checked_sub(before).unwrap().as_secs_f64() * 1e6 / f64::from(count)
}
