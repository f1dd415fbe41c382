//! Tiles: made of leaves, or of the roots that are kept of the full tiles below.

use std::ops::Range;

use diesel::prelude::*;

use crate::store::backend::{Reader, Writer, on_each};
use crate::store::error::StoreError;
use crate::store::insert::insert_rows;
use crate::store::schema::teselas::{self, dsl};
use crate::tlog::{Entry, Layer, Tile, TreeHash, bundle};

use super::leaves::leaves;

/// Levels of nodes within a tile.
const HEIGHT: u8 = 8;

/// The hash over a full tile, which is one hash of the level above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TileRoot {
    nivel: u8,
    numero: u64,
    raiz: TreeHash,
}

impl TileRoot {
    /// That of a complete subtree, as [`Frontier::append`](crate::tlog::Frontier::append) tells it, if it is a full tile.
    #[must_use]
    pub fn of_subtree(level: u8, numero: u64, raiz: TreeHash) -> Option<Self> {
        let nivel = (level / HEIGHT).checked_sub(1)?;
        level
            .is_multiple_of(HEIGHT)
            .then_some(Self { nivel, numero, raiz })
    }

    /// Its level and number, as the table has them.
    pub(in crate::store) fn key(&self) -> (i16, i64) {
        // A number of tiles is far below that of their leaves.
        (self.nivel.into(), self.numero.cast_signed())
    }

    /// How many leaves a tree has that has just got this tile.
    #[must_use]
    pub fn ends(&self) -> u64 {
        let leaves = u32::from(HEIGHT) * (u32::from(self.nivel) + 1);
        (self.numero + 1).checked_shl(leaves).unwrap_or(u64::MAX)
    }
}

#[derive(Insertable)]
#[diesel(table_name = teselas)]
struct New<'a> {
    nivel: i16,
    numero: i64,
    raiz: &'a [u8],
}

/// Keeps roots; those that are there already stay.
pub fn keep_roots(conn: &mut Writer, roots: &[TileRoot]) -> Result<(), StoreError> {
    let rows: Result<Vec<New>, StoreError> = roots
        .iter()
        .map(|root| {
            let numero = i64::try_from(root.numero);
            Ok(New {
                nivel: root.nivel.into(),
                numero: numero.map_err(|_| StoreError::corrupt("teselas", &root.numero))?,
                raiz: root.raiz.octets(),
            })
        })
        .collect();
    insert_rows!(conn, teselas::table, rows?.into_iter(), |insert| insert
        .on_conflict_do_nothing())
}

/// The roots of full tiles of a level.
fn roots(conn: &mut Reader, nivel: u8, wanted: Range<u64>) -> Result<Vec<TreeHash>, StoreError> {
    let corrupt = || StoreError::corrupt("teselas", &format!("{nivel}/{}", wanted.start));
    let bound = |number: u64| i64::try_from(number).map_err(|_| corrupt());
    let (from, to) = (bound(wanted.start)?, bound(wanted.end)?);
    let found: Vec<Vec<u8>> = on_each!(conn, |c| teselas::table
        .filter(dsl::nivel.eq(i16::from(nivel)))
        .filter(dsl::numero.ge(from))
        .filter(dsl::numero.lt(to))
        .order(dsl::numero)
        .select(dsl::raiz)
        .load(c))?;
    // The key has no number twice.
    if found.len() as u64 != wanted.end - wanted.start {
        return Err(corrupt());
    }
    let read = |raiz: Vec<u8>| raiz.try_into().map(TreeHash::from_octets);
    found
        .into_iter()
        .map(|raiz| read(raiz).map_err(|_| corrupt()))
        .collect()
}

/// The octets of a tile, which whoever asks has found to be within what was published.
pub fn tile(conn: &mut Reader, tile: Tile) -> Result<Vec<u8>, StoreError> {
    let wanted = tile.first()..tile.first() + u64::from(tile.width());
    let entries = |conn: &mut Reader| {
        let entries = leaves(conn, wanted.clone())?;
        if entries.len() == usize::from(tile.width()) {
            Ok(entries)
        } else {
            Err(StoreError::corrupt("cadena", &wanted.start))
        }
    };
    let hashes: Vec<TreeHash> = match tile.layer() {
        Layer::Entries => return Ok(bundle(&entries(conn)?)),
        Layer::Hashes(0) => entries(conn)?.iter().map(Entry::hash).collect(),
        Layer::Hashes(level) => roots(conn, level - 1, wanted)?,
    };
    Ok(hashes.iter().flat_map(|hash| *hash.octets()).collect())
}
