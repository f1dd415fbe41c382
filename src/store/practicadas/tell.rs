//! Recording that notifications were practised elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use thiserror::Error;
use uuid::Uuid;

use crate::domain::notificacion::{Codigo, Efecto, Medio, NoPractica, Notificacion, Practica, Sentido};

use super::{decided, number};
use crate::store::among::among;
use crate::store::backend::{Reader, Writer, on_each};
use crate::store::columns::{Id, Micros};
use crate::store::error::StoreError;
use crate::store::insert::insert_rows;
use crate::store::journal::practica::Dicha;
use crate::store::notificaciones as published;
use crate::store::schema::notificaciones;
use crate::store::schema::practicadas::{self, dsl};
use crate::store::stored::Stored;
use crate::store::update::update;

#[derive(Insertable)]
#[diesel(table_name = practicadas, treat_none_as_default_value = false)]
struct New<'a> {
    codigo: Codigo,
    medio: &'a str,
    estado: i16,
    instante: Micros,
    referencia: Option<&'a str>,
    rige: bool,
    antes_estado: i16,
    antes_instante: Option<Micros>,
    registrado: Micros,
    peticion: Id,
}

/// Why news is not recorded.
#[derive(Debug, Error)]
pub enum NotTold {
    /// It cannot be.
    #[error(transparent)]
    Impossible(#[from] NoPractica),
    /// There is no notification of this code.
    #[error("there is no notification {0}")]
    Unknown(Codigo),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of a piece of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contada {
    /// What it says, as the journal is to tell it.
    pub dicha: Dicha,
    /// What it did.
    pub efecto: Efecto,
}

/// Records news that comes at `now`, in this order; the journal says so by this request. What was told before word for word is told
/// once. The notifications must be held ([`hold_rows`](crate::store::hold::hold_rows)).
pub fn tell(
    conn: &mut Writer,
    news: &[Practica],
    peticion: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Contada>, NotTold> {
    let codigos: BTreeSet<Codigo> = news.iter().map(|one| one.codigo).collect();
    let codigos = Vec::from_iter(codigos);
    let mut known = told(conn, &codigos)?;
    let found = published::each(conn, &codigos)?;
    let mut standing: HashMap<Codigo, Notificacion> =
        found.into_iter().map(|one| (one.codigo, one)).collect();
    let (mut rows, mut counted, mut moved) = (Vec::new(), Vec::new(), BTreeMap::new());
    for one in news {
        if !known.insert(Told::from(one)) {
            continue;
        }
        let stands = standing.remove(&one.codigo).ok_or(NotTold::Unknown(one.codigo))?;
        let before = (stands.estado_at(now), decided(stands.situacion).1);
        let (after, efecto) = stands.practised_elsewhere((one.sentido, one.instante), now)?;
        let dicha = Dicha {
            codigo: one.codigo.number(),
            estado: number(one.sentido.estado()),
            instante: Micros::from(one.instante).number(),
            medio: one.medio,
            rige: efecto != Efecto::Ninguno,
        };
        if dicha.rige {
            moved.insert(one.codigo, (one.sentido, one.instante));
        }
        rows.push(New {
            codigo: one.codigo,
            medio: one.medio.code(),
            estado: dicha.estado,
            instante: one.instante.into(),
            referencia: one.referencia.as_deref(),
            rige: dicha.rige,
            antes_estado: number(before.0),
            antes_instante: before.1,
            registrado: now.into(),
            peticion: Id(peticion),
        });
        counted.push(Contada { dicha, efecto });
        standing.insert(one.codigo, after);
    }
    insert_rows!(conn, practicadas::table, rows.into_iter())?;
    practise(conn, moved)?;
    Ok(counted)
}

/// Has notifications practised so; they are held.
fn practise(conn: &mut Writer, moved: BTreeMap<Codigo, (Sentido, DateTime<Utc>)>) -> Result<(), StoreError> {
    let mut groups: BTreeMap<(Sentido, DateTime<Utc>), Vec<Codigo>> = BTreeMap::new();
    for (codigo, practica) in moved {
        groups.entry(practica).or_default().push(codigo);
    }
    for ((sentido, instante), codigos) in groups {
        let changes = (
            notificaciones::estado.eq(number(sentido.estado())),
            notificaciones::decidida.eq(Some(Micros::from(instante))),
        );
        let these = among(notificaciones::codigo, &codigos);
        on_each!(conn, |c| update(&notificaciones::table, changes, these)
            .execute(c))?;
    }
    Ok(())
}

/// Whatever tells news from other news.
#[derive(PartialEq, Eq, Hash)]
struct Told(i32, &'static str, i16, i64, Option<String>);

impl From<&Practica> for Told {
    fn from(one: &Practica) -> Self {
        Self(
            one.codigo.number(),
            one.medio.code(),
            number(one.sentido.estado()),
            Micros::from(one.instante).number(),
            one.referencia.clone(),
        )
    }
}

/// What was told of notifications before.
fn told(conn: &mut Reader, codigos: &[Codigo]) -> Result<HashSet<Told>, StoreError> {
    type Lies = (i32, Stored<Medio>, i16, Micros, Option<String>);
    let rows: Vec<Lies> = on_each!(conn, |c| {
        practicadas::table
            .filter(among(dsl::codigo, codigos))
            .select((
                dsl::codigo,
                dsl::medio,
                dsl::estado,
                dsl::instante,
                dsl::referencia,
            ))
            .load(c)
    })?;
    rows.into_iter()
        .map(|(codigo, medio, estado, instante, referencia)| {
            let medio = medio
                .0
                .ok_or_else(|| StoreError::corrupt("practicadas", &codigo))?;
            Ok(Told(codigo, medio.code(), estado, instante.number(), referencia))
        })
        .collect()
}
