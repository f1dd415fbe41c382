//! The accounts of addressees: each thing that was told of them, with from when it has effect and when it was recorded.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::contradiccion::Contradiccion;
use crate::domain::cuenta::{Ccc, Naf};
use crate::domain::nif::Nif;
use crate::domain::red::{CuentasDesde, CuentasRed, each_with_its_time};
use crate::domain::vigencia::{Intervalo, escalones, takes_effect};

use super::among::on_each_among;
use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::hold::hold_titles;
use super::insert::insert_rows;
use super::schema::cuentas_dichas::{self, dsl};
use super::stored::{Stored, nullable};
use super::to_the_microsecond;

#[derive(Queryable, Selectable)]
#[diesel(table_name = cuentas_dichas)]
struct Row {
    nif: Stored<Nif>,
    ccc_principal: Option<Stored<Ccc>>,
    naf: Option<Stored<Naf>>,
    desde: Micros,
}

impl Row {
    fn read(self) -> Result<(Nif, CuentasDesde), StoreError> {
        let Some(nif) = self.nif.0 else {
            return Err(StoreError::corrupt("cuentas_dichas", &"of no NIF"));
        };
        let read = || {
            Some(CuentasDesde {
                desde: self.desde.instant()?,
                cuentas: CuentasRed {
                    ccc_principal: nullable(self.ccc_principal)?,
                    naf: nullable(self.naf)?,
                },
            })
        };
        let told = read().ok_or_else(|| StoreError::corrupt("cuentas_dichas", &nif.masked()))?;
        Ok((nif, told))
    }
}

#[derive(Insertable)]
#[diesel(table_name = cuentas_dichas, treat_none_as_default_value = false)]
struct New<'a> {
    nif: Nif,
    ccc_principal: Option<&'a str>,
    naf: Option<&'a str>,
    desde: Micros,
    registrado: Micros,
}

/// What was told of each, in the order in which it was.
type Told = HashMap<Nif, Vec<(DateTime<Utc>, CuentasRed)>>;

fn gather(rows: Vec<Row>) -> Result<Told, StoreError> {
    let mut told = Told::new();
    for row in rows {
        let (nif, CuentasDesde { desde, cuentas }) = row.read()?;
        told.entry(nif).or_default().push((desde, cuentas));
    }
    Ok(told)
}

fn told(conn: &mut Reader, nifs: &[Nif]) -> Result<Told, StoreError> {
    let rows: Vec<Row> = on_each_among!(conn, dsl::nif, nifs, |c, these| {
        cuentas_dichas::table
            .filter(these)
            .order(dsl::secuencia)
            .select(Row::as_select())
            .load(c)
    })?;
    gather(rows)
}

/// The accounts that follow each other, of what was told.
fn steps(told: &[(DateTime<Utc>, CuentasRed)]) -> Vec<CuentasDesde> {
    let steps = escalones(told.iter().cloned()).into_iter();
    steps
        .map(|(desde, cuentas)| CuentasDesde { desde, cuentas })
        .collect()
}

/// The accounts that each of these has and had, by time; who is not among the keys has none.
pub(super) fn histories(
    conn: &mut Reader,
    nifs: &[Nif],
) -> Result<HashMap<Nif, Vec<CuentasDesde>>, StoreError> {
    let told = told(conn, nifs)?;
    Ok(told.iter().map(|(nif, told)| (*nif, steps(told))).collect())
}

/// The accounts that somebody had, as they were known at an instant.
pub(super) fn known(
    conn: &mut Reader,
    nif: Nif,
    sabido: DateTime<Utc>,
) -> Result<Vec<CuentasDesde>, StoreError> {
    let sabido = Micros::clamped(sabido);
    let rows: Vec<Row> = on_each!(conn, |c| {
        cuentas_dichas::table
            .filter(dsl::nif.eq(nif))
            .filter(dsl::registrado.le(sabido))
            .order(dsl::secuencia)
            .select(Row::as_select())
            .load(c)
    })?;
    let told = gather(rows)?;
    Ok(told.get(&nif).map(|told| steps(told)).unwrap_or_default())
}

/// Whose main account each of these is or was.
fn claimants(conn: &mut Reader, cccs: &BTreeSet<&str>) -> Result<HashMap<String, HashSet<Nif>>, StoreError> {
    let cccs: Vec<String> = cccs.iter().map(|ccc| (*ccc).to_owned()).collect();
    let rows: Vec<Row> = on_each_among!(
        conn,
        dsl::ccc_principal.assume_not_null(),
        &cccs[..],
        |c, these| {
            cuentas_dichas::table
                .filter(these)
                .select(Row::as_select())
                .load(c)
        }
    )?;
    let mut found: HashMap<String, HashSet<Nif>> = HashMap::new();
    for row in rows {
        let (nif, told) = row.read()?;
        if let Some(ccc) = told.cuentas.ccc_principal {
            found.entry(ccc.as_str().to_owned()).or_default().insert(nif);
        }
    }
    Ok(found)
}

/// Records the accounts of addressees, in this order: each from the instant that is told with them; where none is, always if
/// they are the first that are told of somebody, and from their record on if they are not. Gives the last ones of each.
///
/// A main account is nobody else's at the same time (D-30).
pub(super) fn tell(
    conn: &mut Writer,
    cuentas: &[(Nif, &CuentasRed, Option<DateTime<Utc>>)],
    registrado: DateTime<Utc>,
) -> Result<HashMap<Nif, CuentasDesde>, StoreError> {
    hold_titles(conn)?;
    let registrado = to_the_microsecond(registrado);
    let cccs: BTreeSet<&str> = cuentas
        .iter()
        .filter_map(|(_, told, _)| told.ccc_principal.as_ref())
        .map(Ccc::as_str)
        .collect();
    let mut owners = claimants(conn, &cccs)?;
    let whose: BTreeSet<Nif> = cuentas
        .iter()
        .map(|(nif, ..)| *nif)
        .chain(owners.values().flatten().copied())
        .collect();
    let mut known = told(conn, &Vec::from_iter(whose))?;
    let mut new = Vec::new();
    for &(nif, cuentas, desde) in cuentas {
        let before = known.get(&nif).map_or(&[][..], Vec::as_slice);
        let standing = escalones(before.iter().cloned());
        let Some(desde) = takes_effect(&standing, cuentas, desde.map(to_the_microsecond), registrado) else {
            continue;
        };
        // Of somebody of whom nothing was told, that he has none is nothing new.
        if before.is_empty() && *cuentas == CuentasRed::default() {
            continue;
        }
        if let Some(ccc) = &cuentas.ccc_principal {
            let hasta = standing
                .iter()
                .map(|(since, _)| *since)
                .find(|since| *since > desde);
            let claimed = owners.entry(ccc.as_str().to_owned()).or_default();
            let taken = claimed
                .iter()
                .filter(|owner| **owner != nif)
                .filter_map(|owner| known.get(owner))
                .any(|told| has_main(told, ccc, Intervalo { desde, hasta }));
            if taken {
                return Err(Contradiccion::CccDeOtro.into());
            }
            claimed.insert(nif);
        }
        known.entry(nif).or_default().push((desde, cuentas.clone()));
        new.push((nif, cuentas, desde));
    }
    let rows = new.iter().map(|(nif, cuentas, desde)| New {
        nif: *nif,
        ccc_principal: cuentas.ccc_principal.as_ref().map(Ccc::as_str),
        naf: cuentas.naf.as_ref().map(Naf::as_str),
        desde: (*desde).into(),
        registrado: registrado.into(),
    });
    insert_rows!(conn, cuentas_dichas::table, rows)?;
    let last = |told: &Vec<(DateTime<Utc>, CuentasRed)>| steps(told).pop();
    Ok(known
        .iter()
        .filter_map(|(nif, told)| Some((*nif, last(told)?)))
        .collect())
}

/// Whether an account is somebody's main one at any time of a stretch.
fn has_main(told: &[(DateTime<Utc>, CuentasRed)], ccc: &Ccc, meant: Intervalo) -> bool {
    each_with_its_time(&steps(told))
        .any(|(cuentas, then)| cuentas.ccc_principal.as_ref() == Some(ccc) && then.common(meant).is_some())
}
