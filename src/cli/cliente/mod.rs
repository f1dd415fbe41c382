//! `notess cliente`: the service, used as its clients use it.

pub mod connection;
pub mod calls;
mod acuse;
mod checks;
mod identity;
mod render;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::contract::canal::messages::Resultado;
use crate::domain::materia::Entidad;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Estado, Sentido};
use crate::domain::operation::{DecideRequest, ListRequest, PageSize};
use crate::domain::rol::{Rol, Roles};

use self::connection::Connection;
use super::Failure;

/// Codes in one request of `--todas`: enough to make a signature's cost vanish, few enough to show progress.
const BATCH: usize = 500;

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
    /// Get the document of an accepted notification
    Documento(Obtener),
    /// Get the acuse of a decided notification: an XML document signed by the service
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
    poderdantes: Vec<String>,
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
    poderdante: String,
    /// By this role only: 1 own, 2 RED, 3 power
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=3))]
    rol: Option<u8>,
    /// Code of the legal warning that you have read; `cliente poderdantes` shows it
    #[arg(long, value_name = "CODE")]
    advertencia: String,
    /// All that are pending
    #[arg(long, conflicts_with = "codigos", required_unless_present = "codigos")]
    todas: bool,
    /// Codes of the notifications
    #[arg(value_name = "CODIGO")]
    codigos: Vec<i32>,
}

#[derive(Debug, Args)]
pub(super) struct Rechazar {
    #[command(flatten)]
    decidir: Decidir,
    /// Why
    #[arg(long, value_name = "TEXT")]
    motivo: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Obtener {
    #[command(flatten)]
    to: To,
    /// Whose notification
    #[arg(long, value_name = "NIF")]
    poderdante: String,
    /// Its code
    codigo: i32,
    /// Where to put it; without it, CODIGO.pdf or CODIGO.acuse.xml here
    #[arg(long, short, value_name = "FILE")]
    salida: Option<PathBuf>,
}

impl To {
    fn connection(&self) -> Result<Connection, Failure> {
        let service =
            std::fs::read(&self.servicio).map_err(|e| format!("{}: {e}", self.servicio.display()))?;
        let service = openssl::x509::X509::from_pem(&service)?;
        Ok(Connection::open(
            &self.url,
            identity::signing_key(&self.p12, &self.contrasena)?,
            &service,
        )?)
    }
}

impl Cliente {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Poderdantes { to } => {
                let answer = calls::poderdantes(&to.connection()?)?;
                render::poderdantes(&answer, to.json);
                Ok(ExitCode::SUCCESS)
            }
            Self::Consultar(consultar) => consultar.run(),
            Self::Firmar(firmar) => firmar.run(Sentido::Aceptacion, None),
            Self::Rechazar(Rechazar { decidir, motivo }) => decidir.run(Sentido::Rechazo, motivo.as_deref()),
            Self::Documento(obtener) => obtener.run("pdf", calls::documento),
            Self::Acuse(obtener) => obtener.run("acuse.xml", calls::acuse),
        }
    }
}

impl Consultar {
    fn run(self) -> Result<ExitCode, Failure> {
        let connection = self.to.connection()?;
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
            ..listing(&self.poderdantes, &self.roles)?
        };
        let progress = ProgressBar::new_spinner();
        let mut all = Vec::new();
        for page in calls::pages(&connection, listing) {
            all.extend(page?);
            progress.set_message(format!("{} notifications", all.len()));
            progress.tick();
        }
        progress.finish_and_clear();
        render::notificaciones(&all, self.to.json);
        Ok(ExitCode::SUCCESS)
    }
}

impl Decidir {
    /// Status 0 when every code was decided, 3 when some were not.
    fn run(self, sentido: Sentido, motivo: Option<&str>) -> Result<ExitCode, Failure> {
        let connection = self.to.connection()?;
        let poderdante = nif(&self.poderdante)?;
        let codigos = if self.todas {
            self.pending(&connection)?
        } else {
            self.codigos
                .iter()
                .map(|&number| calls::codigo(number))
                .collect::<Result<_, _>>()?
        };
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}")
            .unwrap_or(ProgressStyle::default_bar());
        let progress = ProgressBar::new(codigos.len() as u64).with_style(style);
        let mut results: Vec<Resultado> = Vec::with_capacity(codigos.len());
        for batch in codigos.chunks(BATCH) {
            let decision = DecideRequest {
                sentido,
                poderdante,
                rol: self.rol.and_then(|n| Rol::from_number(n.into())),
                advertencia: self.advertencia.clone(),
                codigos: batch.to_vec(),
                motivo: motivo.map(str::to_owned),
            };
            match calls::decide(&connection, decision) {
                Ok(some) => results.extend(some),
                Err(error) => {
                    // What was confirmed before the trouble must be shown all the same.
                    progress.abandon();
                    render::resultados(&results, self.to.json);
                    return Err(error.into());
                }
            }
            progress.inc(batch.len() as u64);
        }
        progress.finish_and_clear();
        render::resultados(&results, self.to.json);
        let denied = results.iter().any(|one| one.acuse.is_none());
        Ok(if denied {
            ExitCode::from(3)
        } else {
            ExitCode::SUCCESS
        })
    }

    fn pending(&self, connection: &Connection) -> Result<Vec<Codigo>, Failure> {
        let roles: Vec<u8> = self.rol.into_iter().collect();
        let listing = ListRequest {
            estados: vec![Estado::SinAcuse, Estado::AcuseSolicitado],
            ..listing(std::slice::from_ref(&self.poderdante), &roles)?
        };
        let mut codigos = Vec::new();
        for page in calls::pages(connection, listing) {
            for one in page? {
                codigos.push(calls::codigo(one.codigo)?);
            }
        }
        Ok(codigos)
    }
}

fn nif(text: &str) -> Result<Nif, Failure> {
    text.parse().map_err(|error| format!("{text}: {error}").into())
}

/// A listing of everything of somebody's, by some roles or by any.
fn listing(poderdantes: &[String], roles: &[u8]) -> Result<ListRequest, Failure> {
    let mut poderdantes = poderdantes
        .iter()
        .map(|text| nif(text))
        .collect::<Result<Vec<_>, _>>()?;
    poderdantes.sort_unstable();
    poderdantes.dedup();
    let roles: Roles = roles.iter().filter_map(|&n| Rol::from_number(n.into())).collect();
    Ok(ListRequest {
        poderdantes,
        roles: if roles.is_empty() { Roles::ALL } else { roles },
        estados: Vec::new(),
        entidades: Vec::new(),
        desde: None,
        hasta: None,
        fin_antes_de: None,
        cursor: None,
        limite: PageSize::default(),
    })
}

impl Obtener {
    fn run(
        self,
        ending: &str,
        get: impl Fn(&Connection, &str, i32) -> Result<Vec<u8>, calls::AnswerError>,
    ) -> Result<ExitCode, Failure> {
        let octets = get(&self.to.connection()?, &self.poderdante, self.codigo)?;
        let path = self
            .salida
            .unwrap_or_else(|| format!("{}.{ending}", self.codigo).into());
        std::fs::write(&path, &octets).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{} ({} octets)", path.display(), octets.len());
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests;
