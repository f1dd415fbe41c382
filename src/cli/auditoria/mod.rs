//! `notess auditoria`.

mod mostrar;
mod sello;

use std::process::ExitCode;

use clap::Subcommand;
use indicatif::ProgressBar;
use serde_json::json;

use crate::chain::Chain;
use crate::contract::canal::{acuse_columns, acuse_document};
use crate::store::Verified;
use crate::store::audit::{Finding, Papers, Progress, Summary};

use self::mostrar::Mostrar;
use self::sello::Sello;
use super::{Failure, Operator};

#[derive(Debug, Subcommand)]
pub(super) enum Auditoria {
    /// Hold the journal against all that is on record, and name whatever is not as it was recorded
    ///
    /// Goes through everything: the journal's chain of hashes, the order of its instants and the leaves that it binds; each decision of the journal
    /// against the acuses, and each acuse against the journal; states and documents of notifications; each acuse,
    /// made again from its rows, against its leaf; each sealed acuse against its leaf, and what it says against the columns that it was
    /// made of; kept evidence and documents against their hashes. Each fault is a line: table, key, column. Ends with 1 if there was any.
    Verificar {
        #[command(flatten)]
        operator: Operator,
        /// One JSON object a line: each fault, and last the summary
        #[arg(long)]
        json: bool,
    },
    /// Show rows of the journal: those of a notification, a person, a request, an interval
    Mostrar(Mostrar),
    Sello(Sello),
}

impl Auditoria {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Verificar { operator, json } => verify(&operator, json),
            Self::Mostrar(mostrar) => mostrar.run(),
            Self::Sello(sello) => sello.run(),
        }
    }
}

/// How acuses are made and read.
const PAPERS: Papers<'static> = Papers {
    made: &acuse_document::huella,
    unlike: &acuse_columns::unlike,
};

fn verify(operator: &Operator, json: bool) -> Result<ExitCode, Failure> {
    let desk = operator.desk()?;
    let bar = ProgressBar::new_spinner();
    let Verified {
        summary,
        findings,
        unrecorded,
    } = desk.verify(PAPERS, |at| {
        bar.set_message(match at {
            Progress::Rows(n) => format!("{n} rows of the journal"),
            Progress::Hojas(n) => format!("{n} leaves of decisions"),
            Progress::Sellados(n) => format!("{n} sealed acuses"),
            Progress::Evidencias(n) => format!("{n} pieces of evidence"),
            Progress::Documentos(n) => format!("{n} documents"),
        });
        bar.tick();
    })?;
    bar.finish_and_clear();
    if let Some(error) = unrecorded {
        eprintln!(
            "notess: warning: the journal does not tell of this verification: {}",
            Chain(&error)
        );
    }
    for finding in &findings {
        println!("{}", if json { as_json(finding) } else { line(finding) });
    }
    println!("{}", ending(&summary, findings.len(), json));
    Ok(if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn line(finding: &Finding) -> String {
    let Finding {
        table,
        key,
        column,
        fault,
    } = finding;
    match column {
        Some(column) => format!("{table} {key}: {column} {fault}"),
        None => format!("{table} {key}: {fault}"),
    }
}

fn as_json(finding: &Finding) -> String {
    json!({
        "tabla": finding.table,
        "clave": finding.key,
        "columna": finding.column,
        "fallo": finding.fault.to_string(),
    })
    .to_string()
}

fn ending(summary: &Summary, faults: usize, as_json: bool) -> String {
    let Summary {
        rows,
        unnumbered,
        head,
        decided,
        evidencias,
        documentos,
    } = *summary;
    if as_json {
        return json!({
            "fallos": faults,
            "filas": rows,
            "sin_numero": unnumbered,
            "cabeza": head.hash.to_string(),
            "decididas": decided,
            "evidencias": evidencias,
            "documentos": documentos,
        })
        .to_string();
    }
    let verdict = if faults == 0 {
        "whole".to_owned()
    } else {
        format!("BROKEN: {faults} faults")
    };
    let unnumbered = match unnumbered {
        0 => String::new(),
        count => format!(" ({count} of them without a number yet)"),
    };
    format!(
        "{verdict}: {rows} rows{unnumbered}, {decided} decisions, {evidencias} pieces of evidence, {documentos} documents; \
         head {}",
        head.hash
    )
}
