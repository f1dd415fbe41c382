//! Writing the files of the demonstration world: whole or not at all, secrets for their owner only.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

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
    replace(&path, content, readers).map_err(|source| failed(&path, source))?;
    Ok(path)
}

fn failed(path: &Path, source: io::Error) -> DemoError {
    DemoError::Write {
        path: path.to_owned(),
        source,
    }
}

/// The content goes to a new file that then takes the name: nobody sees half a file, nor a key in a file that an
/// earlier run left readable.
fn replace(path: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".nuevo");
    let fresh = path.with_file_name(name);
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mode = match readers {
        Readers::Owner => 0o600,
        Readers::All => 0o644,
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&fresh)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;
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
