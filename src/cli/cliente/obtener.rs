//! `notess cliente documento` and `acuse`: what was decided, to files.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::cli::Failure;
use crate::client::calls::AnswerError;
use crate::client::cause;
use crate::client::connection::Connection;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Estado};

use super::cuales::Cuales;
use super::{SOME_DENIED, To, bar, render, show, values};

#[derive(Debug, Args)]
pub(in crate::cli) struct Obtener {
    #[command(flatten)]
    to: To,
    #[arg(
        long,
        value_name = "NIF",
        value_parser = values::nif,
        help = "De quién son las notificaciones"
    )]
    poderdante: Nif,
    #[command(flatten)]
    cuales: Cuales,
    #[arg(
        long,
        short,
        value_name = "FICHERO",
        conflicts_with = "carpeta",
        help = "Fichero en que se deja, si se nombra un solo código; si no se dice, CODIGO.pdf o CODIGO.acuse.xml"
    )]
    salida: Option<PathBuf>,
    #[arg(long, value_name = "CARPETA", help = "Carpeta en que se dejan los ficheros")]
    carpeta: Option<PathBuf>,
}

/// What can be got of a notification.
pub(super) struct Kind {
    /// How its files end.
    pub(super) ending: &'static str,
    /// Notifications in which states have it.
    pub(super) estados: &'static [Estado],
    /// How it is asked for.
    pub(super) get: fn(&Connection, &str, i32) -> Result<Vec<u8>, AnswerError>,
}

/// What came of one code.
pub(super) struct Obtenido {
    pub(super) codigo: Codigo,
    pub(super) result: Result<Fichero, Negado>,
}

/// A file that was written.
pub(super) struct Fichero {
    pub(super) path: PathBuf,
    pub(super) octets: usize,
}

/// Why the service did not give it.
pub(super) struct Negado {
    pub(super) codigo: String,
    pub(super) descripcion: String,
}

impl Obtener {
    /// Status 0 when everything was got, 3 when the service denied some.
    pub(super) fn run(self, kind: &Kind) -> Result<ExitCode, Failure> {
        let connection = self.to.connection()?;
        let codigos = self
            .cuales
            .codigos(&connection, self.poderdante, None, kind.estados)?;
        if self.salida.is_some() && codigos.len() != 1 {
            return Err(
                "--salida es el fichero de un solo código; para varios, diga su carpeta con --carpeta".into(),
            );
        }
        let progress = bar(codigos.len());
        let mut all = Vec::with_capacity(codigos.len());
        for codigo in codigos {
            match self.one(&connection, kind, codigo) {
                Ok(result) => all.push(Obtenido { codigo, result }),
                Err(error) => {
                    // What was written before the trouble must be told all the same.
                    progress.abandon();
                    show(&render::obtenidos(&all, self.to.json))?;
                    return Err(error);
                }
            }
            progress.inc(1);
        }
        progress.finish_and_clear();
        show(&render::obtenidos(&all, self.to.json))?;
        Ok(if all.iter().any(|one| one.result.is_err()) {
            ExitCode::from(SOME_DENIED)
        } else {
            ExitCode::SUCCESS
        })
    }

    fn one(
        &self,
        connection: &Connection,
        kind: &Kind,
        codigo: Codigo,
    ) -> Result<Result<Fichero, Negado>, Failure> {
        let octets = match (kind.get)(connection, self.poderdante.as_str(), codigo.number()) {
            Ok(octets) => octets,
            Err(AnswerError::Denied { codigo, descripcion }) => {
                return Ok(Err(Negado { codigo, descripcion }));
            }
            Err(error) => return Err(error.into()),
        };
        let path = self.salida.clone().unwrap_or_else(|| {
            let folder = self.carpeta.as_deref().unwrap_or(Path::new(""));
            folder.join(format!("{codigo}.{}", kind.ending))
        });
        write(&path, &octets).map_err(|error| format!("{}: {}", path.display(), cause::of_file(&error)))?;
        let octets = octets.len();
        Ok(Ok(Fichero { path, octets }))
    }
}

fn write(path: &Path, octets: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, octets)
}
