//! `notess cliente`: the service, used as its clients use it.

mod cuales;
mod obtener;
mod render;

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use openssl::x509::X509;

use crate::client::calls::{self, everything};
use crate::client::connection::Connection;
use crate::client::signing_key;
use crate::contract::canal::messages::Resultado;
use crate::domain::materia::Entidad;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Estado, Sentido};
use crate::domain::operation::{DecideRequest, ListRequest};
use crate::domain::rol::{Rol, Roles};

use self::cuales::Cuales;
use self::obtener::{Kind, Obtener};
use super::Failure;

/// Codes in one request of `--todas`: enough to make a signature's cost vanish, few enough to show progress.
const BATCH: usize = 500;
/// Exit status where the service answered, and denied some of what was asked.
const SOME_DENIED: u8 = 3;
/// Documents: those that were accepted have one to give (D-15).
const DOCUMENTO: Kind = Kind {
    ending: "pdf",
    estados: &[Estado::Aceptada],
    get: calls::documento,
};
/// Acuses: of every decision there is one.
const ACUSE: Kind = Kind {
    ending: "acuse.xml",
    estados: &[Estado::Aceptada, Estado::Rechazada],
    get: calls::acuse,
};

#[derive(Debug, Subcommand)]
pub(super) enum Cliente {
    /// Those whose notifications you may receive, and the legal warning in force
    Poderdantes {
        #[command(flatten)]
        to: To,
    },
    /// List notifications
    Consultar(Consultar),
    /// Accept notifications
    Firmar(Decidir),
    /// Reject notifications
    Rechazar(Rechazar),
    /// Get the documents of accepted notifications
    Documento(Obtener),
    /// Get the acuses of decided notifications: XML documents signed by the service
    Acuse(Obtener),
}

/// Which service, and who asks.
#[derive(Debug, Args)]
pub(super) struct To {
    /// Address of the channel
    #[arg(long, default_value = "http://127.0.0.1:8080/canal/v1", value_name = "URL")]
    url: String,
    /// Your certificate and key, as PKCS#12
    #[arg(long, value_name = "FILE")]
    p12: PathBuf,
    /// Password of the PKCS#12 file
    #[arg(long, env = "NOTESS_CONTRASENA", hide_env_values = true, value_name = "TEXT")]
    contrasena: String,
    /// Certificate with which the service signs its answers (PEM)
    #[arg(long, value_name = "FILE")]
    servicio: PathBuf,
    /// Authority of the service's TLS certificate (PEM), where the system does not know it
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Consultar {
    #[command(flatten)]
    to: To,
    /// Whose notifications: up to a thousand
    #[arg(long = "poderdante", value_name = "NIF", required = true)]
    poderdantes: Vec<Nif>,
    /// Reached by this role: 1 own, 2 RED, 3 power; may be repeated
    #[arg(long = "rol", value_name = "N", value_parser = clap::value_parser!(u8).range(1..=3))]
    roles: Vec<u8>,
    /// In this state, 0 to 4; may be repeated
    #[arg(long = "estado", value_name = "N", value_parser = clap::value_parser!(u8).range(0..=4))]
    estados: Vec<u8>,
    /// Of this body: TGSS, INSS, ISM; may be repeated
    #[arg(long = "entidad", value_name = "CODE")]
    entidades: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Decidir {
    #[command(flatten)]
    to: To,
    /// Whose notifications
    #[arg(long, value_name = "NIF")]
    poderdante: Nif,
    /// By this role only: 1 own, 2 RED, 3 power
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=3))]
    rol: Option<u8>,
    /// Code of the legal warning that you have read; `cliente poderdantes` shows it
    #[arg(long, value_name = "CODE")]
    advertencia: String,
    #[command(flatten)]
    cuales: Cuales,
}

#[derive(Debug, Args)]
pub(super) struct Rechazar {
    #[command(flatten)]
    decidir: Decidir,
    /// Why
    #[arg(long, value_name = "TEXT")]
    motivo: Option<String>,
}

impl To {
    fn connection(&self) -> Result<Connection, Failure> {
        let read =
            |path: &PathBuf| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
        let service = X509::from_pem(&read(&self.servicio)?)?;
        let key = signing_key(&self.p12, &self.contrasena)
            .map_err(|error| format!("{}: {error}", self.p12.display()))?;
        let connection = Connection::open(&self.url, key, &service)?;
        match &self.ca {
            None => Ok(connection),
            Some(path) => Ok(connection.trusting(&X509::stack_from_pem(&read(path)?)?)?),
        }
    }
}

impl Cliente {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Poderdantes { to } => {
                let answer = calls::poderdantes(&to.connection()?)?;
                show(&render::poderdantes(&answer, to.json))?;
                Ok(ExitCode::SUCCESS)
            }
            Self::Consultar(consultar) => consultar.run(),
            Self::Firmar(firmar) => firmar.run(Sentido::Aceptacion, None),
            Self::Rechazar(Rechazar { decidir, motivo }) => decidir.run(Sentido::Rechazo, motivo.as_deref()),
            Self::Documento(obtener) => obtener.run(&DOCUMENTO),
            Self::Acuse(obtener) => obtener.run(&ACUSE),
        }
    }
}

impl Consultar {
    fn run(self) -> Result<ExitCode, Failure> {
        let connection = self.to.connection()?;
        let roles: Roles = self
            .roles
            .iter()
            .filter_map(|&number| Rol::from_number(number.into()))
            .collect();
        let listing = ListRequest {
            estados: self
                .estados
                .iter()
                .filter_map(|&n| Estado::from_number(n.into()))
                .collect(),
            entidades: self
                .entidades
                .iter()
                .map(|code| Entidad::from_code(code).ok_or_else(|| format!("there is no body {code}")))
                .collect::<Result<_, _>>()?,
            roles: if roles.is_empty() { Roles::ALL } else { roles },
            ..everything(self.poderdantes, None)
        };
        let progress = ProgressBar::new_spinner();
        let mut all = Vec::new();
        for page in calls::pages(&connection, listing) {
            all.extend(page?);
            progress.set_message(format!("{} notifications", all.len()));
            progress.tick();
        }
        progress.finish_and_clear();
        show(&render::notificaciones(&all, self.to.json))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Decidir {
    /// Status 0 when every code was decided, 3 when some were not.
    fn run(self, sentido: Sentido, motivo: Option<&str>) -> Result<ExitCode, Failure> {
        let connection = self.to.connection()?;
        let rol = self.rol.and_then(|number| Rol::from_number(number.into()));
        let pending = [Estado::SinAcuse, Estado::AcuseSolicitado];
        let codigos = self.cuales.codigos(&connection, self.poderdante, rol, &pending)?;
        let progress = bar(codigos.len());
        let mut results: Vec<Resultado> = Vec::with_capacity(codigos.len());
        for batch in codigos.chunks(BATCH) {
            let decision = DecideRequest {
                sentido,
                poderdante: self.poderdante,
                rol,
                advertencia: self.advertencia.clone(),
                codigos: batch.to_vec(),
                motivo: motivo.map(str::to_owned),
            };
            match calls::decide(&connection, decision) {
                Ok(some) => results.extend(some),
                Err(error) => {
                    // What was confirmed before the trouble must be shown all the same.
                    progress.abandon();
                    if !results.is_empty() {
                        show(&render::resultados(&results, self.to.json))?;
                    }
                    return Err(error.into());
                }
            }
            progress.inc(batch.len() as u64);
        }
        progress.finish_and_clear();
        show(&render::resultados(&results, self.to.json))?;
        let denied = results.iter().any(|one| one.acuse.is_none());
        Ok(if denied {
            ExitCode::from(SOME_DENIED)
        } else {
            ExitCode::SUCCESS
        })
    }
}

fn bar(length: usize) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}").unwrap_or(ProgressStyle::default_bar());
    ProgressBar::new(length as u64).with_style(style)
}

/// Prints an answer. Whoever has read enough of it may go: `notess cliente … | head`.
fn show(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
