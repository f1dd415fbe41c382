//! How rows lie: how many under which key, which keys are missing, and what that keeps back.

use std::collections::HashSet;

use diesel::prelude::*;

use super::{NoKey, proof};
use crate::domain::notificacion::{Categoria, Huella, Notificacion};
use crate::store::backend::{Backend, Reader, on_each};
use crate::store::error::StoreError;
use crate::store::schema::{documentos, notificaciones};

/// How many rows lie in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lying {
    /// Under the key of this id; nothing where they are still to be encrypted.
    pub clave: Option<String>,
    /// How many asuntos.
    pub asuntos: i64,
    /// Documents; of those that are still to be encrypted none is counted.
    pub documentos: i64,
    /// Why nobody can open them, if so.
    pub trouble: Option<NoKey>,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// How many rows lie under each key that ever encrypted, and how many are still to be encrypted.
pub fn lying(conn: &mut Reader) -> Result<Vec<Lying>, StoreError> {
    let plain = match conn.backend() {
        Backend::Sqlite(_) => "especial = 1",
        Backend::Postgres(_) => "especial",
    };
    let plain =
        format!("select count(*) as count from notificaciones where {plain} and asunto_clave is null");
    let Counted { count } = on_each!(conn, |c| diesel::sql_query(&plain).get_result(c))?;
    let mut lying = vec![Lying {
        clave: None,
        asuntos: count,
        documentos: 0,
        trouble: None,
    }];
    let ciphers = conn.ciphers();
    for id in proof::known_ids(conn)? {
        let asuntos = on_each!(conn, |c| {
            notificaciones::table
                .filter(notificaciones::asunto_clave.eq(&id))
                .count()
                .get_result(c)
        })?;
        let documentos = on_each!(conn, |c| {
            documentos::table
                .filter(documentos::clave.eq(&id))
                .count()
                .get_result(c)
        })?;
        lying.push(Lying {
            trouble: ciphers.trouble(&id),
            clave: Some(id),
            asuntos,
            documentos,
        });
    }
    Ok(lying)
}

/// The keys under which something lies that nobody can open, with the reason.
pub fn missing(conn: &mut Reader) -> Result<Vec<(String, NoKey)>, StoreError> {
    let mut missing = Vec::new();
    for (id, trouble) in troubled(conn)? {
        if in_use(conn, &id)? {
            missing.push((id, trouble));
        }
    }
    Ok(missing)
}

/// Those of the documents of these notifications that nobody can be given, for want of a key. One of no special category may
/// have its document in common with one that has.
pub fn closed(conn: &mut Reader, of: &[&Notificacion]) -> Result<HashSet<Huella>, StoreError> {
    let special = of.iter().any(|one| one.categoria == Categoria::Especial);
    if !special && !conn.ciphers().any_known() {
        return Ok(HashSet::new());
    }
    let claves: Vec<String> = troubled(conn)?.into_iter().map(|(id, _)| id).collect();
    if claves.is_empty() {
        return Ok(HashSet::new());
    }
    let huellas = of.iter().map(|one| one.documento.huella);
    let closed: Vec<Vec<u8>> = on_each!(conn, |c| {
        documentos::table
            .filter(documentos::clave.eq_any(&claves))
            .filter(documentos::huella.eq_any(huellas.clone()))
            .select(documentos::huella)
            .load(c)
    })?;
    let closed = closed.into_iter().filter_map(|huella| huella.try_into().ok());
    Ok(closed.map(Huella).collect())
}

/// The keys that ever encrypted something, and that open nothing now.
fn troubled(conn: &mut Reader) -> Result<Vec<(String, NoKey)>, StoreError> {
    let ciphers = conn.ciphers();
    let known = proof::known_ids(conn)?.into_iter();
    Ok(known
        .filter_map(|id| ciphers.trouble(&id).map(|why| (id, why)))
        .collect())
}

fn in_use(conn: &mut Reader, id: &str) -> Result<bool, StoreError> {
    let documento: Option<Vec<u8>> = on_each!(conn, |c| {
        documentos::table
            .filter(documentos::clave.eq(id))
            .select(documentos::huella)
            .first(c)
            .optional()
    })?;
    if documento.is_some() {
        return Ok(true);
    }
    let asunto: Option<i32> = on_each!(conn, |c| {
        notificaciones::table
            .filter(notificaciones::asunto_clave.eq(id))
            .select(notificaciones::codigo)
            .first(c)
            .optional()
    })?;
    Ok(asunto.is_some())
}
