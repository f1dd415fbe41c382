//! What an operator is told of settings that cannot be used: everything at once, in the operator's own words.

use std::path::Path;
use std::process::Command;

use crate::common::issue::of_the_service;
use crate::process::{path, text};
use crate::served::Served;

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), content).unwrap();
}

/// What `serve` says of settings, with these variables besides.
pub fn refusal(folder: &Path, settings: &str, variables: &[(&str, &str)]) -> String {
    write(folder, "n.toml", settings);
    let ended = Command::new(env!("CARGO_BIN_EXE_notess"))
        .args(["serve", "--config", path(&folder.join("n.toml"))])
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(1), "{}", text(&ended.stderr));
    text(&ended.stderr)
}

fn assert_told(told: &str, each: &[(&str, &str)]) {
    let lines: Vec<&str> = told.lines().collect();
    for (blamed, said) in each {
        let of_it = lines.iter().filter(|line| line.contains(blamed));
        assert!(
            of_it.clone().any(|line| line.contains(said)),
            "{blamed}, {said}: {told}"
        );
    }
    assert_eq!(lines.len(), each.len() + 1, "one line each: {told}");
    assert!(!told.contains("default."), "{told}");
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once_those_of_the_files_that_it_names_too() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = of_the_service(-1, 60);
    write(folder.path(), "tls.crt", certificate.to_pem().unwrap());
    write(folder.path(), "tls.key", key.private_key_to_pem_pkcs8().unwrap());
    let settings = "database_url = 'mysql://x'\n\
        [firma]\ncertificado = 'none.crt'\nclave = 'tls.crt'\nsha256 = true\n\
        [tls]\ncertificado = 'tls.key'\nclave = 'none.key'\n\
        [servicio]\ndirecion = 'localhost:0'\ncola = 0\n[registro]\nnivel = 'inof'\nformato = 'xml'\n";
    let told = refusal(folder.path(), settings, &[]);
    assert_told(
        &told,
        &[
            ("option `database_url`: ", "postgres://"),
            ("option `firma.certificado`: ", "none.crt"),
            ("option `firma.clave`: ", "not a private key"),
            ("option `firma.sha256`: ", "`firma.sha1`"),
            ("option `tls.certificado`: ", "tls.key"),
            ("option `tls.clave`: ", "none.key"),
            ("option `servicio.direcion`: ", "`servicio.direccion`"),
            ("option `servicio.cola`: ", "at least one"),
            ("option `registro.nivel`: ", "inof"),
            ("option `registro.formato`: ", "json, texto"),
        ],
    );
}

#[test]
fn mistakes_of_the_environment_are_told_with_their_variables() {
    let folder = tempfile::tempdir().unwrap();
    let told = refusal(
        folder.path(),
        "[firma]\nclave = 'none.key'\n",
        &[
            ("NOTESS_FIRMA_CLAVE", "k"),
            ("NOTESS_SERVICIO__COLA", "muchas"),
            ("NOTESS_SERVICIO__DIRECCION", "8080"),
            ("NOTESS_SERVICIO__TRABAJADORES", "0"),
            ("NOTESS_REGISTRO__NIVEL", "7"),
            ("NOTESS_FIRMA__CERTIFICADO", "1234"),
            ("NOTESS_FIRMA__CONTRASENA", "007"),
            ("NOTESS_CONTRASENA", "of the client"),
        ],
    );
    assert!(!told.contains("007"), "{told}");
    assert_told(
        &told,
        &[
            ("option `database_url`: ", "is missing"),
            (
                "variable NOTESS_FIRMA_CLAVE, option `firma_clave`: ",
                "NOTESS_FIRMA__CLAVE",
            ),
            (
                "variable NOTESS_SERVICIO__COLA, option `servicio.cola`: ",
                "\"muchas\"",
            ),
            (
                "variable NOTESS_SERVICIO__DIRECCION, option `servicio.direccion`: ",
                "names no port",
            ),
            (
                "variable NOTESS_SERVICIO__TRABAJADORES, option `servicio.trabajadores`: ",
                "at least one",
            ),
            ("variable NOTESS_REGISTRO__NIVEL, option `registro.nivel`: ", "7"),
            (
                "variable NOTESS_FIRMA__CERTIFICADO, option `firma.certificado`: ",
                "1234",
            ),
            ("option `firma.clave`: ", "none.key"),
        ],
    );
}

#[test]
fn a_text_of_the_environment_may_look_like_a_number_and_an_address_be_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = of_the_service(-1, 60);
    write(folder.path(), "firma.crt", certificate.to_pem().unwrap());
    let encrypted = key.private_key_to_pem_pkcs8_passphrase(openssl::symm::Cipher::aes_256_cbc(), b"007");
    write(folder.path(), "007", encrypted.unwrap());
    write(
        folder.path(),
        "n.toml",
        "database_url = 'n.sqlite3'\n[firma]\ncertificado = 'firma.crt'\n",
    );
    let served = Served::run(
        Command::new(env!("CARGO_BIN_EXE_notess"))
            .args(["serve", "--config", path(&folder.path().join("n.toml"))])
            .env("NOTESS_FIRMA__CLAVE", "007")
            .env("NOTESS_FIRMA__CONTRASENA", "007")
            .env("NOTESS_SERVICIO__DIRECCION", "localhost:0"),
    );
    assert!(served.address.is_ipv4());
    assert!(served.get("/health/live").contains(" 200 "));
}
