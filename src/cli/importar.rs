//! `notess importar`: the command's arguments, and what it tells the person at the terminal.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::importar::{
    Carga, Encoding, FILES, Folder, Format, ImportError, Options, Order, Progress, Refusal, Rehearsal,
    StoreSink, Summary, help_autorizados_red, help_notificaciones, help_poderes, help_practicadas,
    help_sucesiones, import_autorizados_red, import_notificaciones, import_poderes, import_practicadas,
    import_sucesiones,
};

use crate::domain::notificacion::Codigo;

use super::hashed::{self, Hashed};
use super::{Failure, Operator};

/// How often who watches no terminal is told how far a load has got.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// Loads data from a file. A bad line is reported and not loaded; the rest go on. Status: 0 all loaded, 3 some, 1 none.
#[derive(Debug, Subcommand)]
#[command(after_long_help = FILES)]
pub(super) enum Importar {
    /// Publish notifications, each with its PDF
    #[command(after_long_help = help_notificaciones())]
    Notificaciones {
        #[command(flatten)]
        from: From,
        /// Folder of the PDF files that the lines name
        #[arg(long, value_name = "DIR")]
        documentos: PathBuf,
        /// Publish codes lower than others that are published, which programs that use WSCN never list
        #[arg(long)]
        fuera_de_orden: bool,
        /// Load what another system published before, each line with when and what became of it; the journal says so
        #[arg(long)]
        historico: bool,
    },
    /// Record that notifications were practised elsewhere, on paper or in the DEHú
    ///
    /// Of all practices of a notification the earliest counts, with its sense, those here among them: what is pending is practised by
    /// it, and is decided here no more. News that comes late, after somebody had decided here or the term had ended, takes the place
    /// of that if it is earlier, and is told; where it is not, it is kept and changes nothing. The same again changes nothing.
    #[command(after_long_help = help_practicadas())]
    Practicadas(From),
    /// Record powers of attorney
    #[command(after_long_help = help_poderes())]
    Poderes(From),
    /// Record RED authorisations, accounts, assignments and declarations
    #[command(after_long_help = help_autorizados_red())]
    AutorizadosRed(From),
    /// Record who succeeds addressees, as bodies admit it
    ///
    /// A line tells how a succession stands: one that is not on record is declared, and one that is stays as it is, or is taken back
    /// from the end on that the line tells, once that has come. What a body admits is told in `notess sucesiones declarar`.
    #[command(after_long_help = help_sucesiones())]
    Sucesiones(From),
}

#[derive(Debug, Args)]
pub(super) struct From {
    #[command(flatten)]
    pub(super) operator: Operator,
    /// JSON Lines (.jsonl) or CSV (.csv)
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
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let summary = match self {
            Self::Notificaciones {
                from,
                documentos,
                fuera_de_orden,
                historico,
            } => {
                let carga = if historico {
                    Carga::Historico
                } else {
                    Carga::Publicacion
                };
                let order = if fuera_de_orden {
                    Order::Any
                } else {
                    Order::Ascending
                };
                let folder = Folder::open(&documentos)
                    .map_err(|error| format!("{}: {error}", documentos.display()))?;
                from.load("importarNotificaciones", |input, how, sink| {
                    let tabla = sink.procedures().map_err(|source| ImportError::Sink {
                        line: 0,
                        loaded: 0,
                        source: source.into(),
                    })?;
                    import_notificaciones(input, (&folder, &tabla), (order, carga), how, sink)
                })?
            }
            Self::Practicadas(from) => from.load("importarPracticadas", |input, how, sink| {
                let outcome = import_practicadas(input, how, sink);
                tell_late(&sink.tardias);
                outcome
            })?,
            Self::Poderes(from) => from.load("importarPoderes", |input, how, sink| {
                import_poderes(input, how, sink)
            })?,
            Self::AutorizadosRed(from) => from.load("importarAutorizadosRed", |input, how, sink| {
                import_autorizados_red(input, how, sink)
            })?,
            Self::Sucesiones(from) => from.load("importarSucesiones", |input, how, sink| {
                import_sucesiones(input, how, sink)
            })?,
        };
        Ok(told(summary))
    }
}

/// Says of which notifications news came late; the log of the service says it too.
fn tell_late(tardias: &[Codigo]) {
    for codigo in tardias {
        eprintln!(
            "notess: warning: notification {codigo} had been decided here, or its term had ended, after it was practised elsewhere: \
             that counts now"
        );
    }
}

/// Says what came of a file, and how the process should end.
pub(super) fn told(summary: Summary) -> ExitCode {
    println!(
        "{} lines loaded, {} refused",
        summary.cargadas, summary.rechazadas
    );
    ExitCode::from(summary.exit().code())
}

impl From {
    /// Loads it, as this operation.
    pub(super) fn load(
        &self,
        operacion: &'static str,
        import: impl FnOnce(&mut dyn BufRead, Options<'_>, &mut StoreSink<'_>) -> Result<Summary, ImportError>,
    ) -> Result<Summary, Failure> {
        let named = |error: std::io::Error| format!("{}: {error}", self.file.display());
        let mut file = File::open(&self.file).map_err(named)?;
        let format = self.format()?;
        let encoding = encoding(format, &mut file).map_err(named)?;
        if encoding == Encoding::Windows1252 {
            eprintln!(
                "{}: read as Windows-1252, since it is not UTF-8",
                self.file.display()
            );
        }
        let fichero = hashed::of(&mut file).map_err(named)?;
        let desk = self.operator.desk()?;
        let style = "{bar:40} {bytes}/{total_bytes} {eta} {msg}";
        let style = ProgressStyle::with_template(style).unwrap_or(ProgressStyle::default_bar());
        let bar = ProgressBar::new(file.metadata().map_err(named)?.len()).with_style(style);
        let mut shown = Shown::default();
        let mut report = |refused: &Refusal| {
            let reasons: Vec<String> = refused.reasons.iter().map(ToString::to_string).collect();
            bar.suspend(|| eprintln!("line {}: {}", refused.linea, reasons.join("; ")));
        };
        let now = desk.now();
        let mut sink = StoreSink {
            desk: &desk,
            registrado: now,
            salto_maximo: self.operator.config.read()?.reloj.salto_maximo(),
            operacion,
            fichero,
            progress: Progress::default(),
            tardias: Vec::new(),
            rehearsal: Rehearsal::No,
        };
        let desde = sink.stopped_at()?.unwrap_or_default();
        if desde != Progress::default() {
            eprintln!(
                "{}: its load was stopped; it goes on behind line {}, after {} loaded and {} refused",
                self.file.display(),
                desde.linea,
                desde.cargadas,
                desde.rechazadas
            );
        }
        let how = Options {
            format,
            encoding,
            now,
            desde,
            advance: &mut |progress| shown.tell(&bar, progress),
            bar: &bar,
            report: &mut report,
            notice: &mut |line, notice| bar.suspend(|| eprintln!("line {line}: warning: {notice}")),
        };
        let mut input = BufReader::new(Hashed::new(file));
        let outcome = import(&mut input, how, &mut sink);
        bar.finish_and_clear();
        let read = Some(input.into_inner().huella());
        let whole = if outcome.is_ok() { read } else { fichero };
        if fichero.is_some() && whole != fichero {
            eprintln!(
                "notess: warning: {} changed while it was read: the journal has the SHA-256 that it had, and that of what was read",
                self.file.display()
            );
        }
        let ended = sink.end(&outcome, whole);
        let summary = outcome?;
        ended?;
        Ok(summary)
    }

    fn format(&self) -> Result<Format, Failure> {
        match self.formato {
            Some(FormatArg::Jsonl) => Ok(Format::JsonLines),
            Some(FormatArg::Csv) => Ok(Format::Csv),
            None => Format::of(Path::new(&self.file)).ok_or_else(|| {
                let what = if is_workbook(&self.file) {
                    "save it as «CSV UTF-8 (delimitado por comas)»"
                } else {
                    "say its format with --formato"
                };
                format!("{}: {what}", self.file.display()).into()
            }),
        }
    }
}

/// How far a load has got, as somebody is told who watches it.
#[derive(Default)]
struct Shown {
    last: Option<Instant>,
}

impl Shown {
    /// At a terminal beside the bar; elsewhere, as in the log of a timer, a line now and then.
    fn tell(&mut self, bar: &ProgressBar, progress: Progress) {
        let Progress {
            linea,
            cargadas,
            rechazadas,
        } = progress;
        let words = format!("line {linea}: {cargadas} loaded, {rechazadas} refused");
        if !bar.is_hidden() {
            bar.set_message(words);
            return;
        }
        if self.last.get_or_insert_with(Instant::now).elapsed() >= TOLD_EVERY {
            eprintln!("{words}");
            self.last = Some(Instant::now());
        }
    }
}

/// Whether a path is that of a file which only a spreadsheet reads.
fn is_workbook(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        ["xlsx", "xlsm", "xls", "ods"]
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

/// The encoding of a file, which is left at its beginning. What can be read only once, as a pipe, is UTF-8.
fn encoding(format: Format, file: &mut File) -> io::Result<Encoding> {
    if format == Format::JsonLines || !file.metadata()?.is_file() {
        return Ok(Encoding::Utf8);
    }
    let found = Encoding::of(&mut BufReader::new(&mut *file))?;
    file.rewind()?;
    Ok(found)
}
