//! `notess transparencia vigilar`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::chain::Chain;
use crate::cli::Failure;
use crate::tlog::{
    FULL, MAX_NOTE, Seen, SignedCheckpoint, TileError, TreeHash, VerifierKey, WatchError, watch,
};

use super::address::{Address, FetchError, Files};
use super::remembered::{Remembered, keep_contradiction};

/// What the command ends with where nothing could be found out, which is no fork.
const NOT_SEEN: u8 = 3;
/// Longest file with a key, in octets: the key in two forms.
const KEY_FILE: usize = 4096;

/// Fetches what a log shows, and proves by its tiles that it begins with what FILE remembers of it; then FILE remembers that.
///
/// Ends with 0 if it does, with 1 if the log contradicts what it had signed (a fork, or leaves that it does not give any more),
/// and with 3 if it could not be found out. Run it every few minutes from a machine that the log's operator does not have: what
/// FILE remembers cannot be rewritten unseen any more, by him nor by whoever breaks in to him.
#[derive(Debug, Args)]
pub(in crate::cli) struct Vigilar {
    /// Address of the log, such as `https://example.es/transparencia`
    url: Address,
    /// Where it is remembered what the log showed. Of a fork the other note is kept beside it (.bifurcacion)
    #[arg(long, value_name = "FILE")]
    estado: PathBuf,
    /// The log's public key (name+id+key). Without it, the one that FILE remembers or, the first time, the one that the log
    /// itself says: compare that with what its operator has published elsewhere
    #[arg(long, value_name = "VKEY")]
    clave: Option<VerifierKey>,
}

impl Vigilar {
    pub(super) fn run(self) -> ExitCode {
        let (code, failure) = match self.look() {
            Ok(None) => return ExitCode::SUCCESS,
            Ok(Some(contradiction)) => (ExitCode::FAILURE, contradiction),
            Err(failure) => (ExitCode::from(NOT_SEEN), failure),
        };
        eprintln!("notess: {}", Chain(&*failure));
        code
    }

    /// Looks, and gives in what the log contradicts what it had signed, if it does.
    fn look(&self) -> Result<Option<Failure>, Failure> {
        let known = Remembered::read(&self.estado)?;
        let files = Files::of(self.url.clone());
        let key = self.key(known.as_ref(), &files)?;
        let note = files.fetch("checkpoint", MAX_NOTE)?;
        let seen = key
            .open(&note)
            .map_err(|error| format!("the checkpoint of {}: {}", key.origin(), Chain(&error)))?;
        let known = known.as_ref().map(|known| &known.signed);
        let most = usize::from(FULL) * TreeHash::LENGTH;
        let outcome = match watch(known, &seen, |tile| files.fetch(&tile.path(), most)) {
            Ok(outcome) => outcome,
            Err(error) if contradicts(&error) => {
                self.keep(&seen);
                return Ok(Some(error.into()));
            }
            Err(error) => return Err(error.into()),
        };
        let size = seen.checkpoint().size;
        println!("{}: {}", key.origin(), told(outcome, known, size));
        if outcome != Seen::Older {
            Remembered { key, signed: seen }.write(&self.estado)?;
        }
        Ok(None)
    }

    /// Whose signature counts.
    fn key(&self, known: Option<&Remembered>, files: &Files) -> Result<VerifierKey, Failure> {
        if let (Some(key), Some(known)) = (&self.clave, known)
            && *key != known.key
        {
            return Err(format!(
                "{}: it remembers the log of another key, {}; begin another file for this one",
                self.estado.display(),
                known.key
            )
            .into());
        }
        if let Some(key) = self.clave.as_ref().or(known.map(|known| &known.key)) {
            return Ok(key.clone());
        }
        let told = files.fetch("clave", KEY_FILE)?;
        let told = String::from_utf8_lossy(&told);
        let key: VerifierKey = told
            .lines()
            .next()
            .unwrap_or_default()
            .parse()
            .map_err(|error| format!("the key that the log says: {}", Chain(&error)))?;
        eprintln!("notess: the key is the one that the log itself says: {key}");
        Ok(key)
    }

    /// Keeps what the log shows now where it contradicts what is remembered.
    fn keep(&self, seen: &SignedCheckpoint) {
        match keep_contradiction(&self.estado, seen) {
            Ok(beside) => eprintln!(
                "notess: what it shows now is in {}; keep it, and {}: both are signed by the log",
                beside.display(),
                self.estado.display()
            ),
            Err(error) => eprintln!("notess: {}", Chain(&error)),
        }
    }
}

/// Whether a log contradicts what it had signed: that somebody could not be reached proves nothing.
fn contradicts(error: &WatchError<FetchError>) -> bool {
    match error {
        WatchError::Fork { .. } | WatchError::OtherTiles { .. } => true,
        WatchError::Back { reason, .. } => matches!(
            reason,
            TileError::Fetch {
                reason: FetchError::NotThere(_),
                ..
            }
        ),
        WatchError::Tiles(_) => false,
    }
}

/// What was seen, in words.
fn told(outcome: Seen, known: Option<&SignedCheckpoint>, size: u64) -> String {
    let before = known.map_or(0, |known| known.checkpoint().size);
    match outcome {
        Seen::First => format!("{size} leaves; nothing was known of it before"),
        Seen::Same => format!("{size} leaves, as before"),
        Seen::Grown => format!("{size} leaves, which begin with the {before} that were known"),
        Seen::Older => format!(
            "{size} leaves, with which the {before} that are known begin, and which it still gives: somebody in between \
             shows an old checkpoint"
        ),
    }
}
