//! The rows of the tables, as they are read.

use chrono::{DateTime, TimeDelta, Utc};
use notess::domain::rol::{Rol, Roles};

use crate::site::day;

/// A row of a table.
pub(crate) struct Row {
    pub(crate) caso: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) what: What,
}

pub(crate) enum What {
    Hecho(String),
    Pregunta {
        quien: String,
        notificacion: String,
        roles: Roles,
        puede: String,
        regla: String,
    },
}

/// The rows of all tables, in order of time. Titles of a day have effect from its first instant, what is published comes after
/// them, decisions after that, and questions last.
pub(crate) fn rows() -> Vec<Row> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decisiones");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect();
    files.sort();
    let mut rows = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("caso;dia;hecho;quien;notificacion;propio;red;poder;puede;regla")
        );
        for line in lines {
            let fields: Vec<&str> = line.split(';').collect();
            let [
                caso,
                dia,
                hecho,
                quien,
                notificacion,
                propio,
                red,
                poder,
                puede,
                regla,
            ] = fields[..]
            else {
                panic!("{}: {line}", file.display());
            };
            let order = match hecho {
                "" => 4,
                hecho if hecho.starts_with("se publica") => 1,
                hecho if hecho.contains(" acepta ") || hecho.contains(" rechaza ") => 2,
                _ => 0,
            };
            let at = day(dia.parse().unwrap()) + TimeDelta::hours(order);
            let roles = [
                (propio, Rol::Propio),
                (red, Rol::AutorizadoRed),
                (poder, Rol::Apoderado),
            ];
            let what = if hecho.is_empty() {
                What::Pregunta {
                    quien: quien.to_owned(),
                    notificacion: notificacion.to_owned(),
                    roles: roles
                        .into_iter()
                        .filter(|(said, _)| *said == "sí")
                        .map(|(_, rol)| rol)
                        .collect(),
                    puede: puede.to_owned(),
                    regla: regla.to_owned(),
                }
            } else {
                What::Hecho(hecho.to_owned())
            };
            rows.push(Row {
                caso: caso.to_owned(),
                at,
                what,
            });
        }
    }
    rows.sort_by_key(|row| row.at);
    rows
}
