//! `notess reloj`.

use std::process::ExitCode;

use clap::Subcommand;

use crate::store::clock;
use crate::store::journal;

use super::clocks::official_time;
use super::{Failure, Operator};

#[derive(Debug, Subcommand)]
pub(super) enum Reloj {
    /// Show what clocks say: the machine's, the database's, and the newest instant in the journal
    Estado {
        #[command(flatten)]
        operator: Operator,
    },
    /// Say that this machine's clock is right: services in doubt decide again, and the journal says who said so
    ///
    /// A service doubts its clock when it differs by more than `reloj.salto_maximo` from what speaks against it. It decides
    /// nothing then, until the clocks agree or this is said. Set the clock right first: what you accept here counts for every
    /// term from now on.
    Aceptar {
        #[command(flatten)]
        operator: Operator,
    },
}

impl Reloj {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Estado { operator } => show(&operator),
            Self::Aceptar { operator } => accept(&operator),
        }
    }
}

fn show(operator: &Operator) -> Result<ExitCode, Failure> {
    let (database, last) = operator
        .desk()?
        .look(|conn| Ok((clock::of_database(conn)?, journal::last(conn)?)))?;
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

fn accept(operator: &Operator) -> Result<ExitCode, Failure> {
    let desk = operator.desk()?;
    let instante = desk.accept_clock()?;
    println!(
        "{} says that it is {}; services in doubt hear it within a second",
        desk.operador().nombre,
        instante.to_rfc3339()
    );
    Ok(ExitCode::SUCCESS)
}
