//! A certificate of any kind: it is refused, or it is somebody's, and nothing panics. What an admitted authority could have
//! been made to sign is gone through as well: the octets are signed by one that is made here.
#![no_main]

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use libfuzzer_sys::fuzz_target;
use notess::trust::{AdmittedIssuer, CaCertificate, Revocacion, RsaMinimo, Sellos, TrustError, Validator};
use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use openssl::x509::extension::{BasicConstraints, KeyUsage};
use openssl::x509::{X509, X509Builder, X509Name};

/// When certificates are looked at: the seeds are valid then.
const AT: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
/// AlgorithmIdentifier of sha256WithRSAEncryption (RFC 4055 §5).
const ALGORITHM: [u8; 15] = [0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11, 5, 0];
const SIGNATURE: usize = 256;

struct World {
    key: PKey<Private>,
    validator: Validator,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let certificado = CaCertificate::inspect(&authority(&key).to_der().unwrap()).unwrap();
    let validator = Validator::new().unwrap();
    let entry = AdmittedIssuer {
        id: 1,
        nombre: "here".to_owned(),
        certificado,
        desde: DateTime::UNIX_EPOCH,
        hasta: None,
        politicas: Vec::new(),
        revocacion: Revocacion::Ninguna,
        sellos: Sellos::Admitir,
        rsa_minimo: RsaMinimo::default(),
    };
    validator.replace(vec![entry]).unwrap();
    World { key, validator }
});

/// By the name of the authority of the demonstration, which issued the seeds.
fn authority(key: &PKey<Private>) -> X509 {
    let mut name = X509Name::builder().unwrap();
    for (field, text) in [
        ("C", "ES"),
        ("O", "NOTESS DEMOSTRACION"),
        ("CN", "AC DEMO ADMITIDA"),
    ] {
        name.append_entry_by_text(field, text).unwrap();
    }
    let name = name.build();
    let day = |days| Asn1Time::from_unix((AT + TimeDelta::days(days)).timestamp()).unwrap();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_not_before(&day(-3000)).unwrap();
    builder.set_not_after(&day(3000)).unwrap();
    builder.set_pubkey(key).unwrap();
    builder
        .append_extension(BasicConstraints::new().critical().ca().build().unwrap())
        .unwrap();
    builder
        .append_extension(
            KeyUsage::new()
                .critical()
                .key_cert_sign()
                .crl_sign()
                .build()
                .unwrap(),
        )
        .unwrap();
    builder.sign(key, MessageDigest::sha256()).unwrap();
    builder.build()
}

fuzz_target!(|octets: &[u8]| {
    let world = &*WORLD;
    let _ = CaCertificate::inspect(octets);
    match world.validator.validate_at(octets, AT) {
        Ok(_) => panic!("a certificate that the authority did not sign"),
        Err(TrustError::NotSignedByIssuer { .. }) => (),
        Err(_) => return,
    }
    let Some(signed) = to_be_signed(octets) else {
        return;
    };
    let mut signer = Signer::new(MessageDigest::sha256(), &world.key).unwrap();
    let signature = signer.sign_oneshot_to_vec(signed).unwrap();
    assert_eq!(signature.len(), SIGNATURE);
    let mut certificate = signed.to_vec();
    certificate.extend(ALGORITHM);
    certificate.extend([3, 0x82, 1, 1, 0]);
    certificate.extend(signature);
    if let Ok(length) = u16::try_from(certificate.len()) {
        let header = [&[0x30, 0x82], length.to_be_bytes().as_slice()].concat();
        let _ = world.validator.validate_at(&[header, certificate].concat(), AT);
    }
});

/// The TBSCertificate of a certificate that was found to be DER (RFC 5280 §4.1).
fn to_be_signed(certificate: &[u8]) -> Option<&[u8]> {
    let (header, _) = element(certificate)?;
    let content = certificate.get(header..)?;
    let (header, length) = element(content)?;
    content.get(..header + length)
}

/// Octets of an element's header and of its content.
fn element(der: &[u8]) -> Option<(usize, usize)> {
    match *der.get(1)? {
        short @ ..=0x7F => Some((2, usize::from(short))),
        long => {
            let figures = usize::from(long & 0x7F);
            let length = der
                .get(2..2 + figures)?
                .iter()
                .fold(0, |sum, &octet| sum << 8 | usize::from(octet));
            Some((2 + figures, length))
        }
    }
}
