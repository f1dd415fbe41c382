//! `notess poderes|red|personas|sucesiones listar`: what is on record of who may receive, for operators.

mod personas;
mod poderes;
mod red;
mod sucesiones;

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::domain::nif::Nif;
use crate::domain::vigencia::SIEMPRE;
use crate::store::listado::Pagina;
use crate::store::{Deed, Reader, StoreError};

use super::instant::told;
use super::{Failure, Operator};

pub(super) use self::personas::ListarPersonas;
pub(super) use self::poderes::ListarPoderes;
pub(super) use self::red::ListarRed;
pub(super) use self::sucesiones::ListarSucesiones;

#[derive(Debug, Subcommand)]
pub(super) enum Poderes {
    /// Show powers, by reference: all of which everything that is asked holds
    Listar(ListarPoderes),
}

#[derive(Debug, Subcommand)]
pub(super) enum Red {
    /// Show who acts through authorisations and which accounts they manage: all of which everything that is asked holds
    Listar(ListarRed),
}

#[derive(Debug, Subcommand)]
pub(super) enum Personas {
    /// Show addressees and their accounts: all of which everything that is asked holds
    Listar(ListarPersonas),
}

impl Poderes {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let Self::Listar(listar) = self;
        listar.run()
    }
}

impl Red {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let Self::Listar(listar) = self;
        listar.run()
    }
}

impl Personas {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let Self::Listar(listar) = self;
        listar.run()
    }
}

/// What lists have in common. That somebody was listed is in the journal.
#[derive(Debug, Args)]
struct Lista {
    #[command(flatten)]
    operator: Operator,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    limite: u16,
    /// Those behind so many, as the last line of the page before says
    #[arg(long, value_name = "N", default_value_t = 0)]
    tras: usize,
    /// One JSON object a line: each one, and last how many and behind how many there are more
    #[arg(long)]
    json: bool,
}

/// How somebody's entry is told.
trait Entrada {
    /// Whom it names.
    fn nifs(&self) -> Vec<Nif>;
    /// For a person.
    fn line(&self) -> String;
    /// For a program.
    fn object(&self) -> Value;
}

impl Lista {
    /// Shows a page, when the journal says so: who asked, what, and who was in it.
    fn show<T: Entrada>(
        &self,
        deed: Deed,
        asked: &[Option<Nif>],
        page: impl FnOnce(&mut Reader, DateTime<Utc>, (usize, usize)) -> Result<Pagina<T>, StoreError>,
    ) -> Result<ExitCode, Failure> {
        let desk = self.operator.desk()?;
        let ahora = desk.now();
        let page = desk.read::<_, StoreError, _>(|conn| {
            let page = page(conn, ahora, (self.tras, usize::from(self.limite)))?;
            let shown = page.filas.iter().flat_map(Entrada::nifs);
            let named = shown.chain(asked.iter().flatten().copied());
            let deed = deed
                .count(page.filas.len())
                .with("tras", page.tras)
                .persons(named);
            Ok((page, deed))
        })?;
        for one in &page.filas {
            if self.json {
                println!("{}", one.object());
            } else {
                println!("{}", one.line());
            }
        }
        let filas = page.filas.len();
        let siguiente = page.hay_mas.then_some(page.tras + filas);
        if self.json {
            println!("{}", json!({ "filas": filas, "siguiente": siguiente }));
        } else {
            let more = siguiente.map_or_else(String::new, |tras| format!("; there are more: --tras {tras}"));
            println!("{filas} rows{more}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// An instant of what was asked, for the journal.
fn asked(en: Option<DateTime<Utc>>) -> Option<String> {
    en.map(|en| en.to_rfc3339())
}

/// Since when, for a person: a dash is always.
fn since(at: DateTime<Utc>) -> String {
    if at == SIEMPRE { "-".to_owned() } else { told(at) }
}

/// Since when, for a program: null is always.
fn since_json(at: DateTime<Utc>) -> Value {
    json!(Some(at).filter(|at| *at != SIEMPRE).map(|at| at.to_rfc3339()))
}
