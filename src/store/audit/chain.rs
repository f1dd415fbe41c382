//! Walking the journal's chain from its first link to its head: each row's number, what it says, and when.

use chrono::TimeDelta;

use super::{Fault, Finding, Sink, TOLD};
use crate::domain::notificacion::Huella;
use crate::store::columns::Micros;
use crate::store::journal::{Contents, End, Link, linked};

/// By how much a row may be dated before one that was numbered before it. Those who add wait for nobody: the one that asked for
/// the time first may end last, within the minute in which each is numbered, and clocks of two machines differ by as much as is
/// forgiven each, two minutes as a rule.
const LATE: TimeDelta = TimeDelta::minutes(5);

/// A walk along the chain, which goes on behind what is broken.
pub(super) struct Walk {
    end: Option<End>,
    /// The last number seen.
    last: i64,
    /// The hash that the last link bears, which the next one must; nothing where it is not known what was before.
    borne: Option<Huella>,
    /// The hash that the last link should bear, which the next one may bear too.
    rightful: Option<Huella>,
    /// How many leaves there were; nothing where it is not known.
    hojas: Option<i64>,
    instant: Option<Micros>,
    /// Whether all that instants depend on is as it was written.
    instant_known: bool,
    rows: u64,
    /// The first link behind the one that the head names.
    beyond: Option<i64>,
}

impl Walk {
    /// From the first row on.
    pub(super) fn up_to(end: Option<End>) -> Self {
        let none = Some(Huella([0; 32]));
        Self {
            end,
            last: 0,
            borne: none,
            rightful: none,
            hojas: Some(0),
            instant: None,
            instant_known: true,
            rows: 0,
            beyond: None,
        }
    }

    /// The last number seen.
    pub(super) fn at(&self) -> i64 {
        self.last
    }

    /// How many rows there were.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes one step: the link must be the next one, follow the last one, and be what its hash is of; its row must be there,
    /// bear the hash of what it says, and go with time. Gives whether the row bears that hash.
    pub(super) fn step(&mut self, link: &Link, row: Option<&Contents>, found: Sink<'_>) -> bool {
        self.rows += 1;
        for missing in (self.last + 1..link.secuencia).take(TOLD) {
            found(of_chain(missing, None, Fault::Missing));
            (self.borne, self.rightful, self.hojas) = (None, None, None);
            self.instant_known = false;
        }
        if self.end.is_some_and(|end| link.secuencia > end.head.secuencia) {
            self.beyond.get_or_insert(link.secuencia);
        }
        self.last = link.secuencia;
        let Some(row) = row else {
            found(of_journal(link.asiento, Fault::Missing));
            // What the link bears is all that is known of it.
            (self.borne, self.rightful, self.hojas) = (link.hash.0, None, Some(link.hojas));
            self.instant_known = false;
            return false;
        };
        let right = self.right(link, row);
        if right {
            self.time(link, row, found);
        } else {
            found(of_journal(link.asiento, Fault::Altered));
            self.instant_known = false;
        }
        self.link(link, row, right, found);
        right
    }

    /// Whether the row bears the hash of what it says: one of the first format by the hash that the link before bears, too,
    /// where its own link does not say it.
    fn right(&self, link: &Link, row: &Contents) -> bool {
        let by = |anterior: Option<Huella>| row.actual(anterior.map(|anterior| (anterior, link.secuencia)));
        row.borne().is_some() && (by(link.anterior.0) == row.borne() || by(self.borne) == row.borne())
    }

    /// Whether the link is what its hash is of, and follows the one before. What is wrong is one column if all is right but for
    /// it.
    fn link(&mut self, link: &Link, row: &Contents, right: bool, found: Sink<'_>) {
        let counted = self.hojas.map(|before| before + 1 + i64::from(row.hojas()));
        let hojas = counted.filter(|_| right).unwrap_or(link.hojas);
        let contents = [
            row.actual(link.anterior.0.map(|hash| (hash, link.secuencia))),
            row.borne(),
        ];
        // Where the row is not what it was, its format may be what was altered.
        let formats = if right { [row.is_first(); 2] } else { [true, false] };
        let bears = |anterior: Option<Huella>, hojas| {
            let place = (link.secuencia, hojas);
            anterior.is_some_and(|anterior| {
                contents.into_iter().flatten().any(|hash| {
                    let linked = |is_first| Some(linked(is_first, hash, anterior, place));
                    formats
                        .into_iter()
                        .any(|is_first| linked(is_first) == link.hash.0)
                })
            })
        };
        let anterior = link.anterior.0;
        let follows = self.borne.is_none()
            || anterior.is_some() && (anterior == self.borne || anterior == self.rightful);
        let mut tell = |column, fault| found(of_chain(link.secuencia, column, fault));
        let of_first = row.is_first() && right && contents[0] != contents[1];
        if !follows && (of_first || !bears(anterior, link.hojas) && bears(self.borne, link.hojas)) {
            tell(Some("anterior"), Fault::Altered);
        } else if link.hojas != hojas && (bears(anterior, hojas) || bears(anterior, link.hojas)) {
            tell(Some("hojas"), Fault::WrongCount);
        } else if !bears(anterior, link.hojas) {
            tell(None, Fault::Altered);
        } else if !follows {
            tell(None, Fault::Unlinked);
        }
        let before = if follows { anterior } else { self.borne };
        self.rightful = before.and_then(|before| {
            let hash = row.borne().filter(|_| right)?;
            Some(linked(row.is_first(), hash, before, (link.secuencia, hojas)))
        });
        self.borne = link.hash.0.or(self.rightful);
        self.hojas = Some(hojas);
    }

    /// Whether it goes with time: to the letter where each waited for the one before, and else but for a little.
    fn time(&mut self, link: &Link, row: &Contents, found: Sink<'_>) {
        let at = row.instante.number();
        if row.sets_time() {
            self.instant = Some(row.instante);
            return;
        }
        let forgiven = if row.is_first() {
            0
        } else {
            LATE.num_microseconds().unwrap_or(0)
        };
        if self
            .instant
            .is_some_and(|newest| at.saturating_add(forgiven) < newest.number())
        {
            found(of_journal(link.asiento, Fault::Backwards));
        }
        self.instant = if row.is_first() {
            Some(row.instante)
        } else {
            self.instant.max(Some(row.instante))
        };
    }

    /// The last link must be the one that the head names.
    pub(super) fn end(&self, found: Sink<'_>) {
        let Some(end) = self.end else {
            found(of_head(None, Fault::NoHead));
            return;
        };
        let hash = Some(end.head.hash);
        let names_last = hash == self.borne || hash == self.rightful;
        if end.head.secuencia != self.last && !names_last {
            let (first, fault) = match self.beyond {
                Some(first) => (first, Fault::BeyondHead),
                None => (self.last + 1, Fault::Cut),
            };
            found(of_chain(first, None, fault));
            return;
        }
        let differs = [
            ("secuencia", end.head.secuencia != self.last),
            ("hash", self.borne.is_some() && !names_last),
            ("instante", self.instant_known && end.instante != self.instant),
            ("hojas", self.hojas.is_some_and(|hojas| hojas != end.hojas)),
        ];
        for (column, _) in differs.into_iter().filter(|(_, differs)| *differs) {
            found(of_head(Some(column), Fault::HeadDiffers));
        }
    }
}

fn of_chain(secuencia: i64, column: Option<&'static str>, fault: Fault) -> Finding {
    Finding {
        table: "cadena",
        key: secuencia.to_string(),
        column,
        fault,
    }
}

fn of_head(column: Option<&'static str>, fault: Fault) -> Finding {
    Finding {
        table: "auditoria_cabeza",
        key: "1".to_owned(),
        column,
        fault,
    }
}

/// Of a row of the journal.
pub(super) fn of_journal(id: i64, fault: Fault) -> Finding {
    Finding {
        table: "auditoria",
        key: id.to_string(),
        column: None,
        fault,
    }
}
