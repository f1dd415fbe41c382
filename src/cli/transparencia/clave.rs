//! `notess transparencia clave`.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::Failure;
use crate::tlog::LogKey;
use crate::whole_file;

/// Makes the Ed25519 key with which the log is signed, and prints the public one (a vkey), for those who verify. A key that is
/// there already is left as it is, and its public one printed.
///
/// Give the public key to whoever may need it, by another way than the log's own address: print it, publish it in the sede
/// electrónica, deposit it with a notary. The key is not the service's signature: keep a copy of it as you keep that one's.
#[derive(Debug, Args)]
pub(in crate::cli) struct Clave {
    /// The key's file, made for its owner alone (PEM)
    file: PathBuf,
    /// Name of the log, which it alone has: an address without its scheme, as example.es/registro. It is `transparencia.origen`
    #[arg(long, value_name = "NAME")]
    origen: String,
}

impl Clave {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let Self { file, origen } = self;
        let of_file = |reason: &dyn std::fmt::Display| format!("{}: {reason}", file.display());
        let key = match fs::read(&file) {
            Ok(pem) => LogKey::from_pem(&pem, &origen).map_err(|error| of_file(&error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = LogKey::generate(&origen)?;
                whole_file::write_new(&file, &key.to_pem()?, whole_file::OWNER)
                    .map_err(|error| of_file(&error))?;
                eprintln!("{} is made, for its owner alone", file.display());
                key
            }
            Err(error) => return Err(of_file(&error).into()),
        };
        println!("{}", key.verifier());
        Ok(ExitCode::SUCCESS)
    }
}
