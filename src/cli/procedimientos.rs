//! `notess procedimientos`: what may be published, as data.

use std::process::ExitCode;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::domain::procedimientos::Fila;
use crate::domain::vigencia::SIEMPRE;
use crate::importar::{help_procedimientos, import_procedimientos};
use crate::store::procedimientos;

use super::importar::{From, told};
use super::{Failure, Operator};

#[derive(Debug, Subcommand)]
pub(super) enum Procedimientos {
    /// Show the procedures that may be published now
    Listar(Listar),
    /// Add the rows of a file to the table; a change of a code that is known counts from the load, or later
    #[command(after_long_help = help_procedimientos())]
    Cargar(From),
}

#[derive(Debug, Args)]
pub(super) struct Listar {
    #[command(flatten)]
    operator: Operator,
    /// Show those that may be published at that instant (RFC 3339)
    #[arg(long, value_name = "INSTANT", conflicts_with = "todo")]
    en: Option<DateTime<Utc>>,
    /// Show every row that was ever told, by code and in the order in which it was
    #[arg(long)]
    todo: bool,
    /// Print a JSON array instead of a table
    #[arg(long)]
    json: bool,
}

impl Procedimientos {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Listar(listar) => listar.run(),
            Self::Cargar(from) => {
                let resumen = from.load("cargarProcedimientos", |input, how, sink| {
                    import_procedimientos(input, how, sink)
                })?;
                Ok(told(resumen))
            }
        }
    }
}

impl Listar {
    fn run(self) -> Result<ExitCode, Failure> {
        let desk = self.operator.desk()?;
        let tabla = desk.look(procedimientos::table)?;
        let at = self.en.unwrap_or_else(|| desk.now());
        let filas: Vec<&Fila> = tabla
            .filas()
            .filter(|fila| self.todo || tabla.row(fila.procedimiento.codigo, at) == Some(*fila))
            .collect();
        if self.json {
            let rows: Vec<_> = filas.iter().map(|fila| as_json(fila)).collect();
            println!("{}", serde_json::to_string_pretty(&rows)?);
            return Ok(ExitCode::SUCCESS);
        }
        for fila in filas {
            let one = fila.procedimiento;
            let health = if one.especial { "  (health)" } else { "" };
            let dates = format!(
                "{} .. {}",
                written(Some(fila.vigencia.desde)),
                written(fila.vigencia.hasta)
            );
            println!(
                "{:20} {:5} {:6} {dates:46} {}{health}",
                one.codigo,
                one.entidad.code(),
                one.materia.code(),
                one.denominacion
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// An instant; a hyphen for what has no beginning or end.
fn written(at: Option<DateTime<Utc>>) -> String {
    at.filter(|at| *at != SIEMPRE).map_or_else(
        || "-".to_owned(),
        |at| at.to_rfc3339_opts(SecondsFormat::Secs, true),
    )
}

fn as_json(fila: &Fila) -> serde_json::Value {
    let one = fila.procedimiento;
    let begun = Some(fila.vigencia.desde).filter(|desde| *desde != SIEMPRE);
    json!({
        "codigo": one.codigo,
        "entidad": one.entidad.code(),
        "materia": one.materia.code(),
        "denominacion": one.denominacion,
        "neutra": one.neutra,
        "especial": one.especial,
        "desde": begun.map(|at| at.to_rfc3339()),
        "hasta": fila.vigencia.hasta.map(|at| at.to_rfc3339()),
        "registrado": fila.registrado.to_rfc3339(),
    })
}
