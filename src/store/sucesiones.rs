//! Successors of addressees: each succession that a body told, and which were taken back. Only added to, each with when it was
//! recorded (D-20).

mod told;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use crate::domain::contradiccion::Contradiccion;
use crate::domain::materia::Entidad;
use crate::domain::nif::Nif;
use crate::domain::sucesion::{ClaseSucesion, Sucesion};
use crate::domain::vigencia::Intervalo;

use super::among::on_each_among;
use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::hold::hold_titles;
use super::listado::Pagina;
use super::schema::{sucesiones, sucesiones_anuladas};
use super::stored::{Stored, nullable_instant};
use super::to_the_microsecond;

pub use self::told::{SucesionDicha, tell};

/// Successions that are read at a time, where they are listed.
const STEP: i64 = 200;

/// Why something was told, for whoever reads it later, and when that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dicho {
    /// Why it was told, in the operator's words.
    pub motivo: String,
    /// The body's paper that says it.
    pub referencia: String,
    /// When it was recorded.
    pub registrado: DateTime<Utc>,
}

/// A succession as it was told, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declarada {
    /// Its number, by which an operator takes it back.
    pub numero: i64,
    /// Who succeeds whom, as it was told.
    pub sucesion: Sucesion,
    /// How that was told.
    pub dicho: Dicho,
    /// From which instant on it was taken back, and how that was told, if it was.
    pub anulada: Option<(DateTime<Utc>, Dicho)>,
}

impl Declarada {
    /// The succession, for as long as it has effect: from its beginning to its end, or to when it was taken back.
    #[must_use]
    pub fn vigente(&self) -> Sucesion {
        match self.anulada {
            Some((at, _)) => self.sucesion.until(at),
            None => self.sucesion,
        }
    }

    /// The same as it was known at an instant; nothing where it was not.
    fn known_at(mut self, sabido: DateTime<Utc>) -> Option<Self> {
        if self.dicho.registrado > sabido {
            return None;
        }
        self.anulada = self.anulada.filter(|(_, dicho)| dicho.registrado <= sabido);
        Some(self)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sucesiones)]
struct Row {
    secuencia: i64,
    antecesor_nif: Stored<Nif>,
    sucesor_nif: Stored<Nif>,
    clase: Stored<ClaseSucesion>,
    entidad: Stored<Entidad>,
    desde: Micros,
    hasta: Option<Micros>,
    motivo: Stored<String>,
    referencia: Stored<String>,
    registrado: Micros,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sucesiones_anuladas)]
struct AnuladaRow {
    desde: Micros,
    motivo: Stored<String>,
    referencia: Stored<String>,
    registrado: Micros,
}

type Told = (Row, Option<AnuladaRow>);

fn read((row, anulada): Told) -> Result<Declarada, StoreError> {
    let numero = row.secuencia;
    let read = || {
        let anulada = match anulada {
            None => None,
            Some(row) => {
                let dicho = dicho(row.motivo, row.referencia, row.registrado)?;
                Some((row.desde.instant()?, dicho))
            }
        };
        Some(Declarada {
            numero,
            sucesion: Sucesion {
                antecesor: row.antecesor_nif.0?,
                sucesor: row.sucesor_nif.0?,
                clase: row.clase.0?,
                entidad: row.entidad.0?,
                vigencia: Intervalo {
                    desde: row.desde.instant()?,
                    hasta: nullable_instant(row.hasta)?,
                },
            },
            dicho: dicho(row.motivo, row.referencia, row.registrado)?,
            anulada,
        })
    };
    read().ok_or_else(|| StoreError::corrupt("sucesiones", &numero))
}

fn dicho(motivo: Stored<String>, referencia: Stored<String>, registrado: Micros) -> Option<Dicho> {
    Some(Dicho {
        motivo: motivo.0?,
        referencia: referencia.0?,
        registrado: registrado.instant()?,
    })
}

/// Whom somebody succeeds or succeeded, and for how long each has effect, in the order in which they were told.
pub(super) fn of_sucesor(conn: &mut Reader, sucesor: Nif) -> Result<Vec<Sucesion>, StoreError> {
    let told = told_of_sucesor(conn, sucesor)?;
    Ok(told.iter().map(Declarada::vigente).collect())
}

/// The same of one antecesor, as it was known at an instant.
pub(super) fn known(
    conn: &mut Reader,
    sucesor: Nif,
    antecesor: Nif,
    sabido: DateTime<Utc>,
) -> Result<Vec<Sucesion>, StoreError> {
    let told = told_of_sucesor(conn, sucesor)?.into_iter();
    let known = told.filter_map(|one| one.known_at(sabido));
    Ok(known
        .filter(|one| one.sucesion.antecesor == antecesor)
        .map(|one| one.vigente())
        .collect())
}

fn told_of_sucesor(conn: &mut Reader, sucesor: Nif) -> Result<Vec<Declarada>, StoreError> {
    let rows: Vec<Told> = on_each!(conn, |c| {
        sucesiones::table
            .left_join(sucesiones_anuladas::table)
            .filter(sucesiones::sucesor_nif.eq(sucesor))
            .order(sucesiones::secuencia)
            .select((Row::as_select(), Option::<AnuladaRow>::as_select()))
            .load(c)
    })?;
    rows.into_iter().map(read).collect()
}

/// Everyone whom somebody succeeds or succeeded, in no order, perhaps repeated.
pub(super) fn antecesores_of(conn: &mut Reader, sucesor: Nif) -> Result<Vec<Stored<Nif>>, StoreError> {
    on_each!(conn, |c| {
        sucesiones::table
            .filter(sucesiones::sucesor_nif.eq(sucesor))
            .select(sucesiones::antecesor_nif)
            .load(c)
    })
}

// ---- Telling ----

/// Without what is finer than what is kept, so that what is told again is known as the same.
fn to_the_microsecond_each(sucesion: &Sucesion) -> Sucesion {
    let Intervalo { desde, hasta } = sucesion.vigencia;
    Sucesion {
        vigencia: Intervalo {
            desde: to_the_microsecond(desde),
            hasta: hasta.map(to_the_microsecond),
        },
        ..*sucesion
    }
}

/// Records a succession, and gives its number. What it cannot be beside what is on record is a contradiction.
pub fn declare(conn: &mut Writer, sucesion: &Sucesion, dicho: &Dicho) -> Result<i64, StoreError> {
    hold_titles(conn)?;
    let told = to_the_microsecond_each(sucesion);
    let standing = following(conn, [told.antecesor, told.sucesor])?;
    told.check(&standing, dicho.registrado)?;
    let row = (
        sucesiones::antecesor_nif.eq(told.antecesor),
        sucesiones::sucesor_nif.eq(told.sucesor),
        sucesiones::clase.eq(told.clase.code()),
        sucesiones::entidad.eq(told.entidad.code()),
        sucesiones::desde.eq(Micros::from(told.vigencia.desde)),
        sucesiones::hasta.eq(told.vigencia.hasta.map(Micros::from)),
        sucesiones::motivo.eq(&dicho.motivo),
        sucesiones::referencia.eq(&dicho.referencia),
        sucesiones::registrado.eq(Micros::from(dicho.registrado)),
    );
    on_each!(conn, |c| diesel::insert_into(sucesiones::table)
        .values(row)
        .execute(c))?;
    let last: Option<i64> = on_each!(conn, |c| sucesiones::table
        .select(max(sucesiones::secuencia))
        .first(c))?;
    last.ok_or_else(|| StoreError::corrupt("sucesiones", &0))
}

/// Those whose antecesor is one of these, or follows from one of these, for as long as each has effect.
fn following(conn: &mut Reader, from: [Nif; 2]) -> Result<Vec<Sucesion>, StoreError> {
    let mut seen = BTreeSet::from(from);
    let mut left = Vec::from(from);
    let mut found = Vec::new();
    while !left.is_empty() {
        let rows: Vec<Told> = on_each_among!(conn, sucesiones::antecesor_nif, &left[..], |c, these| {
            sucesiones::table
                .left_join(sucesiones_anuladas::table)
                .filter(these)
                .select((Row::as_select(), Option::<AnuladaRow>::as_select()))
                .load(c)
        })?;
        left.clear();
        for row in rows {
            let sucesion = read(row)?.vigente();
            if seen.insert(sucesion.sucesor) {
                left.push(sucesion.sucesor);
            }
            found.push(sucesion);
        }
    }
    Ok(found)
}

/// Takes a succession back from an instant on, which is within it, and gives it. It can be done once.
pub fn annul(
    conn: &mut Writer,
    numero: i64,
    desde: DateTime<Utc>,
    dicho: &Dicho,
) -> Result<Declarada, StoreError> {
    hold_titles(conn)?;
    let row: Option<Told> = on_each!(conn, |c| {
        sucesiones::table
            .left_join(sucesiones_anuladas::table)
            .filter(sucesiones::secuencia.eq(numero))
            .select((Row::as_select(), Option::<AnuladaRow>::as_select()))
            .first(c)
            .optional()
    })?;
    let declared = row
        .map(read)
        .transpose()?
        .ok_or(Contradiccion::SucesionDesconocida)?;
    if declared.anulada.is_some() {
        return Err(Contradiccion::SucesionAnulada.into());
    }
    let desde = to_the_microsecond(desde);
    declared.sucesion.check_annulment(desde, dicho.registrado)?;
    let row = (
        sucesiones_anuladas::sucesion.eq(numero),
        sucesiones_anuladas::desde.eq(Micros::from(desde)),
        sucesiones_anuladas::motivo.eq(&dicho.motivo),
        sucesiones_anuladas::referencia.eq(&dicho.referencia),
        sucesiones_anuladas::registrado.eq(Micros::from(dicho.registrado)),
    );
    on_each!(conn, |c| diesel::insert_into(sucesiones_anuladas::table)
        .values(row)
        .execute(c))?;
    Ok(declared)
}

// ---- Listing, for operators ----

/// Which successions are wanted: all that fulfil each condition that is there.
#[derive(Debug, Clone, Copy)]
pub struct SucesionesPedidas {
    /// Of which this one is the antecesor or the sucesor.
    pub nif: Option<Nif>,
    /// In which this one is succeeded.
    pub antecesor: Option<Nif>,
    /// That have effect at this instant.
    pub en: Option<DateTime<Utc>>,
}

/// Successions, by number.
pub fn list(
    conn: &mut Reader,
    pedidas: &SucesionesPedidas,
    pagina: (usize, usize),
) -> Result<Pagina<Declarada>, StoreError> {
    let mut page = Pagina::new(pagina);
    let mut last = 0;
    loop {
        let rows: Vec<Told> = on_each!(conn, |c| {
            let mut rows = sucesiones::table
                .left_join(sucesiones_anuladas::table)
                .filter(sucesiones::secuencia.gt(last))
                .order(sucesiones::secuencia)
                .limit(STEP)
                .select((Row::as_select(), Option::<AnuladaRow>::as_select()))
                .into_boxed();
            if let Some(nif) = pedidas.nif {
                let party = sucesiones::antecesor_nif
                    .eq(nif)
                    .or(sucesiones::sucesor_nif.eq(nif));
                rows = rows.filter(party);
            }
            if let Some(nif) = pedidas.antecesor {
                rows = rows.filter(sucesiones::antecesor_nif.eq(nif));
            }
            rows.load(c)
        })?;
        if rows.is_empty() {
            return Ok(page);
        }
        for row in rows {
            let one = read(row)?;
            last = one.numero;
            let wanted = pedidas.en.is_none_or(|en| one.vigente().vigencia.contains(en));
            if wanted && !page.take(one) {
                return Ok(page);
            }
        }
    }
}
