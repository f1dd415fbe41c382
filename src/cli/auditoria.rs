//! `notess auditoria`.

use std::process::ExitCode;

use clap::Subcommand;
use indicatif::ProgressBar;

use crate::store::StoreError;
use crate::store::journal::{self, Verdict, Verified};

use super::{Config, Failure};

#[derive(Debug, Subcommand)]
pub(super) enum Auditoria {
    /// Walk the chain of the journal and say whether it is whole, or where it breaks
    Verificar {
        #[command(flatten)]
        config: Config,
    },
}

impl Auditoria {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let Self::Verificar { config } = self;
        let store = config.store()?;
        let progress = ProgressBar::new_spinner();
        let verdict = store.read::<_, StoreError, _>(|conn| {
            journal::verify(conn, |rows| {
                progress.set_position(rows);
                progress.set_message(format!("{rows} rows"));
                progress.tick();
            })
        })?;
        progress.finish_and_clear();
        Ok(match verdict {
            Verdict::Whole(Verified { rows, head }) => {
                println!("whole: {rows} rows, head {}", head.hash);
                ExitCode::SUCCESS
            }
            Verdict::Broken(found) => {
                println!("BROKEN at row {}: {}", found.secuencia, found.fault);
                ExitCode::FAILURE
            }
        })
    }
}
