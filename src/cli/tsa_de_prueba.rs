//! `notess tsa-de-prueba`.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use openssl::x509::X509;

use crate::chain::Chain;
use crate::config::{Entorno, Settings};
use crate::http::TestTsa;
use crate::signature::private_key;

use super::clocks::official_time;
use super::{Config, Failure};

/// Answers at 127.0.0.1 as a time-stamping authority does (RFC 3161), by this machine's clock.
///
/// It is for tests and demonstrations, and proves nothing: what dates itself is not dated by others. It is refused where the
/// settings say `entorno = "produccion"`.
#[derive(Debug, Args)]
pub(super) struct TsaDePrueba {
    #[command(flatten)]
    config: Config,
    /// Certificate, PEM: its extended key usage critical, and for time stamping only; those above it may stand behind it
    #[arg(long, value_name = "FILE")]
    certificado: PathBuf,
    /// Its key, PEM, not encrypted: RSA or EC
    #[arg(long, value_name = "FILE")]
    clave: PathBuf,
    /// Port to listen on, at 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 3161)]
    puerto: u16,
}

impl TsaDePrueba {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        // There need be no settings at all: what is wrong with them is not asked.
        let (settings, _) = Settings::survey(self.config.config.as_deref())?;
        if settings.is_some_and(|settings| settings.entorno == Entorno::Produccion) {
            return Err("option `entorno`: an authority for tests dates nothing in \"produccion\"".into());
        }
        let tsa = load(&self.certificado, &self.clave)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.puerto))
            .map_err(|error| format!("option `--puerto`: cannot listen on {}: {error}", self.puerto))?;
        let address = listener.local_addr()?;
        actix_web::rt::System::new().block_on(async {
            let server = tsa.serve(listener)?;
            println!("http://{address}/");
            tokio::select! {
                ended = server => ended?,
                interrupted = tokio::signal::ctrl_c() => interrupted?,
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// An authority whose key and certificate fit.
pub(super) fn load(certificado: &Path, clave: &Path) -> Result<TestTsa, Failure> {
    let of = |option: &str, path: &Path, why: &dyn std::fmt::Display| -> Failure {
        format!("option `{option}`: {}: {why}", path.display()).into()
    };
    let of_certificate = |why: &dyn std::fmt::Display| of("--certificado", certificado, why);
    let of_key = |why: &dyn std::fmt::Display| of("--clave", clave, why);
    let pem = std::fs::read(certificado).map_err(|error| of_certificate(&error))?;
    let mut certificates = X509::stack_from_pem(&pem)
        .map_err(|error| of_certificate(&error))?
        .into_iter();
    let certificate = certificates
        .next()
        .ok_or_else(|| of_certificate(&"there is no certificate in it"))?;
    let key = std::fs::read(clave).map_err(|error| of_key(&error))?;
    let key = private_key(&key, None).map_err(|error| of_key(&Chain(&error)))?;
    if !certificate.public_key()?.public_eq(&key) {
        return Err(of_key(&"it is not the key of the certificate"));
    }
    Ok(TestTsa {
        certificate,
        key,
        chain: certificates.collect(),
        clock: official_time,
    })
}
