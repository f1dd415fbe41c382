use std::collections::HashSet;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;

use crate::domain::cuenta::CuentaError;
use crate::domain::materia::Materia;
use crate::domain::nif::NifError;
use crate::domain::notificacion::{Categoria, Codigo, Notificacion, Practica};
use crate::domain::poder::{Alcance, PoderDicho, Registro};
use crate::domain::procedimientos::ProcedimientoDicho;

use super::ipf::IdentifierError;
use super::*;

use self::memory::Memory;

mod files;
mod addressee;
mod help;
mod any_file;
mod memory;
mod stopped;
mod when;
mod order;
mod poderes;
mod practicadas;
mod procedimientos;
mod red;
mod spreadsheet;
mod sucesiones;

const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";
const NOTIFICACIONES: &str = "codigo;nif;denominacion;tipo_destinatario;destinatario;procedimiento;asunto;obligacion;\
                              especial;no_digitalizable;medio_de_pago;puesta_a_disposicion;documento";

fn now() -> DateTime<Utc> {
    "2026-03-10T12:00:00Z".parse().unwrap()
}

/// What is published when it is loaded, in the order of its codes.
const CRECIENTE: (Order, Carga) = (Order::Ascending, Carga::Publicacion);

type Import<'a> = dyn Fn(&mut dyn BufRead, Options, &mut dyn ImportSink) -> Result<Summary, ImportError> + 'a;

fn drive(
    import: &Import,
    format: Format,
    text: &str,
    sink: &mut Memory,
) -> (Result<Summary, ImportError>, Vec<Refusal>) {
    drive_octets(import, format, text.as_bytes(), sink)
}

fn drive_octets(
    import: &Import,
    format: Format,
    mut octets: &[u8],
    sink: &mut Memory,
) -> (Result<Summary, ImportError>, Vec<Refusal>) {
    let encoding = Encoding::of(&mut &octets[..]).unwrap();
    let mut refused = Vec::new();
    let options = Options {
        format,
        encoding,
        now: now(),
        desde: Progress::default(),
        advance: &mut |_| {},
        bar: &ProgressBar::hidden(),
        report: &mut |refusal| refused.push(refusal.clone()),
        notice: &mut |_, _| {},
    };
    let outcome = import(&mut octets, options, sink);
    (outcome, refused)
}

fn folder() -> (tempfile::TempDir, Folder) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.pdf"), PDF).unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    (dir, folder)
}

fn publish(text: &str, format: Format, sink: &mut Memory) -> (Result<Summary, ImportError>, Vec<Refusal>) {
    publish_in(CRECIENTE, text.as_bytes(), format, sink)
}

fn publish_in(
    how: (Order, Carga),
    octets: &[u8],
    format: Format,
    sink: &mut Memory,
) -> (Result<Summary, ImportError>, Vec<Refusal>) {
    let (_dir, folder) = folder();
    let import = |input: &mut dyn BufRead, options: Options, sink: &mut dyn ImportSink| {
        import_notificaciones(input, (&folder, &Tabla::primera()), how, options, sink)
    };
    drive_octets(&import, format, octets, sink)
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
fn reasons(changes: &[(usize, &str)]) -> Vec<Reason> {
    let mut line = GOOD;
    for (column, text) in changes {
        line[*column] = text;
    }
    let text = format!("{NOTIFICACIONES}\n{}\n", line.join(";"));
    let (outcome, mut refused) = publish(&text, Format::Csv, &mut Memory::default());
    assert_eq!(outcome.unwrap().rechazadas, refused.len() as u64);
    refused.pop().map(|refusal| refusal.reasons).unwrap_or_default()
}

fn published(changes: &[(usize, &str)]) -> Notificacion {
    let mut line = GOOD;
    for (column, text) in changes {
        line[*column] = text;
    }
    let text = format!("{NOTIFICACIONES}\n{}\n", line.join(";"));
    let mut sink = Memory::default();
    let (_, refused) = publish(&text, Format::Csv, &mut sink);
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
        let (_dir, folder) = folder();
        let (mut sink, mut told, mut refused) = (Memory::default(), Vec::new(), Vec::new());
        let options = Options {
            format: Format::Csv,
            encoding: Encoding::Utf8,
            now: now(),
            desde: Progress::default(),
            advance: &mut |_| {},
            bar: &ProgressBar::hidden(),
            report: &mut |refusal| refused.extend(refusal.reasons.clone()),
            notice: &mut |line, _| told.push(line),
        };
        import_notificaciones(
            &mut text.as_bytes(),
            (&folder, &Tabla::primera()),
            CRECIENTE,
            options,
            &mut sink,
        )
        .unwrap();
        (sink.publicaciones.len(), told, refused)
    };
    assert_eq!(load(&file("si")), (1, vec![2], vec![]));
    for no in ["no", ""] {
        assert_eq!(
            load(&file(no)),
            (0, vec![], vec![Reason::UnconfirmedSpecial]),
            "{no}"
        );
    }
}

#[test]
fn each_slip_of_a_notification_has_its_reason() {
    let identifier = |column, error| Reason::Identifier { column, error };
    for (column, text, reason) in [
        (0, "", Reason::Missing("codigo")),
        (0, "0", Reason::Codigo),
        (0, "3000000000", Reason::Codigo),
        (
            1,
            "B99999121",
            identifier("nif", IdentifierError::Nif(NifError::Check)),
        ),
        (1, "9012345678Z", identifier("nif", IdentifierError::WithoutNif)),
        (
            2,
            "A\u{7}",
            Reason::Text {
                column: "denominacion",
                limit: 200,
            },
        ),
        (4, "", Reason::Missing("destinatario")),
        (
            4,
            "28999990169",
            Reason::Account {
                column: "destinatario",
                error: CuentaError::Check,
            },
        ),
        (5, "TGSS-X", Reason::UnknownProcedure("TGSS-X".to_owned())),
        (6, "", Reason::Missing("asunto")),
        (7, "", Reason::MissingGround),
        (7, "4.2", Reason::GroundOfPersons),
        (7, "4.1.b", Reason::GroundOfPersons),
        (7, "4.1.c", Reason::GroundOfPersons),
        (7, "4.1.d", Reason::GroundOfPersons),
        (7, "copia", Reason::GroundOfPersons),
        (8, "si", Reason::UnconfirmedSpecial),
        (8, "quizá", Reason::NotYesNo("especial")),
        (9, "si", Reason::NeverElectronic("no_digitalizable")),
        (10, "si", Reason::NeverElectronic("medio_de_pago")),
        (11, "2026-03-09", Reason::Instant("puesta_a_disposicion")),
        (11, "2026-03-10 13:00:01", Reason::Future("puesta_a_disposicion")),
        (11, "2026-03-10 12:57:59", Reason::Past("puesta_a_disposicion")),
        (11, "2026-03-01 10:00:00", Reason::Past("puesta_a_disposicion")),
        (12, "", Reason::Missing("documento")),
        (12, "b.pdf", Reason::Document(DocumentError::Missing)),
        (12, "../a.pdf", Reason::Document(DocumentError::Path)),
    ] {
        assert_eq!(reasons(&[(column, text)]), [reason], "column {column} {text:?}");
    }
    let not_in_list = reasons(&[(7, "4.1.z")]);
    assert!(matches!(
        &not_in_list[..],
        [Reason::NotInList {
            column: "obligacion",
            ..
        }]
    ));
    let not_in_list = reasons(&[(3, "CIE")]);
    assert!(matches!(
        &not_in_list[..],
        [Reason::NotInList {
            column: "tipo_destinatario",
            ..
        }]
    ));
}

#[test]
fn every_reason_of_a_line_is_told_at_once() {
    assert_eq!(
        reasons(&[(0, "x"), (5, "TGSS-X"), (7, ""), (12, "b.pdf")]),
        [
            Reason::Codigo,
            Reason::UnknownProcedure("TGSS-X".to_owned()),
            Reason::MissingGround,
            Reason::Document(DocumentError::Missing),
        ]
    );
}

fn json(codigo: u32) -> String {
    format!(
        r#"{{"codigo":{codigo},"nif":"B99999120","denominacion":"HORNOS","procedimiento":"TGSS-RD","asunto":"Deuda","obligacion":"4.1.a","documento":"a.pdf"}}"#
    )
}

const PODERES: &str = "referencia,poderdante,apoderado,tipo,materias,estado,inscrito,fin,adaptado";

fn powers(lines: &[&str], sink: &mut Memory) -> Vec<Refusal> {
    let text = format!("{PODERES}\n{}\n", lines.join("\n"));
    let (outcome, refused) = drive(&import_poderes, Format::Csv, &text, sink);
    outcome.unwrap();
    refused
}

fn power_reasons(line: &str) -> Vec<Reason> {
    powers(&[line], &mut Memory::default())
        .pop()
        .map(|r| r.reasons)
        .unwrap_or_default()
}
