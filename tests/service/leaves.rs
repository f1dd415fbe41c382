//! What each act puts into the log: the SHA-256 of its acuse, as whoever is given that acuse can make it.

use notess::client::calls;
use notess::domain::notificacion::Huella;
use openssl::sha::sha256;

use crate::common::{Backend, TestApp};

over_both_databases!(
    a_decision_is_in_the_log_by_its_acuse_before_it_is_signed,
    every_decision_of_a_demonstration_is_in_the_log,
);

/// A column of octets in hexadecimal, as SQL of the database.
fn hex(app: &TestApp, column: &str) -> String {
    if app.settings.database_url.starts_with("postgres") {
        format!("encode({column}, 'hex')")
    } else {
        format!("lower(hex({column}))")
    }
}

/// The leaves of decisions of a notification, in hexadecimal.
fn leaves(app: &TestApp, codigo: i32) -> Vec<String> {
    let huella = hex(app, "huella");
    app.column(&format!(
        "select {huella} as text from hojas where clase = 3 and referencia = '{codigo}'"
    ))
}

/// A signed document without its signature.
fn unsigned(document: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(document).unwrap();
    let (before, rest) = text.split_once("<ds:Signature ").unwrap();
    let (_, after) = rest.rsplit_once("</ds:Signature>").unwrap();
    [before, after].concat().into_bytes()
}

fn a_decision_is_in_the_log_by_its_acuse_before_it_is_signed(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let [accepted, other, rejected, signed] = of.pendientes[..4] else {
        panic!()
    };
    let caller = app.as_(titular);
    let (first, last) = (accepted.min(other), accepted.max(other));
    // In the order of their codes, whatever that of the request.
    caller.accept(&of.nif, &[last, first]).unwrap();
    caller.reject(&of.nif, &[rejected]).unwrap();
    for codigo in [accepted, other, rejected] {
        let acuse = calls::acuse(&caller.connection, &of.nif, codigo).unwrap();
        let huella = Huella(sha256(&unsigned(&acuse)));
        assert_eq!(leaves(&app, codigo), [huella.to_string()], "{codigo}");
    }
    let together = app.column(&format!(
        "select referencia as text from hojas where asiento = \
         (select asiento from hojas where clase = 3 and referencia = '{accepted}') order by orden"
    ));
    assert_eq!(together, [first, last].map(|codigo| codigo.to_string()));
    // What decides again is told again, and is no other act.
    caller.accept(&of.nif, &[accepted]).unwrap();
    assert_eq!(leaves(&app, accepted).len(), 1);

    // Of the other contract: what its bearer and the service signed.
    app.wscn_as(titular).decide(1, &of.nif, signed, true);
    let given = app.column(&format!(
        "select {} as text from acuses_solicitados where codigo = {signed}",
        hex(&app, "datos_huella")
    ));
    assert_eq!(leaves(&app, signed), given);
    assert_eq!(given.len(), 1);
    app.journal_rows();
}

fn every_decision_of_a_demonstration_is_in_the_log(backend: Backend) {
    let app = TestApp::start(backend);
    let without = "select count(*) as n from acuses a where not exists (select 1 from hojas h where h.clase = 3 \
         and h.referencia = cast(a.codigo as text))";
    assert!(app.count("select count(*) as n from acuses") > 100);
    assert_eq!(app.count(without), 0);
    app.journal_rows();
}
