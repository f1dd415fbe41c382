//! The run through a file: line, row, value, batch, sink.

use std::io::{self, BufRead};

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use thiserror::Error;

use super::columns::{Column, Needed};
use super::encoding::Encoding;
use super::fields::Fields;
use super::instants::Bars;
use super::lines::{Line, Lines, MAX_LINE};
use super::reason::{Reason, shortened};
use super::row::{Format, Header, Row, from_json};
use super::sink::{ImportSink, LoadError, SinkError};
use crate::chain::Chain;
use crate::store::cargas::Progress;

/// Lines of a batch.
const BATCH: usize = 1000;
/// Octets of documents of a batch, so that a thousand large ones never lie in memory together.
const BATCH_OCTETS: usize = 32 * 1024 * 1024;

/// How a file is to be read, and whom to tell.
pub struct Options<'a> {
    /// How the file is divided into lines and columns.
    pub format: Format,
    /// How its octets are letters. JSON is UTF-8, whatever this says (RFC 8259 §8.1).
    pub encoding: Encoding,
    /// The instant of the load.
    pub now: DateTime<Utc>,
    /// How far the file has got before: it goes on behind that line, and counts on.
    pub desde: Progress,
    /// Told after each batch how far it has got.
    pub advance: &'a mut dyn FnMut(Progress),
    /// Moves by octets of the file.
    pub bar: &'a ProgressBar,
    /// Told of each line that is not loaded: in order within a batch.
    pub report: &'a mut dyn FnMut(&Refusal),
    /// Told of each line that is loaded and has something that whoever loads must know.
    pub notice: &'a mut dyn FnMut(u64, &'static str),
}

/// A line that was not loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its number in the file, from 1; the header counts.
    pub linea: u64,
    /// Why: at least one reason.
    pub reasons: Vec<Reason>,
}

/// What came of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// How many lines were loaded, those of a load that was stopped among them.
    pub cargadas: u64,
    /// How many were refused.
    pub rechazadas: u64,
}

/// How the process should end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Every line was loaded.
    All,
    /// Some were, some not.
    Some,
    /// None was, of a file that has some.
    Nothing,
}

impl Exit {
    /// The status of the process.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::All => 0,
            Self::Some => 3,
            Self::Nothing => 1,
        }
    }
}

impl Summary {
    /// How the process should end.
    #[must_use]
    pub fn exit(self) -> Exit {
        match (self.cargadas, self.rechazadas) {
            (_, 0) => Exit::All,
            (0, _) => Exit::Nothing,
            _ => Exit::Some,
        }
    }
}

/// Why a file was not read to its end. What `loaded` counts stays loaded.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The header of a CSV file is missing or cannot be used.
    #[error("the header cannot be used")]
    Header(#[source] Reason),
    /// The file cannot be read on.
    #[error("the file cannot be read at line {line}, after loading {loaded}")]
    Read {
        /// The line at which it ends, from 1.
        line: u64,
        /// Lines loaded before.
        loaded: u64,
        /// What the system says of it.
        source: io::Error,
    },
    /// The sink takes nothing.
    #[error("the store failed before line {line}, after loading {loaded}")]
    Sink {
        /// Line last read.
        line: u64,
        /// Lines loaded before.
        loaded: u64,
        /// What the sink says of it.
        source: SinkError,
    },
}

impl ImportError {
    /// Lines loaded before.
    #[must_use]
    pub fn loaded(&self) -> u64 {
        match self {
            Self::Header(_) => 0,
            Self::Read { loaded, .. } | Self::Sink { loaded, .. } => *loaded,
        }
    }
}

/// A kind of file.
pub(super) trait Kind {
    /// What a line says.
    type Item;
    /// All that a line may have.
    const COLUMNS: &'static [Column];

    /// Reads a row whose columns are all known.
    fn read(&self, fields: Fields) -> Result<Self::Item, Vec<Reason>>;
    /// Octets that an item keeps in memory beyond a few.
    fn weight(_: &Self::Item) -> usize {
        0
    }
    /// What whoever loads an item must know.
    fn notice(_: &Self::Item) -> Option<&'static str> {
        None
    }
    /// Why some items of a batch cannot be loaded, each by its place in it, in order.
    fn conflicts(&self, _: &[Self::Item], _: &mut dyn ImportSink) -> Result<Vec<(usize, Reason)>, SinkError> {
        Ok(Vec::new())
    }
    /// Loads items, all or none.
    fn load(&self, items: &[Self::Item], sink: &mut dyn ImportSink) -> Result<(), LoadError>;
}

/// Reads a file to its end, or until the sink fails.
pub(super) fn run<K: Kind>(
    kind: &K,
    input: &mut dyn BufRead,
    options: Options,
    sink: &mut dyn ImportSink,
) -> Result<Summary, ImportError> {
    let Progress {
        linea,
        cargadas,
        rechazadas,
    } = options.desde;
    let mut run = Run::<K> {
        kind,
        sink,
        options,
        lines: Vec::new(),
        items: Vec::new(),
        weight: 0,
        summary: Summary { cargadas, rechazadas },
        refused: Vec::new(),
        end: None,
        last: linea,
    };
    let encoding = match run.options.format {
        Format::JsonLines => Encoding::Utf8,
        Format::Csv => run.options.encoding,
    };
    let mut lines = Lines::new(input);
    let mut header: Option<Header> = None;
    loop {
        let done = lines.number() < linea && (run.options.format == Format::JsonLines || header.is_some());
        let outcome = match lines.next() {
            Ok(None) => break,
            Ok(Some(Line::Whole(line))) if line.trim_ascii().is_empty() => continue,
            Ok(Some(Line::Whole(line))) => encoding.decode(line),
            Ok(Some(Line::TooLong)) => Err(Reason::LineTooLong(MAX_LINE)),
            Err(source) => return Err(run.unreadable(lines.number(), source)),
        };
        if done {
            continue;
        }
        let row = match (run.options.format, &header) {
            (Format::JsonLines, _) => outcome.and_then(|line| from_json(&line)),
            (Format::Csv, Some(header)) => match outcome.and_then(|line| header.row(&line)) {
                // Separators alone: a row of a spreadsheet that is blank.
                Ok(row) if row.is_empty() => continue,
                row => row,
            },
            // What a file is founded on may stand at its head.
            (Format::Csv, None) if outcome.as_ref().is_ok_and(|line| line.starts_with('#')) => continue,
            (Format::Csv, None) => {
                header = Some(
                    outcome
                        .and_then(|line| usable_header::<K>(&line))
                        .map_err(ImportError::Header)?,
                );
                continue;
            }
        };
        let bars = header.as_ref().map_or(Bars::Unknown, Header::bars);
        run.take(lines.number(), row, bars)?;
        run.options.bar.set_position(lines.consumed());
    }
    if run.options.format == Format::Csv && header.is_none() {
        return Err(ImportError::Header(Reason::Missing("the header row")));
    }
    run.flush()?;
    run.options.bar.set_position(lines.consumed());
    Ok(run.summary)
}

fn usable_header<K: Kind>(line: &str) -> Result<Header, Reason> {
    let header = Header::read(line)?;
    let has = |column: &str| header.names().iter().any(|name| name == column);
    let mut needed = K::COLUMNS.iter().filter(|column| column.needed == Needed::Always);
    if let Some(missing) = needed.find(|column| !has(column.name)) {
        return Err(Reason::Missing(missing.name));
    }
    let known = |name: &str| K::COLUMNS.iter().any(|column| column.name == name);
    let unknown = header.names().iter().find(|name| !known(name));
    match unknown.map(|name| shortened(name)) {
        Some(name) => Err(Reason::UnknownColumn(name)),
        None => Ok(header),
    }
}

/// A run under way: the batch being filled, and the count.
struct Run<'s, 'i, K: Kind> {
    kind: &'s K,
    sink: &'s mut dyn ImportSink,
    options: Options<'i>,
    /// Lines of the items, one to one.
    lines: Vec<u64>,
    items: Vec<K::Item>,
    weight: usize,
    summary: Summary,
    /// Lines refused since the last batch.
    refused: Vec<u64>,
    /// Line of the last item of the batch.
    end: Option<u64>,
    last: u64,
}

impl<K: Kind> Run<'_, '_, K> {
    fn take(&mut self, line: u64, row: Result<Row, Reason>, bars: Bars) -> Result<(), ImportError> {
        self.last = line;
        let item = row.map_err(|reason| vec![reason]).and_then(|row| {
            let fields = Fields::new(row, bars, K::COLUMNS);
            let abbreviated = fields.abbreviated();
            if abbreviated.is_empty() {
                self.kind.read(fields)
            } else {
                Err(abbreviated)
            }
        });
        match item {
            Ok(item) => {
                self.weight += K::weight(&item);
                self.lines.push(line);
                self.items.push(item);
            }
            Err(reasons) => self.refuse(line, reasons),
        }
        if self.items.len() >= BATCH || self.weight >= BATCH_OCTETS {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> Result<(), ImportError> {
        let conflicts = self
            .kind
            .conflicts(&self.items, self.sink)
            .map_err(|error| self.failed(error))?;
        self.weight = 0;
        let mut conflicts = conflicts.into_iter().peekable();
        let (mut lines, mut items) = (Vec::new(), Vec::new());
        let batch = std::mem::take(&mut self.lines)
            .into_iter()
            .zip(std::mem::take(&mut self.items));
        for (place, (line, item)) in batch.enumerate() {
            if let Some((_, reason)) = conflicts.next_if(|(conflicting, _)| *conflicting == place) {
                self.refuse(line, vec![reason]);
            } else {
                lines.push(line);
                items.push(item);
            }
        }
        if items.is_empty() {
            return Ok(());
        }
        self.end = lines.last().copied();
        self.load(&lines, &items)?;
        self.refused.clear();
        let progress = self.progress(self.last, 0);
        (self.options.advance)(progress);
        Ok(())
    }

    /// Loads items all together or, where something of them is not taken, each half of them by itself: so that one bad line
    /// among many costs few transactions.
    fn load(&mut self, lines: &[u64], items: &[K::Item]) -> Result<(), ImportError> {
        let last = lines.last().copied();
        let until = last.filter(|_| last != self.end).unwrap_or(self.last);
        let progress = self.progress(until, items.len());
        self.sink.progress(progress);
        let refused = match self.kind.load(items, self.sink) {
            Ok(()) => {
                for (line, item) in lines.iter().zip(items) {
                    self.count(*line, item);
                }
                return Ok(());
            }
            Err(LoadError::Unavailable(error)) => return Err(self.failed(error)),
            Err(LoadError::Refused(error)) => Reason::Store(Chain(&*error).to_string()),
            Err(LoadError::Contradicted(why)) => Reason::Contradiction(why),
            Err(LoadError::OutOfOrder(last)) => Reason::OutOfOrder(last),
            Err(LoadError::History(why)) => Reason::History(why),
            Err(LoadError::Procedure(why)) => Reason::Procedure(why),
            Err(LoadError::Practice(why)) => Reason::Practice(why),
        };
        if let [line] = *lines {
            self.refuse(line, vec![refused]);
            return Ok(());
        }
        let half = items.len() / 2;
        let ((lines, later_lines), (items, later)) = (lines.split_at(half), items.split_at(half));
        self.load(lines, items)?;
        self.load(later_lines, later)
    }

    /// How far it has got once so many more are loaded, the last of them from this line.
    fn progress(&self, linea: u64, more: usize) -> Progress {
        let behind = self.refused.iter().filter(|refused| **refused > linea).count();
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Progress {
            linea,
            cargadas: self.summary.cargadas + number(more),
            rechazadas: self.summary.rechazadas - number(behind),
        }
    }

    fn count(&mut self, line: u64, item: &K::Item) {
        self.summary.cargadas += 1;
        if let Some(notice) = K::notice(item) {
            (self.options.notice)(line, notice);
        }
    }

    fn refuse(&mut self, linea: u64, reasons: Vec<Reason>) {
        self.summary.rechazadas += 1;
        self.refused.push(linea);
        (self.options.report)(&Refusal { linea, reasons });
    }

    fn failed(&self, source: SinkError) -> ImportError {
        ImportError::Sink {
            line: self.last,
            loaded: self.summary.cargadas,
            source,
        }
    }

    fn unreadable(&self, line: u64, source: io::Error) -> ImportError {
        ImportError::Read {
            line,
            loaded: self.summary.cargadas,
            source,
        }
    }
}
