use std::collections::HashSet;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;

use crate::domain::cuenta::CuentaError;
use crate::domain::materia::Materia;
use crate::domain::nif::NifError;
use crate::domain::notificacion::{Categoria, Codigo, Notificacion};
use crate::domain::poder::{Alcance, PoderDicho, Registro};

use super::ipf::IdentifierError;
use super::*;

mod help;
mod momento;
mod order;
mod spreadsheet;

/// Keeps what it takes; refuses powers and RED lines that its closures dislike.
#[derive(Default)]
struct Memory {
    publicaciones: Vec<Publicacion>,
    poderes: Vec<PoderDicho>,
    red: Vec<RegistroRed>,
    batches: Vec<usize>,
    refuses_reference: Option<&'static str>,
    unavailable: bool,
    /// What another import publishes just before the next batch.
    slips_in: Option<Publicacion>,
}

impl ImportSink for Memory {
    fn existentes(&mut self, codigos: &[Codigo]) -> Result<HashSet<Codigo>, SinkError> {
        let known: HashSet<_> = self.publicaciones.iter().map(|p| p.publicada.codigo).collect();
        Ok(codigos
            .iter()
            .copied()
            .filter(|codigo| known.contains(codigo))
            .collect())
    }
    fn ultimo(&mut self) -> Result<Option<Codigo>, SinkError> {
        Ok(self.publicaciones.iter().map(|p| p.publicada.codigo).max())
    }
    fn publicaciones(&mut self, batch: &[Publicacion], orden: Orden) -> Result<(), LoadError> {
        if self.unavailable {
            return Err(LoadError::Unavailable("no store".into()));
        }
        self.publicaciones.extend(self.slips_in.take());
        let codes = batch.iter().map(|p| p.publicada.codigo);
        if let Some(last) = self.ultimo().unwrap().filter(|last| Some(*last) > codes.min())
            && orden == Orden::Creciente
        {
            return Err(LoadError::OutOfOrder(last));
        }
        self.batches.push(batch.len());
        self.publicaciones.extend_from_slice(batch);
        Ok(())
    }
    fn poderes(&mut self, batch: &[PoderDicho]) -> Result<(), LoadError> {
        if batch
            .iter()
            .any(|p| Some(p.poder.referencia.as_str()) == self.refuses_reference)
        {
            return Err(LoadError::Refused("contradiction".into()));
        }
        self.batches.push(batch.len());
        self.poderes.extend_from_slice(batch);
        Ok(())
    }
    fn red(&mut self, batch: &[RegistroRed]) -> Result<(), LoadError> {
        self.red.extend_from_slice(batch);
        Ok(())
    }
}

const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";
const NOTIFICACIONES: &str = "codigo;nif;denominacion;tipo_destinatario;destinatario;procedimiento;asunto;obligacion;\
                              especial;no_digitalizable;medio_de_pago;puesta_a_disposicion;documento";

fn now() -> DateTime<Utc> {
    "2026-03-10T12:00:00Z".parse().unwrap()
}

/// What is published when it is loaded, in the order of its codes.
const CRECIENTE: (Orden, Carga) = (Orden::Creciente, Carga::Publicacion);

type Import<'a> =
    dyn Fn(&mut dyn BufRead, Importacion, &mut dyn ImportSink) -> Result<Resumen, ImportError> + 'a;

fn drive(
    import: &Import,
    formato: Formato,
    text: &str,
    sink: &mut Memory,
) -> (Result<Resumen, ImportError>, Vec<Rechazo>) {
    drive_octets(import, formato, text.as_bytes(), sink)
}

fn drive_octets(
    import: &Import,
    formato: Formato,
    mut octets: &[u8],
    sink: &mut Memory,
) -> (Result<Resumen, ImportError>, Vec<Rechazo>) {
    let codificacion = Codificacion::of(&mut &octets[..]).unwrap();
    let mut refused = Vec::new();
    let importacion = Importacion {
        formato,
        codificacion,
        now: now(),
        progress: &ProgressBar::hidden(),
        report: &mut |rechazo| refused.push(rechazo.clone()),
        notice: &mut |_, _| {},
    };
    let outcome = import(&mut octets, importacion, sink);
    (outcome, refused)
}

fn folder() -> (tempfile::TempDir, Carpeta) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.pdf"), PDF).unwrap();
    let carpeta = Carpeta::open(dir.path()).unwrap();
    (dir, carpeta)
}

fn publish(text: &str, formato: Formato, sink: &mut Memory) -> (Result<Resumen, ImportError>, Vec<Rechazo>) {
    publish_in(CRECIENTE, text.as_bytes(), formato, sink)
}

fn publish_in(
    how: (Orden, Carga),
    octets: &[u8],
    formato: Formato,
    sink: &mut Memory,
) -> (Result<Resumen, ImportError>, Vec<Rechazo>) {
    let (_dir, carpeta) = folder();
    let import = |input: &mut dyn BufRead, importacion: Importacion, sink: &mut dyn ImportSink| {
        import_notificaciones(input, &carpeta, how, importacion, sink)
    };
    drive_octets(&import, formato, octets, sink)
}

const GOOD: [&str; 13] = [
    "7",
    "B99999120",
    "HORNOS DEL SUR SL",
    "CCC",
    "011128999990168",
    "TGSS-RD",
    "Deuda de marzo",
    "4.1.a",
    "no",
    "",
    "0",
    "2026-03-10 12:59",
    "a.pdf",
];

/// The good line with some columns changed, and what is found against it.
fn reasons(changes: &[(usize, &str)]) -> Vec<Motivo> {
    let mut line = GOOD;
    for (column, text) in changes {
        line[*column] = text;
    }
    let text = format!("{NOTIFICACIONES}\n{}\n", line.join(";"));
    let (outcome, mut refused) = publish(&text, Formato::Csv, &mut Memory::default());
    assert_eq!(outcome.unwrap().rechazadas, refused.len() as u64);
    refused.pop().map(|rechazo| rechazo.motivos).unwrap_or_default()
}

fn published(changes: &[(usize, &str)]) -> Notificacion {
    let mut line = GOOD;
    for (column, text) in changes {
        line[*column] = text;
    }
    let text = format!("{NOTIFICACIONES}\n{}\n", line.join(";"));
    let mut sink = Memory::default();
    let (_, refused) = publish(&text, Formato::Csv, &mut sink);
    assert_eq!(refused, []);
    sink.publicaciones.pop().unwrap().notificacion(now()).unwrap()
}

#[test]
fn a_good_line_is_published_pending_with_the_term_of_its_ground() {
    let notificacion = published(&[]);
    assert_eq!(notificacion.destinatario, "011128999990168");
    assert_eq!(
        notificacion.caduca.unwrap().to_rfc3339(),
        "2026-03-20T23:00:00+00:00"
    );
    assert_eq!(notificacion.documento.tamano as usize, PDF.len());
    assert_eq!(notificacion.open_at(now()), Ok(()));
    let copy = published(&[(1, "12345678Z"), (3, ""), (4, ""), (7, "copia")]);
    assert_eq!((copy.caduca, copy.destinatario.as_str()), (None, "12345678Z"));
}

#[test]
fn a_health_procedure_is_flagged_even_if_the_line_says_no() {
    let health = [
        (1, "12345678Z"),
        (3, "NIF"),
        (4, ""),
        (5, "INSS-IT"),
        (7, "4.2"),
        (8, "no"),
    ];
    assert_eq!(published(&health).categoria, Categoria::Especial);
    let benefit = [
        (1, "12345678Z"),
        (3, "NIF"),
        (4, ""),
        (5, "ISM-EST"),
        (7, "4.2"),
        (8, "sí"),
    ];
    assert_eq!(published(&benefit).categoria, Categoria::Especial);
    assert_eq!(published(&[]).categoria, Categoria::Ordinaria);
}

/// D-35, D-56: the flag would keep it from the autorizado; the body may say that it is meant, and then it is told.
#[test]
fn a_flag_on_an_act_of_red_is_taken_if_it_is_confirmed_and_told() {
    let file = |confirmed: &str| {
        format!(
            "codigo;nif;denominacion;procedimiento;asunto;obligacion;especial;especial_confirmado;\
             puesta_a_disposicion;documento\n\
             7;B99999120;HORNOS;TGSS-ALZ;Recurso;4.1.a;si;{confirmed};;a.pdf\n"
        )
    };
    let load = |text: &str| {
        let (_dir, carpeta) = folder();
        let (mut sink, mut told, mut refused) = (Memory::default(), Vec::new(), Vec::new());
        let importacion = Importacion {
            formato: Formato::Csv,
            codificacion: Codificacion::Utf8,
            now: now(),
            progress: &ProgressBar::hidden(),
            report: &mut |rechazo| refused.extend(rechazo.motivos.clone()),
            notice: &mut |line, _| told.push(line),
        };
        import_notificaciones(&mut text.as_bytes(), &carpeta, CRECIENTE, importacion, &mut sink).unwrap();
        (sink.publicaciones.len(), told, refused)
    };
    assert_eq!(load(&file("si")), (1, vec![2], vec![]));
    for no in ["no", ""] {
        assert_eq!(
            load(&file(no)),
            (0, vec![], vec![Motivo::UnconfirmedSpecial]),
            "{no}"
        );
    }
}

#[test]
fn an_ipf_is_converted() {
    let notificacion = published(&[(1, "1099999901H"), (3, "NIF"), (4, "10-99999901-H"), (7, "4.1.b")]);
    assert_eq!(notificacion.sujeto.as_str(), "99999901H");
    assert_eq!(notificacion.destinatario, "99999901H");
}

#[test]
fn each_slip_of_a_notification_has_its_reason() {
    let identifier = |column, error| Motivo::Identifier { column, error };
    for (column, text, reason) in [
        (0, "", Motivo::Missing("codigo")),
        (0, "0", Motivo::Codigo),
        (0, "3000000000", Motivo::Codigo),
        (
            1,
            "B99999121",
            identifier("nif", IdentifierError::Nif(NifError::Check)),
        ),
        (1, "9012345678Z", identifier("nif", IdentifierError::WithoutNif)),
        (
            2,
            "A\u{7}",
            Motivo::Text {
                column: "denominacion",
                limit: 200,
            },
        ),
        (4, "", Motivo::Missing("destinatario")),
        (
            4,
            "28999990169",
            Motivo::Account {
                column: "destinatario",
                error: CuentaError::Check,
            },
        ),
        (5, "TGSS-X", Motivo::UnknownProcedure("TGSS-X".to_owned())),
        (6, "", Motivo::Missing("asunto")),
        (7, "", Motivo::MissingGround),
        (7, "4.2", Motivo::GroundOfPersons),
        (7, "4.1.b", Motivo::GroundOfPersons),
        (7, "4.1.c", Motivo::GroundOfPersons),
        (7, "4.1.d", Motivo::GroundOfPersons),
        (7, "copia", Motivo::GroundOfPersons),
        (8, "si", Motivo::UnconfirmedSpecial),
        (8, "quizá", Motivo::NotYesNo("especial")),
        (9, "si", Motivo::NeverElectronic("no_digitalizable")),
        (10, "si", Motivo::NeverElectronic("medio_de_pago")),
        (11, "2026-03-09", Motivo::Instant("puesta_a_disposicion")),
        (11, "2026-03-10 13:00:01", Motivo::Future("puesta_a_disposicion")),
        (11, "2026-03-10 12:57:59", Motivo::Past("puesta_a_disposicion")),
        (11, "2026-03-01 10:00:00", Motivo::Past("puesta_a_disposicion")),
        (12, "", Motivo::Missing("documento")),
        (12, "b.pdf", Motivo::Document(DocumentError::Missing)),
        (12, "../a.pdf", Motivo::Document(DocumentError::Path)),
    ] {
        assert_eq!(reasons(&[(column, text)]), [reason], "column {column} {text:?}");
    }
    let not_in_list = reasons(&[(7, "4.1.z")]);
    assert!(matches!(
        &not_in_list[..],
        [Motivo::NotInList {
            column: "obligacion",
            ..
        }]
    ));
    let not_in_list = reasons(&[(3, "CIE")]);
    assert!(matches!(
        &not_in_list[..],
        [Motivo::NotInList {
            column: "tipo_destinatario",
            ..
        }]
    ));
}

#[test]
fn an_act_that_names_another_nif_than_its_subject_is_not_published() {
    let named = |kind, nif| reasons(&[(3, kind), (4, nif)]);
    for kind in ["NIF", ""] {
        assert_eq!(named(kind, "99999901H"), [Motivo::OtherAddressee]);
        assert_eq!(named(kind, "1099999901H"), [Motivo::OtherAddressee]);
        assert_eq!(named(kind, "B-99999120"), []);
    }
    // Nothing can be said of a subject that cannot be read.
    let found = reasons(&[(1, ""), (3, "NIF"), (4, "99999901H")]);
    assert_eq!(found, [Motivo::Missing("nif")]);
}

#[test]
fn every_reason_of_a_line_is_told_at_once() {
    assert_eq!(
        reasons(&[(0, "x"), (5, "TGSS-X"), (7, ""), (12, "b.pdf")]),
        [
            Motivo::Codigo,
            Motivo::UnknownProcedure("TGSS-X".to_owned()),
            Motivo::MissingGround,
            Motivo::Document(DocumentError::Missing),
        ]
    );
}

fn json(codigo: u32) -> String {
    format!(
        r#"{{"codigo":{codigo},"nif":"B99999120","denominacion":"HORNOS","procedimiento":"TGSS-RD","asunto":"Deuda","obligacion":"4.1.a","documento":"a.pdf"}}"#
    )
}

#[test]
fn good_lines_go_on_after_bad_ones_and_the_numbers_are_those_of_the_file() {
    let text = [
        &json(1),
        "",
        "{",
        &json(2),
        "{\"codigo\":9,\"color\":1}",
        &json(3),
    ]
    .join("\n");
    let mut sink = Memory::default();
    let (outcome, refused) = publish(&text, Formato::JsonLines, &mut sink);
    let resumen = outcome.unwrap();
    assert_eq!(
        (resumen.cargadas, resumen.rechazadas, resumen.exit().code()),
        (3, 2, 3)
    );
    assert_eq!(refused.iter().map(|r| r.linea).collect::<Vec<_>>(), [3, 5]);
    assert_eq!(refused[1].motivos[0], Motivo::UnknownColumn("color".to_owned()));
}

#[test]
fn a_code_is_taken_once_in_a_file_and_once_on_record() {
    let mut sink = Memory::default();
    let text = [json(1), json(2), json(1)].join("\n");
    let (_, refused) = publish(&text, Formato::JsonLines, &mut sink);
    assert_eq!(
        refused,
        [Rechazo {
            linea: 3,
            motivos: vec![Motivo::Repeated]
        }]
    );
    let (outcome, refused) = publish(&json(2), Formato::JsonLines, &mut sink);
    assert_eq!(
        refused,
        [Rechazo {
            linea: 1,
            motivos: vec![Motivo::OnRecord]
        }]
    );
    assert_eq!(outcome.unwrap().exit().code(), 1);
}

#[test]
fn lines_are_loaded_by_the_thousand() {
    let text = (1..=2500).map(json).collect::<Vec<_>>().join("\n");
    let mut sink = Memory::default();
    let (outcome, _) = publish(&text, Formato::JsonLines, &mut sink);
    assert_eq!(
        outcome.unwrap(),
        Resumen {
            cargadas: 2500,
            rechazadas: 0
        }
    );
    assert_eq!(sink.batches, [1000, 1000, 500]);
}

#[test]
fn a_header_with_an_unknown_or_without_a_needed_column_refuses_the_file() {
    let header = |text: &str| publish(text, Formato::Csv, &mut Memory::default()).0.unwrap_err();
    let unknown = header(&format!("{NOTIFICACIONES};color\n"));
    assert!(matches!(unknown, ImportError::Header(Motivo::UnknownColumn(name)) if name == "color"));
    assert!(matches!(
        header("nif;codigo\n"),
        ImportError::Header(Motivo::Missing("denominacion"))
    ));
    assert!(matches!(header(""), ImportError::Header(Motivo::Missing(_))));
}

#[test]
fn no_record_after_a_carriage_return_is_lost_in_silence() {
    let line = |n: u32| format!("P{n},B99999120,99999945Q,general,,inscrito,2024-05-01,2029-05-01,");
    let load = |text: &str| {
        let mut sink = Memory::default();
        let (outcome, refused) = drive(&import_poderes, Formato::Csv, text, &mut sink);
        let loaded: Vec<_> = sink.poderes.into_iter().map(|p| p.poder.referencia).collect();
        (outcome, refused, loaded)
    };
    let [one, two, three] = [1, 2, 3].map(line);
    let (outcome, _, loaded) = load(&format!("{PODERES}\r{one}\r{two}\r"));
    assert!(matches!(
        outcome,
        Err(ImportError::Header(Motivo::CarriageReturn))
    ));
    assert_eq!(loaded, Vec::<String>::new());

    let (outcome, refused, loaded) = load(&format!("{PODERES}\r\n{one}\r{two}\n{three}\r\n"));
    assert_eq!(outcome.unwrap().exit(), Exit::Some);
    assert_eq!(
        refused,
        [Rechazo {
            linea: 2,
            motivos: vec![Motivo::CarriageReturn]
        }]
    );
    assert_eq!(loaded, ["P3"]);

    let text = [json(1), json(2)].join("\r");
    let (outcome, refused) = publish(&text, Formato::JsonLines, &mut Memory::default());
    assert_eq!(outcome.unwrap().exit(), Exit::Nothing);
    assert!(
        matches!(&refused[..], [Rechazo { linea: 1, motivos }] if matches!(motivos[..], [Motivo::Json(_)])),
        "{refused:?}"
    );
}

#[test]
fn a_store_that_is_down_stops_the_import() {
    let mut sink = Memory {
        unavailable: true,
        ..Memory::default()
    };
    let (outcome, refused) = publish(&json(1), Formato::JsonLines, &mut sink);
    assert!(matches!(
        outcome,
        Err(ImportError::Sink {
            line: 1,
            loaded: 0,
            ..
        })
    ));
    assert_eq!(refused, []);
}

const PODERES: &str = "referencia,poderdante,apoderado,tipo,materias,estado,inscrito,fin,adaptado";

fn powers(lines: &[&str], sink: &mut Memory) -> Vec<Rechazo> {
    let text = format!("{PODERES}\n{}\n", lines.join("\n"));
    let (outcome, refused) = drive(&import_poderes, Formato::Csv, &text, sink);
    outcome.unwrap();
    refused
}

fn power_reasons(line: &str) -> Vec<Motivo> {
    powers(&[line], &mut Memory::default())
        .pop()
        .map(|r| r.motivos)
        .unwrap_or_default()
}

#[test]
fn powers_by_materias_keep_each_once_and_general_ones_name_none() {
    let mut sink = Memory::default();
    let refused = powers(
        &[
            "P1,B99999120,99999945Q,materias,IMP|IACR IMP,inscrito,2024-05-01,2029-05-01,",
            "P2,B99999120,99999945Q,general,,revocado,2024-05-01,2029-05-01,",
        ],
        &mut sink,
    );
    assert_eq!(refused, []);
    let scopes: Vec<_> = sink.poderes.iter().map(|p| p.poder.alcance.clone()).collect();
    assert_eq!(
        scopes,
        [
            Alcance::Materias(vec![Materia::Imp, Materia::Iacr]),
            Alcance::General
        ]
    );
}

#[test]
fn a_power_of_before_the_second_of_april_of_2021_is_void_unless_adapted() {
    let line = |inscrito: &str, adaptado: &str| {
        power_reasons(&format!(
            "P1,B99999120,99999945Q,general,,inscrito,{inscrito},2026-04-01,{adaptado}"
        ))
    };
    assert_eq!(line("2021-04-01 23:59:59", ""), [Motivo::VoidPower]);
    assert_eq!(line("2021-04-01 23:59:59", "si"), []);
    assert_eq!(line("2021-04-02 00:00:00", ""), []);
    assert_eq!(line("2021-04-02", ""), []);
}

#[test]
fn a_power_lasts_five_years_at_most_and_its_last_day_is_whole() {
    let line = |inscrito: &str, fin: &str| {
        power_reasons(&format!(
            "P1,B99999120,99999945Q,general,,inscrito,{inscrito},{fin},"
        ))
    };
    assert_eq!(line("2021-04-02", "2026-04-02"), []);
    assert_eq!(line("2021-04-02", "2026-04-03"), [Motivo::LongPower]);
    assert_eq!(line("2021-04-02", "2026-04-03 00:00:00"), []);
    assert_eq!(line("2021-04-02", "2026-04-03 00:00:01"), [Motivo::LongPower]);
    assert_eq!(line("2024-02-29", "2029-02-28"), []);
    assert_eq!(line("2024-02-29", "2029-03-01"), [Motivo::LongPower]);
    assert_eq!(line("2024-02-29", "2024-02-28"), [Motivo::EndsBeforeItBegins]);
}

/// Columns of the life of a power.
fn power_of(line: &str) -> Result<PoderDicho, Vec<Motivo>> {
    let mut sink = Memory::default();
    let file = format!(
        "referencia,poderdante,apoderado,tipo,materias,tramites,registro,estado,inscrito,fin,baja\n\
         P1,B99999120,99999945Q,{line}\n"
    );
    let (outcome, mut refused) = drive(&import_poderes, Formato::Csv, &file, &mut sink);
    outcome.unwrap();
    match refused.pop() {
        Some(refused) => Err(refused.motivos),
        None => Ok(sink.poderes.remove(0)),
    }
}

#[test]
fn powers_by_tramites_those_of_the_age_and_their_end_are_read() {
    let by_tramites = power_of("tramites,,NOTIF-IMP|ALTA,,inscrito,2024-05-01,2029-05-01,").unwrap();
    let alcance = by_tramites.poder.alcance;
    assert!(alcance.covers(Materia::Imp) && !alcance.covers(Materia::Iacr));
    let age = power_of("general,,,age,inscrito,2020-05-01,2025-05-01,").unwrap();
    assert_eq!(age.registro, Registro::Age);
    let revoked = power_of("general,,,,revocado,2024-05-01,2029-05-01,2026-02-01").unwrap();
    let baja = revoked.poder.baja.map(|at| at.to_rfc3339());
    assert_eq!(baja.as_deref(), Some("2026-01-31T23:00:00+00:00"));
    for (line, reason) in [
        (
            "tramites,,,,inscrito,2024-05-01,2029-05-01,",
            Motivo::Missing("tramites"),
        ),
        (
            "tramites,,notif,,inscrito,2024-05-01,2029-05-01,",
            Motivo::Tramite("notif".to_owned()),
        ),
        (
            "general,,NOTIF-IMP,,inscrito,2024-05-01,2029-05-01,",
            Motivo::OutOfPlace("tramites"),
        ),
        (
            "materias,IMP,,age,inscrito,2024-05-01,2029-05-01,",
            Motivo::AgeNotGeneral,
        ),
    ] {
        assert_eq!(power_of(line), Err(vec![reason]), "{line}");
    }
}

/// D-49, D-50: the five years begin anew, and what the power reaches does not.
#[test]
fn a_power_that_was_extended_keeps_its_inscription() {
    let line = |prorrogado: &str, fin: &str| {
        let mut sink = Memory::default();
        let file = format!(
            "referencia,poderdante,apoderado,tipo,estado,inscrito,prorrogado,fin\n\
             P1,B99999120,99999945Q,general,inscrito,2021-04-02,{prorrogado},{fin}\n"
        );
        let (outcome, refused) = drive(&import_poderes, Formato::Csv, &file, &mut sink);
        outcome.unwrap();
        let reasons = refused.into_iter().flat_map(|line| line.motivos);
        (reasons.collect::<Vec<_>>(), sink)
    };
    let (reasons, sink) = line("2026-03-01", "2031-03-01");
    assert_eq!(reasons, []);
    assert_eq!(
        sink.poderes[0].poder.inscrito.to_rfc3339(),
        "2021-04-01T22:00:00+00:00"
    );
    assert_eq!(line("2026-03-01", "2031-03-02").0, [Motivo::LongPower]);
    assert_eq!(
        line("2021-04-01", "2026-03-01").0,
        [Motivo::ExtendedBeforeItBegins]
    );
    assert_eq!(line("2024-03-01", "2024-02-01").0, [Motivo::EndsBeforeItBegins]);
    assert_eq!(line("", "2031-03-01").0, [Motivo::LongPower]);
}

#[test]
fn each_slip_of_a_power_has_its_reason() {
    let dates = "inscrito,2024-05-01,2029-05-01,";
    for (parties, reason) in [
        (
            "B99999120,H99999344,general,",
            Motivo::ApoderadoWithoutPersonality,
        ),
        ("B99999120,B99999120,general,", Motivo::SamePerson),
        ("B99999120,99999945Q,general,IMP", Motivo::OutOfPlace("materias")),
        ("B99999120,99999945Q,materias,", Motivo::Missing("materias")),
        ("B99999120,99999945Q,materias,|", Motivo::Missing("materias")),
    ] {
        assert_eq!(
            power_reasons(&format!("P1,{parties},{dates}")),
            [reason],
            "{parties}"
        );
    }
    for (line, column) in [
        (
            "P1,B99999120,99999945Q,especial,,inscrito,2024-05-01,2029-05-01,",
            "tipo",
        ),
        (
            "P1,B99999120,99999945Q,materias,IMP|X,inscrito,2024-05-01,2029-05-01,",
            "materias",
        ),
        (
            "P1,B99999120,99999945Q,general,,vivo,2024-05-01,2029-05-01,",
            "estado",
        ),
    ] {
        let found = power_reasons(line);
        assert!(
            matches!(&found[..], [Motivo::NotInList { column: c, .. }] if *c == column),
            "{found:?}"
        );
    }
    // Entities without personality may grant.
    assert_eq!(
        power_reasons(&format!("P1,H99999344,99999945Q,general,,{dates}")),
        []
    );
}

#[test]
fn what_the_store_refuses_does_not_keep_the_rest_of_its_batch_out() {
    let mut sink = Memory {
        refuses_reference: Some("P2"),
        ..Memory::default()
    };
    let line = |n: u32| format!("P{n},B99999120,99999945Q,general,,inscrito,2024-05-01,2029-05-01,");
    let lines: Vec<_> = (1..=3).map(line).collect();
    let refused = powers(&lines.iter().map(String::as_str).collect::<Vec<_>>(), &mut sink);
    let store = Motivo::Store("contradiction".to_owned());
    assert_eq!(
        refused,
        [Rechazo {
            linea: 3,
            motivos: vec![store]
        }]
    );
    let loaded: Vec<_> = sink.poderes.iter().map(|p| p.poder.referencia.as_str()).collect();
    assert_eq!(loaded, ["P1", "P3"]);
}

fn red(text: &str) -> (Vec<RegistroRed>, Vec<Rechazo>) {
    let mut sink = Memory::default();
    let (outcome, refused) = drive(&import_autorizados_red, Formato::JsonLines, text, &mut sink);
    outcome.unwrap();
    (sink.red, refused)
}

#[test]
fn each_kind_of_red_line_is_read() {
    let (loaded, refused) = red(concat!(
        r#"{"registro":"autorizacion","autorizacion":"00123456","nif":"B99999120","denominacion":"GESTORIA"}"#,
        "\n",
        r#"{"registro":"cuentas","nif":"99999901H","denominacion":"MARTA","ccc_principal":"28999990168","naf":"289999990119"}"#,
        "\n",
        r#"{"registro":"asignacion","autorizacion":123456,"nif":"99999901H","cuenta":"28999990168","desde":"2026-01-01","hasta":"2026-02-28"}"#,
        "\n",
        r#"{"registro":"cambio","nif":"99999901H","voluntad":"desasignar","instante":"2026-03-01 10:00:00"}"#,
        "\n",
        r#"{"registro":"usuario","autorizacion":123456,"nif":"99999912Y","desde":"2026-01-01"}"#,
        "\n",
        r#"{"registro":"cuentas","nif":"99999901H","denominacion":"MARTA","naf":"289999990119","desde":"2026-03-01"}"#,
    ));
    assert_eq!(refused, []);
    let [
        RegistroRed::Autorizacion { autorizacion, .. },
        RegistroRed::Cuentas { .. },
        RegistroRed::Asignacion(a),
        RegistroRed::Cambio(_),
        RegistroRed::Usuario(u),
        RegistroRed::Cuentas {
            desde: Some(since), ..
        },
    ] = &loaded[..]
    else {
        panic!("{loaded:?}");
    };
    assert_eq!(
        (autorizacion.number(), a.autorizacion.number()),
        (123_456, 123_456)
    );
    assert_eq!(a.hasta.unwrap().to_rfc3339(), "2026-02-28T23:00:00+00:00");
    assert_eq!(u.vigencia.desde.to_rfc3339(), "2025-12-31T23:00:00+00:00");
    assert_eq!(since.to_rfc3339(), "2026-02-28T23:00:00+00:00");
}

#[test]
fn each_slip_of_a_red_line_has_its_reason() {
    let account = |column, error| Motivo::Account { column, error };
    for (line, reason) in [
        (r#"{"nif":"99999901H"}"#, Motivo::Missing("registro")),
        (
            r#"{"registro":"autorizacion","autorizacion":"0","nif":"B99999120","denominacion":"G"}"#,
            account("autorizacion", CuentaError::Form),
        ),
        (
            r#"{"registro":"cuentas","nif":"B99999120","denominacion":"H","naf":"289999990119"}"#,
            Motivo::NafOfEntity,
        ),
        (
            r#"{"registro":"cuentas","nif":"B99999120","denominacion":"H","ccc_principal":"28999990169"}"#,
            account("ccc_principal", CuentaError::Check),
        ),
        (
            r#"{"registro":"cuentas","nif":"B99999120","denominacion":"H","voluntad":"desasignar"}"#,
            Motivo::OutOfPlace("voluntad"),
        ),
        (
            r#"{"registro":"asignacion","autorizacion":7,"nif":"B99999120","cuenta":"28999990168","desde":"2026-02-01","hasta":"2026-01-01"}"#,
            Motivo::EndsBeforeItBegins,
        ),
        (
            r#"{"registro":"usuario","autorizacion":7,"nif":"B99999120","desde":"2026-02-01"}"#,
            Motivo::UserOfEntity,
        ),
        (
            r#"{"registro":"usuario","autorizacion":7,"nif":"99999901H","desde":"2026-02-01","hasta":"2026-01-01"}"#,
            Motivo::EndsBeforeItBegins,
        ),
        (
            r#"{"registro":"cambio","nif":"B99999120","voluntad":"desasignar","instante":"2027-01-01 00:00:00"}"#,
            Motivo::Future("instante"),
        ),
    ] {
        let (loaded, mut refused) = red(line);
        assert_eq!(loaded, [], "{line}");
        assert_eq!(refused.pop().map(|r| r.motivos), Some(vec![reason]), "{line}");
    }
    let (_, refused) = red(r#"{"registro":"otro","nif":"B99999120"}"#);
    assert!(matches!(
        &refused[0].motivos[..],
        [Motivo::NotInList {
            column: "registro",
            ..
        }]
    ));
}

#[test]
fn an_empty_file_of_lines_is_all_loaded() {
    let (outcome, _) = publish("\n\n", Formato::JsonLines, &mut Memory::default());
    assert_eq!(outcome.unwrap().exit(), Exit::All);
    assert_eq!(Formato::of(Path::new("x.txt")), None);
}
