//! Time stamps of others over what the service keeps, one behind the other (E-18), and what is to be dated next.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::journal;
use super::schema::sellos;
use super::transparencia;

/// What is to be dated: how much there is, and a file that says so, by which whoever dates it dates all of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Punto {
    /// How many rows of the journal, or leaves of a log.
    pub tamano: i64,
    /// The octets of the file.
    pub documento: Vec<u8>,
}

/// The first line of the file that says where the journal ends.
const JOURNAL: &str = "notess auditoria";

/// Rows that a stamp adds to the journal: its own.
const ROWS: i64 = 1;
/// Leaves that it adds to the log: that of its row, and its own.
const LEAVES: i64 = 2;

impl Punto {
    /// Whether there is more than when `last` was dated, beyond what telling of that stamp has added: what rests is not to keep
    /// itself awake.
    #[must_use]
    pub fn has_grown_since(&self, last: &Self) -> bool {
        let of_stamp = if self.is_of(JOURNAL) { ROWS } else { LEAVES };
        self.name() != last.name() || self.tamano > last.tamano.saturating_add(of_stamp)
    }

    /// Whether it is a checkpoint of the log of this name.
    #[must_use]
    pub fn is_of(&self, name: &str) -> bool {
        self.name() == name.as_bytes()
    }

    /// What it is of, by its first line.
    fn name(&self) -> &[u8] {
        self.documento
            .split(|&octet| octet == b'\n')
            .next()
            .unwrap_or_default()
    }
}

/// The end of the journal as a file of three lines: what it is, how many rows there are, and the hash of the last one, in which
/// all are. Nothing if there is none yet.
pub fn end_of_journal(conn: &mut Reader) -> Result<Option<Punto>, StoreError> {
    let head = journal::head(conn)?.filter(|head| head.secuencia > 0);
    Ok(head.map(|head| Punto {
        tamano: head.secuencia,
        documento: format!("{JOURNAL}\n{}\n{}\n", head.secuencia, head.hash).into_bytes(),
    }))
}

/// A time stamp as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sello {
    /// What it dates.
    pub punto: Punto,
    /// The token, in DER.
    pub token: Vec<u8>,
    /// When it dates it.
    pub instante: DateTime<Utc>,
    /// What the clock here said when it came.
    pub recibido: DateTime<Utc>,
    /// The address at which it was asked for.
    pub tsa: String,
}

type Row = (i64, Vec<u8>, Vec<u8>, Micros, Micros, String);

/// The columns of a [`Row`].
const COLUMNS: (
    sellos::tamano,
    sellos::documento,
    sellos::token,
    sellos::instante,
    sellos::recibido,
    sellos::tsa,
) = (
    sellos::tamano,
    sellos::documento,
    sellos::token,
    sellos::instante,
    sellos::recibido,
    sellos::tsa,
);

/// The last checkpoint of a log, as it was published, if one was signed.
pub fn last_of_log(conn: &mut Reader, origen: &str) -> Result<Option<Punto>, StoreError> {
    let last = transparencia::last(conn, origen)?;
    let read = |nota: String| {
        let tamano = nota.lines().nth(1).and_then(|line| line.parse().ok());
        let tamano = tamano.ok_or_else(|| StoreError::corrupt("puntos", &origen))?;
        let documento = nota.into_bytes();
        Ok(Punto { tamano, documento })
    };
    last.map(read).transpose()
}

/// Keeps a stamp, with the octets that it dates.
pub fn keep(conn: &mut Writer, sello: &Sello) -> Result<(), StoreError> {
    let row = (
        sellos::tamano.eq(sello.punto.tamano),
        sellos::documento.eq(&sello.punto.documento),
        sellos::token.eq(&sello.token),
        sellos::instante.eq(Micros::from(sello.instante)),
        sellos::recibido.eq(Micros::from(sello.recibido)),
        sellos::tsa.eq(&sello.tsa),
    );
    on_each!(conn, |c| diesel::insert_into(sellos::table)
        .values(row)
        .execute(c))?;
    Ok(())
}

/// The one that came last, if there is any.
pub fn newest(conn: &mut Reader) -> Result<Option<Sello>, StoreError> {
    let row: Option<Row> = on_each!(conn, |c| sellos::table
        .order(sellos::secuencia.desc())
        .select(COLUMNS)
        .first(c)
        .optional())?;
    row.map(read).transpose()
}

/// The one that came last of those over so much, if there is any.
pub fn over(conn: &mut Reader, tamano: i64) -> Result<Option<Sello>, StoreError> {
    let row: Option<Row> = on_each!(conn, |c| sellos::table
        .filter(sellos::tamano.eq(tamano))
        .order(sellos::secuencia.desc())
        .select(COLUMNS)
        .first(c)
        .optional())?;
    row.map(read).transpose()
}

fn read((tamano, documento, token, instante, recibido, tsa): Row) -> Result<Sello, StoreError> {
    let both = instante.instant().zip(recibido.instant());
    let (instante, recibido) = both.ok_or_else(|| StoreError::corrupt("sellos", &tamano))?;
    Ok(Sello {
        punto: Punto { tamano, documento },
        token,
        instante,
        recibido,
        tsa,
    })
}
