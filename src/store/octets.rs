//! What is kept under its own hash: documents, and evidence as it was received (D-104, D-109).

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use openssl::sha::sha256;

use crate::domain::notificacion::Huella;

use super::backend::{Reader, Writer, on_each};
use super::cipher::rows::{encrypt_documento, of_documento};
use super::cipher::{Ciphers, Sealed};
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
#[diesel(table_name = documentos)]
struct Encrypted<'a> {
    huella: Huella,
    contenido: &'a [u8],
    clave: &'a str,
}

#[derive(Insertable)]
#[diesel(table_name = evidencias)]
pub(super) struct NewEvidencia<'a> {
    pub(super) huella: Huella,
    pub(super) octetos: &'a [u8],
    pub(super) recibida: Micros,
}

/// Evidence that is to be kept: octets as they were received.
#[derive(Debug, Clone, Copy)]
pub struct Evidencia<'a> {
    octetos: &'a [u8],
    huella: Huella,
    recibida: DateTime<Utc>,
}

impl<'a> Evidencia<'a> {
    /// What was received so at that instant.
    #[must_use]
    pub fn of(octetos: &'a [u8], recibida: DateTime<Utc>) -> Self {
        Self {
            octetos,
            huella: Huella(sha256(octetos)),
            recibida,
        }
    }

    /// The SHA-256 under which it is kept.
    #[must_use]
    pub fn huella(&self) -> Huella {
        self.huella
    }

    /// Keeps it, byte for byte. The same octets again change nothing.
    pub fn keep(&self, conn: &mut Writer) -> Result<(), StoreError> {
        let row = self.row();
        on_each!(conn, |c| {
            diesel::insert_into(evidencias::table)
                .values(&row)
                .on_conflict_do_nothing()
                .execute(c)
        })?;
        Ok(())
    }

    pub(super) fn row(&self) -> NewEvidencia<'a> {
        NewEvidencia {
            huella: self.huella,
            octetos: self.octetos,
            recibida: self.recibida.into(),
        }
    }
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

/// The document of a hash. One that lies encrypted, and of which there is no key, is [`StoreError::NoKey`].
pub fn documento(conn: &mut Reader, huella: Huella) -> Result<Option<Vec<u8>>, StoreError> {
    let found: Option<(Vec<u8>, Option<String>)> = on_each!(conn, |c| {
        documentos::table
            .filter(documentos::huella.eq(huella))
            .select((documentos::contenido, documentos::clave))
            .get_result(c)
            .optional()
    })?;
    let opened = found.map(|(octets, clave)| decrypted(&conn.ciphers(), &huella.0, octets, clave));
    verified("documentos", huella, opened.transpose()?)
}

/// Octets as they were published, whether or not they lie encrypted.
fn decrypted(
    ciphers: &Ciphers,
    huella: &[u8],
    octets: Vec<u8>,
    clave: Option<String>,
) -> Result<Vec<u8>, StoreError> {
    match clave {
        None => Ok(octets),
        Some(clave) => ciphers.open(&clave, of_documento(huella), &octets, || {
            StoreError::corrupt_documento(huella)
        }),
    }
}

/// Refuses octets that do not have the hash under which they are to be kept.
fn check_hashes(new: &[(Huella, &[u8])]) -> Result<(), StoreError> {
    if new
        .iter()
        .any(|(huella, contenido)| sha256(contenido) != huella.0)
    {
        return Err(StoreError::HashMismatch);
    }
    Ok(())
}

/// Keeps documents of acts of a special category: encrypted from the first octet that is written of them (D-57), or as they
/// come where there is no key and none need be.
pub fn insert_documentos_especiales(conn: &mut Writer, new: &[(Huella, &[u8])]) -> Result<(), StoreError> {
    check_hashes(new)?;
    let ciphers = conn.ciphers();
    for (huella, contenido) in new {
        let Some(Sealed { clave, octets }) = ciphers.seal(of_documento(&huella.0), contenido)? else {
            insert_documentos(conn, &[(*huella, contenido)])?;
            continue;
        };
        let row = Encrypted {
            huella: *huella,
            contenido: &octets,
            clave: &clave,
        };
        // An act of no special category may have had the same before: from now on it lies encrypted.
        let there = on_each!(conn, |c| {
            diesel::insert_into(documentos::table)
                .values(&row)
                .on_conflict_do_nothing()
                .execute(c)
        })?;
        if there == 0 {
            encrypt_documento(conn, &huella.0)?;
        }
    }
    Ok(())
}

/// Keeps documents under their SHA-256; those that are there already are left as they are.
pub fn insert_documentos(conn: &mut Writer, new: &[(Huella, &[u8])]) -> Result<(), StoreError> {
    check_hashes(new)?;
    let rows = new
        .iter()
        .map(|&(huella, contenido)| NewDocumento { huella, contenido });
    insert_rows!(conn, documentos::table, rows, |insert| insert
        .on_conflict_do_nothing())
}

/// Keeps evidence as it was received, byte for byte, and gives its SHA-256. The same octets again change nothing.
pub fn keep_evidencia(conn: &mut Writer, octetos: &[u8], at: DateTime<Utc>) -> Result<Huella, StoreError> {
    let evidencia = Evidencia::of(octetos, at);
    evidencia.keep(conn)?;
    Ok(evidencia.huella)
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
pub(super) struct Kept {
    pub(super) huella: Vec<u8>,
    /// Nothing where they lie encrypted, and there is no key to open them.
    pub(super) octets: Option<Vec<u8>>,
}

/// A page of what is kept.
pub(super) type Page = Result<Vec<Kept>, StoreError>;

/// Documents behind a hash, in the order of hashes: `limit` at most. For audits.
pub(super) fn documentos_after(conn: &mut Reader, huella: &[u8], limit: i64) -> Page {
    let rows: Vec<(Vec<u8>, Vec<u8>, Option<String>)> = on_each!(conn, |c| {
        documentos::table
            .filter(documentos::huella.gt(huella))
            .order(documentos::huella)
            .limit(limit)
            .select((documentos::huella, documentos::contenido, documentos::clave))
            .load(c)
    })?;
    let ciphers = conn.ciphers();
    rows.into_iter()
        .map(|(huella, octets, clave)| {
            let octets = match decrypted(&ciphers, &huella, octets, clave) {
                Ok(octets) => Some(octets),
                Err(StoreError::NoKey { .. }) => None,
                // What opens nowhere has no hash at all.
                Err(StoreError::Corrupt { .. }) => Some(Vec::new()),
                Err(error) => return Err(error),
            };
            Ok(Kept { huella, octets })
        })
        .collect()
}

/// Evidence behind a hash, in the order of hashes: `limit` at most. For audits.
pub(super) fn evidencias_after(conn: &mut Reader, huella: &[u8], limit: i64) -> Page {
    let rows: Vec<(Vec<u8>, Vec<u8>)> = on_each!(conn, |c| {
        evidencias::table
            .filter(evidencias::huella.gt(huella))
            .order(evidencias::huella)
            .limit(limit)
            .select((evidencias::huella, evidencias::octetos))
            .load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|(huella, octets)| Kept {
            huella,
            octets: Some(octets),
        })
        .collect())
}
