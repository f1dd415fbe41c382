//! `notess importar`: the command's arguments, and what it tells the person at the terminal.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{SubsecRound, Utc};
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::{Config, Failure};

use super::store_sink::StoreSink;
use super::{
    Carpeta, Formato, ImportError, Importacion, Rechazo, Resumen, import_autorizados_red,
    import_notificaciones, import_poderes,
};

/// Loads data from a file. A bad line is reported and not loaded; the rest go on. Status: 0 all loaded, 3 some, 1 none.
#[derive(Debug, Subcommand)]
pub(crate) enum Importar {
    /// Publish notifications, each with its PDF
    Notificaciones {
        #[command(flatten)]
        from: From,
        /// Folder of the PDF files that the lines name
        #[arg(long, value_name = "DIR")]
        documentos: PathBuf,
    },
    /// Record powers of attorney
    Poderes(From),
    /// Record RED authorisations, accounts, assignments and declarations
    AutorizadosRed(From),
}

#[derive(Debug, Args)]
pub(crate) struct From {
    #[command(flatten)]
    config: Config,
    /// JSON Lines (.jsonl) or CSV (.csv), UTF-8
    file: PathBuf,
    /// Format, where the file's ending does not tell
    #[arg(long, value_name = "FORMAT")]
    formato: Option<FormatArg>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatArg {
    Jsonl,
    Csv,
}

impl Importar {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let resumen = match self {
            Self::Notificaciones { from, documentos } => {
                let carpeta = Carpeta::open(&documentos)
                    .map_err(|error| format!("{}: {error}", documentos.display()))?;
                from.load(|input, how, sink| import_notificaciones(input, &carpeta, how, sink))?
            }
            Self::Poderes(from) => from.load(|input, how, sink| import_poderes(input, how, sink))?,
            Self::AutorizadosRed(from) => {
                from.load(|input, how, sink| import_autorizados_red(input, how, sink))?
            }
        };
        println!(
            "{} lines loaded, {} refused",
            resumen.cargadas, resumen.rechazadas
        );
        Ok(ExitCode::from(resumen.exit().code()))
    }
}

impl From {
    fn load(
        &self,
        import: impl FnOnce(&mut dyn BufRead, Importacion<'_>, &mut StoreSink<'_>) -> Result<Resumen, ImportError>,
    ) -> Result<Resumen, Failure> {
        let named = |error: std::io::Error| format!("{}: {error}", self.file.display());
        let file = File::open(&self.file).map_err(named)?;
        let formato = self.format()?;
        let store = self.config.store()?;
        let bar = "{bar:40} {bytes}/{total_bytes} {eta}";
        let style = ProgressStyle::with_template(bar).unwrap_or(ProgressStyle::default_bar());
        let progress = ProgressBar::new(file.metadata().map_err(named)?.len()).with_style(style);
        let mut report = |refused: &Rechazo| {
            let reasons: Vec<String> = refused.motivos.iter().map(ToString::to_string).collect();
            progress.suspend(|| eprintln!("line {}: {}", refused.linea, reasons.join("; ")));
        };
        let how = Importacion {
            formato,
            now: Utc::now().trunc_subsecs(6),
            progress: &progress,
            report: &mut report,
        };
        let resumen = import(&mut BufReader::new(file), how, &mut StoreSink(&store))?;
        progress.finish_and_clear();
        Ok(resumen)
    }

    fn format(&self) -> Result<Formato, Failure> {
        match self.formato {
            Some(FormatArg::Jsonl) => Ok(Formato::JsonLines),
            Some(FormatArg::Csv) => Ok(Formato::Csv),
            None => Formato::of(Path::new(&self.file))
                .ok_or_else(|| format!("{}: say its format with --formato", self.file.display()).into()),
        }
    }
}
