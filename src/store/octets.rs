//! What is kept under its own hash: documents, and evidence as it was received (D-104, D-109).

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use openssl::sha::sha256;

use crate::domain::notificacion::Huella;

use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::insert::insert_rows;
use super::schema::{documentos, evidencias};

#[derive(Insertable)]
#[diesel(table_name = documentos)]
struct NewDocumento<'a> {
    huella: Huella,
    contenido: &'a [u8],
}

#[derive(Insertable)]
#[diesel(table_name = evidencias)]
struct NewEvidencia<'a> {
    huella: Huella,
    octetos: &'a [u8],
    recibida: Micros,
}

/// Octets read under a hash, if they still have it: disks decay, and a wrong document must never be served.
fn verified(
    table: &'static str,
    huella: Huella,
    octets: Option<Vec<u8>>,
) -> Result<Option<Vec<u8>>, StoreError> {
    match octets {
        Some(octets) if sha256(&octets) != huella.0 => Err(StoreError::corrupt(table, &huella)),
        octets => Ok(octets),
    }
}

/// The document of a hash.
pub fn documento(conn: &mut Reader, huella: Huella) -> Result<Option<Vec<u8>>, StoreError> {
    let found = on_each!(conn, |c| {
        documentos::table
            .filter(documentos::huella.eq(huella))
            .select(documentos::contenido)
            .get_result(c)
            .optional()
    })?;
    verified("documentos", huella, found)
}

/// Keeps documents under their SHA-256; those that are there already are left as they are.
pub fn insert_documentos(conn: &mut Writer, new: &[(Huella, &[u8])]) -> Result<(), StoreError> {
    if new
        .iter()
        .any(|(huella, contenido)| sha256(contenido) != huella.0)
    {
        return Err(StoreError::HashMismatch);
    }
    let rows = new
        .iter()
        .map(|&(huella, contenido)| NewDocumento { huella, contenido });
    insert_rows!(conn, documentos::table, rows, |insert| insert
        .on_conflict_do_nothing())
}

/// Keeps evidence as it was received, byte for byte, and gives its SHA-256. The same octets again change nothing.
pub fn keep_evidencia(conn: &mut Writer, octetos: &[u8], at: DateTime<Utc>) -> Result<Huella, StoreError> {
    let huella = Huella(sha256(octetos));
    let row = NewEvidencia {
        huella,
        octetos,
        recibida: at.into(),
    };
    on_each!(conn, |c| {
        diesel::insert_into(evidencias::table)
            .values(&row)
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(huella)
}

/// The evidence of a hash.
pub fn evidencia(conn: &mut Reader, huella: Huella) -> Result<Option<Vec<u8>>, StoreError> {
    let found = on_each!(conn, |c| {
        evidencias::table
            .filter(evidencias::huella.eq(huella))
            .select(evidencias::octetos)
            .get_result(c)
            .optional()
    })?;
    verified("evidencias", huella, found)
}

/// Octets, and the hash as it lies under which they are kept, whether or not they have it.
#[derive(Queryable)]
pub(super) struct Kept {
    pub(super) huella: Vec<u8>,
    pub(super) octets: Vec<u8>,
}

/// A page of what is kept.
pub(super) type Page = Result<Vec<Kept>, StoreError>;

/// Documents behind a hash, in the order of hashes: `limit` at most. For audits.
pub(super) fn documentos_after(conn: &mut Reader, huella: &[u8], limit: i64) -> Page {
    on_each!(conn, |c| {
        documentos::table
            .filter(documentos::huella.gt(huella))
            .order(documentos::huella)
            .limit(limit)
            .load(c)
    })
}

/// Evidence behind a hash, in the order of hashes: `limit` at most. For audits.
pub(super) fn evidencias_after(conn: &mut Reader, huella: &[u8], limit: i64) -> Page {
    on_each!(conn, |c| {
        evidencias::table
            .filter(evidencias::huella.gt(huella))
            .order(evidencias::huella)
            .limit(limit)
            .select((evidencias::huella, evidencias::octetos))
            .load(c)
    })
}
