//! Files of successions.

use super::*;
use crate::domain::materia::Entidad;
use crate::domain::sucesion::ClaseSucesion;
use crate::store::sucesiones::SucesionDicha;

const HEADER: &str = "antecesor;sucesor;entidad;causa;desde;hasta;motivo;referencia";

fn load(line: &str) -> Result<SucesionDicha, Vec<Reason>> {
    let mut sink = Memory::default();
    let text = format!("{HEADER}\n{line}\n");
    let (outcome, mut refused) = drive(&import_sucesiones, Format::Csv, &text, &mut sink);
    outcome.unwrap();
    match refused.pop() {
        Some(refused) => Err(refused.reasons),
        None => Ok(sink.sucesiones.remove(0)),
    }
}

#[test]
fn a_line_tells_who_succeeds_whom_by_which_body_and_paper() {
    let told = load("B99999120;A99999013;TGSS;inter_vivos;15/01/2026;;Fusión;28/2026/7").unwrap();
    let one = told.sucesion;
    assert_eq!(
        (one.antecesor.as_str(), one.sucesor.as_str()),
        ("B99999120", "A99999013")
    );
    assert_eq!(
        (one.entidad, one.clase),
        (Entidad::Tgss, ClaseSucesion::InterVivos)
    );
    assert_eq!(one.vigencia.desde.to_rfc3339(), "2026-01-14T23:00:00+00:00");
    assert_eq!(one.vigencia.hasta, None);
    assert_eq!(
        (told.motivo.as_str(), told.referencia.as_str()),
        ("Fusión", "28/2026/7")
    );
    let ended = load("99999901H;99999945Q;INSS;mortis_causa;2025-11-02;2026-02-28;Herencia;8").unwrap();
    // Its last day is whole.
    let end = ended.sucesion.vigencia.hasta.unwrap();
    assert_eq!(end.to_rfc3339(), "2026-02-28T23:00:00+00:00");
}

#[test]
fn each_slip_of_a_succession_has_its_reason() {
    let in_list = |column, value: &str, allowed: &str| Reason::NotInList {
        column,
        value: value.to_owned(),
        allowed: allowed.to_owned(),
    };
    for (line, reasons) in [
        (
            "B99999120;A99999013;AEAT;venta;ayer;;x;y",
            vec![
                in_list("entidad", "AEAT", "TGSS, INSS, ISM"),
                in_list("causa", "venta", "inter_vivos, mortis_causa"),
                Reason::Instant("desde"),
            ],
        ),
        (
            ";A99999013;TGSS;inter_vivos;2026-01-01;;;",
            vec![
                Reason::Missing("antecesor"),
                Reason::Missing("motivo"),
                Reason::Missing("referencia"),
            ],
        ),
        (
            "B99999120;A99999013;TGSS;inter_vivos;2026-01-01;mañana;x;y",
            vec![Reason::Instant("hasta")],
        ),
    ] {
        assert_eq!(load(line), Err(reasons), "{line}");
    }
}
