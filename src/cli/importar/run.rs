//! The run through a file: line, row, value, batch, sink.

use std::io::{self, BufRead};

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use thiserror::Error;

use super::fields::Fields;
use super::lines::{Line, Lines, MAX_LINE};
use super::reason::{Motivo, shortened};
use super::row::{Formato, Header, Row, from_json};
use super::sink::{ImportSink, LoadError, SinkError};

/// Lines of a batch.
const BATCH: usize = 1000;
/// Octets of documents of a batch, so that a thousand large ones never lie in memory together.
const BATCH_OCTETS: usize = 32 * 1024 * 1024;

/// How a file is to be read, and whom to tell.
pub struct Importacion<'a> {
    /// Its format.
    pub formato: Formato,
    /// The present.
    pub now: DateTime<Utc>,
    /// Moves by octets of the file.
    pub progress: &'a ProgressBar,
    /// Told of each line that is not loaded: in order within a batch.
    pub report: &'a mut dyn FnMut(&Rechazo),
}

/// A line that was not loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rechazo {
    /// Its number in the file, from 1; the header counts.
    pub linea: u64,
    /// Why: at least one reason.
    pub motivos: Vec<Motivo>,
}

/// What came of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resumen {
    /// Lines loaded.
    pub cargadas: u64,
    /// Lines refused.
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

impl Resumen {
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
    #[error("the header cannot be used: {0}")]
    Header(Motivo),
    /// The file cannot be read on.
    #[error("the file cannot be read at line {line}, after loading {loaded}: {source}")]
    Read {
        /// Where.
        line: u64,
        /// Lines loaded before.
        loaded: u64,
        /// Why.
        source: io::Error,
    },
    /// The sink takes nothing.
    #[error("the store failed before line {line}, after loading {loaded}: {source}")]
    Sink {
        /// Line last read.
        line: u64,
        /// Lines loaded before.
        loaded: u64,
        /// Why.
        source: SinkError,
    },
}

/// A kind of file.
pub(super) trait Kind {
    /// What a line says.
    type Item;
    /// Its columns.
    const COLUMNS: &'static [&'static str];
    /// Those that a header cannot lack.
    const REQUIRED: &'static [&'static str];

    /// Reads a row whose columns are all known.
    fn read(&self, fields: Fields) -> Result<Self::Item, Vec<Motivo>>;
    /// Octets that an item keeps in memory beyond a few.
    fn weight(_: &Self::Item) -> usize {
        0
    }
    /// Why some items of a batch cannot be loaded, each by its place in it, in order.
    fn conflicts(_: &[Self::Item], _: &mut dyn ImportSink) -> Result<Vec<(usize, Motivo)>, SinkError> {
        Ok(Vec::new())
    }
    /// Loads items, all or none.
    fn load(items: &[Self::Item], sink: &mut dyn ImportSink) -> Result<(), LoadError>;
}

/// Reads a file to its end, or until the sink fails.
pub(super) fn run<K: Kind>(
    kind: &K,
    input: &mut dyn BufRead,
    importacion: Importacion,
    sink: &mut dyn ImportSink,
) -> Result<Resumen, ImportError> {
    let mut run = Run::<K> {
        sink,
        importacion,
        lines: Vec::new(),
        items: Vec::new(),
        weight: 0,
        resumen: Resumen::default(),
        last: 0,
    };
    let mut lines = Lines::new(input);
    let mut header = None;
    loop {
        let outcome = match lines.next() {
            Ok(None) => break,
            Ok(Some(Line::Whole(line))) if line.trim_ascii().is_empty() => continue,
            Ok(Some(Line::Whole(line))) => std::str::from_utf8(line).map_err(|_| Motivo::NotUtf8),
            Ok(Some(Line::TooLong)) => Err(Motivo::LineTooLong(MAX_LINE)),
            Err(source) => return Err(run.unreadable(lines.number(), source)),
        };
        let row = match (run.importacion.formato, &header) {
            (Formato::JsonLines, _) => outcome.and_then(from_json),
            (Formato::Csv, Some(header)) => outcome.and_then(|line| Header::row(header, line)),
            (Formato::Csv, None) => {
                header = Some(
                    outcome
                        .and_then(usable_header::<K>)
                        .map_err(ImportError::Header)?,
                );
                continue;
            }
        };
        run.take(kind, lines.number(), row)?;
        run.importacion.progress.set_position(lines.consumed());
    }
    if run.importacion.formato == Formato::Csv && header.is_none() {
        return Err(ImportError::Header(Motivo::Missing("the header row")));
    }
    run.flush()?;
    run.importacion.progress.set_position(lines.consumed());
    Ok(run.resumen)
}

fn usable_header<K: Kind>(line: &str) -> Result<Header, Motivo> {
    let header = Header::read(line)?;
    let has = |column: &str| header.names().iter().any(|name| name == column);
    if let Some(missing) = K::REQUIRED.iter().find(|column| !has(column)) {
        return Err(Motivo::Missing(missing));
    }
    let unknown = header
        .names()
        .iter()
        .find(|name| !K::COLUMNS.contains(&name.as_str()));
    match unknown.map(|name| shortened(name)) {
        Some(name) => Err(Motivo::UnknownColumn(name)),
        None => Ok(header),
    }
}

/// A run under way: the batch being filled, and the count.
struct Run<'s, 'i, K: Kind> {
    sink: &'s mut dyn ImportSink,
    importacion: Importacion<'i>,
    /// Lines of the items, one to one.
    lines: Vec<u64>,
    items: Vec<K::Item>,
    weight: usize,
    resumen: Resumen,
    last: u64,
}

impl<K: Kind> Run<'_, '_, K> {
    fn take(&mut self, kind: &K, line: u64, row: Result<Row, Motivo>) -> Result<(), ImportError> {
        self.last = line;
        let item = row.map_err(|reason| vec![reason]).and_then(|row| {
            let mut fields = Fields::new(row);
            fields.only(K::COLUMNS);
            kind.read(fields)
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
        let conflicts = K::conflicts(&self.items, self.sink).map_err(|error| self.failed(error))?;
        self.weight = 0;
        let mut lines = std::mem::take(&mut self.lines);
        let mut items = std::mem::take(&mut self.items);
        for (place, reason) in conflicts.into_iter().rev() {
            if place < items.len() {
                items.remove(place);
                let line = lines.remove(place);
                self.refuse(line, vec![reason]);
            }
        }
        if items.is_empty() {
            return Ok(());
        }
        match K::load(&items, self.sink) {
            Ok(()) => self.count(items.len()),
            Err(LoadError::Unavailable(error)) => return Err(self.failed(error)),
            Err(LoadError::Refused(_)) => {
                for (line, item) in lines.into_iter().zip(&items) {
                    match K::load(std::slice::from_ref(item), self.sink) {
                        Ok(()) => self.count(1),
                        Err(LoadError::Unavailable(error)) => return Err(self.failed(error)),
                        Err(LoadError::Refused(error)) => {
                            self.refuse(line, vec![Motivo::Store(error.to_string())]);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, loaded: usize) {
        self.resumen.cargadas += u64::try_from(loaded).unwrap_or_default();
    }

    fn refuse(&mut self, linea: u64, motivos: Vec<Motivo>) {
        self.resumen.rechazadas += 1;
        (self.importacion.report)(&Rechazo { linea, motivos });
    }

    fn failed(&self, source: SinkError) -> ImportError {
        ImportError::Sink {
            line: self.last,
            loaded: self.resumen.cargadas,
            source,
        }
    }

    fn unreadable(&self, line: u64, source: io::Error) -> ImportError {
        ImportError::Read {
            line,
            loaded: self.resumen.cargadas,
            source,
        }
    }
}
