//! `notess certificados`: the allowed list, as the operator keeps it. A change acts on the next request.

mod admitir;

use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use clap::Subcommand;

use crate::domain::plazo;
use crate::store::admitted::{self, Admitted, AdmittedRow};
use crate::store::{Durability, StoreError};

use self::admitir::Admitir;
use super::{Config, Failure};

#[derive(Debug, Subcommand)]
pub(super) enum Certificados {
    /// Show the list
    Listar {
        #[command(flatten)]
        config: Config,
    },
    /// Admit an issuer
    Admitir(Admitir),
    /// Stop admitting one, now or from a day on, unless it ends before; what it signed before stays as it is
    Retirar {
        #[command(flatten)]
        config: Config,
        /// Number of the entry, as `listar` shows it
        id: i32,
        /// First day (of Madrid) on which it is no longer admitted; without it, from now
        #[arg(long, value_name = "YYYY-MM-DD")]
        desde: Option<NaiveDate>,
    },
}

impl Certificados {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Listar { config } => listar(&config)?,
            Self::Admitir(admitir) => admitir.run()?,
            Self::Retirar { config, id, desde } => {
                // As the store keeps instants, to compare what it tells.
                let from = desde.map_or_else(|| Utc::now().trunc_subsecs(6), plazo::start_of_day);
                let ends = config
                    .store()?
                    .write::<_, StoreError, _>(Durability::Full, |conn| admitted::retire(conn, id, from))?
                    .ok_or_else(|| format!("there is no entry {id}"))?;
                let already = if ends < from { "already " } else { "" };
                println!("entry {id} is {already}not admitted from {}", day(ends));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn listar(config: &Config) -> Result<(), Failure> {
    let rows = config.store()?.read::<_, StoreError, _>(admitted::list)?;
    if rows.is_empty() {
        println!("nobody is admitted yet: see `notess certificados admitir --help`");
    }
    for AdmittedRow { id, admitted } in rows {
        let Admitted {
            nombre,
            desde,
            hasta,
            politicas,
            crl,
            sellos,
            ..
        } = admitted;
        let until = hasta.map_or_else(|| "-".to_owned(), day);
        let revocation = crl.unwrap_or_else(|| "NONE".to_owned());
        let policies = if politicas.is_empty() {
            "any".to_owned()
        } else {
            politicas.join(" ")
        };
        let seals = if sellos { "yes" } else { "no" };
        println!("{id}  {nombre}");
        println!(
            "    from {}  until {until}  policies {policies}  seals {seals}  revocation {revocation}",
            day(desde)
        );
    }
    Ok(())
}

fn day(at: DateTime<Utc>) -> String {
    at.with_timezone(&chrono_tz::Europe::Madrid)
        .format("%Y-%m-%d %H:%M")
        .to_string()
}
