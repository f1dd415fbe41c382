//! Having an issued document verified by its CEA, without a certificate (D-108, E-51 to E-53).
//!
//! Whoever names a document is asked for two groups of its code, whether or not there is such a document. What is wrong, of whatever
//! is said, is one answer, and takes the same statements: who has not the document before him learns nothing of it.

mod question;
mod sealed;

use std::net::IpAddr;

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Madrid;
use openssl::error::ErrorStack;
use openssl::memcmp;
use serde_json::json;

use crate::domain::cea::{AZAR, Cea, CeaGrupo, CeaId};
use crate::domain::clock;
use crate::domain::emitido::{TipoDocumento, numero_impreso};
use crate::domain::notificacion::Huella;
use crate::store::cea::{self as kept, Quien};
use crate::store::documentos_emitidos::{self, Ficha};
use crate::store::{Durability, Store, StoreError, Writer, journal};

pub use self::question::{Chance, Question};
use self::sealed::{Key, Purpose};
use super::Surroundings;
use super::act::Row;
use super::author::Author;

/// The operation's name in the journal.
const VERIFICAR: &str = "verificarCea";
/// For how long wrong answers count.
const COUNTED: TimeDelta = TimeDelta::hours(1);
/// For how long a question may be answered, and a link followed.
const ALIVE: TimeDelta = TimeDelta::minutes(10);

/// Why nothing could be told.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The store failed, or what is in it is not what was issued.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The library of cryptography failed.
    #[error("questions cannot be sealed")]
    Seal(#[from] ErrorStack),
}

/// How much is let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Wrong answers about a document in an hour, after which none about it is right.
    pub of_document: u32,
    /// Wrong answers from an origin in an hour, after which it is told to come later.
    pub of_origin: u32,
    /// For how many years from its date a document is verified.
    pub years: u32,
}

/// What is said of a document.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The question, as it was given out.
    pub question: &'a str,
    /// The groups that were asked for.
    pub grupos: [CeaGrupo; 2],
    /// Where the answer comes from.
    pub origen: IpAddr,
}

/// What comes of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is of the document that was issued.
    Found(Box<Found>),
    /// There is no such document, or something of what was said is wrong, or was too often.
    NoMatch,
    /// The question is too old, or was answered already, or nobody asked it.
    Over,
    /// Too many wrong answers came from there.
    TooMany,
}

/// A document that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What is known of it.
    pub ficha: Ficha,
    /// The number of its act as it is printed, if it has one.
    pub numero: Option<String>,
    /// Octets that it has.
    pub size: usize,
    /// Where its leaf is in the log, once it has a place there.
    pub indice: Option<u64>,
    /// By which it is had, once.
    pub link: String,
}

/// Who asks and judges.
pub struct Verifier {
    key: Key,
    bounds: Bounds,
}

impl Verifier {
    /// With the key that all instances share.
    pub fn new(key: [u8; 32], bounds: Bounds) -> Result<Self, VerifyError> {
        let key = Key::new(key)?;
        Ok(Self { key, bounds })
    }

    /// For how many years documents are verified.
    #[must_use]
    pub fn years(&self) -> u32 {
        self.bounds.years
    }

    /// What is asked of whoever names a document, and the question as it is given out. The store is not asked.
    pub fn ask(
        &self,
        (id, fecha): (CeaId, NaiveDate),
        at: DateTime<Utc>,
        chance: Chance,
    ) -> Result<(Question, String), VerifyError> {
        let question = Question::new(&self.key, (id, fecha), at, at + ALIVE)?;
        let text = self.key.seal(Purpose::Question, &question.octets(), chance)?;
        Ok((question, text))
    }

    /// What was asked, if it may still be answered.
    pub fn asked(&self, question: &str, at: DateTime<Utc>) -> Result<Option<Question>, VerifyError> {
        Ok(self.open(question, at)?.map(|(question, _)| question))
    }

    fn open(&self, question: &str, at: DateTime<Utc>) -> Result<Option<(Question, Huella)>, VerifyError> {
        let opened = self.key.open(Purpose::Question, question)?;
        let read = opened.and_then(|(octets, mark)| Some((Question::read(&octets)?, mark)));
        Ok(read.filter(|(question, _)| at < question.until))
    }

    /// Judges an answer. A right one is on record before it is told.
    pub fn judge(
        &self,
        store: &Store,
        around: &Surroundings<'_>,
        answer: &Answer<'_>,
        chance: Chance,
    ) -> Result<Verdict, VerifyError> {
        let at = (around.clock)();
        let Some((question, mark)) = self.open(answer.question, at)? else {
            return Ok(Verdict::Over);
        };
        let quien = Quien {
            documento: self
                .key
                .hash(Purpose::Document, question.id.as_str().as_bytes())?,
            origen: self.key.hash(Purpose::Origin, &octets(answer.origen))?,
        };
        let weighed = store.write::<_, VerifyError, _>(Durability::Relaxed, |conn| {
            self.weigh(conn, (&question, mark), quien, &answer.grupos, at)
        })?;
        let ficha = match weighed {
            Weighed::Right(ficha) => *ficha,
            Weighed::Not(verdict) => return Ok(verdict),
        };
        let link = self
            .key
            .seal(Purpose::Link, &link(ficha.id, at + ALIVE), chance)?;
        Ok(Verdict::Found(Box::new(record(store, around, ficha, link)?)))
    }

    /// Every answer that is wrong, for whatever reason, takes the same statements.
    fn weigh(
        &self,
        conn: &mut Writer,
        (question, mark): (&Question, Huella),
        quien: Quien,
        grupos: &[CeaGrupo; 2],
        at: DateTime<Utc>,
    ) -> Result<Weighed, VerifyError> {
        kept::in_turn(conn, &quien)?;
        let before = kept::failures(conn, &quien, at - COUNTED)?;
        if before.origen >= i64::from(self.bounds.of_origin) {
            return Ok(Weighed::Not(Verdict::TooMany));
        }
        if !kept::use_once(conn, mark, question.until)? {
            return Ok(Weighed::Not(Verdict::Over));
        }
        let found = documentos_emitidos::by_cea(conn, &question.id)?;
        // Who has guessed too often is not told that he guessed right; and what he says then does not prolong it.
        let is_open = before.documento < i64::from(self.bounds.of_document);
        let right = self.is_right(found.as_ref(), question, grupos, at);
        match found {
            Some(ficha) if is_open & right => Ok(Weighed::Right(Box::new(ficha))),
            _ => {
                let of = is_open.then_some(quien.documento);
                kept::fail(conn, mark, (of, quien.origen), at)?;
                Ok(Weighed::Not(Verdict::NoMatch))
            }
        }
    }

    /// Whether all that was said is right. Where there is no document, it is held against another one nonetheless; and all of it is,
    /// whatever was wrong before.
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "no part is left out for another's sake"
    )]
    fn is_right(
        &self,
        found: Option<&Ficha>,
        question: &Question,
        grupos: &[CeaGrupo; 2],
        at: DateTime<Utc>,
    ) -> bool {
        let nobodys = Cea::new(TipoDocumento::Aceptacion, DateTime::UNIX_EPOCH, &[0; AZAR]);
        let cea = found.map_or(&nobodys, |ficha| &ficha.cea);
        let pair = [question.pareja.primero, question.pareja.segundo];
        let mut right = found.is_some() & (cea.fecha == question.fecha) & self.in_force(cea.fecha, at);
        for (numero, said) in pair.into_iter().zip(grupos) {
            right &= memcmp::eq(cea.codigo.grupo(numero.into()).octets(), said.octets());
        }
        right
    }

    /// Whether documents of a day are still verified: to the end of the same day of the last year.
    fn in_force(&self, fecha: NaiveDate, at: DateTime<Utc>) -> bool {
        let years = Months::new(self.bounds.years.saturating_mul(12));
        let today = at.with_timezone(&Madrid).date_naive();
        // What the calendar does not reach is far away.
        fecha.checked_add_months(years).is_none_or(|last| today <= last)
    }

    /// The document of a link, which is followed once.
    pub fn follow(
        &self,
        store: &Store,
        at: DateTime<Utc>,
        link: &str,
    ) -> Result<Option<Vec<u8>>, VerifyError> {
        let opened = self.key.open(Purpose::Link, link)?;
        let read = opened.and_then(|(octets, mark)| Some((read_link(&octets)?, mark)));
        let Some(((id, until), mark)) = read.filter(|((_, until), _)| at < *until) else {
            return Ok(None);
        };
        store.write(Durability::Relaxed, |conn| {
            if !kept::use_once(conn, mark, until)? {
                return Ok(None);
            }
            let ficha = documentos_emitidos::by_id(conn, id)?;
            let octets = ficha.map(|ficha| documentos_emitidos::octetos(conn, &ficha));
            Ok(octets.transpose()?)
        })
    }
}

/// What an answer was found to be.
enum Weighed {
    Right(Box<Ficha>),
    Not(Verdict),
}

/// Confirms that the document is what was issued, and has the journal tell that it was verified, without its code.
fn record(
    store: &Store,
    around: &Surroundings<'_>,
    ficha: Ficha,
    link: String,
) -> Result<Found, VerifyError> {
    let (size, indice, acto) = store.write::<_, VerifyError, _>(Durability::Full, |conn| {
        let size = documentos_emitidos::octetos(conn, &ficha)?.len();
        let indice = documentos_emitidos::vouch(conn, &ficha)?;
        let acto = documentos_emitidos::acto(conn, &ficha)?;
        let held = journal::hold(conn)?;
        let row = Row {
            detalle: json!({ "codigo": ficha.codigo.number(), "documento": ficha.id }),
            ..Row::of(None, "coincide")
        };
        let at = clock::not_before((around.clock)(), held.last());
        let entry = row.entry(Author::anybody(), (around.ids)(), VERIFICAR, at);
        held.append(conn, &entry)?;
        Ok((size, indice, acto))
    })?;
    let numero = ficha.numero.zip(acto);
    Ok(Found {
        numero: numero.map(|(numero, acto)| numero_impreso(numero, acto)),
        ficha,
        size,
        indice,
        link,
    })
}

/// Forgets what nobody needs any longer.
pub fn forget(store: &Store, at: DateTime<Utc>) -> Result<(), StoreError> {
    store.write(Durability::Relaxed, |conn| kept::forget(conn, at, at - COUNTED))
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// What a link says: which document, until when.
fn link(id: i64, until: DateTime<Utc>) -> Vec<u8> {
    [id.to_be_bytes(), until.timestamp().to_be_bytes()].concat()
}

fn read_link(octets: &[u8]) -> Option<(i64, DateTime<Utc>)> {
    let (id, until) = octets.split_first_chunk::<8>()?;
    let until = DateTime::from_timestamp(i64::from_be_bytes(until.try_into().ok()?), 0)?;
    Some((i64::from_be_bytes(*id), until))
}
