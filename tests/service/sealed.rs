//! Sealed acuses over the wire: one for each decision, for ever, as other people's programs verify it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use notess::client::calls;
use notess::config::Sello;
use notess::store::audit::{self, Papers};
use openssl::x509::X509;

use crate::common::caller::Caller;
use crate::common::issue::of_the_service;
use crate::common::{Backend, TestApp};
use crate::process::text;

over_both_databases!(
    an_acuse_is_the_same_for_ever_whatever_the_key_of_the_day,
    other_people_s_programs_verify_a_sealed_acuse,
    every_decision_is_sealed_soon_and_those_of_before_are_taken_over,
    of_many_first_requests_at_once_all_get_the_same,
    each_altered_column_of_a_sealed_decision_is_named,
    what_was_altered_of_a_sealed_acuse_is_given_to_nobody,
);

/// How long is waited for what comes soon.
const SOON: Duration = Duration::from_mins(1);

fn acuse(caller: &Caller, nif: &str, codigo: i32) -> Vec<u8> {
    calls::acuse(&caller.connection, nif, codigo).unwrap()
}

/// Waits until all that is decided is sealed.
fn settled(app: &TestApp) {
    const UNSEALED: &str = "select count(*) as n from acuses a where not exists \
         (select 1 from acuses_sellados s where s.codigo = a.codigo)";
    let began = Instant::now();
    while app.count(UNSEALED) > 0 {
        assert!(began.elapsed() < SOON, "{} are not sealed", app.count(UNSEALED));
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Another seal, in a folder that must be kept.
fn another_seal(sello: &mut Sello, folder: &Path) {
    let (certificate, key) = of_the_service(-1, 60);
    let [crt, pem] = ["sello.crt", "sello.key"].map(|name| folder.join(name));
    std::fs::write(&crt, certificate.to_pem().unwrap()).unwrap();
    std::fs::write(&pem, key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    owner_only(&pem);
    *sello = Sello {
        certificado: Some(crt),
        clave: Some(pem),
        ..Sello::default()
    };
}

fn owner_only(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn an_acuse_is_the_same_for_ever_whatever_the_key_of_the_day(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let [accepted, rejected, returned] = of.pendientes[..3] else {
        panic!()
    };
    let caller = app.as_(titular);
    caller.accept(&of.nif, &[accepted]).unwrap();
    caller.reject(&of.nif, &[rejected]).unwrap();
    let by_wscn = app.wscn_as(titular).decide(1, &of.nif, returned, true);
    assert_eq!(by_wscn.codigo(), 0, "{by_wscn:?}");
    let codigos = [accepted, rejected, returned];
    let first = codigos.map(|codigo| acuse(&caller, &of.nif, codigo));
    assert_eq!(codigos.map(|codigo| acuse(&caller, &of.nif, codigo)), first);
    let folder = tempfile::tempdir().unwrap();
    let app = app.restarted_with(|settings| another_seal(&mut settings.sello, folder.path()));
    let caller = app.as_(titular);
    assert_eq!(codigos.map(|codigo| acuse(&caller, &of.nif, codigo)), first);
    // The new key seals what is decided now.
    let later = of.pendientes[3];
    caller.accept(&of.nif, &[later]).unwrap();
    let seal = X509::from_pem(&std::fs::read(folder.path().join("sello.crt")).unwrap()).unwrap();
    let base64 = openssl::base64::encode_block(&seal.to_der().unwrap());
    assert!(text(&acuse(&caller, &of.nif, later)).contains(&base64));
    assert!(!text(&first[0]).contains(&base64));
    app.journal_rows();
}

fn verified(command: &mut Command) -> Output {
    let output = command.output().expect("run the tests with `make test`");
    assert!(
        output.status.success(),
        "{command:?}\n{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    output
}

fn xmlsec1(acuse: &Path, root: &Path) -> Command {
    let mut command = Command::new("xmlsec1");
    command
        .args([
            "--verify",
            "--id-attr:Id",
            "urn:notess:acuse:1:acuse",
            "--trusted-pem",
        ])
        .arg(root)
        .arg(acuse);
    command
}

fn other_people_s_programs_verify_a_sealed_acuse(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let [accepted, rejected] = of.pendientes[..2] else {
        panic!()
    };
    let caller = app.as_(titular);
    caller.accept(&of.nif, &[accepted]).unwrap();
    caller.reject(&of.nif, &[rejected]).unwrap();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("acuse.xml");
    let keys = app.world_folder().join("servicio");
    let interop = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/interop");
    for (codigo, event) in [
        (accepted, "http://uri.etsi.org/19522/Event/ConsignmentAcceptance"),
        (rejected, "http://uri.etsi.org/19522/Event/ConsignmentRejection"),
    ] {
        let octets = acuse(&caller, &of.nif, codigo);
        std::fs::write(&file, &octets).unwrap();
        verified(&mut xmlsec1(&file, &keys.join("ca.crt.pem")));
        let said = verified(
            Command::new(interop.join(".venv/bin/python"))
                .arg(interop.join("acuse_signxml.py"))
                .args([&file, &keys.join("sello.crt.pem")]),
        );
        assert!(text(&said.stdout).contains(event), "{}", text(&said.stdout));
        // What is signed of the document, and what is signed of the seal.
        for (from, to) in [
            ("<rol>1</rol>", "<rol>2</rol>"),
            ("<xades:SigningTime>2", "<xades:SigningTime>1"),
        ] {
            let altered = text(&octets).replace(from, to);
            assert_ne!(altered, text(&octets));
            std::fs::write(&file, altered).unwrap();
            let refused = xmlsec1(&file, &keys.join("ca.crt.pem")).output().unwrap();
            assert!(!refused.status.success(), "{from}");
        }
        assert!(octets.len() < 6000, "{}", octets.len());
    }
}

fn every_decision_is_sealed_soon_and_those_of_before_are_taken_over(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let codigos = &of.pendientes[..3];
    app.as_(titular).accept(&of.nif, codigos).unwrap();
    settled(&app);
    let rows = "select count(*) as n from auditoria where operacion = 'sellarAcuses'";
    let leaves = "select count(*) as n from hojas where clase = 5";
    assert_eq!(app.count(leaves), app.count("select count(*) as n from acuses"));
    // As it was before anything was sealed.
    let before = app.count(rows);
    app.tamper("acuses_sellados", "delete from acuses_sellados");
    app.tamper("hojas", "delete from hojas where clase = 5");
    app.tamper("sellador", "update sellador set hasta = 0");
    let app = app.restarted_with(|_| {});
    settled(&app);
    assert!(app.count(rows) > before);
    assert_eq!(app.count(leaves), app.count("select count(*) as n from acuses"));
    let each = app.as_(titular);
    for codigo in codigos {
        drop(acuse(&each, &of.nif, *codigo));
    }
}

fn of_many_first_requests_at_once_all_get_the_same(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    for codigo in &of.pendientes[..8] {
        caller.accept(&of.nif, &[*codigo]).unwrap();
        let all: Vec<Vec<u8>> = std::thread::scope(|scope| {
            let asking: Vec<_> = (0..6)
                .map(|_| {
                    let caller = app.as_(titular);
                    scope.spawn(move || acuse(&caller, &of.nif, *codigo))
                })
                .collect();
            asking.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
    }
    settled(&app);
    assert_eq!(
        app.count("select count(*) as n from hojas where clase = 5"),
        app.count("select count(*) as n from acuses_sellados")
    );
    app.journal_rows();
}

/// What is found wrong, in the form of a line.
fn faults(app: &TestApp) -> Vec<String> {
    let papers = Papers {
        made: &notess::contract::canal::acuse_document::huella,
        unlike: &notess::contract::canal::acuse_columns::unlike,
    };
    let mut found = Vec::new();
    app.store()
        .read::<_, notess::store::StoreError, _>(|conn| {
            audit::verify(
                conn,
                Some(papers),
                |_| {},
                |one| {
                    found.push(format!("{} {} {}", one.table, one.key, one.column.unwrap_or("-")));
                },
            )
        })
        .unwrap();
    found
}

fn each_altered_column_of_a_sealed_decision_is_named(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(2);
    let [one, other, ..] = of.pendientes[..] else {
        panic!()
    };
    app.as_(titular).reject(&of.nif, &[one, other]).unwrap();
    settled(&app);
    assert_eq!(faults(&app), Vec::<String>::new());
    let is_postgres = app.settings.database_url.starts_with("postgres");
    let octets = |name: &str| {
        if is_postgres {
            format!("set_byte({name}, 5, 255 - get_byte({name}, 5))")
        } else {
            format!("cast(substr({name}, 1, 5) || x'00' || substr({name}, 7) as blob)")
        }
    };
    let minute = if is_postgres {
        "instante + interval '1 minute'"
    } else {
        "instante + 60000000"
    };
    let uuid = "'01900000-0000-7000-8000-000000000000'";
    let cases = [
        ("acuses", "identificador", uuid.to_owned()),
        ("acuses", "sentido", "'aceptacion'".to_owned()),
        ("acuses", "instante", minute.to_owned()),
        ("acuses", "persona_nombre", "'OTRA'".to_owned()),
        ("acuses", "rol", "1".to_owned()),
        ("acuses", "autorizacion", "7".to_owned()),
        ("acuses", "documento_huella", octets("documento_huella")),
        ("acuses", "motivo", "'otro'".to_owned()),
        ("acuses", "peticion", uuid.to_owned()),
        ("notificaciones", "denominacion", "'OTRA'".to_owned()),
        ("notificaciones", "asunto", "'otro'".to_owned()),
        ("acuses_sellados", "asiento", "asiento + 100000".to_owned()),
        ("acuses_sellados", "orden", "orden + 1000".to_owned()),
        ("acuses_sellados", "huella", octets("huella")),
        ("acuses_sellados", "octetos", octets("octetos")),
    ];
    if !is_postgres {
        // A trigger of its own keeps the subject.
        app.tamper("notificaciones_asunto", "select 1");
    }
    for (table, column, value) in cases {
        let keep = format!("create table antes as select * from {table} where codigo = {one}");
        app.tamper(table, &keep);
        app.tamper(
            table,
            &format!("update {table} set {column} = {value} where codigo = {one}"),
        );
        let found = faults(&app);
        let named = format!("{table} {one} {column}");
        assert!(found.contains(&named), "{named}: {found:?}");
        let back = format!(
            "update {table} set {column} = (select {column} from antes) where codigo = {one}; drop table antes"
        );
        app.tamper(table, &back);
        assert_eq!(faults(&app), Vec::<String>::new(), "{named}");
    }
    app.tamper(
        "acuses_sellados",
        &format!("delete from acuses_sellados where codigo = {other}"),
    );
    assert_eq!(faults(&app), [format!("acuses_sellados {other} -")]);
}

fn what_was_altered_of_a_sealed_acuse_is_given_to_nobody(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let [one, other] = of.pendientes[..2] else {
        panic!()
    };
    let caller = app.as_(titular);
    caller.accept(&of.nif, &[one, other]).unwrap();
    settled(&app);
    // That of another, wholly: it verifies, and is not of this decision.
    app.tamper(
        "acuses_sellados",
        &format!(
            "update acuses_sellados set octetos = (select octetos from acuses_sellados where codigo = {other}) \
             where codigo = {one}"
        ),
    );
    let refused = calls::acuse(&caller.connection, &of.nif, one);
    assert_eq!(crate::common::caller::code_of(refused), "SERVICIO_NO_DISPONIBLE");
    acuse(&caller, &of.nif, other);
}
