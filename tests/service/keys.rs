//! Private keys that are encrypted: what opens them comes from the settings, and nobody is ever asked.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use openssl::ec::EcKey;
use openssl::pkey::{PKey, Private};
use openssl::symm::Cipher;
use openssl::x509::X509;

use crate::common::issue::{of_localhost, of_the_service};
use crate::common::{Backend, Database};
use crate::process::{path, text};
use crate::served::Served;

const PASSWORD: &str = "cuatro palabras, y «ñ»";

/// An encrypted key, in both of the forms that there are.
fn encrypted(key: &PKey<Private>) -> [Vec<u8>; 2] {
    let ec: EcKey<Private> = key.ec_key().unwrap();
    let cipher = Cipher::aes_256_cbc();
    [
        key.private_key_to_pem_pkcs8_passphrase(cipher, PASSWORD.as_bytes())
            .unwrap(),
        ec.private_key_to_pem_passphrase(cipher, PASSWORD.as_bytes())
            .unwrap(),
    ]
}

/// A folder with a signing certificate and one of TLS, and their keys as given.
struct Installed {
    folder: tempfile::TempDir,
    database: Database,
    firma: (X509, PKey<Private>),
    tls: (X509, PKey<Private>),
}

impl Installed {
    fn new() -> Self {
        let installed = Self {
            folder: tempfile::tempdir().unwrap(),
            database: Backend::Sqlite.fresh_database(),
            firma: of_the_service(-1, 60),
            tls: of_localhost(),
        };
        installed.write("firma.crt", &installed.firma.0.to_pem().unwrap());
        installed.write("tls.crt", &installed.tls.0.to_pem().unwrap());
        installed.write(
            "firma.key",
            &installed.firma.1.private_key_to_pem_pkcs8().unwrap(),
        );
        installed.write("tls.key", &installed.tls.1.private_key_to_pem_pkcs8().unwrap());
        installed
    }

    fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.folder.path().join(name), content).unwrap();
    }

    /// Writes settings with these options besides.
    fn settings(&self, firma: &str, tls: &str) {
        let settings = format!(
            "database_url = 'n.sqlite3'\n[firma]\ncertificado = 'firma.crt'\nclave = 'firma.key'\n{firma}\n\
             [tls]\ncertificado = 'tls.crt'\nclave = 'tls.key'\n{tls}\n"
        );
        self.write("notess.toml", settings.as_bytes());
    }

    fn command(&self, program: Command) -> Command {
        Served::command(program, self.folder.path(), &self.database)
    }

    fn serves(&self, variables: &[(&str, &str)]) -> Served {
        let mut command = self.command(Command::new(env!("CARGO_BIN_EXE_notess")));
        Served::run(command.envs(variables.iter().copied()))
    }

    /// What is said of a start that fails, at a terminal at which nobody sits.
    fn refusal(&self) -> String {
        let config = self.folder.path().join("notess.toml");
        let command = format!(
            "'{}' serve --config '{}'",
            env!("CARGO_BIN_EXE_notess"),
            path(&config)
        );
        let mut child = Command::new("script")
            .args(["-qec", &command, "/dev/null"])
            .env("NOTESS_DATABASE_URL", self.database.url())
            .env("NOTESS_SERVICIO__DIRECCION", "127.0.0.1:0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Open as long as it runs, and silent.
        let silent = child.stdin.take();
        let began = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if began.elapsed() > Duration::from_secs(20) {
                child.kill().unwrap();
                panic!("it waits: {}", text(&child.wait_with_output().unwrap().stdout));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        drop(silent);
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(1));
        text(&ended.stdout)
    }
}

#[test]
fn an_encrypted_key_without_a_password_stops_the_start_and_nobody_is_asked() {
    let installed = Installed::new();
    let [firma, tls] = [&installed.firma.1, &installed.tls.1].map(encrypted);
    let plain = |key: &PKey<Private>| key.private_key_to_pem_pkcs8().unwrap();
    installed.settings("", "");
    for form in &firma {
        installed.write("firma.key", form);
        let told = installed.refusal();
        for said in [
            "`firma.clave`",
            "encrypted",
            "`firma.contrasena_fichero`",
            "NOTESS_FIRMA__CONTRASENA",
        ] {
            assert!(told.contains(said), "{told}");
        }
    }
    installed.write("firma.key", &plain(&installed.firma.1));
    for form in &tls {
        installed.write("tls.key", form);
        let told = installed.refusal();
        for said in [
            "`tls.clave`",
            "encrypted",
            "`tls.contrasena_fichero`",
            "NOTESS_TLS__CONTRASENA",
        ] {
            assert!(told.contains(said), "{told}");
        }
    }
}

#[test]
fn a_wrong_password_and_a_missing_one_are_told_by_their_option() {
    let installed = Installed::new();
    let [form, _] = encrypted(&installed.firma.1);
    installed.write("firma.key", &form);
    installed.write("wrong", b"otra\n");
    for (firma, named, said) in [
        (
            "contrasena_fichero = 'wrong'",
            "`firma.clave`",
            "not with the password",
        ),
        ("contrasena = ''", "`firma.clave`", "not with the password"),
        (
            "contrasena_fichero = 'none'",
            "`firma.contrasena_fichero`",
            "none",
        ),
        (
            "contrasena = 'otra'\ncontrasena_fichero = 'wrong'",
            "`firma.contrasena_fichero`",
            "not in two",
        ),
    ] {
        installed.settings(firma, "");
        let told = installed.refusal();
        assert!(told.contains(named) && told.contains(said), "{firma}: {told}");
        assert!(!told.contains("otra"), "a password is not for the screen: {told}");
    }
}

#[test]
fn the_password_of_a_key_comes_from_a_file_or_a_variable_also_when_it_is_renewed() {
    let installed = Installed::new();
    let [firma, tls] = [&installed.firma.1, &installed.tls.1].map(encrypted);
    installed.write("password", format!("{PASSWORD}\n").as_bytes());
    for form in 0..2 {
        installed.write("firma.key", &firma[form]);
        installed.write("tls.key", &tls[form]);
        installed.settings(
            "contrasena_fichero = 'password'",
            "contrasena_fichero = 'password'",
        );
        let served = installed.serves(&[]);
        served.signal("HUP");
        served.awaited("the signing certificate and its key were read again");
        served.awaited("the TLS certificate and its key were read again");
        assert_eq!(served.logged(PASSWORD), Vec::<String>::new());
        drop(served);

        installed.settings("", "");
        let variables = [
            ("NOTESS_FIRMA__CONTRASENA", PASSWORD),
            ("NOTESS_TLS__CONTRASENA", PASSWORD),
        ];
        let served = installed.serves(&variables);
        served.signal("HUP");
        served.awaited("the signing certificate and its key were read again");
    }
}

#[test]
fn who_reads_settings_does_not_see_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let file: &Path = &folder.path().join("n.toml");
    let settings = "database_url = 'n'\n[firma]\ncertificado = 'c'\nclave = 'k'\ncontrasena = 'secreta'\n";
    std::fs::write(file, settings).unwrap();
    let settings = notess::config::Settings::read(Some(file)).unwrap();
    assert!(!format!("{settings:?}").contains("secreta"));
    assert!(!serde_json::to_string(&settings).unwrap().contains("secreta"));
}
