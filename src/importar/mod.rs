//! Loading real data: `notess importar notificaciones | practicadas | poderes | autorizados-red |
//! sucesiones FILE`.
//!
//! A file is JSON Lines (one object a line) or CSV; column names are the same in both. A line is loaded whole or not at
//! all; a bad one is reported with its number and every reason found, and the rest go on. An unknown column refuses the
//! line, or the whole of a CSV file, since what it meant to say would be lost. What spreadsheets write otherwise than we
//! do is read where it can mean one thing only; elsewhere it is refused, with what to do about it.
//!
//! The columns are told by `notess importar … --help`, out of the tables by which files are read (`columns`).
//!
//! A line about a power, or about RED, tells how something stands, and follows what was told of it before (of a power by
//! `referencia`, of an assignment by authorisation, account and `desde`): a revocation is loaded so. What cannot be, beside what
//! is on record, is refused. A notification is published once, and codes grow with
//! publication, over all addressees: WSCN's programs ask from the highest code that they hold on, in lists that may be of
//! several.

mod calendarios;
mod columns;
mod deeds;
mod encoding;
mod store_sink;
mod instants;
mod ipf;
mod documents;
mod reason;
mod lines;
mod row;
mod fields;
mod when;
mod sink;
mod whole;
mod run;
mod notificaciones;
mod poderes;
mod practicadas;
mod practised;
mod procedimientos;
mod red;
mod sucesiones;

pub use crate::store::cargas::Progress;
pub use calendarios::import_calendarios;
pub use columns::FILES;
pub use documents::{DocumentError, Folder, MAX_DOCUMENT, fit};
pub use encoding::Encoding;
pub use reason::Reason;
pub use row::Format;
pub use run::{Exit, ImportError, Options, Refusal, Summary};
pub use sink::{Carga, ImportSink, LoadError, Order, Publicacion, RegistroRed, Rehearsal, SinkError, When};
pub use store_sink::StoreSink;
pub use whole::Whole;

use std::io::BufRead;

use crate::domain::procedimientos::Tabla;

/// What the columns of a file of notifications are, for whoever writes one.
#[must_use]
pub fn help_notificaciones() -> String {
    columns::help::<notificaciones::Notificaciones>(&columns::procedures())
}

/// What the columns of a file of calendars are.
#[must_use]
pub fn help_calendarios() -> String {
    columns::help::<calendarios::Calendarios>("")
}

/// What the columns of a file of powers are.
#[must_use]
pub fn help_poderes() -> String {
    columns::help::<poderes::Poderes>("")
}

/// What the columns of a file of RED authorisations are.
#[must_use]
pub fn help_autorizados_red() -> String {
    columns::help::<red::AutorizadosRed>("")
}

/// Publishes the notifications of a file, with their documents from `folder`, in the order of their codes or in any; or
/// loads those that another system published.
pub fn import_notificaciones(
    input: &mut dyn BufRead,
    (folder, procedimientos): (&Folder, &Tabla),
    (order, carga): (Order, Carga),
    options: Options,
    sink: &mut dyn ImportSink,
) -> Result<Summary, ImportError> {
    let kind = notificaciones::Notificaciones {
        folder,
        now: options.now,
        procedimientos,
        order,
        carga,
    };
    run::run(&kind, input, options, sink)
}

/// What the columns of a file of notifications that were practised elsewhere are.
#[must_use]
pub fn help_practicadas() -> String {
    columns::help::<practicadas::Practicadas>("")
}

/// Records that the notifications of a file were practised elsewhere.
pub fn import_practicadas(
    input: &mut dyn BufRead,
    options: Options,
    sink: &mut dyn ImportSink,
) -> Result<Summary, ImportError> {
    let kind = practicadas::Practicadas { now: options.now };
    run::run(&kind, input, options, sink)
}

/// What the columns of a file of procedures are.
#[must_use]
pub fn help_procedimientos() -> String {
    columns::help::<procedimientos::Procedimientos>("")
}

/// Loads the rows of a table of procedures.
pub fn import_procedimientos(
    input: &mut dyn BufRead,
    options: Options,
    sink: &mut dyn ImportSink,
) -> Result<Summary, ImportError> {
    run::run(&procedimientos::Procedimientos, input, options, sink)
}

/// Loads the powers of a file.
pub fn import_poderes(
    input: &mut dyn BufRead,
    options: Options,
    sink: &mut dyn ImportSink,
) -> Result<Summary, ImportError> {
    run::run(&poderes::Poderes, input, options, sink)
}

/// What the columns of a file of successions are.
#[must_use]
pub fn help_sucesiones() -> String {
    columns::help::<sucesiones::Sucesiones>("")
}

/// Loads the successions of a file.
pub fn import_sucesiones(
    input: &mut dyn BufRead,
    options: Options,
    sink: &mut dyn ImportSink,
) -> Result<Summary, ImportError> {
    run::run(&sucesiones::Sucesiones, input, options, sink)
}

/// Loads RED authorisations, accounts, assignments and declarations of a file.
pub fn import_autorizados_red(
    input: &mut dyn BufRead,
    options: Options,
    sink: &mut dyn ImportSink,
) -> Result<Summary, ImportError> {
    let kind = red::AutorizadosRed { now: options.now };
    run::run(&kind, input, options, sink)
}

#[cfg(test)]
mod tests;
