//! `notess serve`.

use std::net::SocketAddr;
use std::process::ExitCode;

use actix_web::dev::ServerHandle;
use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::chain::Chain;
use crate::channel::Channel;
use crate::config::{Entorno, Mistake, Settings};
use crate::http::{self, Application, Reload, metrics};

use super::log::Chosen;
use super::{Config, Failure, clocks, log};

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    config: Config,
}

impl Serve {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let Self { config } = self;
        serve(&config.read_to_serve()?, Some(move || config.read()), |_, _| {
            Ok(())
        })
    }
}

/// What keeps a service from running by these settings, as far as can be told before it does anything.
pub(super) fn mistakes(settings: &Settings) -> Vec<Mistake> {
    let mut mistakes = http::mistakes(settings, clocks::official_time());
    mistakes.extend(log::mistake(&settings.registro));
    mistakes
}

/// Serves until a signal, or the handle, says to stop; `ready` is told the address once it is bound. Upon SIGHUP the
/// settings are read `again`, and what of them can be taken is; without that it ends the process, as of any other.
pub(super) fn serve(
    settings: &Settings,
    again: Option<impl Fn() -> Result<Settings, Failure> + Send + 'static>,
    ready: impl FnOnce(SocketAddr, ServerHandle) -> Result<(), Failure>,
) -> Result<ExitCode, Failure> {
    let lines = log::start(&settings.registro)?;
    actix_web::rt::System::new().block_on(async {
        // Before anything that takes time: until somebody listens, this signal ends the process.
        let hangups = again
            .map(|again| signal(SignalKind::hangup()).map(|hangups| (hangups, again)))
            .transpose()?;
        let channel = Channel::start(settings, clocks::of_machine())?;
        if settings.entorno == Entorno::Produccion
            && let Some(left) = channel.demonstration()?
        {
            return Err(
                format!("option `database_url`: {left}: it cannot serve `entorno = \"produccion\"`").into(),
            );
        }
        let application = Application::build(settings, channel, metrics::install()?)?;
        let reload = application.reload(settings.clone());
        let address = application.address();
        tracing::info!(%address, tls = settings.tls.is_some(), "serving");
        ready(address, application.handle())?;
        let reloads =
            hangups.map(|(hangups, again)| actix_web::rt::spawn(reloads(hangups, lines, reload, again)));
        application.run().await?;
        if let Some(reloads) = reloads {
            reloads.abort();
        }
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    })
}

/// Takes other settings whenever the operator says so.
async fn reloads(
    mut hangups: Signal,
    mut lines: Chosen,
    mut reload: Reload,
    mut again: impl Fn() -> Result<Settings, Failure> + Send + 'static,
) {
    while hangups.recv().await.is_some() {
        let taken = actix_web::web::block(move || {
            take(&lines, &mut reload, &again);
            (lines, reload, again)
        });
        match taken.await {
            Ok(given_back) => (lines, reload, again) = given_back,
            Err(error) => {
                tracing::error!(error = %Chain(&error), "the settings cannot be read again before a restart");
                return;
            }
        }
    }
}

fn take(lines: &Chosen, reload: &mut Reload, again: &impl Fn() -> Result<Settings, Failure>) {
    tracing::info!("reading settings, keys and certificates again, as SIGHUP asks");
    match again() {
        Ok(new) => {
            if let Err(error) = lines.change(&new.registro.nivel) {
                tracing::error!(error = %Chain(&*error), "the new level of the log cannot be used; the former one stays in use");
            }
            reload.take(&new);
        }
        // Settings that are wrong are no reason to go on with the former of a certificate that was renewed.
        Err(error) => {
            tracing::error!(error = %Chain(&*error), "the new settings cannot be used; the former ones stay in use");
            reload.take_files();
        }
    }
}
