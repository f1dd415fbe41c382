//! What is loaded by the door: whole, or not at all.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Demo;
use crate::common::Backend;

over_both_databases!(
    a_file_is_loaded_whole_or_not_at_all_and_what_is_wrong_is_told_by_line_and_column,
    lines_that_need_each_other_are_loaded_in_one_file,
);

const HEADER: &str = "codigo;nif;denominacion;procedimiento;asunto;obligacion;documento\n";

/// Line and column of each thing that is wrong.
fn where_wrong(answer: &Value) -> Vec<(u64, Option<&str>)> {
    let wrong = answer["errores"].as_array().unwrap().iter();
    wrong
        .map(|one| {
            assert!(one["motivo"].as_str().is_some_and(|why| !why.is_empty()), "{one}");
            (one["linea"].as_u64().unwrap(), one["columna"].as_str())
        })
        .collect()
}

fn a_file_is_loaded_whole_or_not_at_all_and_what_is_wrong_is_told_by_line_and_column(backend: Backend) {
    let demo = Demo::start(backend, &[]);
    let own = demo.titular("empresa").by_role(1);
    let caller = demo.caller("empresa", TimeDelta::zero());
    let line = |code: i32, procedure: &str, document: &str| {
        format!("{code};{};X;{procedure};Y;4.1.a;{document}\n", own.nif)
    };
    let mixed = [
        HEADER.to_owned(),
        line(900_001, "TGSS-RD", "ejemplo.pdf"),
        line(900_002, "TGSS-NO", "ejemplo.pdf"),
        line(900_003, "TGSS-RD", "otro.pdf"),
        line(1, "TGSS-RD", "ejemplo.pdf"),
    ];
    let (status, refused) = demo.load("/notificaciones", &mixed.concat());
    assert_eq!(status, 422);
    assert_eq!(
        where_wrong(&refused),
        [
            (3, Some("procedimiento")),
            (4, Some("documento")),
            (5, Some("codigo"))
        ]
    );
    let published = |code: i32| caller.pending(&own.nif, None).contains(&code);
    assert!(!published(900_001));
    assert_eq!(
        demo.rows_of("importarNotificaciones"),
        0,
        "nothing of it is on record"
    );

    assert_eq!(
        demo.call(
            "PUT",
            "/documentos/otro.pdf",
            "application/pdf",
            b"%PDF-1.4\n%%EOF\n"
        )
        .0,
        200
    );
    let good =
        HEADER.to_owned() + &line(900_001, "TGSS-RD", "ejemplo.pdf") + &line(900_003, "TGSS-RD", "otro.pdf");
    assert_eq!(
        demo.load("/notificaciones", &good),
        (200, json!({ "cargadas": 2, "avisos": [] }))
    );
    assert!(published(900_001) && published(900_003));
    let (status, again) = demo.load("/notificaciones", &good);
    assert_eq!(
        (status, where_wrong(&again)),
        (422, vec![(2, Some("codigo")), (3, Some("codigo"))])
    );
    let lower = HEADER.to_owned() + &line(900_002, "TGSS-RD", "ejemplo.pdf");
    assert_eq!(
        where_wrong(&demo.load("/notificaciones", &lower).1),
        [(2, Some("codigo"))]
    );
    assert_eq!(demo.load("/notificaciones?fuera_de_orden=si", &lower).0, 200);

    let (status, refused) = demo.load("/notificaciones", "codigo;nif\n1;2\n");
    assert_eq!(
        (status, where_wrong(&refused)),
        (422, vec![(1, Some("denominacion"))])
    );
    let (status, refused) = demo.call(
        "POST",
        "/poderes",
        "application/jsonl",
        b"{\"referencia\": \"P\"}\nx\n",
    );
    assert_eq!(status, 422);
    let lines: Vec<u64> = where_wrong(&refused).iter().map(|(line, _)| *line).collect();
    assert!(lines.contains(&1) && lines.contains(&2), "{refused}");
    // Of each load that of its lines and that of its end.
    assert_eq!(demo.rows_of("importarNotificaciones"), 4);
    demo.verified();
}

fn lines_that_need_each_other_are_loaded_in_one_file(backend: Backend) {
    let demo = Demo::start(backend, &[]);
    let own = demo.titular("empresa").by_role(1);
    // A power and its end, and one line among many that is wrong.
    let line = |reference: &str, estado: &str| {
        format!(
            "{reference},{},99999945Q,general,,{estado},2024-05-01,2029-05-01\n",
            own.nif
        )
    };
    let header = "referencia,poderdante,apoderado,tipo,materias,estado,inscrito,fin\n";
    let mut lines = vec![header.to_owned(), line("P1", "inscrito"), line("P1", "revocado")];
    lines.push(line("P1", "inscrito"));
    lines.push(line("P2", "inscrito"));
    let (status, refused) = demo.load("/poderes", &lines.concat());
    assert_eq!(
        (status, where_wrong(&refused)),
        (422, vec![(4, Some("estado"))]),
        "{refused}"
    );
    lines.remove(3);
    assert_eq!(demo.load("/poderes", &lines.concat()).0, 200);
    let apoderado = demo.caller("apoderado", TimeDelta::zero());
    assert!(!apoderado.pending(&own.nif, None).is_empty());
    let red = "registro,autorizacion,nif,denominacion\nautorizacion,4321,99999945Q,ANA PRADO GIL\n";
    let (status, told) = demo.load("/autorizados-red", red);
    assert_eq!(status, 200, "{told}");
}

impl Demo {
    /// How many rows of the journal are of an operation of the door's.
    fn rows_of(&self, operacion: &str) -> usize {
        let rows = std::process::Command::new(env!("CARGO_BIN_EXE_notess"))
            .args([
                "auditoria",
                "mostrar",
                "--json",
                "--limite",
                "1000",
                "--desde",
                "2020-01-01",
                "--config",
            ])
            .arg(self.folder.path().join("notess.toml"))
            .output()
            .unwrap();
        let text = String::from_utf8(rows.stdout).unwrap();
        text.lines()
            .filter(|line| line.contains(operacion) && line.contains("\"control\""))
            .count()
    }
}
