//! The organisation's seal, as an operator names it: what cannot be used is told by its option.

use std::fs;
use std::path::Path;

use chrono::{TimeDelta, Utc};
use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{AuthorityKeyIdentifier, BasicConstraints, CrlNumber, KeyUsage};
use openssl::x509::{X509, X509Builder, X509CrlBuilder, X509RevokedBuilder};

use crate::common::issue::of_the_service;
use crate::settings::refusal;
use crate::x509::{begun, name, on_curve};

/// A certificate with its key.
struct Identity {
    certificate: X509,
    key: PKey<Private>,
}

/// Issues one, by itself where nobody else does.
fn issue(common_name: &str, issuer: Option<&Identity>, is_ca: bool) -> Identity {
    let key = on_curve(Nid::X9_62_PRIME256V1);
    let subject = name(&[("CN", common_name)]);
    let issuer_name = issuer.map_or(&*subject, |issuer| issuer.certificate.subject_name());
    let valid = Utc::now() - TimeDelta::days(1)..Utc::now() + TimeDelta::days(60);
    let mut builder = begun(&subject, issuer_name, &key, valid);
    let mut usage = KeyUsage::new();
    usage.critical();
    let mut basic = BasicConstraints::new();
    basic.critical();
    if is_ca {
        basic.ca();
        usage.key_cert_sign().crl_sign();
    } else {
        usage.non_repudiation();
    }
    builder.append_extension(basic.build().unwrap()).unwrap();
    builder.append_extension(usage.build().unwrap()).unwrap();
    let signer = issuer.map_or(&key, |issuer| &issuer.key);
    builder.sign(signer, MessageDigest::sha256()).unwrap();
    Identity {
        certificate: builder.build(),
        key,
    }
}

/// A revocation list of an issuer's, in PEM.
fn list_of(issuer: &Identity) -> Vec<u8> {
    let time = |days: i64| {
        let at = Utc::now() + TimeDelta::days(days);
        openssl::asn1::Asn1Time::from_unix(at.timestamp()).unwrap()
    };
    let mut list = X509CrlBuilder::new().unwrap();
    list.set_issuer_name(issuer.certificate.subject_name()).unwrap();
    list.set_last_update(&time(-1)).unwrap();
    list.set_next_update(&time(30)).unwrap();
    let mut entry = X509RevokedBuilder::new().unwrap();
    let withdrawn = issue("RETIRADO", Some(issuer), false);
    entry
        .set_serial_number(withdrawn.certificate.serial_number())
        .unwrap();
    entry.set_revocation_date(&time(-1)).unwrap();
    list.add_revoked(entry.build()).unwrap();
    let context = X509Builder::new().unwrap();
    let by = AuthorityKeyIdentifier::new()
        .issuer(true)
        .build(&context.x509v3_context(Some(&issuer.certificate), None))
        .unwrap();
    list.append_extension(by).unwrap();
    let number = CrlNumber::new(BigNum::from_u32(1).unwrap())
        .unwrap()
        .build()
        .unwrap();
    list.append_extension(number).unwrap();
    list.sign(&issuer.key, MessageDigest::sha256()).unwrap();
    list.build().unwrap().to_pem().unwrap()
}

/// A folder with all that a seal needs, and settings without a database: the start always fails.
fn prepared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |file: &str| folder.path().join(file);
    let root = issue("RAIZ", None, true);
    let between = issue("INTERMEDIA", Some(&root), true);
    let seal = issue("SELLO", Some(&between), false);
    let other = issue("OTRA RAIZ", None, true);
    let [sub, top, stray] = [&between, &root, &other].map(|one| one.certificate.to_pem().unwrap());
    // In any order.
    fs::write(at("cadena.pem"), [top.clone(), sub.clone()].concat()).unwrap();
    fs::write(at("suelta.pem"), [sub.clone(), stray].concat()).unwrap();
    fs::write(at("hueco.pem"), &top).unwrap();
    fs::write(at("sin-raiz.pem"), &sub).unwrap();
    fs::write(at("hoja.pem"), seal.certificate.to_pem().unwrap()).unwrap();
    fs::write(at("sello.crt"), seal.certificate.to_pem().unwrap()).unwrap();
    private(&at("sello.key"), &seal.key);
    private(&at("otra.key"), &other.key);
    fs::write(at("abierta.key"), seal.key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    set_mode(&at("abierta.key"), 0o644);
    let locked = seal
        .key
        .private_key_to_pem_pkcs8_passphrase(openssl::symm::Cipher::aes_256_cbc(), b"secreto");
    fs::write(at("cerrada.key"), locked.unwrap()).unwrap();
    set_mode(&at("cerrada.key"), 0o600);
    fs::write(at("contrasena"), "secreto\n").unwrap();
    fs::write(at("sub.crl"), list_of(&between)).unwrap();
    fs::write(at("otra.crl"), list_of(&other)).unwrap();
    let (certificate, key) = of_the_service(-1, 60);
    fs::write(at("firma.crt"), certificate.to_pem().unwrap()).unwrap();
    private(&at("firma.key"), &key);
    folder
}

fn private(path: &Path, key: &PKey<Private>) {
    fs::write(path, key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    set_mode(path, 0o600);
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// What is told of a seal. The database has no address that there can be, so that there is always something.
fn told(folder: &Path, sello: &str) -> String {
    let settings = format!(
        "database_url = 'mysql://x'\n[firma]\ncertificado = 'firma.crt'\nclave = 'firma.key'\n[sello]\n{sello}\n"
    );
    refusal(folder, &settings, &[])
}

#[test]
fn what_of_the_seal_cannot_be_used_stops_the_start_by_its_option() {
    let folder = prepared();
    let good = "certificado = 'sello.crt'\nclave = 'sello.key'\n";
    for taken in [
        String::new(),
        good.to_owned(),
        "certificado = 'sello.crt'\nclave = 'cerrada.key'\ncontrasena_fichero = 'contrasena'".to_owned(),
        format!("{good}cadena = 'cadena.pem'"),
        format!("{good}cadena = 'sin-raiz.pem'"),
        format!("{good}cadena = 'cadena.pem'\nrevocacion = ['sub.crl']"),
        format!("{good}cadena = 'cadena.pem'\nrevocacion = ['s*.crl']"),
    ] {
        let said = told(folder.path(), &taken);
        assert!(!said.contains("sello"), "{taken}: {said}");
    }
    for (wrong, option, why) in [
        ("certificado = 'sello.crt'", "sello.clave", "is missing"),
        ("clave = 'sello.key'", "sello.certificado", "is missing"),
        (
            "contrasena_fichero = 'contrasena'",
            "sello.contrasena_fichero",
            "not named",
        ),
        (
            "certificado = 'none'\nclave = 'sello.key'",
            "sello.certificado",
            "none",
        ),
        (
            "certificado = 'sello.key'\nclave = 'sello.key'",
            "sello.certificado",
            "not a certificate",
        ),
        (
            "certificado = 'sello.crt'\nclave = 'otra.key'",
            "sello.clave",
            "not that of the certificate",
        ),
        (
            "certificado = 'sello.crt'\nclave = 'abierta.key'",
            "sello.clave",
            "0644",
        ),
        (
            "certificado = 'sello.crt'\nclave = 'cerrada.key'",
            "sello.clave",
            "`sello.contrasena_fichero`",
        ),
        ("certificado = 'sello.crt'\nclave = 'none'", "sello.clave", "none"),
    ] {
        let said = told(folder.path(), wrong);
        assert!(
            said.contains(&format!("`{option}`")) && said.contains(why),
            "{wrong}: {said}"
        );
    }
    for (wrong, option, why) in [
        ("cadena = 'none'", "sello.cadena", "none"),
        ("cadena = 'sello.key'", "sello.cadena", "no certificate"),
        ("cadena = 'suelta.pem'", "sello.cadena", "OTRA RAIZ"),
        ("cadena = 'hueco.pem'", "sello.cadena", "RAIZ"),
        ("cadena = 'hoja.pem'", "sello.cadena", "SELLO"),
        (
            "cadena = 'cadena.pem'\nrevocacion = ['none.crl']",
            "sello.revocacion",
            "missing",
        ),
        (
            "cadena = 'cadena.pem'\nrevocacion = ['otra.crl']",
            "sello.revocacion",
            "another issuer",
        ),
        ("revocacion = ['sub.crl']", "sello.revocacion", "another issuer"),
    ] {
        let said = told(folder.path(), &format!("{good}{wrong}"));
        assert!(
            said.contains(&format!("`{option}`")) && said.contains(why),
            "{wrong}: {said}"
        );
    }
}

#[test]
fn a_demonstration_seals_nothing_in_production() {
    let folder = prepared();
    let made = crate::common::Backend::Sqlite.world();
    let service = made.scenario.servicio.certificado.parent().unwrap();
    let settings = |database: &str, entorno: &str| {
        format!(
            "database_url = '{database}'\nentorno = '{entorno}'\n[firma]\ncertificado = 'firma.crt'\nclave = 'firma.key'\n\
             [sello]\ncertificado = '{0}/sello.crt.pem'\nclave = '{0}/sello.key.pem'\ncadena = '{0}/ca.crt.pem'\n\
             revocacion = ['{0}/ca.crl.pem']\n",
            service.display()
        )
    };
    let said = refusal(folder.path(), &settings("n.sqlite3", "produccion"), &[]);
    assert!(
        said.contains("a demonstration made the certificate of the seal"),
        "{said}"
    );
    let tried = refusal(folder.path(), &settings("mysql://x", "pruebas"), &[]);
    assert!(!tried.contains("sello."), "{tried}");
}
