//! `notess calendarios`.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use crate::importar::{help_calendarios, import_calendarios};
use crate::store::calendarios::{self, Cargado};

use super::incidencias::counted_anew;
use super::{Failure, Operator, importar};

#[derive(Debug, Subcommand)]
pub(super) enum Calendarios {
    /// Show the días inhábiles of each year and part of Spain, besides Saturdays and Sundays
    Listar {
        #[command(flatten)]
        operator: Operator,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Load calendars, each in the place of what there was of its year and part of Spain: the whole file, or nothing of it
    #[command(after_long_help = help_calendarios())]
    Cargar(importar::From),
}

impl Calendarios {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Listar { operator, json } => {
                for one in operator.desk()?.look(calendarios::list)? {
                    println!("{}", if json { object(&one) } else { line(&one) });
                }
                Ok(ExitCode::SUCCESS)
            }
            Self::Cargar(from) => {
                let loaded = from.load("cargarCalendarios", |input, how, sink| {
                    import_calendarios(input, how, sink)
                })?;
                println!("{} lines loaded, {} refused", loaded.cargadas, loaded.rechazadas);
                counted_anew(&from.operator)?;
                Ok(ExitCode::from(loaded.exit().code()))
            }
        }
    }
}

fn days(one: &Cargado) -> Vec<String> {
    one.calendario.dias.iter().map(ToString::to_string).collect()
}

fn line(one: &Cargado) -> String {
    let calendario = &one.calendario;
    format!(
        "{} {}: {} ({})",
        calendario.anyo,
        calendario.ambito.code(),
        days(one).join(" "),
        calendario.fuente
    )
}

fn object(one: &Cargado) -> String {
    json!({
        "anyo": one.calendario.anyo,
        "ambito": one.calendario.ambito.code(),
        "dias": days(one),
        "fuente": one.calendario.fuente,
        "registrado": one.registrado.to_rfc3339(),
    })
    .to_string()
}
