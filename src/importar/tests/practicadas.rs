//! Files of notifications that were practised elsewhere.

use super::*;
use crate::domain::notificacion::{Medio, Sentido};

const HEADER: &str = "codigo;medio;instante;sentido;referencia";

/// Reads a line of news, where notification 7 is published.
fn load(line: &str) -> Result<Practica, Vec<Reason>> {
    let mut sink = Memory::default();
    let one = format!("{NOTIFICACIONES}\n{}\n", GOOD.join(";"));
    publish(&one, Format::Csv, &mut sink).0.unwrap();
    let text = format!("{HEADER}\n{line}\n");
    let (outcome, mut refused) = drive(&import_practicadas, Format::Csv, &text, &mut sink);
    outcome.unwrap();
    match refused.pop() {
        Some(refused) => {
            assert_eq!(refused.linea, 2);
            Err(refused.reasons)
        }
        None => Ok(sink.practicadas.remove(0)),
    }
}

#[test]
fn a_line_tells_which_was_practised_when_how_and_by_which_way() {
    let told = load("7;papel;2026-03-10 12:59:30;rechazo;RR 123 ES").unwrap();
    assert_eq!(told.instante.to_rfc3339(), "2026-03-10T11:59:30+00:00");
    assert_eq!((told.medio, told.sentido), (Medio::Papel, Sentido::Rechazo));
    assert_eq!(told.referencia.as_deref(), Some("RR 123 ES"));
    let told = load("7,00;dehu;10/03/2026 12:59;aceptacion;").unwrap();
    assert_eq!(
        (told.codigo.number(), told.medio, told.referencia),
        (7, Medio::Dehu, None)
    );
}

#[test]
fn each_slip_of_such_news_has_its_reason() {
    let in_list = |column, value: &str, allowed: &str| Reason::NotInList {
        column,
        value: value.to_owned(),
        allowed: allowed.to_owned(),
    };
    for (line, reasons) in [
        ("8;papel;2026-03-10 12:00;rechazo;", vec![Reason::NoNotification]),
        ("0;papel;2026-03-10 12:00;rechazo;", vec![Reason::Codigo]),
        (
            "7;papel;2026-03-10 13:01;rechazo;",
            vec![Reason::Future("instante")],
        ),
        (
            "7;fax;2026-03-10;caducada;",
            vec![
                in_list("medio", "fax", "papel, dehu"),
                Reason::Instant("instante"),
                in_list("sentido", "caducada", "aceptacion, rechazo"),
            ],
        ),
        ("7;;2026-03-10 12:00;rechazo;", vec![Reason::Missing("medio")]),
    ] {
        assert_eq!(load(line), Err(reasons), "{line}");
    }
}
