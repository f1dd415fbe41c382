//! Which rows lie encrypted, and their passage from plain words to a key, and from one key to another: in batches, of which
//! each is a transaction of its own, so that whoever stops in between goes on where he stopped.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Text};

use super::{Ciphers, Place, Sealed, proof};
use crate::store::backend::{Backend, Writer, on_each};
use crate::store::error::StoreError;
use crate::store::schema::{documentos, notificaciones};
use crate::store::stored::Stored;

/// How many notifications are encrypted in one transaction, each with its document, which may have megabytes.
const ENCRYPTED: i64 = 32;
/// How many asuntos get another key in one transaction.
const ASUNTOS: i64 = 512;
/// How many documents do.
const DOCUMENTOS: i64 = 32;
/// After how many octets of documents a transaction ends, so that whoever decides is not kept waiting: one has up to 10 MiB.
const OCTETS: usize = 4 << 20;

/// How many rows were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Done {
    /// How many asuntos.
    pub asuntos: usize,
    /// How many documents.
    pub documentos: usize,
}

impl Done {
    /// Whether there was nothing to do.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl std::ops::AddAssign for Done {
    fn add_assign(&mut self, more: Self) {
        self.asuntos += more.asuntos;
        self.documentos += more.documentos;
    }
}

// ---- Where rows lie ----

/// The octets by which a notification's place is told from another's.
pub(in crate::store) fn row_of(codigo: i32) -> [u8; 4] {
    codigo.to_be_bytes()
}

/// The place of an asunto.
pub(in crate::store) fn of_asunto(row: &[u8; 4]) -> Place<'_> {
    Place {
        column: "notificaciones.asunto",
        row,
    }
}

/// The place of a document. It lies under its hash, and several notifications may have the same.
pub(in crate::store) fn of_documento(huella: &[u8]) -> Place<'_> {
    Place {
        column: "documentos.contenido",
        row: huella,
    }
}

/// An asunto as it lies: text, with the id of its key where it is encrypted.
pub(in crate::store) fn asunto_lies(
    ciphers: &Ciphers,
    codigo: i32,
    asunto: &str,
) -> Result<Option<(String, String)>, StoreError> {
    let sealed = ciphers.seal(of_asunto(&row_of(codigo)), asunto.as_bytes())?;
    Ok(sealed.map(as_text))
}

fn as_text(Sealed { clave, octets }: Sealed) -> (String, String) {
    (openssl::base64::encode_block(&octets), clave)
}

/// An asunto that lies encrypted.
pub(in crate::store) fn open_asunto(
    ciphers: &Ciphers,
    codigo: i32,
    clave: &str,
    text: &str,
) -> Result<String, StoreError> {
    let corrupt = || StoreError::corrupt("notificaciones", &codigo);
    let sealed = openssl::base64::decode_block(text).map_err(|_| corrupt())?;
    let octets = ciphers.open(clave, of_asunto(&row_of(codigo)), &sealed, corrupt)?;
    String::from_utf8(octets).map_err(|_| corrupt())
}

// ---- From plain words to a key ----

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = Integer)]
    codigo: i32,
    #[diesel(sql_type = Text)]
    asunto: Stored<String>,
    #[diesel(sql_type = Binary)]
    documento_huella: Vec<u8>,
}

/// Encrypts one batch of what lies as it was published, if there is a key; gives how much. Processes that do this side by
/// side take different rows. An asunto that is no text stays as it is, for whoever reads it to find.
pub fn encrypt_due(conn: &mut Writer) -> Result<Done, StoreError> {
    let ciphers = conn.ciphers();
    if !ciphers.encrypts() {
        return Ok(Done::default());
    }
    let due: Result<Vec<Due>, _> = match conn.backend() {
        Backend::Sqlite(c) => diesel::sql_query(format!(
            "select codigo, asunto, documento_huella from notificaciones \
             where especial = 1 and asunto_clave is null order by codigo limit {ENCRYPTED}"
        ))
        .load(c),
        Backend::Postgres(c) => diesel::sql_query(format!(
            "select codigo, asunto, documento_huella from notificaciones \
             where especial and asunto_clave is null order by codigo limit {ENCRYPTED} for update skip locked"
        ))
        .load(c),
    };
    let (mut done, mut octets) = (Done::default(), 0);
    for due in conn.note(due)? {
        if octets >= OCTETS {
            break;
        }
        if let Some(encrypted) = encrypt_documento(conn, &due.documento_huella)? {
            done.documentos += 1;
            octets += encrypted;
        }
        let asunto = due.asunto.0.as_deref();
        let lies = asunto.map(|asunto| asunto_lies(&ciphers, due.codigo, asunto));
        if let Some(lies) = lies.transpose()?.flatten() {
            put_asunto(conn, due.codigo, &lies)?;
            done.asuntos += 1;
        }
    }
    Ok(done)
}

/// Encrypts a document that lies as it was published, if it does and there is a key; gives how many octets it has.
pub(in crate::store) fn encrypt_documento(
    conn: &mut Writer,
    huella: &[u8],
) -> Result<Option<usize>, StoreError> {
    let plain: Option<Vec<u8>> = on_each!(conn, |c| {
        documentos::table
            .filter(documentos::huella.eq(huella))
            .filter(documentos::clave.is_null())
            .select(documentos::contenido)
            .get_result(c)
            .optional()
    })?;
    let Some(plain) = plain else {
        return Ok(None);
    };
    match conn.ciphers().seal(of_documento(huella), &plain)? {
        None => Ok(None),
        Some(sealed) => put_documento(conn, huella, &sealed).map(|()| Some(plain.len())),
    }
}

// ---- From one key to another ----

/// Has one batch of what lies under other keys lie under the current one; gives how much. What is damaged stays as it
/// is, for an audit to find.
pub fn rewrap_due(conn: &mut Writer) -> Result<Done, StoreError> {
    let ciphers = conn.ciphers();
    let known = proof::known_ids(conn)?;
    for clave in known.iter().filter(|id| ciphers.rewraps(id)) {
        let done = Done {
            asuntos: rewrap_asuntos(conn, clave)?,
            documentos: rewrap_documentos(conn, clave)?,
        };
        if !done.is_nothing() {
            return Ok(done);
        }
    }
    Ok(Done::default())
}

fn rewrap_asuntos(conn: &mut Writer, clave: &str) -> Result<usize, StoreError> {
    let ciphers = conn.ciphers();
    macro_rules! due {
        () => {
            notificaciones::table
                .filter(notificaciones::asunto_clave.eq(clave))
                .order(notificaciones::codigo)
                .limit(ASUNTOS)
                .select((notificaciones::codigo, notificaciones::asunto))
        };
    }
    let due: Result<Vec<(i32, Stored<String>)>, _> = match conn.backend() {
        Backend::Sqlite(c) => due!().load(c),
        Backend::Postgres(c) => due!().for_update().skip_locked().load(c),
    };
    let mut done = 0;
    for (codigo, text) in conn.note(due)? {
        let text = text.0.unwrap_or_default();
        let old = openssl::base64::decode_block(&text).unwrap_or_default();
        if let Some(sealed) = ciphers.rewrap(clave, of_asunto(&row_of(codigo)), &old)? {
            put_asunto(conn, codigo, &as_text(sealed))?;
            done += 1;
        }
    }
    Ok(done)
}

fn rewrap_documentos(conn: &mut Writer, clave: &str) -> Result<usize, StoreError> {
    let ciphers = conn.ciphers();
    macro_rules! due {
        () => {
            documentos::table
                .filter(documentos::clave.eq(clave))
                .order(documentos::huella)
                .limit(DOCUMENTOS)
                .select(documentos::huella)
        };
    }
    let due: Result<Vec<Vec<u8>>, _> = match conn.backend() {
        Backend::Sqlite(c) => due!().load(c),
        Backend::Postgres(c) => due!().for_update().skip_locked().load(c),
    };
    let (mut done, mut octets) = (0, 0);
    for huella in conn.note(due)? {
        if octets >= OCTETS {
            break;
        }
        // One at a time: some have megabytes.
        let old: Vec<u8> = on_each!(conn, |c| {
            documentos::table
                .filter(documentos::huella.eq(&huella))
                .select(documentos::contenido)
                .get_result(c)
        })?;
        if let Some(sealed) = ciphers.rewrap(clave, of_documento(&huella), &old)? {
            put_documento(conn, &huella, &sealed)?;
            done += 1;
            octets += old.len();
        }
    }
    Ok(done)
}

fn put_asunto(conn: &mut Writer, codigo: i32, (text, clave): &(String, String)) -> Result<(), StoreError> {
    on_each!(conn, |c| {
        diesel::update(notificaciones::table.filter(notificaciones::codigo.eq(codigo)))
            .set((
                notificaciones::asunto.eq(text),
                notificaciones::asunto_clave.eq(clave),
            ))
            .execute(c)
    })
    .map(drop)
}

fn put_documento(conn: &mut Writer, huella: &[u8], sealed: &Sealed) -> Result<(), StoreError> {
    on_each!(conn, |c| {
        diesel::update(documentos::table.filter(documentos::huella.eq(huella)))
            .set((
                documentos::contenido.eq(&sealed.octets),
                documentos::clave.eq(&sealed.clave),
            ))
            .execute(c)
    })
    .map(drop)
}
