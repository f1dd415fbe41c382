//! Publication is when the service publishes; what was published before is history.

use super::*;
use crate::domain::notificacion::{Desenlace, NoHistoria, Sentido, Situacion};

const HISTORY: &str = "codigo;nif;denominacion;procedimiento;asunto;obligacion;puesta_a_disposicion;estado;fecha_estado;documento";

/// Loads a line as history, or publishes it: what came of it, and what was taken.
fn load(carga: Carga, published: &str, estado: &str, fecha: &str) -> Result<Publicacion, Vec<Reason>> {
    let text =
        format!("{HISTORY}\n7;B99999120;HORNOS;TGSS-RD;Deuda;4.1.a;{published};{estado};{fecha};a.pdf\n");
    let mut sink = Memory::default();
    let (outcome, mut refused) =
        publish_in((Order::Ascending, carga), text.as_bytes(), Format::Csv, &mut sink);
    outcome.unwrap();
    match refused.pop() {
        Some(refused) => Err(refused.reasons),
        None => Ok(sink.publicaciones.remove(0)),
    }
}

fn history(published: &str, estado: &str, fecha: &str) -> Result<Notificacion, Vec<Reason>> {
    load(Carga::Historico, published, estado, fecha).map(|one| one.notificacion(now()).unwrap())
}

/// D-2: the term runs from when the service publishes, whatever instant of the last minutes the line says.
#[test]
fn what_is_published_is_dated_at_its_load() {
    let later: DateTime<Utc> = "2026-03-10T23:30:00Z".parse().unwrap();
    for said in ["", "2026-03-10 12:58", "10/03/2026 12:59", "2026-03-10T12:00:00Z"] {
        let one = load(Carga::Publicacion, said, "", "").unwrap();
        let notificacion = one.notificacion(later).unwrap();
        assert_eq!(notificacion.puesta_a_disposicion, later, "{said}");
        let lapse = notificacion.caduca.unwrap().to_rfc3339();
        assert_eq!(
            lapse, "2026-03-21T23:00:00+00:00",
            "the day of the load in Madrid"
        );
    }
}

#[test]
fn an_earlier_instant_is_history_and_only_loaded_as_that() {
    const INSTANT: &str = "puesta_a_disposicion";
    for earlier in ["2026-02-26 12:00", "2026-03-09 13:00", "2026-03-10 12:57:59"] {
        let refused = load(Carga::Publicacion, earlier, "", "");
        assert_eq!(refused, Err(vec![Reason::Past(INSTANT)]), "{earlier}");
    }
    assert!(Reason::Past(INSTANT).to_string().contains("--historico"));
    let future = load(Carga::Publicacion, "2026-03-11 10:00", "", "");
    assert_eq!(future, Err(vec![Reason::Future(INSTANT)]));
    let told = load(Carga::Publicacion, "", "aceptada", "2026-03-09 13:00");
    let only = |column| Reason::OnlyHistory(column);
    assert_eq!(told, Err(vec![only("estado"), only("fecha_estado")]));
}

#[test]
fn history_says_what_became_of_each() {
    let decided = history("2026-02-02 10:00", "aceptada", "2026-02-03 11:00").unwrap();
    assert_eq!(
        decided.puesta_a_disposicion.to_rfc3339(),
        "2026-02-02T09:00:00+00:00"
    );
    let instante = "2026-02-03T10:00:00Z".parse().unwrap();
    let sentido = Sentido::Aceptacion;
    assert_eq!(decided.situacion, Situacion::Decidida { sentido, instante });
    let lapsed = history("2026-02-02 10:00", "caducada", "2026-02-12 23:59:59").unwrap();
    let over = lapsed.practised_at(now()).map(|at| at.to_rfc3339());
    assert_eq!(over.as_deref(), Some("2026-02-12T23:00:00+00:00"));
    let pending = history("2026-03-01 10:00", "pendiente", "").unwrap();
    assert_eq!(pending.open_at(now()), Ok(()));
    let end = pending.caduca.map(|at| at.to_rfc3339());
    assert_eq!(end.as_deref(), Some("2026-03-11T23:00:00+00:00"));
}

#[test]
fn history_that_cannot_have_been_is_refused() {
    const FECHA: &str = "fecha_estado";
    let end: DateTime<Utc> = "2026-02-12T23:00:00Z".parse().unwrap();
    let no = Reason::History;
    for (published, estado, fecha, reason) in [
        (
            "",
            "rechazada",
            "2026-02-03 11:00",
            Reason::Missing("puesta_a_disposicion"),
        ),
        ("2026-02-02 10:00", "", "", Reason::Missing("estado")),
        ("2026-02-02 10:00", "aceptada", "", Reason::Missing(FECHA)),
        ("2026-02-02 10:00", "caducada", "", Reason::Missing(FECHA)),
        (
            "2026-02-02 10:00",
            "aceptada",
            "2026-02-30 10:00",
            Reason::Instant(FECHA),
        ),
        (
            "2026-03-02 10:00",
            "aceptada",
            "2026-03-11 10:00",
            Reason::Future(FECHA),
        ),
        (
            "2026-03-02 10:00",
            "pendiente",
            "2026-03-03 10:00",
            Reason::OutOfPlace(FECHA),
        ),
        ("2026-02-02 10:00", "pendiente", "", no(NoHistoria::TermOver(end))),
        (
            "2026-02-02 10:00",
            "aceptada",
            "2026-02-01 10:00",
            no(NoHistoria::BeforePublication),
        ),
        (
            "2026-02-02 10:00",
            "rechazada",
            "2026-02-13 00:00",
            no(NoHistoria::OutOfTerm(end)),
        ),
        (
            "2026-02-02 10:00",
            "caducada",
            "2026-02-10 00:00",
            no(NoHistoria::WithinTerm(end)),
        ),
    ] {
        assert_eq!(
            history(published, estado, fecha),
            Err(vec![reason]),
            "{estado} {fecha}"
        );
    }
}

/// The term may end between the reading of a line and its load.
#[test]
fn what_is_pending_is_so_when_it_is_loaded() {
    let pending = load(Carga::Historico, "2026-03-01 10:00", "pendiente", "").unwrap();
    let end = "2026-03-11T23:00:00Z".parse().unwrap();
    assert_eq!(pending.notificacion(end), Err(NoHistoria::TermOver(end)));
    assert!(matches!(pending.when, When::Before(Desenlace::Pendiente)));
}
