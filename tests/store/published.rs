//! What was published: it never changes, and so may be remembered; what can change is read anew each time (D-20, D-24).

use notess::domain::materia::{Entidad, Procedimiento};
use notess::domain::notificacion::{Codigo, Estado, Notificacion, Sentido};
use notess::domain::procedimientos::{Fila, ProcedimientoEscrito};
use notess::domain::vigencia::Intervalo;
use notess::store::by_codigo::{self, FromCodigo};
use notess::store::listing::{ListFilter, list};
use notess::store::{Durability, Store, StoreError, decisions, notificaciones, procedimientos};

use crate::listing::{everything, listed};
use crate::site::{Site, altered, codigo, day, decide, nif, pending, publish, write};

on_both!(
    what_was_published_neither_changes_nor_goes,
    what_is_listed_again_stands_as_it_stands_now,
    what_is_listed_again_has_the_term_that_it_has_now,
    a_publication_that_was_undone_is_not_remembered,
    what_is_remembered_is_told_as_corrupt_where_its_state_is,
    what_was_published_elsewhere_under_a_code_that_was_told_since_is_listed_at_once,
);

/// What both listings show of one poderdante, in order.
fn shown(store: &Store, sujeto: u32) -> Vec<Notificacion> {
    let sujetos = [nif(sujeto)];
    let by_poderdante = store.read(|conn| list(conn, &everything(&sujetos))).unwrap();
    let filter = FromCodigo {
        poderdantes: &sujetos,
        desde: 0,
        published_from: None,
        at: day(1),
        limit: 1000,
    };
    assert_eq!(
        store.read(|conn| by_codigo::list(conn, &filter)).unwrap(),
        by_poderdante
    );
    by_poderdante
}

/// What is remembered must be what lies there.
#[track_caller]
fn assert_as_it_lies(store: &Store, sujeto: u32) {
    let shown = shown(store, sujeto);
    let codigos: Vec<_> = shown.iter().map(|notificacion| notificacion.codigo).collect();
    let lies = store.read(|conn| notificaciones::find(conn, nif(sujeto), &codigos));
    assert_eq!(shown, lies.unwrap());
}

fn what_was_published_neither_changes_nor_goes(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(1, nif(5), day(0))]);
    let columns = [
        "codigo",
        "sujeto_nif",
        "denominacion",
        "tipo_destinatario",
        "destinatario",
        "procedimiento",
        "asunto",
        "obligacion",
        "especial",
        "puesta_a_disposicion",
        "documento_huella",
        "documento_tamano",
    ];
    let changes = columns.map(|column| format!("update notificaciones set {column} = {column}"));
    let deletion = "delete from notificaciones".to_owned();
    for sql in changes.into_iter().chain([deletion]) {
        let refused = site.try_sql(&sql).unwrap_err();
        assert!(
            refused.contains("what was published does not change"),
            "{sql}: {refused}"
        );
    }
    site.sql("update notificaciones set estado = 1, caduca = caduca");
}

fn what_is_listed_again_stands_as_it_stands_now(site: &Site) {
    let store = site.store();
    let new: Vec<_> = (1..=4).map(|number| pending(number, nif(5), day(0))).collect();
    publish(&store, &new);
    let estados = |store: &Store| -> Vec<Estado> {
        let shown = shown(store, 5);
        shown
            .iter()
            .map(|notificacion| notificacion.estado_at(day(1)))
            .collect()
    };
    assert_eq!(estados(&store), [Estado::SinAcuse; 4]);
    for (number, sentido) in [(2, Sentido::Aceptacion), (3, Sentido::Rechazo)] {
        write(&store, |conn| {
            decide(conn, nif(5), &[codigo(number)], sentido, day(1))
        });
    }
    site.sql("update notificaciones set estado = 1 where codigo = 1");
    write(&store, |conn| decisions::record_lapsed(conn, &[codigo(4)]));
    assert_eq!(
        estados(&store),
        [
            Estado::AcuseSolicitado,
            Estado::Aceptada,
            Estado::Rechazada,
            Estado::Caducada
        ]
    );
    assert_as_it_lies(&store, 5);
}

fn what_is_listed_again_has_the_term_that_it_has_now(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(1, nif(5), day(0)), pending(2, nif(5), day(-3))]);
    let [first, second] = shown(&store, 5).try_into().unwrap();
    assert!(second.caduca < first.caduca);
    // As when an operator suspends terms (D-11).
    site.sql("update notificaciones set caduca = (select n.caduca from notificaciones n where n.codigo = 1)");
    let [_, suspended] = shown(&store, 5).try_into().unwrap();
    assert_eq!(suspended.caduca, first.caduca);
    assert_as_it_lies(&store, 5);
}

fn a_publication_that_was_undone_is_not_remembered(site: &Site) {
    let store = site.store();
    publish(&store, &[]);
    let undone = altered(pending(1, nif(5), day(0)), |publicada| {
        publicada.asunto = "Por error".into();
    });
    let outcome: Result<(), StoreError> = store.write(Durability::Full, |conn| {
        notificaciones::insert_notificaciones(conn, std::slice::from_ref(&undone))?;
        assert_eq!(list(conn, &everything(&[nif(5)]))?, std::slice::from_ref(&undone));
        Err(StoreError::Conflict)
    });
    outcome.unwrap_err();
    let published = pending(1, nif(5), day(0));
    publish(&store, std::slice::from_ref(&published));
    assert_eq!(shown(&store, 5), [published]);
}

fn what_is_remembered_is_told_as_corrupt_where_its_state_is(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(1, nif(5), day(0))]);
    assert_eq!(shown(&store, 5).len(), 1);
    let infinity = site.either("9223372036854775807", "'infinity'");
    site.sql(&format!("update notificaciones set caduca = {infinity}"));
    let refused = store.read(|conn| list(conn, &everything(&[nif(5)])));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "corrupt row in notificaciones, key 1"
    );
}

/// Another process tells of a code that had begun before, and loads what was published under it earlier than all that this
/// one has read.
fn what_was_published_elsewhere_under_a_code_that_was_told_since_is_listed_at_once(site: &Site) {
    let (store, other) = (site.store(), site.store());
    publish(&store, &[pending(1, nif(5), day(0))]);
    let of = |store: &Store, entidad: Entidad| -> Vec<Codigo> {
        let entidades = [entidad];
        let sujetos = [nif(5)];
        let filter = ListFilter {
            entidades: &entidades,
            ..everything(&sujetos)
        };
        listed(store, &filter)
    };
    assert_eq!(shown(&store, 5).len(), 1);
    assert_eq!(of(&store, Entidad::Inss), []);
    let model = Procedimiento::find("INSS-IT").unwrap();
    let procedimiento = ProcedimientoEscrito {
        codigo: "INSS-X7".to_owned(),
        entidad: model.entidad,
        materia: model.materia,
        denominacion: "Nuevo".to_owned(),
        especial: false,
        neutra: model.neutra.to_owned(),
    }
    .kept();
    let fila = Fila {
        procedimiento,
        vigencia: Intervalo {
            desde: day(-30),
            hasta: None,
        },
        registrado: day(1),
    };
    write(&other, |conn| procedimientos::tell(conn, &fila));
    let before = altered(pending(2, nif(5), day(-3)), |publicada| {
        publicada.procedimiento = procedimiento;
    });
    publish(&other, &[before]);
    assert_eq!(of(&store, Entidad::Inss), [codigo(2)]);
    assert_eq!(of(&store, Entidad::Tgss), [codigo(1)]);
    assert_as_it_lies(&store, 5);
}
