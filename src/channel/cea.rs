//! Issued documents, verified by whoever has one before him: what people write is read here, and what they are told is put into words
//! and figures.

use std::net::IpAddr;

use chrono_tz::Europe::Madrid;
use openssl::error::ErrorStack;
use openssl::rand::rand_bytes;

use crate::config::Cea as Limits;
use crate::domain::cea;
use crate::store::cea::key;
use crate::store::{Durability, Store};
use crate::usecase::cea::{Answer, Bounds, Found, Question, Verdict, Verifier, VerifyError};

use super::cea_counters::{self, Came};
use super::service::Service;

/// What is asked of whoever names a document.
pub(crate) struct Asked {
    /// The question, to come back with the answer.
    pub(crate) question: String,
    /// The document as it was named, in groups of four.
    pub(crate) id: String,
    /// Its date, as people read it.
    pub(crate) fecha: String,
    /// The numbers of the groups, from 1.
    pub(crate) grupos: [u8; 2],
}

/// What comes of naming a document.
pub(crate) enum Named {
    /// A question.
    Asked(Asked),
    /// What was written is of another form: whether the id and the date can be read.
    Unread { id: bool, fecha: bool },
}

/// What comes of an answer.
pub(crate) enum Answered {
    /// The document.
    Found(Box<Shown>),
    /// Something is wrong.
    NoMatch,
    /// The question cannot be answered any longer.
    Over,
    /// Come later.
    TooMany,
    /// What was written is of another form: the question again, and whether each group can be read.
    Unread { asked: Asked, read: [bool; 2] },
}

/// A document that was verified, as it is shown.
#[derive(Debug)]
pub(crate) struct Shown {
    /// Its kind.
    pub(crate) titulo: &'static str,
    /// The number of its act, if it has one.
    pub(crate) numero: Option<String>,
    /// Its id, in groups of four.
    pub(crate) id: String,
    /// The date of its CEA.
    pub(crate) fecha: String,
    /// When it was made: day, hour and distance to UTC.
    pub(crate) emitido: String,
    /// SHA-256, in groups of eight figures.
    pub(crate) huella: String,
    /// Its size in octets.
    pub(crate) size: usize,
    /// The index of its leaf in the log, once it has one.
    pub(crate) indice: Option<u64>,
    /// By which it is had, once.
    pub(crate) link: String,
}

/// Who asks and judges, with the key of the database, which is made if there is none.
pub(super) fn verifier(
    store: &Store,
    limits: &Limits,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<Verifier, VerifyError> {
    let new = chance()?;
    let key = store.write::<_, VerifyError, _>(Durability::Full, |conn| Ok(key(conn, new, at)?))?;
    let bounds = Bounds {
        of_document: limits.fallos_documento,
        of_origin: limits.fallos_origen,
        years: limits.vigencia_anos,
    };
    Verifier::new(key, bounds)
}

/// Octets that nobody can foresee.
fn chance<const N: usize>() -> Result<[u8; N], ErrorStack> {
    let mut octets = [0; N];
    rand_bytes(&mut octets)?;
    Ok(octets)
}

impl Service {
    /// What is asked of whoever names a document so. The store is not asked.
    pub(crate) fn name_document(&self, id: &str, fecha: &str) -> Result<Named, VerifyError> {
        let (Ok(id), Ok(fecha)) = (id.parse::<cea::CeaId>(), cea::fecha(fecha)) else {
            return Ok(Named::Unread {
                id: id.parse::<cea::CeaId>().is_ok(),
                fecha: cea::fecha(fecha).is_ok(),
            });
        };
        let (question, text) = self.verifier.ask((id, fecha), self.now(), chance()?)?;
        Ok(Named::Asked(asked(&question, text)))
    }

    /// Judges an answer. Blocking.
    pub(crate) fn answer_question(
        &self,
        question: &str,
        grupos: [&str; 2],
        origen: IpAddr,
    ) -> Result<Answered, VerifyError> {
        let read = grupos.map(str::parse::<cea::CeaGrupo>);
        let [Ok(primero), Ok(segundo)] = read else {
            let again = self.verifier.asked(question, self.now())?;
            return Ok(again.map_or(Answered::Over, |again| Answered::Unread {
                asked: asked(&again, question.to_owned()),
                read: read.map(|read| read.is_ok()),
            }));
        };
        let answer = Answer {
            question,
            grupos: [primero, segundo],
            origen,
        };
        let chance = chance()?;
        let judged = self.with_surroundings(&self.identity(), |around| {
            self.verifier.judge(&self.store, around, &answer, chance)
        });
        cea_counters::came(match &judged {
            Ok(Verdict::Found(_)) => Came::Match,
            Ok(Verdict::NoMatch) => Came::NoMatch,
            Ok(Verdict::Over) => Came::Over,
            Ok(Verdict::TooMany) => Came::TooMany,
            Err(_) => Came::Error,
        });
        Ok(match judged? {
            Verdict::Found(found) => Answered::Found(Box::new(shown(*found))),
            Verdict::NoMatch => Answered::NoMatch,
            Verdict::Over => Answered::Over,
            Verdict::TooMany => Answered::TooMany,
        })
    }

    /// The document of a link, which is followed once. Blocking.
    pub(crate) fn follow_link(&self, link: &str) -> Result<Option<Vec<u8>>, VerifyError> {
        self.verifier.follow(&self.store, self.now(), link)
    }

    /// For how many years documents are verified.
    pub(crate) fn verified_for_years(&self) -> u32 {
        self.verifier.years()
    }
}

fn asked(question: &Question, text: String) -> Asked {
    let pair = question.pareja;
    Asked {
        question: text,
        id: grouped(question.id.as_str(), 4),
        fecha: question.fecha.format("%d/%m/%Y").to_string(),
        grupos: [pair.primero, pair.segundo].map(|grupo| grupo + 1),
    }
}

fn shown(found: Found) -> Shown {
    let Found {
        ficha,
        numero,
        size,
        indice,
        link,
    } = found;
    let emitido = ficha.emitido.with_timezone(&Madrid);
    Shown {
        titulo: ficha.tipo.titulo(),
        numero,
        id: grouped(ficha.cea.id.as_str(), 4),
        fecha: ficha.cea.fecha.format("%d/%m/%Y").to_string(),
        emitido: emitido.format("%d-%m-%Y %H:%M:%S (UTC%:z)").to_string(),
        huella: grouped(&ficha.huella.to_string(), 8),
        size,
        indice,
        link,
    }
}

/// Text of one octet a character in groups, with blanks between.
fn grouped(text: &str, each: usize) -> String {
    let groups = text.as_bytes().chunks(each);
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(" ")
}
