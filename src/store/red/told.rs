//! What was told of the holders and users of authorisations, and who acts through them by it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::cuenta::AutorizacionRed;
use crate::domain::nif::Nif;
use crate::domain::red::{Tenencia, TitularRed, UsuarioRed, tenencias};
use crate::domain::vigencia::{Intervalo, escalones};

use super::number;
use crate::store::among::on_each_among;
use crate::store::backend::Reader;
use crate::store::columns::Micros;
use crate::store::error::StoreError;
use crate::store::schema::{titulares_red, usuarios_red};
use crate::store::stored::{Stored, nullable_instant};

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

/// What was told of the holders and users of authorisations.
#[derive(Default)]
pub(super) struct Told {
    pub(super) titulares: BTreeMap<AutorizacionRed, Vec<(DateTime<Utc>, Nif)>>,
    pub(super) usuarios: BTreeMap<AutorizacionRed, HashMap<(Nif, DateTime<Utc>), Intervalo>>,
}

impl Told {
    /// Who acts through each authorisation.
    pub(super) fn tenencias(&self) -> Vec<Tenencia> {
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
pub(super) fn of_autorizaciones(
    conn: &mut Reader,
    autorizaciones: &[i32],
    sabido: Micros,
) -> Result<Told, StoreError> {
    let mut told = Told::default();
    told.add_titulares(conn, autorizaciones, sabido)?;
    let rows: Vec<UsuarioRow> =
        on_each_among!(conn, usuarios_red::autorizacion, autorizaciones, |c, these| {
            usuarios_red::table
                .filter(these)
                .filter(usuarios_red::registrado.le(sabido))
                .order(usuarios_red::secuencia)
                .select(UsuarioRow::as_select())
                .load(c)
        })?;
    told.add_usuarios(rows)?;
    Ok(told)
}

/// All that was told of these users, and of the holders of these authorisations and of those whose users they are or were.
pub(super) fn of_usuarios(
    conn: &mut Reader,
    usuarios: &[Nif],
    autorizaciones: &[i32],
) -> Result<Told, StoreError> {
    let mut told = Told::default();
    let rows: Vec<UsuarioRow> = on_each_among!(conn, usuarios_red::usuario_nif, usuarios, |c, these| {
        usuarios_red::table
            .filter(these)
            .order(usuarios_red::secuencia)
            .select(UsuarioRow::as_select())
            .load(c)
    })?;
    told.add_usuarios(rows)?;
    let theirs = told.usuarios.keys().copied().map(number);
    let numbers: BTreeSet<i32> = theirs.chain(autorizaciones.iter().copied()).collect();
    told.add_titulares(conn, &Vec::from_iter(numbers), Micros::LAST)?;
    Ok(told)
}

impl Told {
    fn add_titulares(
        &mut self,
        conn: &mut Reader,
        autorizaciones: &[i32],
        sabido: Micros,
    ) -> Result<(), StoreError> {
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
            let (autorizacion, titular) =
                read().ok_or_else(|| StoreError::corrupt("titulares_red", &row.autorizacion))?;
            self.titulares.entry(autorizacion).or_default().push(titular);
        }
        Ok(())
    }

    fn add_usuarios(&mut self, rows: Vec<UsuarioRow>) -> Result<(), StoreError> {
        for row in rows {
            let read = || {
                let desde = row.desde.instant()?;
                let hasta = nullable_instant(row.hasta)?;
                let key = (row.usuario_nif.0?, desde);
                Some((row.autorizacion.try_into().ok()?, key, Intervalo { desde, hasta }))
            };
            let (autorizacion, key, vigencia) =
                read().ok_or_else(|| StoreError::corrupt("usuarios_red", &row.autorizacion))?;
            self.usuarios
                .entry(autorizacion)
                .or_default()
                .insert(key, vigencia);
        }
        Ok(())
    }
}
