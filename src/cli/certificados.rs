//! `notess certificados`: the allowed list, as the operator keeps it. A change acts on the next request.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use clap::{ArgGroup, Args, Subcommand};

use crate::domain::plazo;
use crate::store::admitted::{self, Admitted, AdmittedRow};
use crate::store::{Durability, StoreError};
use crate::trust::CaCertificate;

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

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("revocacion").required(true).args(["crl", "sin_revocacion"])))]
pub(super) struct Admitir {
    #[command(flatten)]
    config: Config,
    /// The issuer's certificate, PEM or DER
    certificado: PathBuf,
    /// A name for it; without it, that of its subject
    #[arg(long)]
    nombre: Option<String>,
    /// First day (of Madrid) on which it is admitted; without it, from now
    #[arg(long, value_name = "YYYY-MM-DD")]
    desde: Option<NaiveDate>,
    /// First day (of Madrid) on which it is no longer admitted
    #[arg(long, value_name = "YYYY-MM-DD")]
    hasta: Option<NaiveDate>,
    /// Certificate policy (OID) for which it is admitted; may be repeated; without it, any
    #[arg(long = "politica", value_name = "OID")]
    politicas: Vec<String>,
    /// Its revocation list (PEM or DER), which you keep fresh; it is read again whenever it changes
    #[arg(long, value_name = "FILE")]
    crl: Option<PathBuf>,
    /// Admit its certificates although nothing tells which are revoked
    #[arg(long)]
    sin_revocacion: bool,
    /// Take its seals of entities too, not only certificates of persons
    #[arg(long)]
    sellos: bool,
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

impl Admitir {
    fn run(self) -> Result<(), Failure> {
        let octets = std::fs::read(&self.certificado)
            .map_err(|error| format!("{}: {error}", self.certificado.display()))?;
        let ca = CaCertificate::inspect(&octets)?;
        let crl = self.crl.as_deref().map(absolute).transpose()?;
        let entry = Admitted {
            nombre: self.nombre.unwrap_or_else(|| ca.nombre().to_owned()),
            certificado: ca.der().to_vec(),
            desde: self.desde.map_or_else(Utc::now, plazo::start_of_day),
            hasta: self.hasta.map(plazo::start_of_day),
            politicas: self.politicas,
            revocacion: if crl.is_some() { "crl" } else { "ninguna" }.to_owned(),
            crl,
            sellos: self.sellos,
        };
        let id = self
            .config
            .store()?
            .write::<_, StoreError, _>(Durability::Full, |conn| admitted::insert(conn, &entry))?;
        println!("admitted as entry {id}: {}", entry.nombre);
        Ok(())
    }
}

fn absolute(path: &Path) -> Result<String, Failure> {
    let path = path
        .canonicalize()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path.to_string_lossy().into_owned())
}

fn day(at: DateTime<Utc>) -> String {
    at.with_timezone(&chrono_tz::Europe::Madrid)
        .format("%Y-%m-%d %H:%M")
        .to_string()
}
