//! Writing the files of the demonstration world: whole or not at all, secrets for their owner only.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::whole_file;

use super::DemoError;

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// Its owner (mode 0600).
    Owner,
    /// Anybody who reaches the folder (mode 0644).
    All,
}

/// Makes a folder for its owner only (mode 0700), with those above it, unless it is there.
pub(super) fn folder(path: &Path) -> Result<(), DemoError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| failed(path, source))
}

/// Writes a file in place of whatever was there, and gives back its path.
pub(super) fn write(path: PathBuf, content: &[u8], readers: Readers) -> Result<PathBuf, DemoError> {
    let mode = match readers {
        Readers::Owner => whole_file::OWNER,
        Readers::All => whole_file::ALL,
    };
    whole_file::replace(&path, content, mode).map_err(|source| failed(&path, source))?;
    Ok(path)
}

fn failed(path: &Path, source: io::Error) -> DemoError {
    DemoError::Write {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_secret_is_for_its_owner_even_where_a_readable_file_lay() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.pem");
        write(path.clone(), b"old", Readers::All).unwrap();
        write(path.clone(), b"new", Readers::Owner).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let path = Path::new("/proc/none/key.pem");
        let error = write(path.to_owned(), b"", Readers::Owner).unwrap_err();
        assert!(matches!(error, DemoError::Write { path: named, .. } if named == path));
    }
}
