//! `notess transparencia prueba`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::explicar::codigo;
use crate::cli::{Failure, Operator};
use crate::domain::notificacion::Codigo;
use crate::store::{Deed, transparencia};
use crate::tlog::{Clase, Entry, ProofFile};
use crate::usecase::publish::{NotProven, prove};
use crate::whole_file;

use super::log_of;

/// Writes the proof that a leaf is in the log (c2sp.org/tlog-proof@v1), by its last checkpoint. With the log's public key whoever
/// has the document verifies it off line: `notess transparencia verificar`.
///
/// Of a notification all leaves are proven: that of its publication, of its decision or lapse, of its sealed acuse. The journal
/// says for whom.
#[derive(Debug, Args)]
pub(in crate::cli) struct Prueba {
    #[command(flatten)]
    operator: Operator,
    /// Code of the notification
    #[arg(value_parser = codigo, required_unless_present = "hoja", conflicts_with = "hoja")]
    codigo: Option<Codigo>,
    /// Index of the leaf, from 0
    #[arg(long, value_name = "N")]
    hoja: Option<u64>,
    /// Folder into which each proof is written, as INDEX-CLASS.tlog-proof
    #[arg(long, value_name = "DIR", default_value = ".")]
    carpeta: PathBuf,
}

impl Prueba {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let (key, _) = log_of(&self.operator)?;
        let desk = self.operator.desk()?;
        let proofs = desk.read::<_, NotProven, _>(|conn| {
            let indices: Vec<u64> = match self.codigo {
                Some(codigo) => transparencia::of_codigo(conn, codigo)?,
                None => self.hoja.into_iter().collect(),
            };
            let proofs: Result<Vec<(ProofFile, Entry)>, NotProven> = indices
                .into_iter()
                .map(|index| prove(conn, key.verifier(), index))
                .collect();
            let proofs = proofs?;
            let deed = Deed::of("probarHojas")
                .count(proofs.len())
                .codes(self.codigo)
                .with("hoja", self.hoja);
            Ok((proofs, deed))
        })?;
        for (proof, entry) in &proofs {
            let class = Clase::from_number(entry.octets()[0]);
            let class = class.map_or_else(|| "hoja".to_owned(), |class| class.to_string());
            let file = self.carpeta.join(format!("{}-{class}.tlog-proof", proof.index));
            whole_file::replace(&file, proof.write().as_bytes(), whole_file::ALL)
                .map_err(|error| format!("{}: {error}", file.display()))?;
            println!("{}", file.display());
        }
        if proofs.is_empty() {
            return Err("the log has no leaf of that notification".into());
        }
        Ok(ExitCode::SUCCESS)
    }
}
