//! The rows of the allowed-certificate list. What they mean is the trust floor's business.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::backend::{Backend, Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::schema::certificados_admitidos::{self, dsl};
use super::schema::generaciones;
use super::stored::{Stored, nullable, nullable_instant};

/// An issuer of certificates that is, was or will be admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmittedRow {
    /// Number by which operators name the row.
    pub id: i32,
    /// What it admits.
    pub admitted: Admitted,
}

/// What a row of the list admits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// Name, for operators.
    pub nombre: String,
    /// Certificate of the CA, DER.
    pub certificado: Vec<u8>,
    /// The first instant at which its certificates are taken.
    pub desde: DateTime<Utc>,
    /// First instant at which it no longer is, if there is an end.
    pub hasta: Option<DateTime<Utc>>,
    /// Policy OIDs for which it is admitted, in dotted form.
    pub politicas: Vec<String>,
    /// Where revocation status comes from, in the words of the trust floor.
    pub revocacion: String,
    /// Path of its CRL, where it comes from one.
    pub crl: Option<String>,
    /// Whether seals of entities are admitted (LPAC art. 9.2.b).
    pub sellos: bool,
    /// How many bits the RSA keys that it certifies must have, in the words of the trust floor; nothing for what the
    /// settings say.
    pub rsa_minimo: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = certificados_admitidos)]
struct Row {
    id: i32,
    nombre: Stored<String>,
    certificado: Vec<u8>,
    desde: Micros,
    hasta: Option<Micros>,
    politicas: Stored<String>,
    revocacion: Stored<String>,
    crl: Option<Stored<String>>,
    sellos: bool,
    rsa_minimo: Option<Stored<String>>,
}

impl Row {
    fn read(self) -> Option<AdmittedRow> {
        Some(AdmittedRow {
            id: self.id,
            admitted: Admitted {
                nombre: self.nombre.0?,
                certificado: self.certificado,
                desde: self.desde.instant()?,
                hasta: nullable_instant(self.hasta)?,
                politicas: self
                    .politicas
                    .0?
                    .split_terminator(' ')
                    .map(ToOwned::to_owned)
                    .collect(),
                revocacion: self.revocacion.0?,
                crl: nullable(self.crl)?,
                sellos: self.sellos,
                rsa_minimo: nullable(self.rsa_minimo)?,
            },
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = certificados_admitidos, treat_none_as_default_value = false)]
struct New<'a> {
    nombre: &'a str,
    certificado: &'a [u8],
    desde: Micros,
    hasta: Option<Micros>,
    politicas: String,
    revocacion: &'a str,
    crl: Option<&'a str>,
    sellos: bool,
    rsa_minimo: Option<&'a str>,
}

/// The whole list, by id.
pub fn list(conn: &mut Reader) -> Result<Vec<AdmittedRow>, StoreError> {
    let rows: Vec<Row> = on_each!(conn, |c| {
        certificados_admitidos::table
            .order(dsl::id)
            .select(Row::as_select())
            .load(c)
    })?;
    rows.into_iter()
        .map(|row| {
            let id = row.id;
            row.read()
                .ok_or_else(|| StoreError::corrupt("certificados_admitidos", &id))
        })
        .collect()
}

/// Admits an issuer; gives the id of its row.
pub fn insert(conn: &mut Writer, new: &Admitted) -> Result<i32, StoreError> {
    let row = New {
        nombre: &new.nombre,
        certificado: &new.certificado,
        desde: new.desde.into(),
        hasta: new.hasta.map(Micros::from),
        politicas: new.politicas.join(" "),
        revocacion: &new.revocacion,
        crl: new.crl.as_deref(),
        sellos: new.sellos,
        rsa_minimo: new.rsa_minimo.as_deref(),
    };
    let insert = diesel::insert_into(certificados_admitidos::table).values(&row);
    let id = match conn.backend() {
        // Nobody else writes meanwhile, and ids only grow.
        Backend::Sqlite(c) => insert.execute(c).and_then(|_| {
            certificados_admitidos::table
                .select(dsl::id)
                .order(dsl::id.desc())
                .first(c)
        }),
        Backend::Postgres(c) => insert.returning(dsl::id).get_result(c),
    };
    conn.note(id)
}

/// Ends an admission at an instant, unless it ends before: whoever was retired is not admitted again by a later end.
/// Gives when it ends, if there is such a row.
pub fn retire(conn: &mut Writer, id: i32, hasta: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
    let hasta = Micros::from(hasta);
    on_each!(conn, |c| {
        diesel::update(certificados_admitidos::table.find(id))
            .filter(dsl::hasta.is_null().or(dsl::hasta.gt(hasta)))
            .set(dsl::hasta.eq(hasta))
            .execute(c)
    })?;
    let ends: Option<Option<Micros>> = on_each!(conn, |c| {
        certificados_admitidos::table
            .find(id)
            .select(dsl::hasta)
            .first(c)
            .optional()
    })?;
    nullable_instant(ends.flatten()).ok_or_else(|| StoreError::corrupt("certificados_admitidos", &id))
}

/// A number that grows with each change to the list, so that what was read of it can be kept until it does.
pub fn generation(conn: &mut Reader) -> Result<i64, StoreError> {
    on_each!(conn, |c| {
        generaciones::table
            .find("certificados_admitidos")
            .select(generaciones::valor)
            .get_result(c)
    })
}
