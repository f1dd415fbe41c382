//! The decision tables, carried out by the use cases and explained.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use notess::domain::rol::Roles;
use notess::store::Store;
use notess::usecase::explain::Explicacion;

use crate::decisiones::cast::Cast;
use crate::decisiones::facts;
use crate::decisiones::tables::{Row, What, rows};
use crate::decisiones::world::{Asked, explanation, is_given, listed};
use crate::site::{Site, day};

on_both!(the_tables_of_decisions_hold_for_use_cases_and_explanations);

/// The fewest questions that the tables ask.
const LEAST: usize = 200;

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
    assert_eq!(
        is_given(store, &question),
        puede.starts_with("documento"),
        "{which}"
    );
    let told = explanation(store, &question, None, row.at);
    assert_eq!((over(&told), may(&told)), (*roles, puede.as_str()), "{which}");
}

fn over(told: &Explicacion) -> Roles {
    told.puede.iter().map(|one| one.rol).collect()
}

fn may(told: &Explicacion) -> &'static str {
    match told.puede.first() {
        Some(one) if one.decidir => "decidir",
        Some(one) if one.documento && one.acuse => "documento",
        Some(one) if one.documento => "documento sin acuse",
        Some(one) if one.acuse => "acuse",
        _ => "nada",
    }
}
