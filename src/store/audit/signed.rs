//! What was signed of the log, and the roots of its full tiles, against the leaves (E-15).

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{Fault, Finding, Sink, TOLD};
use crate::store::backend::{Reader, on_each};
use crate::store::error::StoreError;
use crate::store::schema::{puntos, teselas};
use crate::store::transparencia::{self, TileRoot};
use crate::tlog::{Checkpoint, ExtendError, Frontier, TreeHash};

/// Checkpoints that are read at a time.
const PAGE: i64 = 1000;

/// A checkpoint as it lies.
#[derive(Queryable, Selectable)]
#[diesel(table_name = puntos)]
struct Punto {
    orden: i64,
    origen: String,
    tamano: i64,
    raiz: Vec<u8>,
    nota: String,
}

/// Roots of full tiles, by level and number, each with how many leaves a tree has that has it.
type Roots = BTreeMap<(i16, i64), (TreeHash, u64)>;

/// Holds both against the leaves, of which there are so many: each is read once for each log that there was.
pub(super) fn check(conn: &mut Reader, there: u64, found: Sink<'_>) -> Result<(), StoreError> {
    let mut walk = Walk {
        frontier: Frontier::default(),
        roots: Roots::new(),
        signed: 0,
    };
    let mut after = 0;
    loop {
        let page: Vec<Punto> = on_each!(conn, |c| puntos::table
            .filter(puntos::orden.gt(after))
            .order(puntos::orden)
            .limit(PAGE)
            .select(Punto::as_select())
            .load(c))?;
        if page.is_empty() {
            break;
        }
        for punto in page {
            for orden in (after + 1..punto.orden).take(TOLD) {
                found(of_point(orden, None, Fault::Missing));
            }
            after = punto.orden;
            walk.point(conn, &punto, there, found)?;
        }
    }
    // Tiles of leaves that are not signed yet are not kept yet.
    walk.root(conn, there)?;
    walk.tiles(conn, found)
}

/// How far leaves were read.
struct Walk {
    frontier: Frontier,
    /// Those of the leaves that were read.
    roots: Roots,
    /// The most that was signed.
    signed: u64,
}

impl Walk {
    fn point(
        &mut self,
        conn: &mut Reader,
        punto: &Punto,
        there: u64,
        found: Sink<'_>,
    ) -> Result<(), StoreError> {
        let mut wrong = |column, fault| found(of_point(punto.orden, Some(column), fault));
        let Some(size) = u64::try_from(punto.tamano).ok().filter(|size| *size <= there) else {
            wrong("tamano", Fault::Unsigned);
            return Ok(());
        };
        let Some(root) = self.root(conn, size)? else {
            // The journal's own faults say which leaf it is.
            wrong("raiz", Fault::OtherLeaves);
            return Ok(());
        };
        self.signed = self.signed.max(size);
        let is_root = punto.raiz == root.octets();
        let said = punto.nota.split_once("\n\n").map(|(text, _)| format!("{text}\n"));
        let said = said.and_then(|text| Checkpoint::parse(&text).ok());
        match said {
            None => wrong("nota", Fault::Unreadable),
            Some(said) if said.root != root && is_root => wrong("nota", Fault::OtherLeaves),
            Some(said) if said.origin != punto.origen => wrong("origen", Fault::Unsigned),
            Some(said) if said.size != size => wrong("tamano", Fault::Unsigned),
            Some(_) if !is_root => wrong("raiz", Fault::OtherLeaves),
            Some(_) => {}
        }
        Ok(())
    }

    /// The root of so many leaves, unless one of them is missing.
    fn root(&mut self, conn: &mut Reader, size: u64) -> Result<Option<TreeHash>, StoreError> {
        if size < self.frontier.size() {
            // Another log begins with the first leaf again.
            self.frontier = Frontier::default();
        }
        let Self { frontier, roots, .. } = self;
        let extended = frontier.extend(
            size,
            |wanted| transparencia::leaves(conn, wanted),
            |level, number, hash| {
                if let Some(root) = TileRoot::of_subtree(level, number, hash) {
                    roots.insert(root.key(), (hash, root.ends()));
                }
            },
        );
        match extended {
            Ok(()) => Ok(Some(frontier.root())),
            Err(ExtendError::Read(error)) if !matches!(error, StoreError::Corrupt { .. }) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// The roots that are kept must be those of the leaves, and all of those that were signed be kept.
    fn tiles(mut self, conn: &mut Reader, found: Sink<'_>) -> Result<(), StoreError> {
        let kept: Vec<(i16, i64, Vec<u8>)> = on_each!(conn, |c| teselas::table
            .order((teselas::nivel, teselas::numero))
            .select((teselas::nivel, teselas::numero, teselas::raiz))
            .load(c))?;
        for (nivel, numero, raiz) in kept {
            match self.roots.remove(&(nivel, numero)) {
                Some((root, _)) if root.octets().as_slice() == raiz => {}
                Some(_) => found(of_tile((nivel, numero), Some("raiz"), Fault::OtherLeaves)),
                None => found(of_tile((nivel, numero), None, Fault::Unsigned)),
            }
        }
        let signed = self.signed;
        for ((nivel, numero), (_, ends)) in self.roots {
            if ends <= signed {
                found(of_tile((nivel, numero), None, Fault::Missing));
            }
        }
        Ok(())
    }
}

fn of_point(orden: i64, column: Option<&'static str>, fault: Fault) -> Finding {
    Finding {
        table: "puntos",
        key: orden.to_string(),
        column,
        fault,
    }
}

fn of_tile((nivel, numero): (i16, i64), column: Option<&'static str>, fault: Fault) -> Finding {
    Finding {
        table: "teselas",
        key: format!("{nivel}/{numero}"),
        column,
        fault,
    }
}
