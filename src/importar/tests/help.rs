//! What `--help` tells of columns is what files are read by.

use crate::domain::materia::PROCEDIMIENTOS;

use super::super::columns::{Column, help, procedures};
use super::super::fields::Fields;
use super::super::instants::Bars;
use super::super::notificaciones::Notificaciones;
use super::super::poderes::Poderes;
use super::super::red::AutorizadosRed;
use super::super::run::Kind;
use super::super::sucesiones::Sucesiones;
use super::*;

/// That each column of the table, spoilt in some of these rows, is found: so it is read.
fn every_column_is_read<K: Kind>(kind: &K, rows: &[&[(&str, &str)]])
where
    K::Item: std::fmt::Debug,
{
    let outcome = |row: &[(&str, &str)], spoilt: Option<&str>| {
        let mut row: std::collections::BTreeMap<String, String> = row
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        if let Some(column) = spoilt {
            row.insert(column.to_owned(), "\u{7}".to_owned());
        }
        kind.read(Fields::new(row, Bars::DayFirst, K::COLUMNS))
    };
    for row in rows {
        assert!(outcome(row, None).is_ok(), "{row:?}: {:?}", outcome(row, None));
    }
    for Column { name, .. } in K::COLUMNS {
        let read = rows.iter().all(|row| outcome(row, Some(name)).is_err());
        assert!(read, "{name}");
    }
}

#[test]
fn what_help_tells_of_columns_and_procedures_is_what_is_read() {
    let (_dir, folder) = folder();
    let kind = Notificaciones {
        folder: &folder,
        procedimientos: &Tabla::primera(),
        now: now(),
        order: Order::Ascending,
        carga: Carga::Publicacion,
    };
    let names = NOTIFICACIONES.split(';').map(str::trim);
    let row: Vec<(&str, &str)> = names.zip(GOOD).filter(|(_, text)| !text.is_empty()).collect();
    every_column_is_read(&kind, &[&row]);
    let power = [
        ("referencia", "P1"),
        ("poderdante", "B99999120"),
        ("apoderado", "99999945Q"),
        ("tipo", "materias"),
        ("materias", "IMP"),
        ("estado", "inscrito"),
        ("inscrito", "2024-05-01"),
        ("fin", "2029-05-01"),
    ];
    let by_tramites: Vec<_> = power
        .iter()
        .map(|(name, text)| match *name {
            "tipo" => (*name, "tramites"),
            "materias" => ("tramites", "NOTIF-IMP"),
            _ => (*name, *text),
        })
        .collect();
    every_column_is_read(&Poderes, &[&power, &by_tramites]);
    every_column_is_read(
        &Sucesiones,
        &[&[
            ("antecesor", "B99999120"),
            ("sucesor", "A99999013"),
            ("entidad", "TGSS"),
            ("causa", "inter_vivos"),
            ("desde", "2026-01-01"),
            ("hasta", "2026-02-01"),
            ("motivo", "fusión"),
            ("referencia", "28/2026/7"),
        ]],
    );
    let name = ("denominacion", "MARTA");
    let (nif, number) = (("nif", "99999901H"), ("autorizacion", "7"));
    every_column_is_read(
        &AutorizadosRed { now: now() },
        &[
            &[("registro", "autorizacion"), number, nif, name],
            &[("registro", "usuario"), number, nif, ("desde", "2026-01-01")],
            &[("registro", "cuentas"), nif, name],
            &[
                ("registro", "asignacion"),
                number,
                nif,
                ("cuenta", "28999990168"),
                ("desde", "2026-01-01"),
            ],
            &[
                ("registro", "cambio"),
                nif,
                ("voluntad", "desasignar"),
                ("instante", "2026-01-01 00:00"),
            ],
        ],
    );
}

#[test]
fn help_names_every_column_code_and_procedure_within_its_width() {
    let helps = [
        (help::<Notificaciones>(&procedures()), Notificaciones::COLUMNS),
        (help::<Poderes>(""), Poderes::COLUMNS),
        (help::<AutorizadosRed>(""), AutorizadosRed::COLUMNS),
        (help::<Sucesiones>(""), Sucesiones::COLUMNS),
    ];
    for (text, columns) in &helps {
        for column in *columns {
            let line = text
                .lines()
                .find(|line| line.trim_start().starts_with(&format!("{} ", column.name)));
            assert!(line.is_some(), "{}: {text}", column.name);
            for code in column.codes.iter().flat_map(|codes| codes()) {
                assert!(text.contains(code), "{code}: {text}");
            }
        }
        let long = text.lines().find(|line| line.chars().count() > 98);
        assert_eq!(long, None);
    }
    for one in PROCEDIMIENTOS {
        let line = helps[0]
            .0
            .lines()
            .find(|line| line.trim().starts_with(&format!("{} ", one.codigo)));
        let line = line.unwrap_or_else(|| panic!("{}", one.codigo));
        assert!(
            line.contains(one.denominacion) && line.contains(one.materia.code()),
            "{line}"
        );
        assert_eq!(line.contains("health"), one.especial, "{line}");
    }
}
