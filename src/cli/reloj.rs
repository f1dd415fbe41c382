//! `notess reloj`.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;
use uuid::Uuid;

use crate::store::clock::{self, Accepted};
use crate::store::journal::{self, Entry};
use crate::store::{Durability, StoreError};

use super::clocks::official_time;
use super::{Config, Failure};

#[derive(Debug, Subcommand)]
pub(super) enum Reloj {
    /// Show what clocks say: the machine's, the database's, and the newest instant in the journal
    Estado {
        #[command(flatten)]
        config: Config,
    },
    /// Say that this machine's clock is right: services in doubt decide again, and the journal says who said so
    ///
    /// A service doubts its clock when it differs by more than `reloj.salto_maximo` from what speaks against it. It decides
    /// nothing then, until the clocks agree or this is said. Set the clock right first: what you accept here counts for every
    /// term from now on.
    Aceptar {
        #[command(flatten)]
        config: Config,
    },
}

impl Reloj {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Estado { config } => show(&config),
            Self::Aceptar { config } => accept(&config),
        }
    }
}

fn show(config: &Config) -> Result<ExitCode, Failure> {
    let (database, last) = config
        .store()?
        .read::<_, StoreError, _>(|conn| Ok((clock::of_database(conn)?, journal::last(conn)?)))?;
    println!("{:14} {}", "this machine:", official_time().to_rfc3339());
    let or_none = |instant: Option<chrono::DateTime<chrono::Utc>>, none: &str| {
        instant.map_or_else(|| none.to_owned(), |instant| instant.to_rfc3339())
    };
    println!(
        "{:14} {}",
        "database:",
        or_none(database, "has no clock of its own (SQLite)")
    );
    println!("{:14} {}", "journal, last:", or_none(last, "no row yet"));
    Ok(ExitCode::SUCCESS)
}

fn accept(config: &Config) -> Result<ExitCode, Failure> {
    let operador = operator();
    let instante = config
        .store()?
        .write::<_, StoreError, _>(Durability::Full, |conn| {
            let held = journal::hold(conn)?;
            let instante = official_time();
            let entry = Entry {
                instante,
                peticion: Uuid::now_v7(),
                operacion: journal::CLOCK_ACCEPTED.to_owned(),
                persona: None,
                entidad: None,
                emisor: "operador".to_owned(),
                serie: operador.clone(),
                poderdante: None,
                resultado: "hecho".to_owned(),
                detalle: json!({ "ultima": held.last().map(|last| last.to_rfc3339()) }),
                evidencia: None,
            };
            let secuencia = held.append(conn, &entry)?;
            clock::accept(conn, Accepted { secuencia, instante })?;
            Ok(instante)
        })?;
    let who = if operador == UNKNOWN {
        "somebody"
    } else {
        &operador
    };
    println!(
        "{who} says that it is {}; services in doubt hear it within a second",
        instante.to_rfc3339()
    );
    Ok(ExitCode::SUCCESS)
}

/// What the journal has for an account that nothing names.
const UNKNOWN: &str = "desconocido";

/// The account of whoever runs the command, as its shell says.
pub(super) fn operator() -> String {
    ["SUDO_USER", "LOGNAME", "USER"]
        .into_iter()
        .find_map(|variable| std::env::var(variable).ok().filter(|name| !name.is_empty()))
        .unwrap_or_else(|| UNKNOWN.to_owned())
}
