//! `To`: which service is asked, and who asks.

use std::path::{Path, PathBuf};

use clap::Args;
use openssl::x509::X509;

use crate::cli::Failure;
use crate::client::connection::Connection;
use crate::client::{cause, signing_key};

#[derive(Debug, Args)]
pub(in crate::cli) struct To {
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:8080/canal/v1",
        help = "Dirección del canal; si no se dice, http://127.0.0.1:8080/canal/v1"
    )]
    url: String,
    #[arg(long, value_name = "FICHERO", help = "Su certificado y su clave, en PKCS#12")]
    p12: PathBuf,
    #[arg(
        long,
        env = "NOTESS_CONTRASENA",
        value_name = "TEXTO",
        help = "Contraseña del fichero PKCS#12; mejor en la variable NOTESS_CONTRASENA"
    )]
    contrasena: String,
    #[arg(
        long,
        value_name = "FICHERO",
        help = "Certificado con el que el servicio firma sus respuestas (PEM)"
    )]
    servicio: PathBuf,
    #[arg(
        long,
        value_name = "FICHERO",
        help = "Autoridad del certificado TLS del servicio (PEM), si el sistema no la conoce"
    )]
    ca: Option<PathBuf>,
    #[arg(long, help = "Escribe JSON en vez de una tabla")]
    pub(super) json: bool,
}

impl To {
    pub(super) fn connection(&self) -> Result<Connection, Failure> {
        let service = certificates(&self.servicio)?;
        let service = service
            .first()
            .ok_or_else(|| format!("{}: no tiene ningún certificado en PEM", self.servicio.display()))?;
        let key = signing_key(&self.p12, &self.contrasena)
            .map_err(|error| format!("{}: {error}", self.p12.display()))?;
        let connection = Connection::open(&self.url, key, service)?;
        match &self.ca {
            None => Ok(connection),
            Some(path) => connection
                .trusting(&certificates(path)?)
                .map_err(|_| format!("{}: sus certificados no se pueden usar", path.display()).into()),
        }
    }
}

/// The certificates of a file in PEM.
fn certificates(path: &Path) -> Result<Vec<X509>, Failure> {
    let octets =
        std::fs::read(path).map_err(|error| format!("{}: {}", path.display(), cause::of_file(&error)))?;
    X509::stack_from_pem(&octets)
        .map_err(|_| format!("{}: no se puede leer como certificados en PEM", path.display()).into())
}
