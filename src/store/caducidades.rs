//! Taking back lapses that were written down: what an operator orders where the term was counted without an outage, or by a wrong
//! clock (D-11, D-100). What was taken back is only added to.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::computo::Computo;
use crate::domain::notificacion::{Codigo, Estado, Notificacion, Situacion};

use super::among::among;
use super::backend::{Reader, Writer, on_each};
use super::columns::{Id, Micros};
use super::error::StoreError;
use super::insert::insert_rows;
use super::journal::anulacion::Dicha;
use super::plazos;
use super::schema::{acuses_solicitados, caducidades_anuladas, notificaciones};
use super::stored::Stored;
use super::update::update;

/// A lapse as it was written down: the request of its row in the journal, and of which notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escrita {
    /// The request of the row.
    pub fila: Uuid,
    /// Codes of the notifications that had lapsed.
    pub codigos: Vec<Codigo>,
}

/// A lapse that can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anulable {
    /// Of which notification.
    pub codigo: Codigo,
    /// The first instant out of the term that it had.
    pub caducaba: DateTime<Utc>,
    /// The same, as terms are counted now; never before that.
    pub caduca: DateTime<Utc>,
    /// Whether somebody holds an acuse of it that has not come back (D-13).
    pub acuse_solicitado: bool,
}

/// What there is of lapses that were written down.
#[derive(Debug, Default)]
pub struct Pesadas {
    /// Those that can be taken back, by code.
    pub anulables: Vec<Anulable>,
    /// How many stay: their term ended, also as it is counted now.
    pub firmes: usize,
    /// How many stay since there is no calendar to tell their last day by.
    pub sin_calendario: usize,
}

/// Weighs lapses at an instant, by how terms are counted now. Those that were taken back, or after which the notification stands
/// otherwise, are no longer there to be taken back.
pub fn weigh(conn: &mut Reader, escrita: &Escrita, at: DateTime<Utc>) -> Result<Pesadas, StoreError> {
    type Row = (i32, Option<Micros>, Micros, bool);
    let computo = plazos::computo(conn)?;
    let taken_back = taken_back(conn, escrita)?;
    let lapsed = i16::from(Estado::Caducada.number());
    let rows: Vec<Row> = on_each!(conn, |c| {
        let acuse = acuses_solicitados::table
            .filter(acuses_solicitados::sujeto_nif.eq(notificaciones::sujeto_nif))
            .filter(acuses_solicitados::codigo.eq(notificaciones::codigo));
        notificaciones::table
            .filter(among(notificaciones::codigo, &escrita.codigos))
            .filter(notificaciones::estado.eq(lapsed))
            .order(notificaciones::codigo)
            .select((
                notificaciones::codigo,
                notificaciones::caduca,
                notificaciones::puesta_a_disposicion,
                exists(acuse),
            ))
            .load(c)
    })?;
    let mut pesadas = Pesadas::default();
    for (number, caduca, published, acuse_solicitado) in rows {
        if taken_back.contains(&number) {
            continue;
        }
        let read = || Some((Codigo::new(number)?, caduca?.instant()?, published.instant()?));
        let (codigo, caducaba, published) =
            read().ok_or_else(|| StoreError::corrupt("notificaciones", &number))?;
        pesadas.add(&computo, (codigo, caducaba), (published, at), acuse_solicitado);
    }
    Ok(pesadas)
}

/// The codes of those of a lapse that were taken back.
fn taken_back(conn: &mut Reader, escrita: &Escrita) -> Result<HashSet<i32>, StoreError> {
    let found: Vec<i32> = on_each!(conn, |c| {
        caducidades_anuladas::table
            .filter(among(caducidades_anuladas::codigo, &escrita.codigos))
            .filter(caducidades_anuladas::caducidad.eq(Id(escrita.fila)))
            .select(caducidades_anuladas::codigo)
            .load(c)
    })?;
    Ok(found.into_iter().collect())
}

impl Pesadas {
    fn add(
        &mut self,
        computo: &Computo,
        (codigo, caducaba): (Codigo, DateTime<Utc>),
        (published, at): (DateTime<Utc>, DateTime<Utc>),
        acuse_solicitado: bool,
    ) {
        let Ok(end) = computo.end(published) else {
            self.sin_calendario += 1;
            return;
        };
        // What somebody was told he had is not taken from him.
        let caduca = end.max(caducaba);
        if caduca == caducaba && caduca <= at {
            self.firmes += 1;
        } else {
            self.anulables.push(Anulable {
                codigo,
                caducaba,
                caduca,
                acuse_solicitado,
            });
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = caducidades_anuladas)]
struct New {
    codigo: Codigo,
    caducidad: Id,
    caduca: Micros,
    registrado: Micros,
    peticion: Id,
}

/// Takes lapses back that were written down by this row of the journal, as the journal says by this request: the notifications are
/// pending again, with the end that they have now. They must be held.
pub fn take_back(
    conn: &mut Writer,
    (fila, peticion): (Uuid, Uuid),
    anulables: &[Anulable],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut groups: BTreeMap<(DateTime<Utc>, Estado), Vec<Codigo>> = BTreeMap::new();
    for one in anulables {
        let estado = if one.acuse_solicitado {
            Estado::AcuseSolicitado
        } else {
            Estado::SinAcuse
        };
        groups.entry((one.caduca, estado)).or_default().push(one.codigo);
    }
    let lapsed = i16::from(Estado::Caducada.number());
    let mut moved = 0;
    for ((caduca, estado), codigos) in &groups {
        let changes = (
            notificaciones::estado.eq(i16::from(estado.number())),
            notificaciones::caduca.eq(Some(Micros::from(*caduca))),
        );
        let these = among(notificaciones::codigo, codigos).and(notificaciones::estado.eq(lapsed));
        moved += on_each!(conn, |c| update(&notificaciones::table, changes, these)
            .execute(c))?;
    }
    if moved != anulables.len() {
        return Err(StoreError::Conflict);
    }
    let rows = anulables.iter().map(|one| New {
        codigo: one.codigo,
        caducidad: Id(fila),
        caduca: one.caducaba.into(),
        registrado: at.into(),
        peticion: Id(peticion),
    });
    insert_rows!(conn, caducidades_anuladas::table, rows)
}

/// A lapse of a notification that was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anulada {
    /// The first instant out of the term that it had.
    pub caducaba: DateTime<Utc>,
    /// When it was taken back.
    pub anulada: DateTime<Utc>,
}

/// The lapses of a notification that were taken back, in that order.
pub fn of(conn: &mut Reader, codigo: Codigo) -> Result<Vec<Anulada>, StoreError> {
    let rows: Vec<(Micros, Micros)> = on_each!(conn, |c| {
        caducidades_anuladas::table
            .filter(caducidades_anuladas::codigo.eq(codigo))
            .order(caducidades_anuladas::registrado)
            .select((caducidades_anuladas::caduca, caducidades_anuladas::registrado))
            .load(c)
    })?;
    rows.into_iter()
        .map(|(caducaba, anulada)| {
            let read = || {
                Some(Anulada {
                    caducaba: caducaba.instant()?,
                    anulada: anulada.instant()?,
                })
            };
            read().ok_or_else(|| StoreError::corrupt("caducidades_anuladas", &codigo))
        })
        .collect()
}

/// A row as it lies.
#[derive(Queryable, Selectable)]
#[diesel(table_name = caducidades_anuladas)]
pub(super) struct Row {
    pub(super) codigo: i32,
    caducidad: Stored<Uuid>,
    peticion: Stored<Uuid>,
}

impl Row {
    /// What it says, as the journal would; nothing where it cannot be read.
    pub(super) fn dicha(&self) -> Option<Dicha> {
        Some(Dicha {
            codigo: self.codigo,
            caducidad: self.caducidad.0?,
            peticion: self.peticion.0?,
        })
    }
}

/// The first rows behind a code, in order, about `limit` of them: all of each code.
pub(super) fn page_after(conn: &mut Reader, codigo: i32, limit: i64) -> Result<Vec<Row>, StoreError> {
    let first: Vec<i32> = on_each!(conn, |c| {
        caducidades_anuladas::table
            .filter(caducidades_anuladas::codigo.gt(codigo))
            .order(caducidades_anuladas::codigo)
            .select(caducidades_anuladas::codigo)
            .limit(limit)
            .load(c)
    })?;
    let Some(&last) = first.last() else {
        return Ok(Vec::new());
    };
    on_each!(conn, |c| {
        caducidades_anuladas::table
            .filter(caducidades_anuladas::codigo.gt(codigo))
            .filter(caducidades_anuladas::codigo.le(last))
            .order(caducidades_anuladas::codigo)
            .select(Row::as_select())
            .load(c)
    })
}

/// The notification as it stood by what was known at an instant: a lapse that was taken back after that was one.
#[must_use]
pub fn as_known(notificacion: Notificacion, anuladas: &[Anulada], sabido: DateTime<Utc>) -> Notificacion {
    let Some(later) = anuladas.iter().find(|one| one.anulada > sabido) else {
        return notificacion;
    };
    Notificacion {
        caduca: Some(later.caducaba),
        situacion: Situacion::Pendiente {
            acuse_solicitado: false,
        },
        ..notificacion
    }
}
