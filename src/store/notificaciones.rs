//! Notifications: the row, and finding and loading them. Listings are in [`listing`](super::listing), what changes
//! them in [`decisions`](super::decisions).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use crate::domain::nif::Nif;
use crate::domain::notificacion::{
    Categoria, Codigo, Documento, Estado, Huella, Notificacion, Obligacion, Publicada, Sentido, Situacion,
    TipoDestinatario,
};
use crate::domain::procedimientos::Tabla;

use super::among::among;
use super::backend::{Backend, Reader, Writer, on_each};
use super::cipher::{self, Ciphers};
use super::columns::Micros;
use super::error::StoreError;
use super::insert::insert_rows;
use super::procedimientos;
use super::schema::notificaciones::{self, dsl};
use super::stored::{Stored, nullable, nullable_instant};

/// Where a notification stands: all of its row that can change.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = notificaciones)]
pub(super) struct Standing {
    codigo: i32,
    estado: i16,
    caduca: Option<Micros>,
    decidida: Option<Micros>,
}

impl Standing {
    /// The key, as it may be told.
    pub(super) fn key(&self) -> i32 {
        self.codigo
    }

    /// The code, the first instant out of term, and the situation; nothing where the row is corrupt.
    pub(super) fn parse(self) -> Option<(Codigo, Option<DateTime<Utc>>, Situacion)> {
        let caduca = nullable_instant(self.caduca)?;
        let decidida = nullable_instant(self.decidida)?;
        let situacion = match (Estado::from_number(self.estado.into())?, decidida) {
            (Estado::SinAcuse, None) => Situacion::Pendiente {
                acuse_solicitado: false,
            },
            (Estado::AcuseSolicitado, None) => Situacion::Pendiente {
                acuse_solicitado: true,
            },
            (Estado::Caducada, None) if caduca.is_some() => Situacion::Caducada,
            (estado, Some(instante)) => Situacion::Decidida {
                sentido: Sentido::of(estado)?,
                instante,
            },
            _ => return None,
        };
        Some((Codigo::new(self.codigo)?, caduca, situacion))
    }
}

/// A row as it lies.
#[derive(Queryable, Selectable)]
#[diesel(table_name = notificaciones)]
struct Row {
    #[diesel(embed)]
    standing: Standing,
    sujeto_nif: Stored<Nif>,
    denominacion: Stored<String>,
    tipo_destinatario: Stored<TipoDestinatario>,
    destinatario: Stored<String>,
    procedimiento: Stored<String>,
    asunto: Stored<String>,
    obligacion: Stored<Obligacion>,
    especial: bool,
    puesta_a_disposicion: Micros,
    documento_huella: Stored<Huella>,
    documento_tamano: i64,
    asunto_clave: Option<Stored<String>>,
}

/// What stands for an asunto that cannot be decrypted, which is shown to nobody but operators: listings name what is of a
/// special category in neutral words.
const ASUNTO_CERRADO: &str = "(encrypted under a key that is missing)";

impl Row {
    /// The notification, or that the row is corrupt.
    fn read(mut self, ciphers: &Ciphers, tabla: &Tabla) -> Result<Notificacion, StoreError> {
        let codigo = self.standing.key();
        let corrupt = || StoreError::corrupt("notificaciones", &codigo);
        if let Some(clave) = nullable(self.asunto_clave.take()).ok_or_else(corrupt)? {
            let text = self.asunto.0.take().ok_or_else(corrupt)?;
            let asunto = match cipher::rows::open_asunto(ciphers, codigo, &clave, &text) {
                // Whoever asks for the document is told; all else goes on.
                Err(StoreError::NoKey { .. }) => ASUNTO_CERRADO.to_owned(),
                opened => opened?,
            };
            self.asunto = Stored(Some(asunto));
        }
        self.parse(tabla).ok_or_else(corrupt)
    }

    fn parse(self, tabla: &Tabla) -> Option<Notificacion> {
        let (codigo, caduca, situacion) = self.standing.parse()?;
        let puesta_a_disposicion = self.puesta_a_disposicion.instant()?;
        let publicada = Publicada {
            codigo,
            sujeto: self.sujeto_nif.0?,
            denominacion: self.denominacion.0?,
            tipo_destinatario: self.tipo_destinatario.0?,
            destinatario: self.destinatario.0?,
            procedimiento: tabla.find(&self.procedimiento.0?, puesta_a_disposicion)?,
            asunto: self.asunto.0?,
            obligacion: self.obligacion.0?,
            categoria: if self.especial {
                Categoria::Especial
            } else {
                Categoria::Ordinaria
            },
            puesta_a_disposicion,
            documento: Documento {
                huella: self.documento_huella.0?,
                tamano: self.documento_tamano.try_into().ok()?,
            },
        };
        Some(Notificacion {
            publicada: Arc::new(publicada),
            caduca,
            situacion,
        })
    }
}

/// Reads rows, or says which of them is corrupt.
fn read_all(conn: &mut Reader, rows: Vec<Row>) -> Result<Vec<Notificacion>, StoreError> {
    let Some(last) = rows.iter().map(|row| row.puesta_a_disposicion).max() else {
        return Ok(Vec::new());
    };
    let codes = rows.iter().filter_map(|row| row.procedimiento.0.as_deref());
    let (ciphers, tabla) = (conn.ciphers(), procedimientos::up_to(conn, last, codes)?);
    rows.into_iter().map(|row| row.read(&ciphers, &tabla)).collect()
}

#[derive(Insertable)]
#[diesel(table_name = notificaciones, treat_none_as_default_value = false)]
struct New<'a> {
    codigo: Codigo,
    sujeto_nif: Nif,
    denominacion: &'a str,
    tipo_destinatario: &'a str,
    destinatario: &'a str,
    procedimiento: &'a str,
    asunto: &'a str,
    obligacion: &'a str,
    especial: bool,
    puesta_a_disposicion: Micros,
    caduca: Option<Micros>,
    documento_huella: Huella,
    documento_tamano: i64,
    estado: i16,
    decidida: Option<Micros>,
    asunto_clave: Option<&'a str>,
}

/// An asunto as it lies encrypted, and the id of its key.
type Encrypted = Option<(String, String)>;

impl<'a> New<'a> {
    fn of(notificacion: &'a Notificacion, encrypted: &'a Encrypted) -> Self {
        let (estado, decidida) = match notificacion.situacion {
            Situacion::Pendiente {
                acuse_solicitado: false,
            } => (Estado::SinAcuse, None),
            Situacion::Pendiente {
                acuse_solicitado: true,
            } => (Estado::AcuseSolicitado, None),
            Situacion::Decidida { sentido, instante } => (sentido.estado(), Some(instante)),
            Situacion::Caducada => (Estado::Caducada, None),
        };
        Self {
            codigo: notificacion.codigo,
            sujeto_nif: notificacion.sujeto,
            denominacion: &notificacion.denominacion,
            tipo_destinatario: notificacion.tipo_destinatario.code(),
            destinatario: &notificacion.destinatario,
            procedimiento: notificacion.procedimiento.codigo,
            asunto: encrypted.as_ref().map_or(&notificacion.asunto, |(text, _)| text),
            obligacion: notificacion.obligacion.code(),
            especial: notificacion.categoria == Categoria::Especial,
            puesta_a_disposicion: notificacion.puesta_a_disposicion.into(),
            caduca: notificacion.caduca.map(Micros::from),
            documento_huella: notificacion.documento.huella,
            documento_tamano: notificacion.documento.tamano.into(),
            estado: estado.number().into(),
            decidida: decidida.map(Micros::from),
            asunto_clave: encrypted.as_ref().map(|(_, clave)| clave.as_str()),
        }
    }
}

/// Those of `codigos` that are `poderdante`'s, by code; the rest are left out, as if they did not exist (D-79).
pub fn find(conn: &mut Reader, poderdante: Nif, codigos: &[Codigo]) -> Result<Vec<Notificacion>, StoreError> {
    let rows = on_each!(conn, |c| {
        notificaciones::table
            .filter(dsl::sujeto_nif.eq(poderdante))
            .filter(among(dsl::codigo, codigos))
            .select(Row::as_select())
            .load(c)
    })?;
    Taken(rows).read(conn)
}

/// Rows of notifications that are the transaction's own to decide on, as they lie.
pub struct Taken(Vec<Row>);

impl Taken {
    /// The notifications, by code; or that one of them is corrupt.
    pub fn read(self, conn: &mut Reader) -> Result<Vec<Notificacion>, StoreError> {
        let mut found = read_all(conn, self.0)?;
        // Here, since they come almost in order: SQLite would collect whole rows before it gave the first.
        found.sort_by_key(|notificacion| notificacion.codigo);
        Ok(found)
    }
}

/// The notifications of codes, whoever's they are, in no order.
pub fn of_codes(conn: &mut Reader, codigos: &[Codigo]) -> Result<Vec<Notificacion>, StoreError> {
    let rows = rows_of(conn, codigos)?;
    read_all(conn, rows)
}

fn rows_of(conn: &mut Reader, codigos: &[Codigo]) -> Result<Vec<Row>, StoreError> {
    on_each!(conn, |c| {
        notificaciones::table
            .filter(among(dsl::codigo, codigos))
            .select(Row::as_select())
            .load(c)
    })
}

/// The notifications of codes, whoever's they are, by code; nothing inside of a row that cannot be read. For audits.
pub(super) fn each_as_it_lies(
    conn: &mut Reader,
    codigos: &[Codigo],
) -> Result<Vec<(i32, Option<Notificacion>)>, StoreError> {
    let rows = rows_of(conn, codigos)?;
    let Some(last) = rows.iter().map(|row| row.puesta_a_disposicion).max() else {
        return Ok(Vec::new());
    };
    let codes = rows.iter().filter_map(|row| row.procedimiento.0.as_deref());
    let (ciphers, tabla) = (conn.ciphers(), procedimientos::up_to(conn, last, codes)?);
    let mut read: Vec<_> = rows
        .into_iter()
        .map(|row| (row.standing.key(), row.read(&ciphers, &tabla).ok()))
        .collect();
    read.sort_unstable_by_key(|(codigo, _)| *codigo);
    Ok(read)
}

/// Waits until nobody else is deciding on these notifications, of those that [`find`] would find, and gives them as they are then;
/// until the end of the transaction nobody else can. In SQLite writers take turns, so that nobody could anyway.
pub(super) fn take(conn: &mut Writer, poderdante: Nif, codigos: &[Codigo]) -> Result<Taken, StoreError> {
    macro_rules! these {
        () => {
            notificaciones::table
                .filter(dsl::sujeto_nif.eq(poderdante))
                .filter(among(dsl::codigo, codigos))
                .select(Row::as_select())
        };
    }
    let rows = match conn.backend() {
        Backend::Sqlite(c) => these!().load(c),
        // Always in the order of the codes: two transactions that want the same rows wait, and never for each other. What was
        // waited for is read again once it is there (PostgreSQL, «Read Committed Isolation Level»).
        Backend::Postgres(c) => these!().order(dsl::codigo).for_update().load(c),
    };
    conn.note(rows).map(Taken)
}

/// Those of `codigos` that are taken, whoever's they are, by code: for imports.
pub fn existing_codigos(conn: &mut Reader, codigos: &[Codigo]) -> Result<Vec<Codigo>, StoreError> {
    let found: Vec<i32> = on_each!(conn, |c| {
        notificaciones::table
            .filter(among(dsl::codigo, codigos))
            .order(dsl::codigo)
            .select(dsl::codigo)
            .load(c)
    })?;
    found
        .into_iter()
        .map(|codigo| Codigo::new(codigo).ok_or_else(|| StoreError::corrupt("notificaciones", &codigo)))
        .collect()
}

/// The highest code that is taken, whoever's it is.
pub fn last_codigo(conn: &mut Reader) -> Result<Option<Codigo>, StoreError> {
    let found: Option<i32> = on_each!(conn, |c| notificaciones::table.select(max(dsl::codigo)).first(c))?;
    found
        .map(|codigo| Codigo::new(codigo).ok_or_else(|| StoreError::corrupt("notificaciones", &codigo)))
        .transpose()
}

/// Publishes notifications, whose documents must be there. A code that is taken, or a document that is missing, is
/// an error: [`StoreError::Duplicate`], [`StoreError::Dangling`].
///
/// Those of a special category are encrypted, and so are their documents, if they are not yet (D-57): see
/// [`insert_documentos_especiales`](super::octets::insert_documentos_especiales).
pub fn insert_notificaciones(conn: &mut Writer, new: &[Notificacion]) -> Result<(), StoreError> {
    let ciphers = conn.ciphers();
    let encrypted = new
        .iter()
        .map(|notificacion| match notificacion.categoria {
            Categoria::Ordinaria => Ok(None),
            Categoria::Especial => {
                let codigo = notificacion.codigo.number();
                cipher::rows::asunto_lies(&ciphers, codigo, &notificacion.asunto)
            }
        })
        .collect::<Result<Vec<Encrypted>, StoreError>>()?;
    for (notificacion, _) in new.iter().zip(&encrypted).filter(|(_, lies)| lies.is_some()) {
        cipher::rows::encrypt_documento(conn, &notificacion.documento.huella.0)?;
    }
    let rows = new
        .iter()
        .zip(&encrypted)
        .map(|(one, encrypted)| New::of(one, encrypted));
    insert_rows!(conn, notificaciones::table, rows)
}
