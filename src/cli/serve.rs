//! `notess serve`.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::chain::Chain;
use crate::channel::{Channel, Clocks};
use crate::config::{Entorno, Mistake, Settings};
use crate::http::{self, Application, Reload, Steering, metrics};
use crate::sandbox::Door;

use super::log::Chosen;
use super::{Config, Failure, clocks, log, shifted};

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    config: Config,
}

impl Serve {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let Self { config } = self;
        let settings = config.read_to_serve()?;
        let clocks = clocks::followed();
        serve(&settings, clocks, Some(move || config.read()), None, |_| Ok(()))
    }
}

/// A service that is bound.
pub(super) struct Serving {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// Where the door is by which it is steered.
    pub(super) control: Option<SocketAddr>,
    /// By which it can be stopped.
    pub(super) handle: ServerHandle,
}

/// By what a demonstration is steered.
pub(super) struct Steered {
    /// By what its messages are.
    pub(super) steering: Steering,
    /// Opens the door to it.
    pub(super) open: Box<Open>,
}

/// Opens the door to what answers.
pub(super) type Open = dyn FnOnce(Arc<Channel>) -> Result<Door, Failure>;

/// What keeps a service from running by these settings, as far as can be told before it does anything.
pub(super) fn mistakes(settings: &Settings) -> Vec<Mistake> {
    let mut mistakes = http::mistakes(settings, clocks::official_time());
    mistakes.extend(log::mistake(&settings.registro));
    mistakes
}

/// That what a demonstration made serves nobody in earnest, and that nothing else has a time of its own.
fn not_invented(channel: &Channel, entorno: Entorno) -> Result<(), Failure> {
    let left = channel.demonstration()?;
    if !clocks::ahead().is_zero() && left.is_none() {
        return Err(shifted::refused());
    }
    let found = match left {
        Some(left) => Some(("database_url", left)),
        None if channel.has_invented_seal() => Some((
            "sello.certificado",
            "a demonstration made the certificate of the seal",
        )),
        None => None,
    };
    match found {
        Some((option, left)) if entorno == Entorno::Produccion => {
            Err(format!("option `{option}`: {left}: it cannot serve `entorno = \"produccion\"`").into())
        }
        _ => Ok(()),
    }
}

/// Serves until a signal, or the handle, says to stop; `ready` is told the address once it is bound. Upon SIGHUP the
/// settings are read `again`, and what of them can be taken is; without that it ends the process, as of any other.
pub(super) fn serve(
    settings: &Settings,
    clocks: Clocks,
    again: Option<impl Fn() -> Result<Settings, Failure> + Send + 'static>,
    steered: Option<Steered>,
    ready: impl FnOnce(Serving) -> Result<(), Failure>,
) -> Result<ExitCode, Failure> {
    let lines = log::start(&settings.registro)?;
    actix_web::rt::System::new().block_on(async {
        // Before anything that takes time: until somebody listens, this signal ends the process.
        let hangups = again
            .map(|again| signal(SignalKind::hangup()).map(|hangups| (hangups, again)))
            .transpose()?;
        let channel = Channel::start(settings, clocks)?;
        not_invented(&channel, settings.entorno)?;
        let steering = steered.as_ref().map(|steered| steered.steering.clone());
        let application = Application::build_steered(settings, channel, metrics::install()?, steering)?;
        let door = steered
            .map(|steered| (steered.open)(application.channel()))
            .transpose()?;
        let reload = application.reload(settings.clone());
        let address = application.address();
        tracing::info!(%address, tls = settings.tls.is_some(), "serving");
        ready(Serving {
            address,
            control: door.as_ref().map(Door::address),
            handle: application.handle(),
        })?;
        let steered = door.map(|door| (door.handle(), actix_web::rt::spawn(door.serve())));
        let reloads =
            hangups.map(|(hangups, again)| actix_web::rt::spawn(reloads(hangups, lines, reload, again)));
        application.run().await?;
        if let Some((handle, door)) = steered {
            handle.stop(false).await;
            door.abort();
        }
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
