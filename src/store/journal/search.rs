//! Finding rows of the journal: those of a notification, a person, a request, an interval.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::detalle::{names, tells_of};
use super::row::{Contents, Link, Row, Text};
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Huella};
use crate::store::backend::{Reader, on_each};
use crate::store::columns::{Id, Micros};
use crate::store::error::StoreError;
use crate::store::schema::{acuses, auditoria, cadena};

/// Rows that are read at a time.
const PAGE: i64 = 1000;

/// Which rows: those of which all that is said holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// That tell of this notification.
    pub codigo: Option<Codigo>,
    /// That name this person, as who did it, whose notifications it was about, or in the particulars; and those of decisions on
    /// its notifications.
    pub nif: Option<Nif>,
    /// Of this request.
    pub peticion: Option<Uuid>,
    /// Of this operation.
    pub operacion: Option<&'static str>,
    /// Written at this instant or later.
    pub desde: Option<DateTime<Utc>>,
    /// Written before this instant.
    pub hasta: Option<DateTime<Utc>>,
    /// Behind this number.
    pub tras: i64,
}

/// A row as an auditor reads it. What a column cannot hold is nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Fila {
    /// Its number; one that was written a moment ago may have none yet.
    pub secuencia: Option<i64>,
    /// When it was written, in official time.
    pub instante: Option<DateTime<Utc>>,
    /// By which request, or command of an operator.
    pub peticion: Option<Uuid>,
    /// Name of the operation: of the message, or of the command.
    pub operacion: Option<String>,
    /// The natural person who signed.
    pub persona: Option<String>,
    /// The entity for which it was signed.
    pub entidad: Option<String>,
    /// Issuer of the certificate; `operador` of what operators do.
    pub emisor: Option<String>,
    /// Serial number of the certificate, or who operated.
    pub serie: Option<String>,
    /// Whose notifications it was about.
    pub poderdante: Option<String>,
    /// How it ended.
    pub resultado: Option<String>,
    /// What it says beside its columns.
    pub detalle: Option<Value>,
    /// SHA-256 of what was received, where it is kept.
    pub evidencia: Option<Huella>,
    /// Whether it bears the hash of what it says.
    pub intacta: bool,
}

/// Rows that were found, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Filas {
    /// The rows of the page.
    pub filas: Vec<Fila>,
    /// Behind which row to look for more, if there are more.
    pub siguiente: Option<i64>,
}

/// Behind what to look for rows.
#[derive(Debug, Clone, Copy)]
enum Behind {
    /// Behind this number.
    Number(i64),
    /// Behind this id, among those that have no number.
    Id(i64),
}

/// Finds the first `limit` rows; those that have no number yet come last.
pub fn search(conn: &mut Reader, search: &Search, limit: usize) -> Result<Filas, StoreError> {
    let mut filas: Vec<Fila> = Vec::new();
    let mut behind = Behind::Number(search.tras);
    loop {
        let page = candidates(conn, search, behind)?;
        let Some(last) = page.last() else {
            match behind {
                Behind::Number(_) => {
                    behind = Behind::Id(0);
                    continue;
                }
                Behind::Id(_) => {
                    let siguiente = None;
                    return Ok(Filas { filas, siguiente });
                }
            }
        };
        behind = match behind {
            // Each of these has one.
            Behind::Number(_) => Behind::Number(last.secuencia().unwrap_or(i64::MAX)),
            Behind::Id(_) => Behind::Id(last.id()),
        };
        let of_request = search.nif.map(|nif| decisions_of(conn, nif, &page)).transpose()?;
        for row in page {
            let decides = of_request.as_ref().is_some_and(|of| of.contains(&row.id()));
            let fila = Fila::from(row);
            if !fila.is_of(search, decides) {
                continue;
            }
            if filas.len() == limit {
                // What has no number is found behind the last one that has.
                let siguiente = filas.iter().rev().find_map(|fila| fila.secuencia);
                return Ok(Filas {
                    filas,
                    siguiente: siguiente.or(Some(search.tras)),
                });
            }
            filas.push(fila);
        }
    }
}

/// The rows behind another that may be of the search: all that are, and some that are not, since what particulars say is not
/// known to the database.
fn candidates(conn: &mut Reader, search: &Search, behind: Behind) -> Result<Vec<Row>, StoreError> {
    let codigo = search.codigo.map(|codigo| format!("%{}%", codigo.number()));
    let nif = search.nif.map(|nif| (nif, format!("%\"{}\"%", nif.as_str())));
    let since = search.desde.map(Micros::clamped);
    let until = search.hasta.map(Micros::clamped);
    let rows: Vec<(Contents, Option<Link>)> = on_each!(conn, |c| {
        let mut rows = auditoria::table.left_join(cadena::table).limit(PAGE).into_boxed();
        rows = match behind {
            Behind::Number(secuencia) => rows
                .filter(cadena::secuencia.gt(secuencia))
                .order(cadena::secuencia),
            Behind::Id(id) => rows
                .filter(cadena::secuencia.is_null())
                .filter(auditoria::id.gt(id))
                .order(auditoria::id),
        };
        if let Some(peticion) = search.peticion {
            rows = rows.filter(auditoria::peticion.eq(Id(peticion)));
        }
        if let Some(operacion) = search.operacion {
            rows = rows.filter(auditoria::operacion.eq(operacion));
        }
        if let Some(since) = since {
            rows = rows.filter(auditoria::instante.ge(since));
        }
        if let Some(until) = until {
            rows = rows.filter(auditoria::instante.lt(until));
        }
        if let Some(codigo) = &codigo {
            rows = rows.filter(auditoria::detalle.like(codigo));
        }
        if let Some((nif, named)) = &nif {
            let decided = acuses::table
                .filter(acuses::sujeto_nif.eq(*nif))
                .select(acuses::peticion);
            rows = rows.filter(
                auditoria::persona
                    .eq(*nif)
                    .or(auditoria::entidad.eq(*nif))
                    .or(auditoria::poderdante.eq(*nif))
                    .or(auditoria::detalle.like(named).nullable())
                    .or(auditoria::peticion.eq_any(decided).nullable()),
            );
        }
        rows.select((Contents::as_select(), Option::<Link>::as_select()))
            .load(c)
    })?;
    Ok(rows.into_iter().map(Row::from).collect())
}

/// The ids of rows of requests that decided notifications of somebody: of these rows, and others between them.
fn decisions_of(conn: &mut Reader, nif: Nif, page: &[Row]) -> Result<Vec<i64>, StoreError> {
    let ids = || page.iter().map(|row| row.id());
    let (Some(first), Some(last)) = (ids().min(), ids().max()) else {
        return Ok(Vec::new());
    };
    on_each!(conn, |c| {
        let decided = acuses::table
            .filter(acuses::sujeto_nif.eq(nif))
            .select(acuses::peticion);
        auditoria::table
            .filter(auditoria::id.between(first, last))
            .filter(auditoria::peticion.eq_any(decided))
            .select(auditoria::id)
            .load(c)
    })
}

impl Fila {
    fn is_of(&self, search: &Search, decides: bool) -> bool {
        let detalle = self.detalle.as_ref();
        let of_codigo = search
            .codigo
            .is_none_or(|codigo| detalle.is_some_and(|detalle| tells_of(detalle, codigo)));
        let of_nif = search.nif.is_none_or(|nif| {
            let columns = [&self.persona, &self.entidad, &self.poderdante];
            let named = columns
                .iter()
                .any(|column| column.as_deref() == Some(nif.as_str()));
            named || decides || detalle.is_some_and(|detalle| names(detalle, nif))
        });
        of_codigo && of_nif
    }
}

impl From<Row> for Fila {
    fn from(row: Row) -> Self {
        let (intacta, secuencia) = (row.is_intact(), row.secuencia());
        let nullable = |column: Option<Text>| column.and_then(|text| text.0);
        let Row { contents: row, .. } = row;
        Self {
            intacta,
            secuencia,
            instante: row.instante.instant(),
            peticion: row.peticion.0,
            operacion: row.operacion.0,
            persona: nullable(row.persona),
            entidad: nullable(row.entidad),
            emisor: row.emisor.0,
            serie: row.serie.0,
            poderdante: nullable(row.poderdante),
            resultado: row.resultado.0,
            detalle: row.detalle.0.and_then(|text| serde_json::from_str(&text).ok()),
            evidencia: row.evidencia.and_then(|stored| stored.0),
        }
    }
}
