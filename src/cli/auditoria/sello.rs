//! `notess auditoria sello`.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::{Failure, Operator};
use crate::store::sellos;

/// Write the newest time stamp, and the file that it dates: where the journal ended then
///
/// The file has three lines: what it is, how many rows there were, and the hash of the last, which `auditoria verificar` prints. Whoever
/// keeps both elsewhere can tell a journal that was made anew, and show since when what is in it was there.
#[derive(Debug, Args)]
pub(in crate::cli) struct Sello {
    #[command(flatten)]
    operator: Operator,
    /// Folder in which the two files are written
    #[arg(long, value_name = "DIR")]
    salida: PathBuf,
}

impl Sello {
    pub(in crate::cli) fn run(self) -> Result<ExitCode, Failure> {
        let Self { operator, salida } = self;
        let newest = operator.desk()?.look(sellos::newest)?;
        let Some(sello) = newest else {
            return Err("nothing has been dated yet: `[sello]` of the settings says by whom it is".into());
        };
        fs::create_dir_all(&salida).map_err(|error| format!("{}: {error}", salida.display()))?;
        let path = |ending: &str| salida.join(format!("diario-{}.{ending}", sello.punto.tamano));
        let (file, token) = (path("txt"), path("tst"));
        for (path, octets) in [(&file, &sello.punto.documento), (&token, &sello.token)] {
            fs::write(path, octets).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        println!(
            "{} rows, dated {} by {}",
            sello.punto.tamano,
            sello.instante.to_rfc3339(),
            sello.tsa
        );
        println!(
            "openssl ts -verify -data {} -in {} -token_in -CAfile ROOT.pem -untrusted CHAIN.pem",
            file.display(),
            token.display()
        );
        Ok(ExitCode::SUCCESS)
    }
}
