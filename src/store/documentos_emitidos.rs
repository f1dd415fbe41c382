//! Documents that were issued: made once, and kept with the code by which anybody can have them verified (E-50). Rows are only
//! added, each told by a row of the journal and with a leaf of its own.

use std::hint::black_box;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{max, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use openssl::sha::sha256;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::cea::{Cea, CeaCodigo, CeaId};
use crate::domain::emitido::TipoDocumento;
use crate::domain::notificacion::{Codigo, Huella};

use super::backend::{Backend, Reader, Writer, on_each};
use super::columns::{Id, Micros};
use super::error::StoreError;
use super::journal::Hoja;
use super::journal::emision::{self, Dicho, Emision};
use super::schema::documentos_emitidos::{self, dsl};
use super::schema::{acuses, notificaciones};
use super::stored::Stored;

const TABLE: &str = "documentos_emitidos";

/// A document that is issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emitido {
    /// Of which kind.
    pub tipo: TipoDocumento,
    /// Of which notification.
    pub codigo: Codigo,
    /// The number of the act that it tells of, where acts of its kind have one.
    pub numero: Option<u64>,
    /// By what it is verified.
    pub cea: Cea,
    /// The document itself, as it is given out.
    pub octetos: Vec<u8>,
    /// When it was made.
    pub emitido: DateTime<Utc>,
    /// At whose asking: the request of the row in the journal that tells of it.
    pub peticion: Uuid,
    /// Whether it was made once more on an operator's word, beside the one that there was.
    pub de_nuevo: bool,
}

/// What is to be in the journal by which a document is issued.
#[derive(Debug)]
#[must_use = "a document of which the journal does not tell is taken for one that somebody slipped in"]
pub struct Asentado {
    /// The particulars of the row, to which others may be added.
    pub detalle: Value,
    /// The leaf that the row has by it.
    pub hoja: Hoja,
}

/// What is known of a document that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ficha {
    /// By which it is kept.
    pub id: i64,
    /// Of which kind.
    pub tipo: TipoDocumento,
    /// Of which notification.
    pub codigo: Codigo,
    /// The number of its act.
    pub numero: Option<u64>,
    /// By what it is verified.
    pub cea: Cea,
    /// SHA-256 of its octets.
    pub huella: Huella,
    /// When it was made.
    pub emitido: DateTime<Utc>,
    /// At whose asking.
    pub peticion: Uuid,
    /// Whether it was made once more.
    pub de_nuevo: bool,
}

#[derive(Insertable)]
#[diesel(table_name = documentos_emitidos, treat_none_as_default_value = false)]
struct New<'a> {
    tipo: i16,
    codigo: Codigo,
    numero: Option<i64>,
    cea: &'a str,
    cea_fecha: NaiveDate,
    cea_codigo: &'a str,
    huella: Huella,
    octetos: &'a [u8],
    emitido: Micros,
    peticion: Id,
    de_nuevo: bool,
}

/// A row as it lies, without its octets.
#[derive(Queryable, Selectable)]
#[diesel(table_name = documentos_emitidos)]
pub(super) struct Row {
    pub(super) id: i64,
    tipo: i16,
    codigo: i32,
    numero: Option<i64>,
    cea: Stored<CeaId>,
    cea_fecha: Stored<NaiveDate>,
    cea_codigo: Stored<CeaCodigo>,
    huella: Stored<Huella>,
    emitido: Micros,
    peticion: Stored<Uuid>,
    de_nuevo: bool,
}

/// Keeps a document. One of the kind that the notification has already is [`StoreError::Duplicate`], unless it is made once more.
pub fn issue(conn: &mut Writer, emitido: &Emitido) -> Result<Asentado, StoreError> {
    let Emitido {
        tipo,
        codigo,
        cea,
        octetos,
        peticion,
        ..
    } = emitido;
    let huella = Huella(sha256(octetos));
    let numero = emitido.numero.map(i64::try_from).transpose();
    let row = New {
        tipo: tipo.number().into(),
        codigo: *codigo,
        // As many as were counted one by one.
        numero: numero.map_err(|_| StoreError::Conflict)?,
        cea: cea.id.as_str(),
        cea_fecha: cea.fecha,
        cea_codigo: cea.codigo.as_str(),
        huella,
        octetos,
        emitido: emitido.emitido.into(),
        peticion: Id(*peticion),
        de_nuevo: emitido.de_nuevo,
    };
    let id = insert(conn, &row)?;
    let issued = Emision {
        codigo: codigo.number(),
        peticion: *peticion,
        dicho: Dicho {
            id,
            tipo: row.tipo,
            numero: row.numero,
            cea: row.cea.to_owned(),
            fecha: cea.fecha,
            cea_huella: emision::cea_huella(cea),
            huella: huella.to_string(),
            instante: row.emitido.number(),
            de_nuevo: row.de_nuevo,
        },
    };
    Ok(Asentado {
        detalle: issued.detalle(),
        hoja: issued.hoja(huella),
    })
}

fn insert(conn: &mut Writer, row: &New<'_>) -> Result<i64, StoreError> {
    let inserted = match conn.backend() {
        Backend::Sqlite(c) => diesel::insert_into(documentos_emitidos::table)
            .values(row)
            .execute(c)
            // Writers take turns.
            .and_then(|_| documentos_emitidos::table.select(max(dsl::id)).first(c)),
        Backend::Postgres(c) => diesel::insert_into(documentos_emitidos::table)
            .values(row)
            .returning(dsl::id)
            .get_result(c)
            .map(Some),
    };
    conn.note(inserted)?.ok_or_else(|| StoreError::corrupt(TABLE, &0))
}

/// The document of a kind that a notification has, if it has one: the first one, whatever was made once more.
pub fn kept(
    conn: &mut Reader,
    codigo: Codigo,
    tipo: TipoDocumento,
) -> Result<Option<(Ficha, Vec<u8>)>, StoreError> {
    let row: Option<Row> = on_each!(conn, |c| {
        documentos_emitidos::table
            .filter(dsl::codigo.eq(codigo))
            .filter(dsl::tipo.eq(i16::from(tipo.number())))
            .filter(not(dsl::de_nuevo))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?;
    let Some(ficha) = row.map(Row::read).transpose()? else {
        return Ok(None);
    };
    let octets = octetos(conn, &ficha)?;
    Ok(Some((ficha, octets)))
}

/// The document of an id, if there is one. If there is none, another one is read all the same: whoever asks must not learn by the
/// time that it takes which ids there are (E-51).
pub fn by_cea(conn: &mut Reader, cea: &CeaId) -> Result<Option<Ficha>, StoreError> {
    let that_or_the_first = sql::<BigInt>("coalesce((select d.id from documentos_emitidos d where d.cea = ")
        .bind::<Text, _>(cea.as_str())
        .sql("), (select min(d.id) from documentos_emitidos d))");
    let row: Option<Row> = on_each!(conn, |c| {
        documentos_emitidos::table
            .filter(dsl::id.eq(that_or_the_first))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?;
    let Some(row) = row else {
        return Ok(None);
    };
    let is_that = row.cea.0.as_ref() == Some(cea);
    let read = black_box(row.read());
    if is_that { read.map(Some) } else { Ok(None) }
}

/// The one that is kept by a number, if there is one.
pub fn by_id(conn: &mut Reader, id: i64) -> Result<Option<Ficha>, StoreError> {
    let row: Option<Row> = on_each!(conn, |c| documentos_emitidos::table
        .find(id)
        .select(Row::as_select())
        .first(c)
        .optional())?;
    row.map(Row::read).transpose()
}

/// The octets of a document, which have the hash that is known of it.
pub fn octetos(conn: &mut Reader, ficha: &Ficha) -> Result<Vec<u8>, StoreError> {
    let octets: Option<Vec<u8>> = on_each!(conn, |c| documentos_emitidos::table
        .find(ficha.id)
        .select(dsl::octetos)
        .first(c)
        .optional())?;
    octets
        .filter(|octets| sha256(octets) == ficha.huella.0)
        .ok_or_else(|| StoreError::corrupt(TABLE, &ficha.id))
}

/// Confirms that a document is what the journal says that was issued; gives the index of its leaf in the log, once it has one.
/// Whoever tells others that it is genuine asks this before.
pub fn vouch(conn: &mut Reader, ficha: &Ficha) -> Result<Option<u64>, StoreError> {
    let indice = emision::vouch(conn, &ficha.emision())?;
    let corrupt = |_| StoreError::corrupt("hojas", &ficha.id);
    indice
        .map(|indice| u64::try_from(indice).map_err(corrupt))
        .transpose()
}

/// When the act was of which a document tells, as far as it is on record.
pub fn acto(conn: &mut Reader, ficha: &Ficha) -> Result<Option<DateTime<Utc>>, StoreError> {
    let codigo = ficha.codigo;
    let found: Option<Option<Micros>> = match ficha.tipo {
        // Also of one that counts no more, since the notification was practised elsewhere before.
        TipoDocumento::Aceptacion | TipoDocumento::Rechazo => on_each!(conn, |c| acuses::table
            .find(codigo)
            .select(acuses::instante.nullable())
            .first(c)
            .optional())?,
        TipoDocumento::Caducidad => on_each!(conn, |c| notificaciones::table
            .find(codigo)
            .select(notificaciones::caduca)
            .first(c)
            .optional())?,
        TipoDocumento::PuestaADisposicion => on_each!(conn, |c| notificaciones::table
            .find(codigo)
            .select(notificaciones::puesta_a_disposicion.nullable())
            .first(c)
            .optional())?,
    };
    Ok(found.flatten().and_then(Micros::instant))
}

/// Those of these numbers, as they lie.
pub(super) fn each(conn: &mut Reader, ids: &[i64]) -> Result<Vec<Row>, StoreError> {
    on_each!(conn, |c| documentos_emitidos::table
        .filter(dsl::id.eq_any(ids))
        .select(Row::as_select())
        .load(c))
}

/// Number, hash and octets of those behind a number, in order: `limit` at most.
pub(super) type Octets = (i64, Vec<u8>, Vec<u8>);

pub(super) fn octets_after(conn: &mut Reader, id: i64, limit: i64) -> Result<Vec<Octets>, StoreError> {
    on_each!(conn, |c| documentos_emitidos::table
        .filter(dsl::id.gt(id))
        .order(dsl::id)
        .limit(limit)
        .select((dsl::id, dsl::huella, dsl::octetos))
        .load(c))
}

impl Ficha {
    /// What the journal says of it.
    fn emision(&self) -> Emision {
        Emision {
            codigo: self.codigo.number(),
            peticion: self.peticion,
            dicho: Dicho {
                id: self.id,
                tipo: self.tipo.number().into(),
                // It was read from such a number.
                numero: self.numero.and_then(|numero| i64::try_from(numero).ok()),
                cea: self.cea.id.as_str().to_owned(),
                fecha: self.cea.fecha,
                cea_huella: emision::cea_huella(&self.cea),
                huella: self.huella.to_string(),
                instante: Micros::from(self.emitido).number(),
                de_nuevo: self.de_nuevo,
            },
        }
    }
}

impl Row {
    /// What the journal says of it; nothing where it cannot be read.
    pub(super) fn emision(self) -> Option<Emision> {
        self.read().ok().map(|ficha| ficha.emision())
    }

    fn read(self) -> Result<Ficha, StoreError> {
        let id = self.id;
        self.ficha().ok_or_else(|| StoreError::corrupt(TABLE, &id))
    }

    fn ficha(self) -> Option<Ficha> {
        let numero = self.numero.map(u64::try_from).transpose().ok()?;
        Some(Ficha {
            id: self.id,
            tipo: TipoDocumento::from_number(self.tipo)?,
            codigo: Codigo::new(self.codigo)?,
            numero,
            cea: Cea {
                id: self.cea.0?,
                fecha: self.cea_fecha.0?,
                codigo: self.cea_codigo.0?,
            },
            huella: self.huella.0?,
            emitido: self.emitido.instant()?,
            peticion: self.peticion.0?,
            de_nuevo: self.de_nuevo,
        })
    }
}
