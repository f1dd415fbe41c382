mod promises;

use std::collections::{HashMap, HashSet};

use openssl::sha::sha256;

use crate::domain::acuse::Acuse;
use crate::domain::cuenta::Cuenta;
use crate::domain::materia::{Entidad, PROCEDIMIENTOS};
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Estado, Huella, Notificacion, Obligacion, Situacion, TipoDestinatario};
use crate::domain::plazo;
use crate::domain::poder::{EstadoPoder, Poder};
use crate::domain::red::{Asignacion, CambioRed};
use crate::domain::rol::Rol;

use super::*;

/// Keeps everything, and holds the order that [`WorldSink`] promises.
#[derive(Default)]
struct Memory {
    personas: Vec<Persona>,
    documentos: HashMap<Huella, Vec<u8>>,
    notificaciones: Vec<Notificacion>,
    decisiones: Vec<Decision>,
    caducadas: Vec<Notificacion>,
    poderes: Vec<Poder>,
    autorizaciones: Vec<Autorizado>,
    asignaciones: Vec<Asignacion>,
    cambios: Vec<CambioRed>,
    cas: Vec<CaAdmitida>,
}

impl Memory {
    fn published(&self, codigo: Codigo) -> bool {
        self.notificaciones.iter().rev().any(|n| n.codigo == codigo)
    }

    fn current(&self) -> HashMap<Codigo, Notificacion> {
        let mut all: HashMap<_, _> = self
            .notificaciones
            .iter()
            .map(|n| (n.codigo, n.clone()))
            .collect();
        let ended = self
            .decisiones
            .iter()
            .map(|d| &d.notificacion)
            .chain(&self.caducadas);
        all.extend(ended.map(|n| (n.codigo, n.clone())));
        all
    }
}

impl WorldSink for Memory {
    fn personas(&mut self, slice: &[Persona]) -> Result<(), SinkError> {
        self.personas.extend_from_slice(slice);
        Ok(())
    }
    fn documentos(&mut self, slice: &[(Huella, Vec<u8>)]) -> Result<(), SinkError> {
        self.documentos.extend(slice.iter().cloned());
        Ok(())
    }
    fn notificaciones(&mut self, slice: &[Notificacion]) -> Result<(), SinkError> {
        for n in slice {
            assert!(self.documentos.contains_key(&n.documento.huella));
            assert!(matches!(n.situacion, Situacion::Pendiente { .. }));
        }
        self.notificaciones.extend_from_slice(slice);
        Ok(())
    }
    fn decisiones(&mut self, slice: &[Decision]) -> Result<(), SinkError> {
        assert!(slice.iter().all(|d| self.published(d.notificacion.codigo)));
        self.decisiones.extend_from_slice(slice);
        Ok(())
    }
    fn caducadas(&mut self, slice: &[Notificacion]) -> Result<(), SinkError> {
        assert!(slice.iter().all(|n| self.published(n.codigo)));
        self.caducadas.extend_from_slice(slice);
        Ok(())
    }
    fn historia(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
    fn poderes(&mut self, slice: &[Poder]) -> Result<(), SinkError> {
        self.poderes.extend_from_slice(slice);
        Ok(())
    }
    fn autorizaciones(&mut self, slice: &[Autorizado]) -> Result<(), SinkError> {
        self.autorizaciones.extend_from_slice(slice);
        Ok(())
    }
    fn asignaciones(&mut self, slice: &[Asignacion]) -> Result<(), SinkError> {
        self.asignaciones.extend_from_slice(slice);
        Ok(())
    }
    fn cambios(&mut self, slice: &[CambioRed]) -> Result<(), SinkError> {
        self.cambios.extend_from_slice(slice);
        Ok(())
    }
    fn ca_admitida(&mut self, ca: &CaAdmitida) -> Result<(), SinkError> {
        self.cas.push(ca.clone());
        Ok(())
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_773_130_500, 0).unwrap()
}

fn options() -> Options {
    Options {
        puerto: 8080,
        notificaciones: None,
        semilla: None,
        clave_servicio: KeyKind::P256,
        clave_titulares: KeyKind::P256,
    }
}

fn prepared() -> (tempfile::TempDir, World, Memory) {
    prepared_as(options(), now())
}

fn prepared_as(options: Options, now: DateTime<Utc>) -> (tempfile::TempDir, World, Memory) {
    let dir = tempfile::tempdir().unwrap();
    let mut memory = Memory::default();
    let world = prepare(
        &dir.path().join("datos"),
        options,
        now,
        &mut memory,
        &ProgressBar::hidden(),
    )
    .unwrap();
    (dir, world, memory)
}

fn titular<'a>(world: &'a World, nombre: &str) -> &'a TitularEscenario {
    world
        .escenario
        .titulares
        .iter()
        .find(|t| t.nombre == nombre)
        .unwrap()
}

#[test]
fn the_world_keeps_its_promises() {
    let (_dir, world, memory) = prepared();
    promises::every_state_body_kind_of_addressee_ground_and_procedure_appears(&memory);
    promises::documents_are_those_that_the_notifications_name(&memory);
    promises::acuses_belong_to_their_decisions_and_fall_within_the_term(&memory);
    promises::codes_grow_with_publication(&memory);
    promises::the_gestoria_reaches_forty_pending_by_each_role_alone_and_more_than_a_page(&world, &memory);
    promises::codes_are_in_the_state_under_which_the_scenario_lists_them(&world, &memory);
    promises::identifiers_and_accounts_are_nobody_else_s(&memory);
    promises::every_state_of_a_power_and_every_role_appears(&world, &memory);
    promises::the_scenario_on_disk_is_the_one_returned(&world);
    assert_eq!(world.notificaciones, memory.notificaciones.len());
    assert_eq!(memory.cas.len(), 1);
}

#[test]
fn two_worlds_of_the_same_instant_differ_in_nothing_but_their_keys() {
    let ((_a, first, memory), (_b, second, other)) = (prepared(), prepared());
    assert_eq!(memory.notificaciones, other.notificaciones);
    assert_eq!(memory.decisiones, other.decisiones);
    let reached = |world: &World| {
        world
            .escenario
            .titulares
            .iter()
            .map(|t| t.poderdantes.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(reached(&first), reached(&second));
    assert_ne!(first.pki.ca_admitida_der, second.pki.ca_admitida_der);
}

/// Of each notification its code, its addressee and what became of it; and what each holder reaches.
fn layout(world: &World, memory: &Memory, at: DateTime<Utc>) -> (Vec<(Codigo, Nif, Estado)>, Vec<String>) {
    let mut codes: Vec<_> = memory
        .current()
        .values()
        .map(|n| (n.codigo, n.sujeto, n.estado_at(at)))
        .collect();
    codes.sort_by_key(|(codigo, ..)| *codigo);
    let reached = world
        .escenario
        .titulares
        .iter()
        .map(|t| format!("{} {:?}", t.nif, t.poderdantes));
    (codes, reached.collect())
}

#[test]
fn worlds_of_one_seed_have_the_same_codes_people_and_layout_whenever_they_are_prepared() {
    // Half an hour after midnight, in the morning, at the end of the day; in summer, in winter, and after clocks changed.
    let instants = [
        "2026-03-10T00:30:00+01:00",
        "2026-03-10T09:00:00+01:00",
        "2026-07-01T23:50:00+02:00",
        "2026-03-31T12:00:00+02:00",
        "2026-10-28T08:00:00+01:00",
    ];
    let of = |semilla, at: &str| {
        let at = DateTime::parse_from_rfc3339(at).unwrap().to_utc();
        let (_dir, world, memory) = prepared_as(Options { semilla, ..options() }, at);
        layout(&world, &memory, at)
    };
    let first = of(Some(7), instants[0]);
    for at in &instants[1..] {
        assert_eq!(of(Some(7), at), first, "{at}");
    }
    assert_ne!(of(Some(8), instants[0]), first);
    assert_eq!(of(None, instants[0]), of(Some(SEED), instants[0]));
}

#[test]
fn a_world_has_as_many_notifications_as_were_asked_for_down_to_none() {
    for count in [0, 1, 60] {
        let wanted = Options {
            notificaciones: Some(count),
            ..options()
        };
        let (_dir, world, memory) = prepared_as(wanted, now());
        assert_eq!(memory.notificaciones.len() as u64, count);
        assert_eq!(world.escenario.titulares.len(), 10);
        let pending: usize = world
            .escenario
            .titulares
            .iter()
            .flat_map(|t| &t.poderdantes)
            .map(|p| p.pendientes.len())
            .sum();
        assert_eq!(pending > 0, count > 0);
    }
}

#[test]
fn a_scenario_names_its_files_from_where_it_lies_and_is_read_wherever_that_is() {
    let (dir, world, _) = prepared();
    let text = fs::read_to_string(scenario::path(&world.dir)).unwrap();
    assert!(!text.contains(dir.path().to_str().unwrap()), "{text}");
    assert!(text.contains("\"titulares/gestoria.p12\""));
    let elsewhere = dir.path().join("elsewhere");
    fs::rename(&world.dir, &elsewhere).unwrap();
    let read = scenario::read(&elsewhere).unwrap();
    assert!(
        read.titulares
            .iter()
            .all(|t| t.p12.is_file() && t.clave.is_file())
    );
    assert!(
        read.ca_admitida
            .crl
            .starts_with(fs::canonicalize(&elsewhere).unwrap())
    );
}

#[test]
fn a_sink_that_refuses_leaves_no_scenario() {
    struct Refusing(Memory);
    impl WorldSink for Refusing {
        fn personas(&mut self, slice: &[Persona]) -> Result<(), SinkError> {
            self.0.personas(slice)
        }
        fn documentos(&mut self, _: &[(Huella, Vec<u8>)]) -> Result<(), SinkError> {
            Err("disk full".into())
        }
        fn notificaciones(&mut self, slice: &[Notificacion]) -> Result<(), SinkError> {
            self.0.notificaciones(slice)
        }
        fn decisiones(&mut self, slice: &[Decision]) -> Result<(), SinkError> {
            self.0.decisiones(slice)
        }
        fn caducadas(&mut self, slice: &[Notificacion]) -> Result<(), SinkError> {
            self.0.caducadas(slice)
        }
        fn historia(&mut self) -> Result<(), SinkError> {
            self.0.historia()
        }
        fn poderes(&mut self, slice: &[Poder]) -> Result<(), SinkError> {
            self.0.poderes(slice)
        }
        fn autorizaciones(&mut self, slice: &[Autorizado]) -> Result<(), SinkError> {
            self.0.autorizaciones(slice)
        }
        fn asignaciones(&mut self, slice: &[Asignacion]) -> Result<(), SinkError> {
            self.0.asignaciones(slice)
        }
        fn cambios(&mut self, slice: &[CambioRed]) -> Result<(), SinkError> {
            self.0.cambios(slice)
        }
        fn ca_admitida(&mut self, ca: &CaAdmitida) -> Result<(), SinkError> {
            self.0.ca_admitida(ca)
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let mut sink = Refusing(Memory::default());
    let outcome = prepare(dir.path(), options(), now(), &mut sink, &ProgressBar::hidden());
    assert!(matches!(outcome, Err(DemoError::Sink(_))));
    assert!(!is_prepared(dir.path()));
}
