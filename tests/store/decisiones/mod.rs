//! The decision tables, `tests/decisiones`: what a lawyer would read, carried out by the use cases and explained.
//!
//! A table tells cases, day by day. A row says something that happened (`hecho`), or asks whether somebody may receive a
//! notification on that day: as its addressee (`propio`), through RED (`red`) or by a power (`poder`), what may be done with it
//! (`puede`: decidir, documento, acuse or nada), and by which rule. All cases are told to one database, in order of time.

mod cast;
mod facts;
pub(crate) mod world;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use notess::domain::notificacion::Codigo;
use notess::domain::rol::{Rol, Roles};
use notess::store::Store;
use notess::usecase::explain::Explicacion;

use self::cast::Cast;
use self::world::{Asked, explanation, is_given, listed};
use crate::site::{Site, day};

on_both!(the_tables_of_decisions_hold_for_use_cases_and_explanations);

/// The fewest questions that the tables ask.
const LEAST: usize = 200;

/// A row of a table.
struct Row {
    caso: String,
    at: DateTime<Utc>,
    what: What,
}

enum What {
    Hecho(String),
    Pregunta {
        quien: String,
        notificacion: String,
        roles: Roles,
        puede: String,
        regla: String,
    },
}

fn the_tables_of_decisions_hold_for_use_cases_and_explanations(site: &Site) {
    let store = site.store();
    let rows = rows();
    let mut casts: BTreeMap<&str, Cast> = BTreeMap::new();
    for row in &rows {
        let number = casts.len();
        casts.entry(&row.caso).or_insert_with(|| Cast::new(number));
    }
    let mut last = day(0);
    for row in &rows {
        let cast = casts.get_mut(row.caso.as_str()).unwrap();
        last = last.max(row.at);
        match &row.what {
            What::Hecho(hecho) => facts::tell(&store, cast, hecho, row.at),
            What::Pregunta { .. } => ask_now(&store, cast, row),
        }
    }
    // With all that came to be known afterwards, each answer is the same.
    let ahora = last + TimeDelta::days(1);
    let mut wrong = Vec::new();
    let mut asked = 0;
    for row in &rows {
        let What::Pregunta {
            quien,
            notificacion,
            roles,
            puede,
            regla,
        } = &row.what
        else {
            continue;
        };
        asked += 1;
        let cast = &casts[row.caso.as_str()];
        let question = Asked {
            cast,
            quien,
            one: cast.notificacion(notificacion),
            at: row.at,
        };
        let told = explanation(&store, &question, Some(row.at), ahora);
        let rules: Vec<String> = told
            .razones
            .iter()
            .filter(|razon| razon.juicio.is_ok() != roles.is_empty())
            .map(|razon| match razon.juicio {
                Ok(alcanza) => alcanza.regla(razon.rol),
                Err(impide) => impide.regla(razon.rol),
            })
            .map(|regla| format!("D-{}", regla.numero()))
            .collect();
        let by_rule = regla.is_empty() && rules.is_empty() || rules.contains(regla);
        if over(&told) != *roles || may(&told) != puede || !by_rule {
            wrong.push(format!(
                "{}, {} día {}: {:?} {} {rules:?} en vez de {roles:?} {puede} {regla}",
                row.caso,
                quien,
                (row.at - day(0)).num_days(),
                over(&told),
                may(&told)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked >= LEAST, "{asked}");
}

/// The rows of all tables, in order of time. Titles of a day have effect from its first instant, what is published comes after
/// them, decisions after that, and questions last.
fn rows() -> Vec<Row> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decisiones");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
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

/// Asks as the callers of the service do, on the day of the row.
fn ask_now(store: &Store, cast: &Cast, row: &Row) {
    let What::Pregunta {
        quien,
        notificacion,
        roles,
        puede,
        ..
    } = &row.what
    else {
        return;
    };
    let question = Asked {
        cast,
        quien,
        one: cast.notificacion(notificacion),
        at: row.at,
    };
    let which = format!("{}: {quien} {notificacion}", row.caso);
    assert_eq!(listed(store, &question), *roles, "{which}");
    assert_eq!(is_given(store, &question), puede == "documento", "{which}");
    let told = explanation(store, &question, None, row.at);
    assert_eq!((over(&told), may(&told)), (*roles, puede.as_str()), "{which}");
}

fn over(told: &Explicacion) -> Roles {
    told.puede.iter().map(|one| one.rol).collect()
}

fn may(told: &Explicacion) -> &'static str {
    match told.puede.first() {
        Some(one) if one.decidir => "decidir",
        Some(one) if one.documento => "documento",
        Some(one) if one.acuse => "acuse",
        _ => "nada",
    }
}

/// The code of a case's notification.
fn codigo(case: usize, number: usize) -> Codigo {
    Codigo::new(i32::try_from(case * 10 + number).unwrap()).unwrap()
}
