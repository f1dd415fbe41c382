//! What the service keeps is dated while it runs, and nobody waits for those who date it.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use notess::client::calls;
use notess::config::Settings;
use notess::store::StoreError;
use notess::store::sellos::{self, Sello};

use super::openssl::verified_over;
use super::tsa::{Done, POLICY, Root, Wanted, answer, serve, url};
use crate::common::caller::code_of;
use crate::common::{Backend, TestApp};

over_both_databases!(
    what_is_kept_is_dated_as_it_grows_and_openssl_verifies_it,
    an_authority_that_is_down_is_told_and_asked_again_and_nobody_waits_for_it,
    a_clock_that_two_time_stamps_contradict_decides_nothing_until_one_agrees,
);

/// A service that has what it keeps dated each second, by those at these addresses.
fn app(backend: Backend, root: &Root, urls: &[String]) -> TestApp {
    TestApp::start_with(backend, |settings| dated_by(settings, root, urls))
}

/// Settings by which it is.
pub fn dated_by(settings: &mut Settings, root: &Root, urls: &[String]) {
    let sello = &mut settings.sello;
    sello.tsa_url = urls.iter().map(|url| url.parse().unwrap()).collect();
    sello.tsa_cadena = Some(root.path("raiz.pem"));
    sello.tsa_revocacion = vec![root.path("raiz.crl")];
    sello.tsa_politica = Some(POLICY.to_owned());
    sello.cada_segundos = 1;
}

fn newest(app: &TestApp) -> Option<Sello> {
    app.store().read::<_, StoreError, _>(sellos::newest).unwrap()
}

/// Waits until something is so.
pub fn until<T>(what: &str, mut is_so: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = is_so() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(40), "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn notices(app: &TestApp) -> Vec<String> {
    let (status, text) = app.get("/health/ready");
    assert_eq!(status, 200, "{text}");
    let ready: serde_json::Value = serde_json::from_str(&text).unwrap();
    ready["avisos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap().to_owned())
        .collect()
}

pub fn accept_one(app: &TestApp, nth: usize) {
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let taken = app
        .as_(titular)
        .accept(&of.nif, &of.pendientes[nth..=nth])
        .unwrap();
    assert!(taken[0].acuse.is_some());
}

fn what_is_kept_is_dated_as_it_grows_and_openssl_verifies_it(backend: Backend) {
    let root = Root::new();
    let signer = root.issue(Wanted::GOOD);
    fs::write(root.path("tsa.pem"), signer.certificate.to_pem().unwrap()).unwrap();
    let liar = url(serve(|_| {
        Done::Raw(b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n".to_vec())
    }));
    let honest = url(serve(move |question| {
        Done::Answer(answer(&signer, question, Utc::now()))
    }));
    let app = app(backend, &root, &[liar, honest.clone()]);
    accept_one(&app, 0);
    let rows = app.count("select count(*) as n from auditoria");
    let whole = |sello: &Sello| sello.punto.tamano >= rows;
    // What does not grow is not dated again, and that a stamp is told of is no growth.
    let first = until("it was not dated, or never rests", || {
        let one = newest(&app).filter(whole)?;
        std::thread::sleep(Duration::from_secs(3));
        (newest(&app).as_ref() == Some(&one)).then_some(one)
    });
    assert_eq!(first.tsa, honest);
    assert!((first.instante - Utc::now()).abs() < TimeDelta::minutes(1));
    let text = String::from_utf8(first.punto.documento.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..2], ["notess auditoria", &first.punto.tamano.to_string()]);
    assert_eq!(lines[2].len(), 64);
    verified_over(&root, &first.punto.documento, &first.token);

    // Who was asked in vain before the other is no trouble of the service.
    assert!(!notices(&app).iter().any(|notice| notice.contains("sellos")));
    let leaf = openssl::sha::sha256(&first.token);
    let huella = notess::domain::notificacion::Huella(leaf).to_string();
    let hex = if app.settings.database_url.starts_with("postgres") {
        "encode(huella, 'hex')"
    } else {
        "lower(hex(huella))"
    };
    let told = format!("select count(*) as n from hojas where clase = 7 and {hex} = '{huella}'");
    assert_eq!(app.count(&told), 1);
    accept_one(&app, 1);
    let second = until("it was not dated again", || {
        newest(&app).filter(|sello| sello.punto != first.punto)
    });
    assert!(second.punto.tamano > first.punto.tamano && second.instante >= first.instante);
    let of_first = app
        .store()
        .read::<_, StoreError, _>(|conn| sellos::over(conn, first.punto.tamano))
        .unwrap();
    assert_eq!(of_first, Some(first));
    let told = app.get("/metrics").1;
    for metric in [
        "notess_time_stamps_total{result=\"hecho\"}",
        "notess_time_stamps_total{result=\"estado_http\"}",
        "notess_time_stamp_age_seconds",
        "notess_time_stamp_seconds_count",
        "notess_clock_offset_seconds",
    ] {
        assert!(told.contains(metric), "{metric}");
    }
}

fn an_authority_that_is_down_is_told_and_asked_again_and_nobody_waits_for_it(backend: Backend) {
    let root = Root::new();
    let signer = root.issue(Wanted::GOOD);
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let address = serve(move |question| match count.fetch_add(1, Ordering::Relaxed) {
        0 => Done::Raw(b"HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n".to_vec()),
        1 => Done::Answer(answer(&signer, question, Utc::now())[..100].to_vec()),
        _ => Done::Answer(answer(&signer, question, Utc::now())),
    });
    let app = app(backend, &root, &[url(address)]);
    until("nobody was told", || {
        notices(&app)
            .iter()
            .any(|notice| notice.contains("sellos de tiempo"))
            .then_some(())
    });
    let began = Instant::now();
    accept_one(&app, 0);
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(newest(&app), None);
    until("it was not dated", || newest(&app));
    // After five seconds, and ten.
    assert!(began.elapsed() > Duration::from_secs(8), "{:?}", began.elapsed());
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    until("it is still told", || {
        (!notices(&app)
            .iter()
            .any(|notice| notice.contains("sellos de tiempo")))
        .then_some(())
    });
}

fn a_clock_that_two_time_stamps_contradict_decides_nothing_until_one_agrees(backend: Backend) {
    let root = Root::new();
    let signer = root.issue(Wanted::GOOD);
    let (ahead, asked) = (Arc::new(AtomicI64::new(3600)), Arc::new(AtomicU32::new(0)));
    let (its, count) = (Arc::clone(&ahead), Arc::clone(&asked));
    let address = serve(move |question| {
        count.fetch_add(1, Ordering::Relaxed);
        let at = Utc::now() + TimeDelta::seconds(its.load(Ordering::Relaxed));
        Done::Answer(answer(&signer, question, at))
    });
    let app = app(backend, &root, &[url(address)]);
    let clock = || {
        let ready: serde_json::Value = serde_json::from_str(&app.get("/health/ready").1).unwrap();
        ready["comprobaciones"]["reloj"].as_str().unwrap().to_owned()
    };
    // The first of them says nothing yet.
    until("nobody was asked", || {
        (asked.load(Ordering::Relaxed) == 1).then_some(())
    });
    accept_one(&app, 0);
    assert_eq!(clock(), "bien");
    until("the clock was believed", || (clock() != "bien").then_some(()));
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    assert_eq!(
        code_of(caller.accept(&of.nif, &of.pendientes[1..2])),
        "SERVICIO_NO_DISPONIBLE"
    );
    calls::poderdantes(&caller.connection).unwrap();
    assert_eq!(newest(&app), None);
    ahead.store(0, Ordering::Relaxed);
    until("the clock is still in doubt", || {
        (clock() == "bien").then_some(())
    });
    accept_one(&app, 1);
    until("it was not dated", || newest(&app));
}

#[test]
fn a_chain_that_cannot_be_used_stops_the_start_by_its_option() {
    let root = Root::new();
    let none = root.path("none.pem");
    let wrong = root.path("key.pem");
    fs::write(&wrong, root.signer.key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    for chain in [none, wrong] {
        let said = refused(&chain, "pruebas");
        assert!(
            said.contains("`sello.tsa_cadena`") && said.contains(chain.to_str().unwrap()),
            "{said}"
        );
    }
    // What a demonstration dates is dated by nobody.
    let folder = tempfile::tempdir().unwrap();
    let files = notess::demo::tsa(folder.path(), Utc::now()).unwrap();
    let said = refused(&files.cadena, "produccion");
    assert!(
        said.contains("`sello.tsa_cadena`") && said.contains("demonstration"),
        "{said}"
    );
    let taken = refused(&files.cadena, "pruebas");
    assert!(!taken.contains("sello"), "{taken}");
}

/// What is said of a chain by whoever does not start. He has no key to sign with, so that he never does.
fn refused(chain: &Path, entorno: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("notess.toml");
    let text = format!(
        "database_url = 'n.sqlite3'\nentorno = '{entorno}'\n[firma]\ncertificado = 'none'\nclave = 'none'\n\
         [sello]\ntsa_url = ['https://tsa.example.es']\ntsa_cadena = '{}'\n",
        chain.display()
    );
    fs::write(&settings, text).unwrap();
    let refused = std::process::Command::new(env!("CARGO_BIN_EXE_notess"))
        .args(["serve", "--config", settings.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(!refused.status.success());
    String::from_utf8_lossy(&refused.stderr).into_owned()
}
