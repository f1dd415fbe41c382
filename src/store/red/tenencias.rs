//! Who acts through authorisations: holders and users as they were told, and the stretches that follow from it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::cuenta::AutorizacionRed;
use crate::domain::nif::Nif;
use crate::domain::red::{Calidad, Tenencia, UsuarioRed};
use crate::domain::vigencia::{Intervalo, escalones, takes_effect};

use super::{number, told};
use crate::store::among::among;
use crate::store::backend::{Reader, Writer, on_each};
use crate::store::columns::Micros;
use crate::store::error::StoreError;
use crate::store::hold::hold_titles;
use crate::store::insert::insert_rows;
use crate::store::schema::{autorizaciones_red, tenencias_red, titulares_red, usuarios_red};
use crate::store::stored::{Stored, nullable_instant};
use crate::store::to_the_microsecond;
use crate::store::upsert::{columns, upsert};

/// That somebody holds an authorisation: from an instant on, or from none that is told. Then it holds always if it is the
/// first that is told of the authorisation, and from its record on if it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TitularDicho {
    /// The authorisation through which somebody acts.
    pub autorizacion: AutorizacionRed,
    /// Who holds it.
    pub titular: Nif,
    /// The first instant at which he does; nothing where it is not on record.
    pub desde: Option<DateTime<Utc>>,
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

/// Who acted through each of these authorisations, as it was known at an instant.
pub(crate) fn known(
    conn: &mut Reader,
    autorizaciones: &[AutorizacionRed],
    sabido: DateTime<Utc>,
) -> Result<Vec<Tenencia>, StoreError> {
    let numbers: Vec<i32> = autorizaciones.iter().copied().map(number).collect();
    Ok(told::of_autorizaciones(conn, &numbers, Micros::clamped(sabido))?.tenencias())
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
    let mut known = told::of_autorizaciones(conn, &numbers, Micros::LAST)?;
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
    let changed: BTreeSet<AutorizacionRed> = new.iter().map(|(autorizacion, ..)| *autorizacion).collect();
    known
        .titulares
        .retain(|autorizacion, _| changed.contains(autorizacion));
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
    let numbers: Vec<i32> = changed.into_iter().map(number).collect();
    on_each!(conn, |c| diesel::delete(tenencias_red::table)
        .filter(among(tenencias_red::autorizacion, &numbers))
        .execute(c))?;
    insert_tenencias(conn, known.tenencias().into_iter())
}

/// Records users, whose authorisations must be on record; one that is, with the same beginning, gets the end that is told
/// now.
pub fn tell_usuarios(
    conn: &mut Writer,
    usuarios: &[UsuarioRed],
    registrado: DateTime<Utc>,
) -> Result<(), StoreError> {
    hold_titles(conn)?;
    let nifs: BTreeSet<Nif> = usuarios.iter().map(|one| one.usuario).collect();
    let numbers: BTreeSet<i32> = usuarios.iter().map(|one| number(one.autorizacion)).collect();
    // What was told of others stays as it is, however many users an authorisation has.
    let mut known = told::of_usuarios(conn, &Vec::from_iter(nifs), &Vec::from_iter(numbers))?;
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
    let changed: BTreeSet<Nif> = new.iter().map(|row| row.usuario_nif).collect();
    insert_rows!(conn, usuarios_red::table, new.into_iter())?;
    let nifs: Vec<Nif> = changed.iter().copied().collect();
    on_each!(conn, |c| diesel::delete(tenencias_red::table)
        .filter(among(tenencias_red::nif, &nifs))
        .filter(tenencias_red::calidad.eq(Calidad::Usuario.code()))
        .execute(c))?;
    let made = known.tenencias().into_iter();
    let theirs = made.filter(|one| one.calidad == Calidad::Usuario && changed.contains(&one.nif));
    insert_tenencias(conn, theirs)
}

fn insert_tenencias(conn: &mut Writer, tenencias: impl Iterator<Item = Tenencia>) -> Result<(), StoreError> {
    let rows = tenencias.map(|one| NewTenencia {
        nif: one.nif,
        autorizacion: number(one.autorizacion),
        calidad: one.calidad.code(),
        desde: one.vigencia.desde.into(),
        hasta: one.vigencia.hasta.map(Micros::from),
        titular_desde: one.titular_desde.into(),
    });
    insert_rows!(conn, tenencias_red::table, rows)
}
