//! Loading real data: `notess importar notificaciones | poderes | autorizados-red FILE`.
//!
//! A file is JSON Lines (one object a line) or CSV (header row; `;` or `,`, whichever the header uses; fields may be
//! quoted, but do not span lines), in UTF-8; lines end in LF or CR LF, and a CSV line has no other CR. Column names are
//! the same in both. A line is loaded whole or not at all; a bad one is reported with its number and every reason found,
//! and the rest go on. An unknown column refuses the line, or the whole of a CSV file, since what it meant to say would
//! be lost.
//!
//! Instants: RFC 3339 with offset, or `AAAA-MM-DD hh:mm:ss` and `DD-MM-AAAA hh:mm:ss` in Spanish peninsular time. Where a
//! day is enough, `AAAA-MM-DD` or `DD-MM-AAAA`. NIFs: typed in any usual way, or an old IPF of types 1 and 6, which is
//! converted (D-74). Yes and no: `si`/`no`, `true`/`false`, `1`/`0`.
//!
//! # `notificaciones`
//!
//! | column | needed | what |
//! |---|---|---|
//! | `codigo` | yes | positive number, of no other notification; should grow with publication |
//! | `nif` | yes | addressee |
//! | `denominacion` | yes | its name, up to 200 characters |
//! | `tipo_destinatario` | no | `NIF` (default), `CCC` or `NAF`: by what the act names it |
//! | `destinatario` | with CCC, NAF | that identifier; with NIF, `nif` again or left out |
//! | `procedimiento` | yes | code of the table of procedures (D-3) |
//! | `asunto` | yes | what it is about, up to 500 characters |
//! | `obligacion` | yes | ground: `4.1.a`, `4.1.b`, `4.1.c`, `4.1.d`, `4.2` or `copia` (D-27); `4.1.c` and `4.2` of persons only (D-60) |
//! | `especial` | no | special-category data; health procedures are flagged even if it says no (D-57) |
//! | `no_digitalizable` | no | has parts that cannot be digitised: must not be yes (D-27) |
//! | `medio_de_pago` | no | holds means of payment: must not be yes (D-27) |
//! | `puesta_a_disposicion` | yes | instant of publication, not in the future |
//! | `documento` | yes | PDF file, a relative path within `--documentos`, up to 10 MiB |
//!
//! # `poderes`
//!
//! A line about a known `referencia` takes the place of what was on record: a revocation is loaded so.
//!
//! | column | needed | what |
//! |---|---|---|
//! | `referencia` | yes | reference number in the register, up to 60 characters |
//! | `poderdante` | yes | NIF of who grants |
//! | `apoderado` | yes | NIF of who may act: another one, not an entity without personality (D-53) |
//! | `tipo` | yes | `general` or `materias` (D-44) |
//! | `materias` | with `materias` | codes `IACR`, `IMP`, `PREST`, `MAR`, separated by blanks or `\|` (D-45) |
//! | `estado` | yes | `inscrito`, `solicitado`, `pendiente_aceptacion`, `pendiente_declaracion`, `renunciado`, `revocado`, `caducado`, `no_aceptado` (D-52) |
//! | `inscrito` | yes | day or instant of inscription (of the request, if it is not inscribed yet) |
//! | `prorrogado` | no | day or instant of inscription of its last extension; `inscrito` stays that of the power (D-49) |
//! | `fin` | yes | its last day, whole, or the first instant without effect; five years at most from its inscription or last extension (D-50) |
//! | `adaptado` | no | adapted to the models of 2021: without it nothing inscribed before 2021-04-02 is good (D-46) |
//!
//! # `autorizados-red`
//!
//! Column `registro` says what the line is about, and which other columns it has. A line about something on record
//! takes its place (an assignment by authorisation, account and `desde`).
//!
//! | `registro` | columns |
//! |---|---|
//! | `autorizacion` | `autorizacion` (number), `nif` (its holder), `denominacion` |
//! | `cuentas` | `nif`, `denominacion`, `ccc_principal`?, `naf`? (of persons) |
//! | `asignacion` | `autorizacion`, `nif` (whose account), `cuenta` (CCC or NAF), `desde`, `hasta`? (day or instant; a last day counts whole) |
//! | `cambio` | `nif`, `voluntad` (`desasignar` or `reasignar`, D-36), `instante` |

mod command;
mod store_sink;
mod instants;
mod ipf;
mod documents;
mod reason;
mod lines;
mod row;
mod fields;
mod sink;
mod run;
mod notificaciones;
mod poderes;
mod red;

pub(crate) use command::Importar;
pub use documents::{Carpeta, DocumentError, MAX_DOCUMENT};
pub use reason::Motivo;
pub use row::Formato;
pub use run::{Exit, ImportError, Importacion, Rechazo, Resumen};
pub use sink::{ImportSink, LoadError, Publicacion, RegistroRed, SinkError};

use std::io::BufRead;

/// Publishes the notifications of a file, with their documents from `carpeta`.
pub fn import_notificaciones(
    input: &mut dyn BufRead,
    carpeta: &Carpeta,
    importacion: Importacion,
    sink: &mut dyn ImportSink,
) -> Result<Resumen, ImportError> {
    let kind = notificaciones::Notificaciones {
        carpeta,
        now: importacion.now,
    };
    run::run(&kind, input, importacion, sink)
}

/// Loads the powers of a file.
pub fn import_poderes(
    input: &mut dyn BufRead,
    importacion: Importacion,
    sink: &mut dyn ImportSink,
) -> Result<Resumen, ImportError> {
    run::run(&poderes::Poderes, input, importacion, sink)
}

/// Loads RED authorisations, accounts, assignments and declarations of a file.
pub fn import_autorizados_red(
    input: &mut dyn BufRead,
    importacion: Importacion,
    sink: &mut dyn ImportSink,
) -> Result<Resumen, ImportError> {
    let kind = red::AutorizadosRed { now: importacion.now };
    run::run(&kind, input, importacion, sink)
}

#[cfg(test)]
mod tests;
