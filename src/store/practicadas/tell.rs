//! Recording that notifications were practised elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use thiserror::Error;
use uuid::Uuid;

use crate::domain::notificacion::{
    Codigo, Efecto, Estado, Medio, NoPractica, Notificacion, Practica, Sentido, Situacion,
};

use super::number;
use crate::store::among::among;
use crate::store::backend::{Reader, Writer, on_each};
use crate::store::columns::{Id, Micros};
use crate::store::desk::Deed;
use crate::store::error::StoreError;
use crate::store::insert::insert_rows;
use crate::store::journal::practica::{self, Dicha, PRACTICADAS, PRACTISED_ELSEWHERE};
use crate::store::notificaciones as published;
use crate::store::schema::notificaciones;
use crate::store::schema::practicadas::{self, dsl};
use crate::store::stored::Stored;
use crate::store::to_the_microsecond;
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
    let mut known: HashSet<Practica> = told(conn, &Vec::from_iter(codigos), Which::All)?
        .into_iter()
        .collect();
    // As it is recorded: of finer instants the same again would be another one.
    let news = news.iter().map(|one| Practica {
        instante: to_the_microsecond(one.instante),
        ..one.clone()
    });
    let new: Vec<Practica> = news.filter(|one| known.insert(one.clone())).collect();
    record(conn, &new, peticion, now)
}

/// Records again, at `now`, what was told of these notifications and changed nothing since they had lapsed by then, and now does: a
/// lapse that is taken back takes nothing from a practice of before the end that the term has now. They must be held.
pub fn tell_again(
    conn: &mut Writer,
    codigos: &[Codigo],
    peticion: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Contada>, StoreError> {
    let mut kept = told(conn, codigos, Which::Ineffective)?;
    // The earliest of each is the one that counts.
    kept.sort_by_key(|one| (one.codigo, one.instante));
    kept.dedup_by_key(|one| one.codigo);
    let found = published::of_codes(conn, codigos)?;
    let ends: HashMap<Codigo, Option<DateTime<Utc>>> = found
        .iter()
        .map(|one| (one.codigo, one.practised_at(now)))
        .collect();
    let counts = |one: &Practica| {
        let stands = ends.get(&one.codigo).copied().flatten();
        stands.is_none_or(|stands| one.instante < stands)
    };
    kept.retain(counts);
    record(conn, &kept, peticion, now).map_err(|error| match error {
        NotTold::Store(error) => error,
        // It was told before.
        NotTold::Impossible(_) | NotTold::Unknown(_) => StoreError::Conflict,
    })
}

/// Records news in this order, each in a row of its own.
fn record(
    conn: &mut Writer,
    news: &[Practica],
    peticion: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Contada>, NotTold> {
    let codigos: BTreeSet<Codigo> = news.iter().map(|one| one.codigo).collect();
    let found = published::of_codes(conn, &Vec::from_iter(codigos))?;
    let mut standing: HashMap<Codigo, Notificacion> =
        found.into_iter().map(|one| (one.codigo, one)).collect();
    let (mut rows, mut counted, mut moved) = (Vec::new(), Vec::new(), BTreeMap::new());
    for one in news {
        let stands = standing.remove(&one.codigo).ok_or(NotTold::Unknown(one.codigo))?;
        let before = stands.estado_at(now);
        let decided = match stands.situacion {
            Situacion::Decidida { instante, .. } => Some(Micros::from(instante)),
            Situacion::Pendiente { .. } | Situacion::Caducada => None,
        };
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
            antes_estado: number(before),
            antes_instante: decided,
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

/// Which news is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    /// That which changed nothing when it came.
    Ineffective,
}

/// What was told of notifications before, in that order.
fn told(conn: &mut Reader, codigos: &[Codigo], which: Which) -> Result<Vec<Practica>, StoreError> {
    type Lies = (i32, Stored<Medio>, i16, Micros, Option<String>, bool);
    let rows: Vec<Lies> = on_each!(conn, |c| {
        practicadas::table
            .filter(among(dsl::codigo, codigos))
            .order(dsl::secuencia)
            .select((
                dsl::codigo,
                dsl::medio,
                dsl::estado,
                dsl::instante,
                dsl::referencia,
                dsl::rige,
            ))
            .load(c)
    })?;
    rows.into_iter()
        .filter(|(.., rige)| which == Which::All || !rige)
        .map(|(number, medio, estado, instante, referencia, _)| {
            let read = || {
                Some(Practica {
                    codigo: Codigo::new(number)?,
                    medio: medio.0?,
                    sentido: Sentido::of(Estado::from_number(estado.into())?)?,
                    instante: instante.instant()?,
                    referencia: referencia.clone(),
                })
            };
            read().ok_or_else(|| StoreError::corrupt("practicadas", &number))
        })
        .collect()
}

/// The row of the journal that tells what news did, by this request; none where there is none.
#[must_use]
pub fn deed(contadas: &[Contada], peticion: Uuid) -> Option<Deed> {
    let dichas: Vec<Dicha> = contadas.iter().map(|one| one.dicha).collect();
    (!dichas.is_empty()).then(|| {
        Deed::of(PRACTISED_ELSEWHERE)
            .under(peticion)
            .count(dichas.len())
            .with(PRACTICADAS, practica::detalle(&dichas))
    })
}
