//! Acuses: the one of each decided notification. Rows are never changed nor removed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::acuse::Acuse;
use crate::domain::cuenta::AutorizacionRed;
use crate::domain::firmante::Firmante;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Huella, Sentido};
use crate::domain::rol::Rol;

use super::among::among;
use super::backend::{Reader, Writer, on_each};
use super::columns::{Id, Micros};
use super::error::StoreError;
use super::insert::insert_rows;
use super::schema::acuses::{self, dsl};
use super::stored::{Stored, nullable};

#[derive(Queryable, Selectable)]
#[diesel(table_name = acuses)]
struct Row {
    codigo: i32,
    identificador: Stored<Uuid>,
    sujeto_nif: Stored<Nif>,
    sentido: Stored<Sentido>,
    instante: Micros,
    persona_nif: Option<Stored<Nif>>,
    persona_nombre: Option<Stored<String>>,
    entidad_nif: Option<Stored<Nif>>,
    entidad_denominacion: Option<Stored<String>>,
    rol: i16,
    autorizacion: Option<i32>,
    documento_huella: Stored<Huella>,
    evidencia_huella: Stored<Huella>,
    peticion: Stored<Uuid>,
    motivo: Option<Stored<String>>,
}

impl Row {
    fn read(self) -> Option<Acuse> {
        let firmante = firmante(
            (self.persona_nif, self.persona_nombre),
            (self.entidad_nif, self.entidad_denominacion),
        )?;
        let autorizacion = self
            .autorizacion
            .map(AutorizacionRed::try_from)
            .transpose()
            .ok()?;
        Some(Acuse {
            identificador: self.identificador.0?,
            codigo: Codigo::new(self.codigo)?,
            poderdante: self.sujeto_nif.0?,
            sentido: self.sentido.0?,
            instante: self.instante.instant()?,
            firmante,
            rol: Rol::from_number(self.rol.into())?,
            autorizacion,
            documento: self.documento_huella.0?,
            evidencia: self.evidencia_huella.0?,
            peticion: self.peticion.0?,
            motivo: nullable(self.motivo)?,
        })
    }
}

/// The columns of an identity: NIF and name.
pub(super) type Nombrado = (Option<Stored<Nif>>, Option<Stored<String>>);

/// Who signed, by the columns of the person and of the entity; nothing where they cannot be read.
pub(super) fn firmante(persona: Nombrado, entidad: Nombrado) -> Option<Firmante> {
    let persona = nullable(persona.0)?.zip(nullable(persona.1)?);
    let entidad = nullable(entidad.0)?.zip(nullable(entidad.1)?);
    Some(match (persona, entidad) {
        (Some((nif, nombre)), None) => Firmante::Persona { nif, nombre },
        (Some((nif, nombre)), Some((entidad, denominacion))) => Firmante::Representante {
            nif,
            nombre,
            entidad,
            denominacion,
        },
        (None, Some((entidad, denominacion))) => Firmante::Sello {
            entidad,
            denominacion,
        },
        (None, None) => return None,
    })
}

/// A row to be.
#[derive(Insertable)]
#[diesel(table_name = acuses, treat_none_as_default_value = false)]
pub(super) struct New<'a> {
    pub(super) codigo: Codigo,
    pub(super) identificador: Id,
    pub(super) sujeto_nif: Nif,
    pub(super) sentido: &'a str,
    pub(super) instante: Micros,
    pub(super) persona_nif: Option<Nif>,
    pub(super) persona_nombre: Option<&'a str>,
    pub(super) entidad_nif: Option<Nif>,
    pub(super) entidad_denominacion: Option<&'a str>,
    pub(super) rol: i16,
    pub(super) autorizacion: Option<i32>,
    pub(super) documento_huella: Huella,
    pub(super) evidencia_huella: Huella,
    pub(super) peticion: Id,
    pub(super) motivo: Option<&'a str>,
}

impl<'a> From<&'a Acuse> for New<'a> {
    fn from(acuse: &'a Acuse) -> Self {
        let (persona_nombre, entidad_denominacion) = match &acuse.firmante {
            Firmante::Persona { nombre, .. } => (Some(nombre.as_str()), None),
            Firmante::Representante {
                nombre, denominacion, ..
            } => (Some(nombre.as_str()), Some(denominacion.as_str())),
            Firmante::Sello { denominacion, .. } => (None, Some(denominacion.as_str())),
        };
        Self {
            codigo: acuse.codigo,
            identificador: Id(acuse.identificador),
            sujeto_nif: acuse.poderdante,
            sentido: acuse.sentido.code(),
            instante: acuse.instante.into(),
            persona_nif: acuse.firmante.persona(),
            persona_nombre,
            entidad_nif: acuse.firmante.entidad(),
            entidad_denominacion,
            rol: acuse.rol.number().into(),
            // Eight figures at most: it always fits.
            autorizacion: acuse.autorizacion.map(|red| red.number().cast_signed()),
            documento_huella: acuse.documento,
            evidencia_huella: acuse.evidencia,
            peticion: Id(acuse.peticion),
            motivo: acuse.motivo.as_deref(),
        }
    }
}

/// The acuses of those of `codigos` that are `poderdante`'s and decided, by code.
pub fn acuses_of(conn: &mut Reader, poderdante: Nif, codigos: &[Codigo]) -> Result<Vec<Acuse>, StoreError> {
    if codigos.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = on_each!(conn, |c| {
        acuses::table
            .filter(dsl::sujeto_nif.eq(poderdante))
            .filter(among(dsl::codigo, codigos))
            .order(dsl::codigo)
            .select(Row::as_select())
            .load(c)
    })?;
    rows.into_iter()
        .map(|row| {
            let codigo = row.codigo;
            row.read().ok_or_else(|| StoreError::corrupt("acuses", &codigo))
        })
        .collect()
}

/// The acuses of codes, whoever's they are, by code; nothing inside of a row that cannot be read. For audits.
pub(super) fn each(conn: &mut Reader, codigos: &[Codigo]) -> Result<Vec<(i32, Option<Acuse>)>, StoreError> {
    let rows: Vec<Row> = on_each!(conn, |c| {
        acuses::table
            .filter(among(dsl::codigo, codigos))
            .order(dsl::codigo)
            .select(Row::as_select())
            .load(c)
    })?;
    Ok(rows.into_iter().map(|row| (row.codigo, row.read())).collect())
}

/// The acuses of codes, whoever's they are, by code.
pub fn of_codes(conn: &mut Reader, codigos: &[Codigo]) -> Result<Vec<Acuse>, StoreError> {
    each(conn, codigos)?
        .into_iter()
        .map(|(codigo, acuse)| acuse.ok_or_else(|| StoreError::corrupt("acuses", &codigo)))
        .collect()
}

/// When each decided notification was decided.
pub fn instants(conn: &mut Reader) -> Result<Vec<(DateTime<Utc>, Codigo)>, StoreError> {
    let rows: Vec<(Micros, i32)> = on_each!(conn, |c| {
        acuses::table.select((dsl::instante, dsl::codigo)).load(c)
    })?;
    rows.into_iter()
        .map(|(instante, codigo)| {
            let read = instante.instant().zip(Codigo::new(codigo));
            read.ok_or_else(|| StoreError::corrupt("acuses", &codigo))
        })
        .collect()
}

/// The codes that have an acuse, behind one of them, in order: `limit` at most.
pub(super) fn codes_after(conn: &mut Reader, codigo: i32, limit: i64) -> Result<Vec<i32>, StoreError> {
    on_each!(conn, |c| {
        acuses::table
            .filter(dsl::codigo.gt(codigo))
            .order(dsl::codigo)
            .limit(limit)
            .select(dsl::codigo)
            .load(c)
    })
}

/// Keeps acuses. Only together with the decision of which they are: see
/// [`record_decisions`](super::decisions::record_decisions).
pub(super) fn insert(conn: &mut Writer, acuses: &[&Acuse]) -> Result<(), StoreError> {
    insert_rows!(conn, acuses::table, acuses.iter().copied().map(New::from))
}
