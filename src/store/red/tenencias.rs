//! Who acts through authorisations: holders and users as they were told, and the stretches that follow from it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::cuenta::AutorizacionRed;
use crate::domain::nif::Nif;
use crate::domain::red::{Calidad, Tenencia, TitularRed, UsuarioRed, tenencias};
use crate::domain::vigencia::{Intervalo, escalones, takes_effect};

use super::number;
use crate::store::among::{among, on_each_among};
use crate::store::backend::{Reader, Writer, on_each};
use crate::store::columns::Micros;
use crate::store::error::StoreError;
use crate::store::hold::hold_titles;
use crate::store::insert::{insert_rows, last_of_each};
use crate::store::schema::{autorizaciones_red, tenencias_red, titulares_red, usuarios_red};
use crate::store::stored::{Stored, nullable_instant};
use crate::store::to_the_microsecond;
use crate::store::upsert::{columns, upsert};

/// That somebody holds an authorisation: from an instant on, or from none that is told. Then it holds always if it is the
/// first that is told of the authorisation, and from its record on if it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TitularDicho {
    /// Which authorisation.
    pub autorizacion: AutorizacionRed,
    /// Its holder.
    pub titular: Nif,
    /// Since when.
    pub desde: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = titulares_red)]
struct TitularRow {
    autorizacion: i32,
    titular_nif: Stored<Nif>,
    desde: Micros,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = usuarios_red)]
struct UsuarioRow {
    autorizacion: i32,
    usuario_nif: Stored<Nif>,
    desde: Micros,
    hasta: Option<Micros>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tenencias_red)]
pub(super) struct TenenciaRow {
    nif: Stored<Nif>,
    autorizacion: i32,
    calidad: Stored<Calidad>,
    desde: Micros,
    hasta: Option<Micros>,
    titular_desde: Micros,
}

impl TenenciaRow {
    pub(super) fn read(self) -> Option<Tenencia> {
        Some(Tenencia {
            autorizacion: self.autorizacion.try_into().ok()?,
            nif: self.nif.0?,
            calidad: self.calidad.0?,
            vigencia: Intervalo {
                desde: self.desde.instant()?,
                hasta: nullable_instant(self.hasta)?,
            },
            titular_desde: self.titular_desde.instant()?,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = autorizaciones_red)]
struct NewAutorizacion {
    numero: i32,
    titular_nif: Nif,
}

#[derive(Insertable)]
#[diesel(table_name = titulares_red)]
struct NewTitular {
    autorizacion: i32,
    titular_nif: Nif,
    desde: Micros,
    registrado: Micros,
}

#[derive(Insertable)]
#[diesel(table_name = usuarios_red, treat_none_as_default_value = false)]
struct NewUsuario {
    autorizacion: i32,
    usuario_nif: Nif,
    desde: Micros,
    hasta: Option<Micros>,
    registrado: Micros,
}

#[derive(Insertable)]
#[diesel(table_name = tenencias_red, treat_none_as_default_value = false)]
struct NewTenencia {
    nif: Nif,
    autorizacion: i32,
    calidad: &'static str,
    desde: Micros,
    hasta: Option<Micros>,
    titular_desde: Micros,
}

/// What was told of the holders and users of authorisations.
#[derive(Default)]
struct Told {
    titulares: BTreeMap<AutorizacionRed, Vec<(DateTime<Utc>, Nif)>>,
    usuarios: BTreeMap<AutorizacionRed, HashMap<(Nif, DateTime<Utc>), Intervalo>>,
}

impl Told {
    /// Who acts through each authorisation.
    fn tenencias(&self) -> Vec<Tenencia> {
        let of = |(autorizacion, told): (&AutorizacionRed, &Vec<(DateTime<Utc>, Nif)>)| {
            let holders: Vec<TitularRed> = escalones(told.iter().copied())
                .into_iter()
                .map(|(desde, titular)| TitularRed {
                    autorizacion: *autorizacion,
                    titular,
                    desde,
                })
                .collect();
            let mut users: Vec<UsuarioRed> = self
                .usuarios
                .get(autorizacion)
                .into_iter()
                .flatten()
                .map(|((usuario, _), vigencia)| UsuarioRed {
                    autorizacion: *autorizacion,
                    usuario: *usuario,
                    vigencia: *vigencia,
                })
                .collect();
            users.sort_by_key(|user| (user.usuario, user.vigencia));
            tenencias(&holders, &users)
        };
        self.titulares.iter().flat_map(of).collect()
    }
}

/// What was told of these authorisations, as far as it was known at an instant.
fn told(conn: &mut Reader, autorizaciones: &[i32], sabido: Micros) -> Result<Told, StoreError> {
    let corrupt = |table, autorizacion: i32| StoreError::corrupt(table, &autorizacion);
    let mut told = Told::default();
    let rows: Vec<TitularRow> =
        on_each_among!(conn, titulares_red::autorizacion, autorizaciones, |c, these| {
            titulares_red::table
                .filter(these)
                .filter(titulares_red::registrado.le(sabido))
                .order(titulares_red::secuencia)
                .select(TitularRow::as_select())
                .load(c)
        })?;
    for row in rows {
        let read = || {
            Some((
                row.autorizacion.try_into().ok()?,
                (row.desde.instant()?, row.titular_nif.0?),
            ))
        };
        let (autorizacion, titular) = read().ok_or_else(|| corrupt("titulares_red", row.autorizacion))?;
        told.titulares.entry(autorizacion).or_default().push(titular);
    }
    let rows: Vec<UsuarioRow> =
        on_each_among!(conn, usuarios_red::autorizacion, autorizaciones, |c, these| {
            usuarios_red::table
                .filter(these)
                .filter(usuarios_red::registrado.le(sabido))
                .order(usuarios_red::secuencia)
                .select(UsuarioRow::as_select())
                .load(c)
        })?;
    for row in rows {
        let read = || {
            let desde = row.desde.instant()?;
            let hasta = nullable_instant(row.hasta)?;
            let key = (row.usuario_nif.0?, desde);
            Some((row.autorizacion.try_into().ok()?, key, Intervalo { desde, hasta }))
        };
        let (autorizacion, key, vigencia) =
            read().ok_or_else(|| corrupt("usuarios_red", row.autorizacion))?;
        told.usuarios
            .entry(autorizacion)
            .or_default()
            .insert(key, vigencia);
    }
    Ok(told)
}

/// Who acted through each of these authorisations, as it was known at an instant.
pub(crate) fn known(
    conn: &mut Reader,
    autorizaciones: &[AutorizacionRed],
    sabido: DateTime<Utc>,
) -> Result<Vec<Tenencia>, StoreError> {
    let numbers: Vec<i32> = autorizaciones.iter().copied().map(number).collect();
    Ok(told(conn, &numbers, Micros::clamped(sabido))?.tenencias())
}

/// Records who holds each authorisation, in this order.
pub fn tell_titulares(
    conn: &mut Writer,
    titulares: &[TitularDicho],
    registrado: DateTime<Utc>,
) -> Result<(), StoreError> {
    use autorizaciones_red::dsl;
    hold_titles(conn)?;
    let registrado = to_the_microsecond(registrado);
    let numbers: BTreeSet<i32> = titulares.iter().map(|one| number(one.autorizacion)).collect();
    let numbers = Vec::from_iter(numbers);
    let mut known = told(conn, &numbers, Micros::LAST)?;
    let mut new = Vec::new();
    for dicho in titulares {
        let of_it = known.titulares.entry(dicho.autorizacion).or_default();
        let desde = dicho.desde.map(to_the_microsecond);
        let steps = escalones(of_it.iter().copied());
        if let Some(desde) = takes_effect(&steps, &dicho.titular, desde, registrado) {
            of_it.push((desde, dicho.titular));
            new.push((dicho.autorizacion, desde, dicho.titular));
        }
    }
    let last = known.titulares.iter().filter_map(|(autorizacion, told)| {
        let (_, titular_nif) = escalones(told.iter().copied()).pop()?;
        Some(NewAutorizacion {
            numero: number(*autorizacion),
            titular_nif,
        })
    });
    insert_rows!(
        conn,
        autorizaciones_red::table,
        last.into_iter(),
        |insert| upsert(insert, columns![dsl::numero], columns![dsl::titular_nif])
    )?;
    let rows = new.iter().map(|(autorizacion, desde, titular)| NewTitular {
        autorizacion: number(*autorizacion),
        titular_nif: *titular,
        desde: (*desde).into(),
        registrado: registrado.into(),
    });
    insert_rows!(conn, titulares_red::table, rows)?;
    make_tenencias(conn, &numbers, &known)
}

/// Records users, whose authorisations must be on record; one that is, with the same beginning, gets the end that is told
/// now.
pub fn tell_usuarios(
    conn: &mut Writer,
    usuarios: &[UsuarioRed],
    registrado: DateTime<Utc>,
) -> Result<(), StoreError> {
    hold_titles(conn)?;
    let numbers: BTreeSet<i32> = usuarios.iter().map(|one| number(one.autorizacion)).collect();
    let numbers = Vec::from_iter(numbers);
    let mut known = told(conn, &numbers, Micros::LAST)?;
    let rows = usuarios.iter().map(|usuario| NewUsuario {
        autorizacion: number(usuario.autorizacion),
        usuario_nif: usuario.usuario,
        desde: usuario.vigencia.desde.into(),
        hasta: usuario.vigencia.hasta.map(Micros::from),
        registrado: registrado.into(),
    });
    let mut new: Vec<NewUsuario> = Vec::new();
    for (row, usuario) in rows.zip(usuarios) {
        let (Some(desde), Some(hasta)) = (row.desde.instant(), nullable_instant(row.hasta)) else {
            continue;
        };
        let vigencia = Intervalo { desde, hasta };
        let of_it = known.usuarios.entry(usuario.autorizacion).or_default();
        if of_it.insert((usuario.usuario, desde), vigencia) != Some(vigencia) {
            new.push(row);
        }
    }
    insert_rows!(conn, usuarios_red::table, new.into_iter())?;
    make_tenencias(conn, &numbers, &known)
}

/// Puts what follows from what was told in the place of what followed before.
fn make_tenencias(conn: &mut Writer, autorizaciones: &[i32], told: &Told) -> Result<(), StoreError> {
    on_each!(conn, |c| diesel::delete(tenencias_red::table)
        .filter(among(tenencias_red::autorizacion, autorizaciones))
        .execute(c))?;
    let rows = told.tenencias().into_iter().map(|one| NewTenencia {
        nif: one.nif,
        autorizacion: number(one.autorizacion),
        calidad: one.calidad.code(),
        desde: one.vigencia.desde.into(),
        hasta: one.vigencia.hasta.map(Micros::from),
        titular_desde: one.titular_desde.into(),
    });
    let rows = last_of_each(rows, |row| (row.nif, row.autorizacion, row.calidad, row.desde));
    insert_rows!(conn, tenencias_red::table, rows)
}
