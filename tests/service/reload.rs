//! What a running service takes of other settings, keys and certificates, upon SIGHUP or by itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use notess::client::calls;
use notess::client::connection::Connection;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVerifyMode};
use openssl::x509::X509;

use crate::common::caller::key_of;
use crate::common::issue::{of_localhost, of_the_service};
use crate::common::{Backend, Database};
use crate::served::Served;

const TAKEN: &str = "the signing certificate and its key were read again";
const TLS_TAKEN: &str = "the TLS certificate and its key were read again";
const KEPT: &str = "the former ones stay in use";

/// An installation of an operator's: settings, a signing certificate, and one of TLS.
struct Installed {
    folder: tempfile::TempDir,
    database: Database,
}

impl Installed {
    fn new() -> Self {
        let installed = Self {
            folder: tempfile::tempdir().unwrap(),
            database: Backend::Sqlite.fresh_database(),
        };
        installed.put("firma", &of_the_service(-1, 60));
        installed.put("tls", &of_localhost());
        installed.settings("");
        installed
    }

    fn settings(&self, more: &str) {
        let least = "database_url = 'n.sqlite3'\n[firma]\ncertificado = 'firma.crt'\nclave = 'firma.key'\n";
        self.write("notess.toml", format!("{least}{more}").as_bytes());
    }

    /// As a careful operator does, by renaming.
    fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.path("new"), content).unwrap();
        std::fs::rename(self.path("new"), self.path(name)).unwrap();
    }

    fn put(&self, name: &str, (certificate, key): &(X509, PKey<Private>)) {
        self.write(&format!("{name}.crt"), &certificate.to_pem().unwrap());
        self.write(&format!("{name}.key"), &key.private_key_to_pem_pkcs8().unwrap());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn serve(&self) -> Served {
        let program = Command::new(env!("CARGO_BIN_EXE_notess"));
        Served::run(&mut Served::command(program, self.folder.path(), &self.database))
    }
}

/// Lists as a client that takes answers of this certificate's key only.
fn lists(served: &Served, certificate: &X509) -> bool {
    let scenario = &Backend::Sqlite.world().scenario;
    let titular = scenario.all_roles();
    let url = format!("http://{}/canal/v1", served.address);
    let connection = Connection::open(&url, key_of(titular), certificate).unwrap();
    calls::poderdantes(&connection).is_ok()
}

#[test]
fn a_renewed_signing_certificate_is_taken_upon_sighup_and_a_bad_one_leaves_the_former() {
    let installed = Installed::new();
    let former = of_the_service(-1, 60);
    installed.put("firma", &former);
    let served = installed.serve();
    assert!(lists(&served, &former.0));

    let renewed = of_the_service(-1, 90);
    installed.put("firma", &renewed);
    assert!(lists(&served, &former.0), "until it is told to");
    served.signal("HUP");
    served.awaited(TAKEN);
    assert!(lists(&served, &renewed.0) && !lists(&served, &former.0));

    // The key of another certificate, no key at all, and none.
    installed.write("firma.key", &former.1.private_key_to_pem_pkcs8().unwrap());
    served.signal("HUP");
    let told = served.awaited(KEPT);
    assert!(told.contains("firma.clave") && told.contains("ERROR"), "{told}");
    installed.write("firma.key", b"nada");
    served.signal("HUP");
    served.awaited_times(2, KEPT);
    std::fs::remove_file(installed.path("firma.crt")).unwrap();
    served.signal("HUP");
    assert!(served.awaited_times(3, KEPT)[2].contains("firma.certificado"));
    assert!(lists(&served, &renewed.0));

    installed.put("firma", &former);
    served.signal("HUP");
    served.awaited_times(2, TAKEN);
    assert!(lists(&served, &former.0));
}

#[test]
fn settings_that_cannot_be_used_leave_the_former_and_a_renewed_certificate_is_taken_nonetheless() {
    let installed = Installed::new();
    let served = installed.serve();
    installed.settings("[servicio]\ncolaa = 7\n");
    let renewed = of_the_service(-1, 90);
    installed.put("firma", &renewed);
    served.signal("HUP");
    let told = served.awaited("the new settings cannot be used");
    assert!(told.contains("colaa"), "{told}");
    served.awaited(TAKEN);
    assert!(lists(&served, &renewed.0));
}

#[test]
fn the_level_of_the_log_is_taken_and_what_only_a_restart_takes_is_named() {
    let installed = Installed::new();
    installed.settings("[registro]\nnivel = 'info'\n");
    let served = installed.serve();
    let begun = "as SIGHUP asks";
    let restart = "only a restart takes";
    installed
        .settings("[registro]\nnivel = 'warn'\n[servicio]\ncola = 7\n[red]\nconservar_emitidas = false\n");
    served.signal("HUP");
    let named = served.awaited_times(2, restart).concat();
    assert!(
        named.contains("servicio.cola") && named.contains("red.conservar_emitidas"),
        "{named}"
    );
    assert!(!named.contains("registro") && !named.contains("firma"), "{named}");
    served.signal("HUP");
    served.awaited_times(4, restart);
    assert_eq!(
        served.logged(begun).len(),
        1,
        "no line below warnings is written any more"
    );

    installed.settings("[registro]\nnivel = 'inof'\n");
    served.signal("HUP");
    let told = served.awaited("the new level of the log cannot be used");
    assert!(told.contains("registro.nivel") && told.contains("inof"), "{told}");
    assert_eq!(served.logged(begun).len(), 1);

    installed.settings("[registro]\nnivel = 'info'\n");
    served.signal("HUP");
    served.awaited(TAKEN);
}

/// A connection to a TLS server, which may be named in the greeting or not.
fn connect(served: &Served, named: bool) -> SslStream<TcpStream> {
    let mut connector = SslConnector::builder(SslMethod::tls_client()).unwrap();
    connector.set_verify(SslVerifyMode::NONE);
    let stream = TcpStream::connect(served.address).unwrap();
    let configured = connector.build().configure().unwrap();
    let configured = configured
        .verify_hostname(false)
        .use_server_name_indication(named);
    configured.connect("localhost", stream).unwrap()
}

/// The certificates that are shown.
fn shown(served: &Served, named: bool) -> Vec<X509> {
    let tls = connect(served, named);
    let chain = tls.ssl().peer_cert_chain().unwrap();
    chain.iter().map(ToOwned::to_owned).collect()
}

fn ask(tls: &mut SslStream<TcpStream>) -> String {
    tls.write_all(b"GET /health/live HTTP/1.1\r\nHost: x.example\r\n\r\n")
        .unwrap();
    let mut answer = [0; 4096];
    let read = tls.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[test]
fn a_renewed_tls_certificate_is_shown_upon_sighup_and_connections_go_on() {
    let installed = Installed::new();
    let tls = "[tls]\ncertificado = 'tls.crt'\nclave = 'tls.key'\n";
    installed.settings(&format!("{tls}[servicio]\ncaducidad_segundos = 3600\n"));
    let (first, second) = (of_localhost(), of_localhost());
    installed.put("tls", &first);
    let served = installed.serve();
    let mut kept = connect(&served, true);
    assert!(ask(&mut kept).contains(" 200 "));
    for named in [true, false] {
        assert_eq!(shown(&served, named), std::slice::from_ref(&first.0));
    }

    // With what stands between it and an authority, as a chain.
    let chain = [second.0.to_pem().unwrap(), first.0.to_pem().unwrap()].concat();
    installed.put("tls", &second);
    installed.write("tls.crt", &chain);
    served.signal("HUP");
    served.awaited(TLS_TAKEN);
    for named in [true, false] {
        assert_eq!(shown(&served, named), [second.0.clone(), first.0.clone()]);
    }
    assert!(
        ask(&mut kept).contains(" 200 "),
        "of a connection that was there before"
    );

    installed.write("tls.key", &first.1.private_key_to_pem_pkcs8().unwrap());
    served.signal("HUP");
    assert!(served.awaited(KEPT).contains("tls.clave"));
    assert_eq!(shown(&served, true)[0], second.0);

    // That it speaks TLS at all is settled when it binds.
    installed.settings("");
    served.signal("HUP");
    let named = served.awaited_times(2, "only a restart takes").concat();
    assert!(
        named.contains("\"tls\"") && named.contains("servicio.caducidad_segundos"),
        "{named}"
    );
    assert_eq!(shown(&served, true)[0], second.0);
}

#[test]
fn a_renewed_tls_certificate_is_found_without_being_told() {
    let installed = Installed::new();
    let tls = "[tls]\ncertificado = 'tls.crt'\nclave = 'tls.key'\n";
    installed.settings(&format!("{tls}[servicio]\ncaducidad_segundos = 1\n"));
    let served = installed.serve();
    let renewed = of_localhost();
    // Halves of a pair: until both are there, the former is shown, and it is told once.
    installed.write("tls.crt", &renewed.0.to_pem().unwrap());
    served.awaited(KEPT);
    assert_ne!(shown(&served, true)[0], renewed.0);
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(served.logged(KEPT).len(), 1);
    installed.write("tls.key", &renewed.1.private_key_to_pem_pkcs8().unwrap());
    served.awaited(TLS_TAKEN);
    assert_eq!(shown(&served, true)[0], renewed.0);
}

#[test]
fn a_service_that_is_still_starting_outlives_the_signal() {
    let installed = Installed::new();
    for _ in 0..3 {
        let served = installed.serve();
        served.signal("HUP");
        served.signal("HUP");
        let began = Instant::now();
        served.awaited(TAKEN);
        assert!(began.elapsed() < Duration::from_secs(10));
        assert!(served.get("/health/live").contains(" 200 "));
    }
}
