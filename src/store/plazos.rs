//! By what terms are counted, and counting those of what is pending anew when that changes (D-9 to D-11).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::domain::calendario::SinCalendario;
use crate::domain::computo::{Computo, Prorroga};
use crate::domain::notificacion::Codigo;

use super::among::among;
use super::backend::{Backend, Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::hold::hold_publication;
use super::open::open;
use super::schema::{notificaciones, plazos};
use super::stored::nullable_instant;
use super::update::update;
use super::{calendarios, incidencias};

/// How terms are counted now.
pub fn computo(conn: &mut Reader) -> Result<Computo, StoreError> {
    let prorroga = prorroga(conn)?;
    Ok(Computo::new(
        incidencias::in_force(conn)?,
        prorroga,
        calendarios::national(conn)?,
    ))
}

/// Whether terms go on to a working day.
pub fn prorroga(conn: &mut Reader) -> Result<Prorroga, StoreError> {
    let extended: bool = on_each!(conn, |c| plazos::table.select(plazos::prorroga).first(c))?;
    Ok(if extended {
        Prorroga::HastaHabil
    } else {
        Prorroga::No
    })
}

/// Says that from now on they do, or do not.
pub fn set_prorroga(conn: &mut Writer, prorroga: Prorroga) -> Result<(), StoreError> {
    let extended = plazos::prorroga.eq(prorroga == Prorroga::HastaHabil);
    on_each!(conn, |c| update(&plazos::table, extended, plazos::unica.eq(1))
        .execute(c))?;
    Ok(())
}

/// Terms that are to be counted anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pendiente {
    /// Of what was pending at this instant: what had lapsed by then stays so.
    pub cambiados: DateTime<Utc>,
    /// The last one that has been counted: the end that its term had, and its code.
    tras: Option<(Micros, i32)>,
}

/// What is to be counted anew, if anything.
pub fn pendiente(conn: &mut Reader) -> Result<Option<Pendiente>, StoreError> {
    let row: Row = on_each!(conn, |c| plazos::table.select(PENDING).first(c))?;
    read(row)
}

type Row = (Option<Micros>, Option<Micros>, Option<i32>);

const PENDING: (plazos::cambiados, plazos::tras_caduca, plazos::tras_codigo) =
    (plazos::cambiados, plazos::tras_caduca, plazos::tras_codigo);

fn read((cambiados, caduca, codigo): Row) -> Result<Option<Pendiente>, StoreError> {
    let cambiados = nullable_instant(cambiados).ok_or_else(|| StoreError::corrupt("plazos", &1))?;
    Ok(cambiados.map(|cambiados| Pendiente {
        cambiados,
        tras: caduca.zip(codigo),
    }))
}

/// Waits until nobody else counts terms anew, or has them counted otherwise; until the end of the transaction nobody else can.
pub fn hold(conn: &mut Writer) -> Result<Option<Pendiente>, StoreError> {
    let row = plazos::table.select(PENDING);
    let found: QueryResult<Row> = match conn.backend() {
        Backend::Sqlite(c) => row.first(c),
        Backend::Postgres(c) => row.for_update().first(c),
    };
    let found = conn.note(found)?;
    read(found)
}

/// Has all terms of what is pending counted anew, since they are counted otherwise from the instant on that it gives. `clock` is
/// asked for it when nothing is left to wait for: no lapse is written down, and nothing published, that does not know of it. To be
/// called before the change itself.
///
/// What an earlier change had to be counted anew, is not yet, and would have lapsed by now, is counted here by that one alone, and
/// what came of it is given too: it may be pending still, and otherwise this change does not revive it.
pub fn change<E: From<StoreError>>(
    conn: &mut Writer,
    clock: impl FnOnce(&mut Writer) -> Result<DateTime<Utc>, E>,
) -> Result<(DateTime<Utc>, Recontados), E> {
    hold_publication(conn)?;
    let before = hold(conn)?;
    let at = clock(conn)?;
    let counted = match before {
        Some(before) => count_ended(conn, before, at)?,
        None => Recontados::default(),
    };
    set(conn, Some(at), None)?;
    Ok((at, counted))
}

/// Counts anew those that are to be and whose term ended by `at`.
fn count_ended(conn: &mut Writer, pendiente: Pendiente, at: DateTime<Utc>) -> Result<Recontados, StoreError> {
    let (caduca, codigo) = pendiente.after();
    let mut ended: Vec<i32> = on_each!(conn, |c| {
        notificaciones::table
            .filter(open())
            .filter(behind(caduca, codigo))
            .filter(notificaciones::caduca.le(Micros::from(at)))
            .select(notificaciones::codigo)
            .load(c)
    })?;
    ended.sort_unstable();
    count(conn, &ended, at)
}

fn set(
    conn: &mut Writer,
    cambiados: Option<DateTime<Utc>>,
    tras: Option<(Micros, i32)>,
) -> Result<(), StoreError> {
    let (caduca, codigo) = tras.unzip();
    let changes = (
        plazos::cambiados.eq(cambiados.map(Micros::from)),
        plazos::tras_caduca.eq(caduca),
        plazos::tras_codigo.eq(codigo),
    );
    on_each!(conn, |c| update(&plazos::table, changes, plazos::unica.eq(1))
        .execute(c))?;
    Ok(())
}

/// How many terms are left to be counted anew, about.
pub fn left(conn: &mut Reader, pendiente: &Pendiente) -> Result<i64, StoreError> {
    let (caduca, codigo) = pendiente.after();
    on_each!(conn, |c| {
        notificaciones::table
            .filter(open())
            .filter(behind(caduca, codigo))
            .select(count_star())
            .first(c)
    })
}

/// That one comes behind this end and code, in that order.
#[diesel::dsl::auto_type(no_type_alias)]
fn behind(caduca: Micros, codigo: i32) -> _ {
    let later = notificaciones::caduca
        .gt(caduca)
        .or(notificaciones::codigo.gt(codigo));
    notificaciones::caduca.ge(caduca).and(later)
}

impl Pendiente {
    /// Behind which, in the order of ends and codes, the next ones come: a term that ended at that instant or before had lapsed.
    fn after(&self) -> (Micros, i32) {
        self.tras.unwrap_or((self.cambiados.into(), i32::MAX))
    }
}

/// What came of counting some terms anew.
#[derive(Debug, Default)]
pub struct Recontados {
    /// How many were counted.
    pub contados: usize,
    /// The codes of those that end otherwise now, by the first instant out of term.
    pub movidos: BTreeMap<DateTime<Utc>, Vec<Codigo>>,
    /// How many were left as they were, since there is no calendar to tell their last day by, and of which year the first lacks one.
    pub sin_calendario: Option<(usize, SinCalendario)>,
    /// Whether there are no more.
    pub terminado: bool,
}

impl Recontados {
    /// The codes of those that end otherwise now, by the first instant out of term, as the journal tells them.
    #[must_use]
    pub fn told(&self) -> Value {
        let each = self.movidos.iter().map(|(end, codigos)| {
            let codigos: Vec<i32> = codigos.iter().map(|codigo| codigo.number()).collect();
            json!({ "caduca": end.to_rfc3339(), "codigos": codigos })
        });
        each.collect()
    }
}

/// Counts at most `limit` terms anew, those that end first before the others; nothing where there are none to be counted.
///
/// Whatever is shortened by it has not lapsed by it: where the new end is past at `at`, the former stays.
pub fn recount(conn: &mut Writer, at: DateTime<Utc>, limit: usize) -> Result<Option<Recontados>, StoreError> {
    let Some(pendiente) = hold(conn)? else {
        return Ok(None);
    };
    let (caduca, codigo) = pendiente.after();
    let next: Vec<(i32, Option<Micros>)> = on_each!(conn, |c| {
        notificaciones::table
            .filter(open())
            .filter(behind(caduca, codigo))
            .order((notificaciones::caduca, notificaciones::codigo))
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .select((notificaciones::codigo, notificaciones::caduca))
            .load(c)
    })?;
    let terminado = next.len() < limit;
    let last = next
        .last()
        .and_then(|(codigo, caduca)| Some(((*caduca)?, *codigo)));
    let mut codigos: Vec<i32> = next.iter().map(|(codigo, _)| *codigo).collect();
    codigos.sort_unstable();
    let mut counted = count(conn, &codigos, at)?;
    counted.contados = next.len();
    counted.terminado = terminado;
    if terminado {
        set(conn, None, None)?;
    } else {
        set(conn, Some(pendiente.cambiados), last)?;
    }
    Ok(Some(counted))
}

/// Counts the terms of these, of those that are still open, by how terms are counted now. They are held until the end of the
/// transaction, in the order of their codes, as decisions hold them.
fn count(conn: &mut Writer, codigos: &[i32], at: DateTime<Utc>) -> Result<Recontados, StoreError> {
    let computo = computo(conn)?;
    macro_rules! these {
        () => {
            notificaciones::table
                .filter(among(notificaciones::codigo, codigos))
                .filter(open())
                .order(notificaciones::codigo)
                .select((
                    notificaciones::codigo,
                    notificaciones::caduca,
                    notificaciones::puesta_a_disposicion,
                ))
        };
    }
    let rows: QueryResult<Vec<(i32, Option<Micros>, Micros)>> = match conn.backend() {
        Backend::Sqlite(c) => these!().load(c),
        Backend::Postgres(c) => these!().for_update().load(c),
    };
    let mut counted = Recontados::default();
    for (number, caduca, published) in conn.note(rows)? {
        let corrupt = || StoreError::corrupt("notificaciones", &number);
        let codigo = Codigo::new(number).ok_or_else(corrupt)?;
        let published = published.instant().ok_or_else(corrupt)?;
        let Some(former) = nullable_instant(caduca).ok_or_else(corrupt)? else {
            continue;
        };
        match computo.end(published) {
            Ok(end) if end != former && (end > former || end > at) => {
                counted.movidos.entry(end).or_default().push(codigo);
            }
            Ok(_) => (),
            Err(missing) => counted.sin_calendario.get_or_insert((0, missing)).0 += 1,
        }
    }
    for (end, codigos) in &counted.movidos {
        move_end(conn, *end, codigos)?;
    }
    Ok(counted)
}

fn move_end(conn: &mut Writer, end: DateTime<Utc>, codigos: &[Codigo]) -> Result<(), StoreError> {
    let moved = notificaciones::caduca.eq(Some(Micros::from(end)));
    let these = among(notificaciones::codigo, codigos).and(open());
    on_each!(conn, |c| update(&notificaciones::table, moved, these).execute(c))?;
    Ok(())
}
