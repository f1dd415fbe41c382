//! Loads of files that tell how things stand: what one tells counts behind all that was done before it, another one's too.

use chrono::{DateTime, TimeDelta, Utc};
use notess::domain::materia::Procedimiento;
use notess::domain::notificacion::Huella;
use notess::domain::procedimientos::{ProcedimientoDicho, ProcedimientoEscrito};
use notess::importar::{ImportSink, Progress, Rehearsal, StoreSink};
use notess::store::{Deed, Desk, Operador, procedimientos};
use uuid::Uuid;

use crate::site::{Site, day};

on_both!(
    a_load_that_was_stopped_begins_anew_after_another_one_of_its_kind,
    a_change_of_a_procedure_counts_from_behind_what_was_done_in_the_same_instant,
);

fn now() -> DateTime<Utc> {
    day(0)
}

fn desk(site: &Site) -> Desk<'static> {
    let operador = Operador {
        nombre: "ana".to_owned(),
        cuenta: None,
    };
    Desk::new(site.store(), operador, Uuid::now_v7(), &now)
}

fn sink<'a>(desk: &'a Desk<'a>, fichero: Option<u8>, operacion: &'static str) -> StoreSink<'a> {
    StoreSink {
        desk,
        registrado: now(),
        salto_maximo: TimeDelta::minutes(2),
        operacion,
        fichero: fichero.map(|octet| Huella([octet; 32])),
        progress: Progress::default(),
        tardias: Vec::new(),
        rehearsal: Rehearsal::No,
    }
}

fn a_load_that_was_stopped_begins_anew_after_another_one_of_its_kind(site: &Site) {
    const KIND: &str = "cargarProcedimientos";
    let desk = desk(site);
    let stopped = Progress {
        linea: 3,
        cargadas: 2,
        rechazadas: 0,
    };
    let mut first = sink(&desk, Some(1), KIND);
    let another_kind = || sink(&desk, Some(2), "importarPoderes").poderes(&[]);
    for (other, after) in [
        (Some(2), None),
        (None, None),
        (Some(1), Some(Progress::default())),
    ] {
        first.progress(stopped);
        first.procedimientos(&[]).unwrap();
        another_kind().unwrap();
        assert_eq!(first.stopped_at().unwrap(), Some(stopped));
        sink(&desk, other, KIND).procedimientos(&[]).unwrap();
        assert_eq!(first.stopped_at().unwrap(), after, "{other:?}");
    }
}

fn a_change_of_a_procedure_counts_from_behind_what_was_done_in_the_same_instant(site: &Site) {
    let desk = desk(site);
    desk.tell(&Deed::of("prueba")).unwrap();
    let before = Procedimiento::find("TGSS-RD").unwrap();
    let changed = ProcedimientoEscrito {
        codigo: before.codigo.to_owned(),
        entidad: before.entidad,
        materia: before.materia,
        denominacion: "Otra".to_owned(),
        especial: before.especial,
        neutra: before.neutra.to_owned(),
    }
    .kept();
    let told = ProcedimientoDicho {
        procedimiento: changed,
        desde: None,
        hasta: None,
    };
    sink(&desk, None, "cargarProcedimientos")
        .procedimientos(&[told])
        .unwrap();
    let tabla = desk.look(procedimientos::table).unwrap();
    assert_eq!(tabla.find("TGSS-RD", now()), Some(before));
    let next = now() + TimeDelta::microseconds(1);
    assert_eq!(tabla.find("TGSS-RD", next), Some(changed));
}
