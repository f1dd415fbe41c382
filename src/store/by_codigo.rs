//! Notifications by their code alone: the listings of cursors that are codes, and whose a notification is.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Notificacion};

use super::among::on_each_among;
use super::backend::{Reader, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::notificaciones::Standing;
use super::open::open;
use super::published;
use super::schema::notificaciones::{self, dsl};
use super::stored::Stored;

/// Which notifications to list.
#[derive(Debug, Clone, Copy)]
pub struct FromCodigo<'a> {
    /// The addressees among whose notifications they are looked for.
    pub poderdantes: &'a [Nif],
    /// From this code on, that one included.
    pub desde: i32,
    /// What is finished is listed only if published at this instant or later (D-16); what is open, whenever it was.
    pub published_from: Option<DateTime<Utc>>,
    /// The instant at which states are judged.
    pub at: DateTime<Utc>,
    /// How many at most.
    pub limit: usize,
}

/// The first notifications that pass the filter, by code, whoever's they are. More may follow exactly if there are as
/// many as the limit.
pub fn list(conn: &mut Reader, filter: &FromCodigo<'_>) -> Result<Vec<Notificacion>, StoreError> {
    let at = Micros::clamped(filter.at);
    let published_from = filter.published_from.map_or(Micros::FIRST, Micros::clamped);
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX);
    if filter.poderdantes.is_empty() {
        return Ok(Vec::new());
    }
    // One subject's are walked in the order of the index; several have to be merged.
    let standings = on_each_among!(conn, dsl::sujeto_nif, filter.poderdantes, |c, these| {
        notificaciones::table
            .filter(these)
            .filter(dsl::codigo.ge(filter.desde))
            .filter(
                dsl::puesta_a_disposicion
                    .ge(published_from)
                    .or(open().and(dsl::caduca.is_null().or(dsl::caduca.gt(at)).assume_not_null())),
            )
            .order(dsl::codigo)
            .limit(limit)
            .select(Standing::as_select())
            .load(c)
    })?;
    published::standing(conn, standings)
}

/// Whose notification it is, if there is one of that code. It must not be told to somebody who does not reach it (D-79).
pub fn sujeto_of(conn: &mut Reader, codigo: Codigo) -> Result<Option<Nif>, StoreError> {
    let found: Option<Stored<Nif>> = on_each!(conn, |c| {
        notificaciones::table
            .filter(dsl::codigo.eq(codigo))
            .select(dsl::sujeto_nif)
            .first(c)
            .optional()
    })?;
    found
        .map(|nif| {
            nif.0
                .ok_or_else(|| StoreError::corrupt("notificaciones", &codigo))
        })
        .transpose()
}
