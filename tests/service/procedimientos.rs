//! Procedures are data: what is loaded can be published at once, and what was published stays what it was.

use notess::domain::materia::{Entidad, PROCEDIMIENTOS};
use notess::domain::operation::ListRequest;

use crate::common::caller::listing;
use crate::common::{Backend, TestApp};
use crate::process::{notess, path, text};

over_both_databases!(
    the_first_edition_is_what_the_program_had,
    a_procedure_that_was_loaded_is_published_and_listed_and_one_that_is_over_is_not,
);

/// A world, and a folder with a document.
struct Place {
    app: TestApp,
    folder: tempfile::TempDir,
    nif: String,
}

impl Place {
    fn new(backend: Backend) -> Self {
        let app = TestApp::start(backend);
        let nif = app.scenario().all_roles().by_role(1).nif.clone();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.pdf"), b"%PDF-1.4\n%%EOF\n").unwrap();
        Self { app, folder, nif }
    }

    /// Runs a command: the exit code, and what it said.
    fn run(&self, command: &[&str]) -> (Option<i32>, String) {
        let config = path(&self.app.world_folder().join("notess.toml")).to_owned();
        let asked = [command, &["--config", &config]].concat();
        let done = notess(&asked, &self.app.settings.database_url);
        (done.status.code(), text(&done.stdout) + &text(&done.stderr))
    }

    fn load(&self, lines: &str) -> (Option<i32>, String) {
        let file = self.folder.path().join("procedimientos.csv");
        let header = "codigo;entidad;materia;denominacion;neutra;especial;desde;hasta";
        std::fs::write(&file, format!("{header}\n{lines}\n")).unwrap();
        self.run(&["procedimientos", "cargar", path(&file)])
    }

    fn publish(&self, codigo: i32, procedimiento: &str) -> (Option<i32>, String) {
        let file = self.folder.path().join("notificaciones.csv");
        let header = "codigo;nif;denominacion;procedimiento;asunto;obligacion;documento";
        let line = format!("{codigo};{};HORNOS;{procedimiento};Asunto;4.1.a;a.pdf", self.nif);
        std::fs::write(&file, format!("{header}\n{line}\n")).unwrap();
        let documents = path(self.folder.path());
        self.run(&[
            "importar",
            "notificaciones",
            path(&file),
            "--documentos",
            documents,
        ])
    }

    /// Codes that were published here, of some bodies, and the words for their procedures.
    fn listed(&self, entidades: Vec<Entidad>) -> Vec<(i32, String)> {
        let caller = self.app.as_(self.app.scenario().all_roles());
        let asked = ListRequest {
            entidades,
            ..listing(&self.nif)
        };
        let listed = caller.list(asked).into_iter();
        listed
            .filter(|one| one.codigo > 2_000_000)
            .map(|one| (one.codigo, one.procedimiento))
            .collect()
    }
}

fn the_first_edition_is_what_the_program_had(backend: Backend) {
    let place = Place::new(backend);
    let (code, told) = place.run(&["procedimientos", "listar", "--json"]);
    assert_eq!(code, Some(0), "{told}");
    let rows: serde_json::Value = serde_json::from_str(&told).unwrap();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), PROCEDIMIENTOS.len());
    for one in PROCEDIMIENTOS {
        let row = rows.iter().find(|row| row["codigo"] == one.codigo).unwrap();
        assert_eq!(row["entidad"], one.entidad.code());
        assert_eq!(row["materia"], one.materia.code());
        assert_eq!(row["denominacion"], one.denominacion);
        assert_eq!(row["especial"], one.especial);
        assert_eq!(row["neutra"], one.neutra);
        assert!(row["desde"].is_null() && row["hasta"].is_null());
    }
}

fn a_procedure_that_was_loaded_is_published_and_listed_and_one_that_is_over_is_not(backend: Backend) {
    let place = Place::new(backend);
    let (code, told) = place.publish(2_000_001, "INSS-JUB");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("line 2: procedimiento:"), "{told}");

    let edition = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/procedimientos/2026.csv");
    let rows = || place.app.count("select count(*) as n from procedimientos");
    for _ in 0..2 {
        let (code, told) = place.run(&["procedimientos", "cargar", path(&edition)]);
        assert_eq!(code, Some(0), "{told}");
        // What the table says already is not told twice.
        assert_eq!(rows(), 65);
    }
    assert_eq!(place.publish(2_000_001, "INSS-JUB").0, Some(0));
    assert_eq!(place.publish(2_000_002, "INSS-IP").0, Some(0));
    let expected = [
        (2_000_001, "Jubilación".to_owned()),
        (2_000_002, "Resolución de prestaciones".to_owned()),
    ];
    assert_eq!(place.listed(vec![Entidad::Inss]), expected);
    assert_eq!(place.listed(vec![Entidad::Tgss]), []);

    // Another name from now on; what was published keeps its own.
    let line = "INSS-JUB;INSS;PREST;Pensión de jubilación;Resolución de prestaciones;no;";
    let (code, told) = place.load(&format!("{line}2026-01-01;"));
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("line 2: desde:"), "{told}");
    assert_eq!(place.load(&format!("{line};")).0, Some(0));
    assert_eq!(place.publish(2_000_003, "INSS-JUB").0, Some(0));
    let (code, told) = place.load("INSS-JUB;TGSS;IACR;Jubilación;Acto;no;;");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("line 2: entidad:"), "{told}");
    let names: Vec<String> = place
        .listed(Vec::new())
        .into_iter()
        .map(|(_, name)| name)
        .collect();
    assert_eq!(
        names,
        [
            "Jubilación",
            "Resolución de prestaciones",
            "Pensión de jubilación"
        ]
    );

    // It is over in a moment.
    let end = (chrono::Utc::now() + chrono::TimeDelta::seconds(5)).to_rfc3339();
    let (code, told) = place.load(&format!("{line};{end}"));
    assert_eq!(code, Some(0), "{told}");
    std::thread::sleep(std::time::Duration::from_secs(6));
    let (code, told) = place.publish(2_000_004, "INSS-JUB");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("not in force"), "{told}");
    let (_, told) = place.run(&["procedimientos", "listar"]);
    assert!(told.contains("INSS-IP ") && !told.contains("INSS-JUB "), "{told}");
}
