//! `notess serve`.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use chrono::{DateTime, SubsecRound, Utc};
use clap::Args;

use crate::config::Settings;
use crate::http::{Application, Service, metrics};

use super::{Config, Failure, log};

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    config: Config,
}

impl Serve {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        serve(&self.config.read()?, |_, _| Ok(()))
    }
}

/// Serves until a signal, or the handle, says to stop; `ready` is told the address once it is bound.
pub(super) fn serve(
    settings: &Settings,
    ready: impl FnOnce(SocketAddr, ServerHandle) -> Result<(), Failure>,
) -> Result<ExitCode, Failure> {
    log::start(&settings.registro)?;
    let service = Service::start(settings, Arc::new(official_time))?;
    actix_web::rt::System::new().block_on(async {
        let application = Application::build(settings, service, metrics::install()?)?;
        let address = application.address();
        tracing::info!(%address, tls = settings.tls.is_some(), "serving");
        ready(address, application.handle())?;
        application.run().await?;
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    })
}

/// The machine's clock, to the microsecond, which is what every store keeps.
fn official_time() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
