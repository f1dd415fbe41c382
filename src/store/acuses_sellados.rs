//! Sealed acuses: of each decision the octets that are given of it, whoever asks and whenever (E-30). Rows are only ever added.

use diesel::prelude::*;
use openssl::sha::sha256;
use uuid::Uuid;

use crate::domain::notificacion::{Codigo, Huella};

use super::among::among;
use super::backend::{Reader, Writer, on_each};
use super::deflated::{deflate, inflate};
use super::error::StoreError;
use super::insert::insert_rows;
use super::journal::{Clase, Hoja};
use super::schema::acuses_sellados::{self, dsl};
use super::schema::{acuses, hojas, sellador};
use super::stored::Stored;
use super::update::update;

/// An acuse, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sellado {
    /// Of which notification.
    pub codigo: Codigo,
    /// Which acuse.
    pub identificador: Uuid,
    /// The document, deflated.
    octetos: Vec<u8>,
    huella: Huella,
}

impl Sellado {
    /// That of a notification, with the octets of the document. They are deflated here, before whoever keeps them has others who
    /// write wait.
    #[must_use]
    pub fn new(codigo: Codigo, identificador: Uuid, octetos: &[u8]) -> Self {
        Self {
            codigo,
            identificador,
            huella: Huella(sha256(octetos)),
            octetos: deflate(octetos),
        }
    }

    /// Its leaf in the log.
    #[must_use]
    pub fn leaf(&self) -> Hoja {
        Hoja {
            clase: Clase::Sellado,
            referencia: self.codigo.to_string(),
            huella: self.huella,
        }
    }
}

/// What is found of one: its octets and hash, and what its leaf says.
type Found = (
    Vec<u8>,
    Stored<Huella>,
    Option<i16>,
    Option<Stored<String>>,
    Option<Stored<Huella>>,
);

/// The sealed acuse of a notification, if it is sealed: what its leaf in the log says that it was, and nothing else.
pub fn find(conn: &mut Reader, codigo: Codigo) -> Result<Option<Vec<u8>>, StoreError> {
    let its_leaf = hojas::asiento.eq(dsl::asiento).and(hojas::orden.eq(dsl::orden));
    let found: Option<Found> = on_each!(conn, |c| acuses_sellados::table
        .left_join(hojas::table.on(its_leaf))
        .filter(dsl::codigo.eq(codigo))
        .select((
            dsl::octetos,
            dsl::huella,
            hojas::clase.nullable(),
            hojas::referencia.nullable(),
            hojas::huella.nullable(),
        ))
        .first(c)
        .optional())?;
    let Some((octetos, Stored(huella), clase, referencia, leaf)) = found else {
        return Ok(None);
    };
    let is_its_leaf = clase == Some(Clase::Sellado.number().into())
        && referencia.and_then(|stored| stored.0).as_deref() == Some(codigo.to_string().as_str())
        && huella.is_some()
        && leaf.and_then(|stored| stored.0) == huella;
    inflate(&octetos)
        .filter(|octetos| is_its_leaf && huella == Some(Huella(sha256(octetos))))
        .map(Some)
        .ok_or_else(|| StoreError::corrupt("acuses_sellados", &codigo))
}

/// Of these, the acuses that are there and not sealed, by code: with what tells each from any other of its notification's.
pub fn unsealed(conn: &mut Reader, codigos: &[Codigo]) -> Result<Vec<(Codigo, Uuid)>, StoreError> {
    let sealed = acuses_sellados::table.filter(dsl::codigo.eq(acuses::codigo));
    let rows: Vec<(i32, Stored<Uuid>)> = on_each!(conn, |c| acuses::table
        .filter(among(acuses::codigo, codigos))
        .filter(diesel::dsl::not(diesel::dsl::exists(sealed.select(dsl::codigo))))
        .order(acuses::codigo)
        .select((acuses::codigo, acuses::identificador))
        .load(c))?;
    // What cannot be read is told by whoever asks for it.
    let read = |(codigo, identificador): (i32, Stored<Uuid>)| Codigo::new(codigo).zip(identificador.0);
    Ok(rows.into_iter().filter_map(read).collect())
}

#[derive(Insertable)]
#[diesel(table_name = acuses_sellados)]
struct New<'a> {
    codigo: Codigo,
    asiento: i64,
    orden: i32,
    huella: Huella,
    octetos: &'a [u8],
}

/// Keeps acuses whose leaves are those of a row of the journal, in this order.
pub fn insert(conn: &mut Writer, asiento: i64, sellados: &[&Sellado]) -> Result<(), StoreError> {
    let rows = (1..).zip(sellados).map(|(orden, sellado)| New {
        codigo: sellado.codigo,
        asiento,
        orden,
        huella: sellado.huella,
        octetos: &sellado.octetos,
    });
    insert_rows!(conn, acuses_sellados::table, rows)
}

/// Up to which number of the journal decisions are sealed.
pub fn sealed_to(conn: &mut Reader) -> Result<i64, StoreError> {
    on_each!(conn, |c| sellador::table.select(sellador::hasta).get_result(c))
}

/// Says that they are up to another one.
pub fn set_sealed_to(conn: &mut Writer, hasta: i64) -> Result<(), StoreError> {
    let moved = sellador::hasta.eq(hasta);
    let behind = sellador::unica.eq(1).and(sellador::hasta.lt(hasta));
    on_each!(conn, |c| update(&sellador::table, moved, behind).execute(c))?;
    Ok(())
}
