//! Whether a key is the one that the database knows by its id: a typing error in a file must neither be taken for damage of
//! the rows nor leave some that only the wrong one opens.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::sealed::{self, Place};
use super::{KeyId, Keys, MasterKey, State};
use crate::store::backend::{Reader, Writer, on_each};
use crate::store::columns::Micros;
use crate::store::error::StoreError;
use crate::store::schema::claves_cifrado::{self, dsl};
use crate::store::transaction::{Durability, Store};

#[derive(Insertable)]
#[diesel(table_name = claves_cifrado)]
struct New<'a> {
    id: &'a str,
    prueba: &'a [u8],
    desde: Micros,
}

impl Store {
    /// Has all connections encrypt and decrypt with these keys from now on, and gives the ids of those that are not what they
    /// are called: nothing is read or written with them. One that encrypts for the first time is known from `at` on.
    pub fn use_keys(&self, keys: Keys, at: DateTime<Utc>) -> Result<Vec<KeyId>, StoreError> {
        let known = self.read(proofs)?;
        if let Some((id, key)) = first_use(&keys, &known) {
            self.write::<_, StoreError, _>(Durability::Full, |conn| keep(conn, id, key, at))?;
        }
        // Read again: another process may have had another one of the same id at the same time.
        let known = self.read(proofs)?;
        let is_another = |(id, key): &(&KeyId, &MasterKey)| {
            let proof = known.get(id.as_str());
            proof.is_some_and(|proof| sealed::unwrap(key, id.as_str(), place(id), proof).is_err())
        };
        let wrong = keys.by_id.iter().filter(is_another).map(|(id, _)| id.clone());
        let wrong: Vec<KeyId> = wrong.collect();
        self.ciphers().set(State {
            keys,
            wrong: wrong.iter().cloned().collect(),
            any_known: !known.is_empty(),
        });
        Ok(wrong)
    }
}

/// The key that encrypts, if the database does not know it yet.
fn first_use<'a>(keys: &'a Keys, known: &BTreeMap<String, Vec<u8>>) -> Option<(&'a KeyId, &'a MasterKey)> {
    let current = keys.current.as_ref()?;
    let (id, key) = keys.by_id.get_key_value(current)?;
    (!known.contains_key(id.as_str())).then_some((id, key))
}

fn place(id: &KeyId) -> Place<'_> {
    Place {
        column: "prueba",
        row: id.as_str().as_bytes(),
    }
}

/// What each key answers to, by its id.
fn proofs(conn: &mut Reader) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
    let rows: Vec<(String, Vec<u8>)> = on_each!(conn, |c| {
        claves_cifrado::table.select((dsl::id, dsl::prueba)).load(c)
    })?;
    Ok(rows.into_iter().collect())
}

fn keep(conn: &mut Writer, id: &KeyId, key: &MasterKey, at: DateTime<Utc>) -> Result<(), StoreError> {
    let prueba = sealed::seal(key, id.as_str(), place(id), &[]).map_err(StoreError::Cipher)?;
    let row = New {
        id: id.as_str(),
        prueba: &prueba,
        desde: at.into(),
    };
    on_each!(conn, |c| {
        diesel::insert_into(claves_cifrado::table)
            .values(&row)
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(())
}

/// The ids of all keys that ever encrypted something here, in their order.
pub(super) fn known_ids(conn: &mut Reader) -> Result<Vec<String>, StoreError> {
    on_each!(conn, |c| {
        claves_cifrado::table.select(dsl::id).order(dsl::id).load(c)
    })
}
