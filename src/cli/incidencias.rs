//! `notess incidencias`.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::domain::computo::Incidencia;
use crate::store::incidencias::{self, Declarada};
use crate::store::{Desk, StoreError, plazos};
use crate::usecase::UseCaseError;
use crate::usecase::recount::{AtDesk, Recuento};

use super::instant::{instant, told};
use super::{Failure, Operator};

/// Longest reason, in characters.
const LONGEST: usize = 500;

#[derive(Debug, Subcommand)]
pub(super) enum Incidencias {
    /// Say that notifications could not be accessed from one instant to another
    ///
    /// If that was for more than twelve hours, the days from that on which it began to the one after that on which it ended do not count
    /// in the terms of what is pending (ISM/903 art. 8.4), which are then counted anew; what has lapsed stays so.
    Declarar(Declarar),
    /// Show the outages that were declared, and which of them were annulled
    Listar {
        #[command(flatten)]
        operator: Operator,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Say that an outage was declared in error: terms are counted anew without it, and no term ends by that
    Anular {
        #[command(flatten)]
        operator: Operator,
        /// Number of the outage, as `listar` shows it
        numero: i64,
        /// Why, for the journal
        #[arg(long, value_name = "TEXT", value_parser = reason)]
        motivo: String,
    },
    /// Go on counting terms anew where a command was stopped; a service that runs does so by itself
    Recontar {
        #[command(flatten)]
        operator: Operator,
    },
}

#[derive(Debug, Args)]
pub(super) struct Declarar {
    #[command(flatten)]
    operator: Operator,
    /// Its first instant: RFC 3339, or YYYY-MM-DD hh:mm:ss in Madrid
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    desde: DateTime<Utc>,
    /// The first instant after it
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    hasta: DateTime<Utc>,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    motivo: String,
}

impl Incidencias {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Declarar(declarar) => declarar.run()?,
            Self::Listar { operator, json } => {
                for one in operator.desk()?.look(incidencias::list)? {
                    println!("{}", if json { object(&one) } else { line(&one) });
                }
            }
            Self::Anular {
                operator,
                numero,
                motivo,
            } => {
                let desk = operator.desk()?;
                let at_desk = at_desk(&operator, &desk)?;
                at_desk.annul(numero, &motivo).map_err(|error| -> Failure {
                    match error {
                        UseCaseError::Store(StoreError::Dangling(_)) => {
                            format!("there is no outage {numero}").into()
                        }
                        UseCaseError::Store(StoreError::Duplicate(_)) => {
                            format!("outage {numero} is annulled already").into()
                        }
                        other => other.into(),
                    }
                })?;
                println!("outage {numero} annulled");
                count_anew(at_desk)?;
            }
            Self::Recontar { operator } => counted_anew(&operator)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Declarar {
    fn run(self) -> Result<(), Failure> {
        let incidencia = Incidencia::between(self.desde, self.hasta)?;
        let desk = self.operator.desk()?;
        let at_desk = at_desk(&self.operator, &desk)?;
        let numero = at_desk.declare(incidencia, &self.motivo)?;
        println!("outage {numero} declared");
        if !incidencia.suspends() {
            println!("by itself it suspends nothing: it is not longer than twelve hours");
        }
        count_anew(at_desk)
    }
}

/// A reason as somebody types it.
pub(super) fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(format!("a reason has 1 to {LONGEST} characters, in one line"));
    }
    Ok(text.to_owned())
}

/// Counts anew what is to be, if anything, showing how far it is, and tells what came of it.
pub(super) fn counted_anew(operator: &Operator) -> Result<(), Failure> {
    let desk = operator.desk()?;
    count_anew(at_desk(operator, &desk)?)
}

/// An operator at his desk, by the clocks of his settings.
pub(super) fn at_desk<'a>(operator: &Operator, desk: &'a Desk<'a>) -> Result<AtDesk<'a>, Failure> {
    Ok(AtDesk {
        desk,
        salto_maximo: operator.config.read()?.reloj.salto_maximo(),
    })
}

/// The same at a desk.
pub(super) fn count_anew(at_desk: AtDesk<'_>) -> Result<(), Failure> {
    let left = at_desk.desk.look(|conn| match plazos::pendiente(conn)? {
        Some(pending) => plazos::left(conn, &pending).map(Some),
        None => Ok(None),
    })?;
    let Some(left) = left else {
        println!("no terms are left to be counted anew");
        return Ok(());
    };
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} terms {eta}");
    let bar = ProgressBar::new(u64::try_from(left).unwrap_or(0))
        .with_style(style.unwrap_or(ProgressStyle::default_bar()));
    let done = at_desk.recount(|so_far| {
        // What is moved on is looked at twice.
        bar.set_length(bar.length().unwrap_or(0).max(so_far.contados as u64));
        bar.set_position(so_far.contados as u64);
    });
    bar.finish_and_clear();
    let Recuento {
        movidos,
        sin_calendario,
        ..
    } = done?;
    println!("{movidos} terms of what is pending end otherwise now");
    if sin_calendario > 0 {
        println!(
            "{sin_calendario} stay as they were: no calendar tells their last day; see `notess calendarios cargar`"
        );
    }
    Ok(())
}

fn line(one: &Declarada) -> String {
    let Incidencia { desde, hasta } = one.incidencia;
    let annulled = one.anulada.as_ref().map_or_else(String::new, |(why, at)| {
        format!("  ANNULLED on {}: {why}", told(*at))
    });
    format!(
        "{}  from {}  until {}  declared on {}: {}{annulled}",
        one.numero,
        told(desde),
        told(hasta),
        told(one.registrada),
        one.motivo
    )
}

fn object(one: &Declarada) -> String {
    let annulled = one
        .anulada
        .as_ref()
        .map(|(motivo, at)| json!({ "motivo": motivo, "registrada": at.to_rfc3339() }));
    json!({
        "numero": one.numero,
        "desde": one.incidencia.desde.to_rfc3339(),
        "hasta": one.incidencia.hasta.to_rfc3339(),
        "motivo": one.motivo,
        "registrada": one.registrada.to_rfc3339(),
        "anulada": annulled,
    })
    .to_string()
}
