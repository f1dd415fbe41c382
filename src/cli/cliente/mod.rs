//! `notess cliente`: the service, used as its clients use it. It speaks Spanish, as its tables and the service do.

mod consultar;
mod cuales;
mod decidir;
mod obtener;
mod render;
mod spanish;
mod to;
mod values;

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

use crate::client::calls;
use crate::domain::notificacion::{Estado, Sentido};

use self::consultar::Consultar;
use self::decidir::{Decidir, Rechazar};
use self::obtener::{Kind, Obtener};
use self::to::To;
use super::Failure;

pub(super) use self::spanish::{in_spanish, told};

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
    #[command(about = "Muestra de quién puede recibir notificaciones, y la advertencia legal vigente")]
    Poderdantes {
        #[command(flatten)]
        to: To,
    },
    #[command(about = "Lista notificaciones")]
    Consultar(Consultar),
    #[command(about = "Acepta notificaciones")]
    Firmar(Decidir),
    #[command(about = "Rechaza notificaciones")]
    Rechazar(Rechazar),
    #[command(about = "Obtiene los documentos de notificaciones aceptadas")]
    Documento(Obtener),
    #[command(
        about = "Obtiene los acuses de notificaciones decididas: documentos XML firmados por el servicio"
    )]
    Acuse(Obtener),
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
            Self::Rechazar(rechazar) => rechazar.run(),
            Self::Documento(obtener) => obtener.run(&DOCUMENTO),
            Self::Acuse(obtener) => obtener.run(&ACUSE),
        }
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
