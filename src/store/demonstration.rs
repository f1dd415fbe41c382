//! Whether a demonstration made the database: what it holds is invented, and must not be mixed with what is not.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::migration::has_table;
use super::schema::{certificados_admitidos, demostracion, origen_certificados_admitidos};

/// The organisation that demonstrations write into the certificates that they make.
pub const ORGANISATION: &str = "NOTESS DEMOSTRACION";

/// When a demonstration made the database; nothing if none did. It may be asked of one that lacks migrations.
pub fn prepared(conn: &mut Reader) -> Result<Option<DateTime<Utc>>, StoreError> {
    if !has_table(conn, "demostracion")? {
        return Ok(None);
    }
    let row: Option<Micros> = on_each!(conn, |c| {
        demostracion::table
            .select(demostracion::preparada)
            .first(c)
            .optional()
    })?;
    Ok(row.and_then(Micros::instant))
}

/// Says that a demonstration made it.
pub fn mark(conn: &mut Writer, at: DateTime<Utc>) -> Result<(), StoreError> {
    let row = (
        demostracion::unica.eq(1),
        demostracion::preparada.eq(Micros::from(at)),
    );
    on_each!(conn, |c| diesel::insert_into(demostracion::table)
        .values(row)
        .execute(c))?;
    Ok(())
}

/// Has the revocation list of an issuer looked for at this path, to which its folder was copied or moved; gives whether it was
/// looked for elsewhere. So it is too in what the world is put back to.
pub fn look_for_crl_at(conn: &mut Writer, nombre: &str, crl: &str) -> Result<bool, StoreError> {
    use certificados_admitidos::dsl;
    let elsewhere = || dsl::nombre.eq(nombre).and(dsl::crl.ne(crl));
    let found: i64 = on_each!(conn, |c| certificados_admitidos::table
        .filter(elsewhere())
        .count()
        .get_result(c))?;
    if has_table(conn, "origen_certificados_admitidos")? {
        use origen_certificados_admitidos::dsl;
        on_each!(conn, |c| {
            diesel::update(origen_certificados_admitidos::table.filter(dsl::nombre.eq(nombre)))
                .set(dsl::crl.eq(crl))
                .execute(c)
        })?;
    }
    // Whoever changes nothing has nobody read the list anew.
    if found > 0 {
        on_each!(conn, |c| {
            diesel::update(certificados_admitidos::table.filter(elsewhere()))
                .set(dsl::crl.eq(crl))
                .execute(c)
        })?;
    }
    Ok(found > 0)
}
