//! Assignments: each thing that was told of one, and what the last of each says.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::contradiccion::Contradiccion;
use crate::domain::cuenta::Cuenta;
use crate::domain::nif::Nif;
use crate::domain::red::Asignacion;
use crate::domain::vigencia::Intervalo;

use super::number;
use crate::store::among::on_each_among;
use crate::store::backend::{Reader, Writer, on_each};
use crate::store::columns::Micros;
use crate::store::error::StoreError;
use crate::store::hold::hold_titles;
use crate::store::insert::{insert_rows, last_of_each};
use crate::store::schema::{asignaciones_dichas, asignaciones_red};
use crate::store::stored::{Stored, nullable_instant};
use crate::store::upsert::{columns, upsert};

#[derive(Queryable, Selectable)]
#[diesel(table_name = asignaciones_red)]
pub(super) struct AsignacionRow {
    sujeto_nif: Stored<Nif>,
    pub(super) autorizacion: i32,
    cuenta: Stored<Cuenta>,
    desde: Micros,
    hasta: Option<Micros>,
}

impl AsignacionRow {
    pub(super) fn read(self) -> Result<Asignacion, StoreError> {
        let autorizacion = self.autorizacion;
        let read = || {
            Some(Asignacion {
                autorizacion: self.autorizacion.try_into().ok()?,
                sujeto: self.sujeto_nif.0?,
                cuenta: self.cuenta.0?,
                desde: self.desde.instant()?,
                hasta: nullable_instant(self.hasta)?,
            })
        };
        let key = || format!("of authorisation {autorizacion}");
        read().ok_or_else(|| StoreError::corrupt("asignaciones_red", &key()))
    }
}

#[derive(Clone, Insertable)]
#[diesel(table_name = asignaciones_red, treat_none_as_default_value = false)]
struct New<'a> {
    sujeto_nif: Nif,
    autorizacion: i32,
    cuenta: &'a str,
    desde: Micros,
    hasta: Option<Micros>,
}

#[derive(Insertable)]
#[diesel(table_name = asignaciones_dichas, treat_none_as_default_value = false)]
struct NewDicha<'a> {
    sujeto_nif: Nif,
    autorizacion: i32,
    cuenta: &'a str,
    desde: Micros,
    hasta: Option<Micros>,
    registrado: Micros,
}

/// Whose account is managed by which authorisation, from when until when.
type Managed = (Nif, i32, Micros, Option<Micros>);

/// What an assignment is known by.
type Key<'a> = (Nif, i32, Micros, &'a str);

/// Records assignments, whose authorisations must be on record; one that is, with the same beginning, gets the end that is
/// told now. A CCC has one authorisation at a time.
pub fn tell_asignaciones(
    conn: &mut Writer,
    asignaciones: &[Asignacion],
    registrado: DateTime<Utc>,
) -> Result<(), StoreError> {
    use asignaciones_red::dsl;
    hold_titles(conn)?;
    let cuentas: BTreeSet<&str> = asignaciones.iter().map(|one| one.cuenta.as_str()).collect();
    let standing = of_cuentas(conn, &cuentas)?;
    let mut ends: HashMap<Key<'_>, Option<Micros>> = HashMap::new();
    let mut managed: HashMap<&str, Vec<Managed>> = HashMap::new();
    for one in &standing {
        let New {
            sujeto_nif,
            autorizacion,
            cuenta,
            desde,
            hasta,
        } = New::from(one);
        ends.insert((sujeto_nif, autorizacion, desde, cuenta), hasta);
        managed
            .entry(cuenta)
            .or_default()
            .push((sujeto_nif, autorizacion, desde, hasta));
    }
    let mut rows = Vec::new();
    for told in asignaciones {
        let new = New::from(told);
        let key = (new.sujeto_nif, new.autorizacion, new.desde, new.cuenta);
        let before = ends.get(&key);
        if before == Some(&new.hasta) {
            continue;
        }
        let others = managed.entry(new.cuenta).or_default();
        // What is shortened takes nothing from another; so can be told the end of one that had been taken beside it.
        if matches!(told.cuenta, Cuenta::Ccc(_))
            && !before.is_some_and(|before| is_no_later(new.hasta, *before))
        {
            let meant = told.vigencia();
            let overlap = others.iter().any(|(_, autorizacion, desde, hasta)| {
                *autorizacion != new.autorizacion
                    && stretch(*desde, *hasta).is_some_and(|other| other.common(meant).is_some())
            });
            if overlap {
                return Err(Contradiccion::CuentaDeOtraAutorizacion.into());
            }
        }
        others.retain(|(sujeto, autorizacion, desde, _)| {
            (*sujeto, *autorizacion, *desde) != (key.0, key.1, key.2)
        });
        others.push((new.sujeto_nif, new.autorizacion, new.desde, new.hasta));
        ends.insert(key, new.hasta);
        rows.push(new);
    }
    let registrado = Micros::from(registrado);
    let told = rows.iter().map(|row| NewDicha {
        sujeto_nif: row.sujeto_nif,
        autorizacion: row.autorizacion,
        cuenta: row.cuenta,
        desde: row.desde,
        hasta: row.hasta,
        registrado,
    });
    insert_rows!(conn, asignaciones_dichas::table, told)?;
    let rows = last_of_each(rows.into_iter(), |row| {
        (row.sujeto_nif, row.autorizacion, row.cuenta, row.desde)
    });
    insert_rows!(conn, asignaciones_red::table, rows, |insert| upsert(
        insert,
        columns![dsl::sujeto_nif, dsl::autorizacion, dsl::cuenta, dsl::desde],
        columns![dsl::hasta]
    ))
}

/// Whether an end is no later than another; nothing is no end.
fn is_no_later(hasta: Option<Micros>, other: Option<Micros>) -> bool {
    match (hasta, other) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(hasta), Some(other)) => hasta <= other,
    }
}

fn stretch(desde: Micros, hasta: Option<Micros>) -> Option<Intervalo> {
    let hasta = nullable_instant(hasta)?;
    let desde = desde.instant()?;
    Some(Intervalo { desde, hasta })
}

impl<'a> From<&'a Asignacion> for New<'a> {
    fn from(asignacion: &'a Asignacion) -> Self {
        Self {
            sujeto_nif: asignacion.sujeto,
            autorizacion: number(asignacion.autorizacion),
            cuenta: asignacion.cuenta.as_str(),
            desde: asignacion.desde.into(),
            hasta: asignacion.hasta.map(Micros::from),
        }
    }
}

/// The assignments of these accounts, standing or not.
fn of_cuentas(conn: &mut Reader, cuentas: &BTreeSet<&str>) -> Result<Vec<Asignacion>, StoreError> {
    let cuentas: Vec<String> = cuentas.iter().map(|cuenta| (*cuenta).to_owned()).collect();
    let rows: Vec<AsignacionRow> =
        on_each_among!(conn, asignaciones_red::cuenta, &cuentas[..], |c, these| {
            asignaciones_red::table
                .filter(these)
                .select(AsignacionRow::as_select())
                .load(c)
        })?;
    rows.into_iter().map(AsignacionRow::read).collect()
}

/// The assignments of a subject, as they were known at an instant.
pub(crate) fn told(
    conn: &mut Reader,
    sujeto: Nif,
    sabido: DateTime<Utc>,
) -> Result<Vec<Asignacion>, StoreError> {
    use asignaciones_dichas::dsl;
    let sabido = Micros::clamped(sabido);
    let selected = (
        dsl::sujeto_nif,
        dsl::autorizacion,
        dsl::cuenta,
        dsl::desde,
        dsl::hasta,
    );
    let rows: Vec<AsignacionRow> = on_each!(conn, |c| {
        asignaciones_dichas::table
            .filter(dsl::sujeto_nif.eq(sujeto))
            .filter(dsl::registrado.le(sabido))
            .order(dsl::secuencia)
            .select(selected)
            .load(c)
    })?;
    let told: Vec<Asignacion> = rows
        .into_iter()
        .map(AsignacionRow::read)
        .collect::<Result<_, _>>()?;
    let last = last_of_each(told.into_iter(), |one| {
        (one.autorizacion, one.cuenta.clone(), one.desde)
    });
    Ok(last.collect())
}
