//! Lists for operators, in pages; and that of addressees.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::backend::{Reader, on_each};
use super::cuentas;
use super::error::StoreError;
use super::personas::Persona;
use super::red::number;
use super::schema::{asignaciones_red, personas};
use super::stored::Stored;
use crate::domain::cuenta::AutorizacionRed;
use crate::domain::nif::Nif;
use crate::domain::red::{CuentasDesde, CuentasRed};

/// Persons that are read at a time.
const STEP: i64 = 500;

/// A page of a list as it fills: what comes before it is passed over, and what comes after it only looked for.
#[derive(Debug)]
pub struct Pagina<T> {
    /// What is on it.
    pub filas: Vec<T>,
    /// How many come before it.
    pub tras: usize,
    /// Whether more come after it.
    pub hay_mas: bool,
    passed: usize,
    limite: usize,
}

impl<T> Pagina<T> {
    /// One that begins behind so many, of so many.
    pub(super) fn new((tras, limite): (usize, usize)) -> Self {
        Self {
            filas: Vec::new(),
            tras,
            hay_mas: false,
            passed: 0,
            limite,
        }
    }

    /// The same page of what is made of each.
    #[must_use]
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Pagina<U> {
        Pagina {
            filas: self.filas.into_iter().map(each).collect(),
            tras: self.tras,
            hay_mas: self.hay_mas,
            passed: self.passed,
            limite: self.limite,
        }
    }

    /// Takes the next one; says whether there is room, or doubt, left.
    pub(super) fn take(&mut self, next: T) -> bool {
        if self.passed < self.tras {
            self.passed += 1;
        } else if self.filas.len() < self.limite {
            self.filas.push(next);
        } else {
            self.hay_mas = true;
        }
        !self.hay_mas
    }
}

/// Which addressees are wanted: all that fulfil each condition that is there.
#[derive(Debug, Clone, Copy)]
pub struct PersonasPedidas {
    /// Only the one who has this NIF.
    pub nif: Option<Nif>,
    /// Those of whom this authorisation manages an account, or did.
    pub autorizacion: Option<AutorizacionRed>,
    /// With the accounts that they had at this instant.
    pub en: DateTime<Utc>,
}

/// Somebody with the accounts of an instant, and since when it has them, if it has any.
pub type ConCuentas = (Persona, Option<DateTime<Utc>>);

/// Addressees, by NIF, each with the accounts that it had, from when on.
pub fn personas(
    conn: &mut Reader,
    pedidas: &PersonasPedidas,
    pagina: (usize, usize),
) -> Result<Pagina<ConCuentas>, StoreError> {
    let managed = match pedidas.autorizacion {
        Some(autorizacion) => Some(sujetos_of(conn, autorizacion)?),
        None => None,
    };
    let mut page = Pagina::new(pagina);
    let mut last = String::new();
    loop {
        let rows: Vec<(String, Stored<String>)> = on_each!(conn, |c| {
            let mut rows = personas::table
                .filter(personas::nif.gt(&last))
                .order(personas::nif)
                .limit(STEP)
                .select((personas::nif, personas::denominacion))
                .into_boxed();
            if let Some(nif) = pedidas.nif {
                rows = rows.filter(personas::nif.eq(nif));
            }
            rows.load(c)
        })?;
        let Some((end, _)) = rows.last() else {
            return Ok(page);
        };
        last.clone_from(end);
        let mut named = Vec::new();
        for (nif, denominacion) in rows {
            let Ok(nif) = nif.parse::<Nif>() else {
                return Err(StoreError::corrupt("personas", &"of no NIF"));
            };
            let denominacion = denominacion
                .0
                .ok_or_else(|| StoreError::corrupt("personas", &nif.masked()))?;
            if managed.as_ref().is_none_or(|managed| managed.contains(&nif)) {
                named.push((nif, denominacion));
            }
        }
        let nifs: Vec<Nif> = named.iter().map(|(nif, _)| *nif).collect();
        let histories = cuentas::histories(conn, &nifs)?;
        for (nif, denominacion) in named {
            let then = histories.get(&nif).and_then(|told| at(told, pedidas.en));
            let persona = Persona {
                nif,
                denominacion,
                cuentas: then.map_or_else(CuentasRed::default, |one| one.cuentas.clone()),
            };
            if !page.take((persona, then.map(|one| one.desde))) {
                return Ok(page);
            }
        }
    }
}

/// The accounts of an instant, of those that follow each other.
fn at(told: &[CuentasDesde], en: DateTime<Utc>) -> Option<&CuentasDesde> {
    told.iter().rev().find(|one| one.desde <= en)
}

/// Of whom an authorisation manages an account, or did.
fn sujetos_of(conn: &mut Reader, autorizacion: AutorizacionRed) -> Result<BTreeSet<Nif>, StoreError> {
    let found: Vec<Stored<Nif>> = on_each!(conn, |c| {
        asignaciones_red::table
            .filter(asignaciones_red::autorizacion.eq(number(autorizacion)))
            .select(asignaciones_red::sujeto_nif)
            .distinct()
            .load(c)
    })?;
    let corrupt = || StoreError::corrupt("asignaciones_red", &"of no NIF");
    found.into_iter().map(|nif| nif.0.ok_or_else(corrupt)).collect()
}
