//! `notess transparencia verificar`.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::chain::Chain;
use crate::cli::Failure;
use crate::cli::hashed::Hashed;
use crate::tlog::{MAX_PROOF, ProofFile, VerifierKey};

/// Verifies, off line, that a document is in a log: that the log's key signed the checkpoint of the proof, and that the proof
/// leads from the document to the root that was signed. Ends with 0 only if all of it holds.
///
/// Take the key from whom you trust, not from whoever gave you the proof. What it proves: the log had this document among its
/// leaves when it signed that checkpoint. When that was, a time stamp over the checkpoint says.
#[derive(Debug, Args)]
pub(in crate::cli) struct Verificar {
    /// The proof (c2sp.org/tlog-proof@v1)
    proof: PathBuf,
    /// The document, octet for octet
    #[arg(long, value_name = "FILE")]
    documento: PathBuf,
    /// The log's public key, as `notess transparencia clave` prints it: name+id+key
    #[arg(long, value_name = "VKEY")]
    clave: VerifierKey,
}

impl Verificar {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let of = |path: &Path, reason: &dyn std::fmt::Display| format!("{}: {reason}", path.display());
        let octets = proof(&self.proof).map_err(|error| of(&self.proof, &error))?;
        let proof = ProofFile::read(&octets).map_err(|error| of(&self.proof, &error))?;
        let huella = huella(&self.documento).map_err(|error| of(&self.documento, &error))?;
        let (class, proven) = proof
            .verify_document(&huella, &self.clave)
            .map_err(|error| format!("NOT PROVEN: {}", Chain(&error)))?;
        let checkpoint = &proven.checkpoint;
        println!("{:12} yes", "proven:");
        println!("{:12} {} ({class})", "leaf:", proven.index);
        println!("{:12} {}", "log:", checkpoint.origin);
        println!(
            "{:12} {} leaves, root {}",
            "checkpoint:", checkpoint.size, checkpoint.root
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// A file that may be a proof: no more of it than a proof may have, and one octet by which it is seen to be longer.
fn proof(path: &Path) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    File::open(path)?
        .take(MAX_PROOF as u64 + 1)
        .read_to_end(&mut octets)?;
    Ok(octets)
}

fn huella(path: &Path) -> io::Result<[u8; 32]> {
    let mut document = Hashed::new(File::open(path)?);
    io::copy(&mut document, &mut io::sink())?;
    Ok(document.huella().0)
}
