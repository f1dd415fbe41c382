//! `notess cifrado`.

use std::process::ExitCode;
use std::time::Instant;

use clap::Subcommand;
use indicatif::ProgressBar;
use serde_json::json;

use crate::store::cipher::NoKey;
use crate::store::cipher::lying::{self, Lying};
use crate::store::cipher::rows::{self, Done};
use crate::store::{Deed, StoreError};
use crate::usecase::rest;

use super::{Failure, Operator};

/// Keys of documents and subjects of acts with data of a special category. A service encrypts and changes keys by itself,
/// little by little, while it runs.
#[derive(Debug, Subcommand)]
pub(super) enum Cifrado {
    /// Count what lies under each key, and what is still to be encrypted. Ends with 1 if a key is missing
    Estado {
        #[command(flatten)]
        operator: Operator,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Encrypt all that is still to be encrypted, and bring all under the current key, now
    Rotar {
        #[command(flatten)]
        operator: Operator,
    },
    /// Write the tables anew, so that the disk keeps no page of what was encrypted: after an upgrade. Stop services first
    Limpiar {
        #[command(flatten)]
        operator: Operator,
    },
}

impl Cifrado {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Estado { operator, json } => show(&operator, json),
            Self::Rotar { operator } => rotate(&operator),
            Self::Limpiar { operator } => clean(&operator),
        }
    }
}

// ---- Estado ----

fn show(operator: &Operator, as_json: bool) -> Result<ExitCode, Failure> {
    let settings = operator.config.read()?;
    let current = settings.cifrado.actual.as_deref();
    let lying = operator.desk()?.look(lying::lying)?;
    if as_json {
        let claves: Vec<_> = lying
            .iter()
            .filter_map(|one| {
                let clave = one.clave.as_deref()?;
                Some(json!({
                    "clave": clave,
                    "actual": current == Some(clave),
                    "asuntos": one.asuntos,
                    "documentos": one.documentos,
                    "estado": state(one),
                }))
            })
            .collect();
        let plain: i64 = lying
            .iter()
            .filter(|one| one.clave.is_none())
            .map(|one| one.asuntos)
            .sum();
        println!("{}", json!({ "claves": claves, "sin_cifrar": plain }));
    } else {
        println!("{:<32} {:>12} {:>12}  ", "key", "subjects", "documents");
        for one in &lying {
            println!("{}", line(one, current));
        }
    }
    let missing = lying.iter().any(is_missing);
    Ok(if missing {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Whether there is anything that nobody can open.
fn is_missing(one: &Lying) -> bool {
    one.trouble.is_some() && (one.asuntos > 0 || one.documentos > 0)
}

fn state(one: &Lying) -> &'static str {
    match one.trouble {
        None => "buena",
        Some(NoKey::Unnamed) => "falta",
        Some(NoKey::Another) => "otra",
    }
}

fn line(one: &Lying, current: Option<&str>) -> String {
    let Lying {
        clave,
        asuntos,
        documentos,
        trouble,
    } = one;
    let Some(clave) = clave else {
        return format!("{:<32} {asuntos:>12} {:>12}  to be encrypted", "-", "");
    };
    let said = match trouble {
        Some(NoKey::Unnamed) if is_missing(one) => "MISSING: `cifrado.claves` does not name it",
        Some(NoKey::Unnamed) => "not named, and not needed",
        Some(NoKey::Another) => "WRONG: `cifrado.claves` names another key by this name",
        None if current == Some(clave.as_str()) => "current",
        None if *asuntos == 0 && *documentos == 0 => "not needed any more",
        None => "",
    };
    format!("{clave:<32} {asuntos:>12} {documentos:>12}  {said}")
}

// ---- Rotar ----

fn rotate(operator: &Operator) -> Result<ExitCode, Failure> {
    let settings = operator.config.read()?;
    let Some(actual) = settings.cifrado.actual.as_deref() else {
        return Err("option `cifrado.actual`: names no key, so that there is none to encrypt with".into());
    };
    let desk = operator.desk()?;
    let bar = ProgressBar::new_spinner();
    let mut done = Done::default();
    for batch in [rows::encrypt_due, rows::rewrap_due] {
        loop {
            let batch_began = Instant::now();
            let more = desk.write::<_, StoreError, _>(|conn| {
                let more = batch(conn)?;
                let deed = Deed::of("cifrar")
                    .with("clave", actual)
                    .with("asuntos", more.asuntos)
                    .with("documentos", more.documentos);
                Ok((more, deed))
            })?;
            if more.is_nothing() {
                break;
            }
            done += more;
            bar.set_message(format!(
                "{} subjects, {} documents",
                done.asuntos, done.documentos
            ));
            bar.tick();
            rest::after(batch_began);
        }
    }
    bar.finish_and_clear();
    tell_of_log(desk.fold_log()?);
    println!(
        "{} subjects and {} documents are now under the key {actual}",
        done.asuntos, done.documentos
    );
    let left = desk
        .look(lying::lying)?
        .iter()
        .filter(|one| one.clave.as_deref() != Some(actual))
        .any(|one| one.asuntos > 0 || one.documentos > 0);
    if left {
        println!("not all could be: see `notess cifrado estado`");
    }
    Ok(if left {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Tells of a log that could not be cut.
fn tell_of_log(folded: bool) {
    if !folded {
        eprintln!(
            "notess: warning: somebody reads the database, so that what its log holds was left there: stop services, and run \
             `notess cifrado limpiar`"
        );
    }
}

// ---- Limpiar ----

fn clean(operator: &Operator) -> Result<ExitCode, Failure> {
    let desk = operator.desk()?;
    let bar = ProgressBar::new_spinner().with_message("writing the tables anew");
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    let folded = desk.write_anew()?;
    bar.finish_and_clear();
    tell_of_log(folded);
    println!(
        "the tables are written anew; copies made before, and what the disk or the server still keeps of its log, are not"
    );
    Ok(ExitCode::SUCCESS)
}
