//! The service's own certificates: those with which it gave out acuses to be signed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use openssl::sha::sha256;

use crate::domain::notificacion::Huella;

use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::schema::certificados_servicio;

#[derive(Insertable)]
#[diesel(table_name = certificados_servicio)]
struct New<'a> {
    huella: Huella,
    certificado: &'a [u8],
    desde: Micros,
}

/// Keeps a certificate, in DER, and gives its SHA-256. One that is there already is left as it is.
pub fn keep(conn: &mut Writer, certificado: &[u8], at: DateTime<Utc>) -> Result<Huella, StoreError> {
    let huella = Huella(sha256(certificado));
    let row = New {
        huella,
        certificado,
        desde: at.into(),
    };
    on_each!(conn, |c| {
        diesel::insert_into(certificados_servicio::table)
            .values(&row)
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(huella)
}

/// All of them, in DER: as many as the service has had.
pub fn all(conn: &mut Reader) -> Result<Vec<Vec<u8>>, StoreError> {
    let all = on_each!(conn, |c| {
        certificados_servicio::table
            .order(certificados_servicio::desde)
            .select(certificados_servicio::certificado)
            .load(c)
    })?;
    Ok(all)
}
