//! Whether what is on record is what was recorded: the journal's chain and the leaves that it binds, what it says that was
//! decided against acuses and states, and kept octets against their hashes. Everything is gone through, whatever was found before (E-80).
//!
//! What is found is where tables disagree with the journal or among themselves. Whoever can rewrite all of them, the whole
//! chain and its head included, is found only by a head that was written down elsewhere.

mod acts;
mod agreement;
mod caducidades;
mod chain;
mod documents;
mod emitidos;
mod historia;
mod leaves;
mod octets;
mod practicas;
mod sealed;
mod signed;

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::backend::Reader;
use super::clock;
use super::error::StoreError;
use super::journal::{self, Contents, Head};
use acts::Acts;
use caducidades::Caducidades;
use chain::{Walk, of_journal};
pub use documents::Made;
use emitidos::Emitidos;
use historia::Historia;
use practicas::Practicas;
pub use sealed::{Place, Unlike};

/// Rows of the journal that are read at a time.
const PAGE: i64 = 1000;
/// Of what is missing in one place so many are told at most: a number of which a high bit was changed is behind more than anybody
/// can be told of.
const TOLD: usize = 1000;
/// How long a row may be without its number (E-1).
const SOON: TimeDelta = TimeDelta::minutes(1);

/// Something that is not as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// In which table.
    pub table: &'static str,
    /// Which row: its primary key.
    pub key: String,
    /// Which column, where it is one.
    pub column: Option<&'static str>,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// There is no row of this number, though there are later ones. In one place no more than the first thousand are told.
    Missing,
    /// Its contents do not have the hash that it bears.
    Altered,
    /// It does not bear the hash of the row before: it was put here, or moved, or that one was replaced.
    Unlinked,
    /// Its instant is before that of the row before it.
    Backwards,
    /// It has had no number for longer than whoever numbers takes.
    Unnumbered,
    /// Its count of leaves is not how many there are up to it.
    WrongCount,
    /// It is not what the row binds.
    Unbound,
    /// The acuse, made again from its rows, is not the one whose hash is in the log.
    UnlikeLeaf,
    /// It is not what the leaf of the sealed acuse says.
    UnlikeOwnLeaf,
    /// The column is not what the sealed acuse says.
    UnlikeSealed,
    /// It is not what the leaves make.
    OtherLeaves,
    /// It is not what was signed.
    Unsigned,
    /// The rows from here on are gone: the head says that there were more.
    Cut,
    /// The head knows nothing of this row.
    BeyondHead,
    /// The head says of the last row what is not so.
    HeadDiffers,
    /// The head itself is gone or unreadable.
    NoHead,
    /// A column holds what this program never writes.
    Unreadable,
    /// What it says that was decided is not on record.
    NotOnRecord,
    /// What it says that was loaded is not on record.
    NotLoaded,
    /// The column is not what the journal says.
    DiffersFromJournal,
    /// No row of the journal says that this was decided.
    NotInJournal,
    /// What it says that was issued is not there.
    NotKept,
    /// No row of the journal says that it was issued.
    NotIssued,
    /// The row that says that it was issued has no leaf of it.
    NoLeaf,
    /// The journal says it of more than one request.
    DecidedTwice,
    /// The column is not what the acuse of the notification says.
    DiffersFromAcuse,
    /// It was practised elsewhere before that.
    LaterThanPractised,
    /// It is decided, and has no acuse.
    NoAcuse,
    /// What the column names is not there.
    Dangling,
    /// The octets do not have the hash under which they are kept.
    WrongHash,
    /// The octets lie encrypted, and there is no key to open them.
    NoKey,
    /// The column is not the length of the document.
    WrongLength,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the row is missing",
            Self::Altered => "the row was altered",
            Self::Unlinked => "the row does not follow the one before",
            Self::Backwards => "the row is dated before the one before it",
            Self::Unnumbered => "the row has no number, and was written over a minute ago",
            Self::WrongCount => "is not how many leaves there are up to here",
            Self::Unbound => "is not what the row of the journal binds",
            Self::UnlikeLeaf => "the acuse, made again from its rows, is not the one that is in the log",
            Self::UnlikeOwnLeaf => "is not what is in the log",
            Self::UnlikeSealed => "is not what the sealed acuse says",
            Self::OtherLeaves => "is not what the leaves make",
            Self::Unsigned => "is not what was signed of the log",
            Self::Cut => "the rows from here on were removed",
            Self::BeyondHead => "the row was added behind the last one",
            Self::HeadDiffers => "is not that of the last row",
            Self::NoHead => "the record of the last row is missing",
            Self::Unreadable => "the row holds what the program does not write",
            Self::NotOnRecord => "the journal says that it was decided, and there is no acuse",
            Self::NotLoaded => "the journal says that it was loaded or told, and it is not there",
            Self::DiffersFromJournal => "is not what the journal says",
            Self::NotInJournal => "the journal does not say that it was decided",
            Self::NotKept => "the journal says that it was issued, and it is not there",
            Self::NotIssued => "the journal does not say that it was issued",
            Self::NoLeaf => "has no leaf by the row that says that it was issued",
            Self::DecidedTwice => "the journal says twice that it was decided",
            Self::DiffersFromAcuse => "is not what the acuse says",
            Self::LaterThanPractised => "is later than it was practised elsewhere",
            Self::NoAcuse => "is decided and has no acuse",
            Self::Dangling => "names what is not there",
            Self::WrongHash => "the octets do not have their hash",
            Self::NoKey => {
                "the octets are encrypted, and there is no key to look whether they have their hash"
            }
            Self::WrongLength => "is not the length of the document",
        })
    }
}

/// What was gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Rows of the journal.
    pub rows: u64,
    /// How many of them have no number yet.
    pub unnumbered: u64,
    /// The last that has one, as the head says.
    pub head: Head,
    /// Codes that the journal says were decided.
    pub decided: u64,
    /// Pieces of evidence.
    pub evidencias: u64,
    /// How many documents were held against their hash.
    pub documentos: u64,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many rows of the journal.
    Rows(u64),
    /// So many leaves of decisions.
    Hojas(u64),
    /// So many sealed acuses.
    Sellados(u64),
    /// So many pieces of evidence.
    Evidencias(u64),
    /// So many documents.
    Documentos(u64),
}

/// Where findings go, as they are found.
type Sink<'a> = &'a mut dyn FnMut(Finding);

/// Goes through everything, telling `progress` now and then how far it is and `found` whatever is wrong. It reads page by
/// page, in the caller's transaction, so that what is recorded meanwhile does not disturb it.
///
/// With `papers` the acuses of decisions are made again, and held against the log and against what was sealed.
pub fn verify(
    conn: &mut Reader,
    papers: Option<Papers<'_>>,
    mut progress: impl FnMut(Progress),
    mut found: impl FnMut(Finding),
) -> Result<Summary, StoreError> {
    // Of which notifications something is told, and what of them.
    let mut told = BTreeSet::new();
    let mut columns = BTreeSet::new();
    let mut telling = |finding: Finding| {
        if matches!(finding.table, "acuses" | "notificaciones") {
            told.extend(finding.key.parse::<i32>());
            if !columns.insert((finding.table, finding.key.clone(), finding.column)) {
                return;
            }
        }
        found(finding);
    };
    let summary = verify_rows(conn, &mut progress, &mut telling)?;
    if let Some(Papers { made, unlike }) = papers {
        sealed::check(conn, unlike, |n| progress(Progress::Sellados(n)), &mut telling)?;
        documents::decisions(conn, made, &told, |n| progress(Progress::Hojas(n)), &mut found)?;
    }
    Ok(summary)
}

/// What is made of rows, or read of what was sealed, by those who know how it is written.
#[derive(Clone, Copy)]
pub struct Papers<'a> {
    /// The acuse of a decision.
    pub made: Made<'a>,
    /// In what a sealed acuse differs from its rows.
    pub unlike: Unlike<'a>,
}

fn verify_rows(
    conn: &mut Reader,
    progress: &mut dyn FnMut(Progress),
    found: Sink<'_>,
) -> Result<Summary, StoreError> {
    let end = journal::end(conn)?;
    let mut walk = Walk::up_to(end);
    let mut acts = Acts::default();
    let mut others = Others::default();
    loop {
        let page = journal::page_after(conn, walk.at(), PAGE)?;
        if page.is_empty() {
            break;
        }
        let mut right = Vec::new();
        for (link, row) in &page {
            let is_right = walk.step(link, row.as_ref(), found);
            let Some(row) = row else { continue };
            if is_right {
                right.push(row);
            }
            acts.take(row, found);
            others.take(row, found);
        }
        leaves::check(conn, &right, found)?;
        acts.compare(conn, found)?;
        others.issued.page(conn, found)?;
        progress(Progress::Rows(walk.rows()));
    }
    walk.end(found);
    let unnumbered = unnumbered(conn, &mut acts, &mut others, found)?;
    leaves::of_no_row(conn, found)?;
    acts.missing(conn, found)?;
    others.compare(conn, found)?;
    agreement::check(conn, found)?;
    // Without the head, whose loss was told, or with what is no count in it, nothing says how many leaves there should be.
    if let Some(leaves) = end.and_then(|end| u64::try_from(end.hojas).ok()) {
        signed::check(conn, leaves, found)?;
    }
    Ok(Summary {
        rows: walk.rows() + unnumbered,
        unnumbered,
        head: end.map_or(Head::NONE, |end| end.head),
        decided: acts.decided(),
        evidencias: octets::evidencias(conn, |n| progress(Progress::Evidencias(n)), found)?,
        documentos: octets::documentos(conn, |n| progress(Progress::Documentos(n)), found)?,
    })
}

/// What else the journal tells of notifications than decisions.
#[derive(Default)]
struct Others {
    issued: Emitidos,
    history: Historia,
    practices: Practicas,
    lapses: Caducidades,
}

impl Others {
    /// Notes what a row says.
    fn take(&mut self, row: &Contents, found: Sink<'_>) {
        self.issued.take(row, found);
        self.history.take(row, found);
        self.practices.take(row, found);
        self.lapses.take(row, found);
    }

    /// Once all were noted, holds them against what is on record.
    fn compare(&mut self, conn: &mut Reader, found: Sink<'_>) -> Result<(), StoreError> {
        self.issued.compare(conn, found)?;
        self.history.compare(conn, found)?;
        self.practices.compare(conn, found)?;
        self.lapses.compare(conn, found)
    }
}

/// Goes through the rows that have no number; gives how many there were.
fn unnumbered(
    conn: &mut Reader,
    acts: &mut Acts,
    others: &mut Others,
    found: Sink<'_>,
) -> Result<u64, StoreError> {
    // Where there is none, rows are numbered as they are added.
    let now = clock::of_database(conn)?;
    let mut rows = 0;
    let mut after = 0;
    loop {
        let page = journal::unnumbered_after(conn, after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(rows);
        };
        after = last.id();
        let mut right = Vec::new();
        for row in &page {
            if late(row, now) {
                found(of_journal(row.id(), Fault::Unnumbered));
            }
            if row.is_intact() {
                right.push(&row.contents);
            } else if !row.is_first() {
                found(of_journal(row.id(), Fault::Altered));
            }
            acts.take(row, found);
            others.take(row, found);
        }
        leaves::check(conn, &right, found)?;
        acts.compare(conn, found)?;
        others.issued.page(conn, found)?;
        rows += page.len() as u64;
    }
}

fn late(row: &Contents, now: Option<DateTime<Utc>>) -> bool {
    let written = row.instante.instant();
    now.zip(written).is_none_or(|(now, written)| now - written > SOON)
}
