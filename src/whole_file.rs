//! Files that the disk has once they are written, and that take the place of others whole.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// For the owner alone.
pub const OWNER: u32 = 0o600;
/// For everybody who reaches the folder.
pub const ALL: u32 = 0o644;

/// Puts a file with this content and these rights in place of whatever was there. The content goes to a new file that then takes
/// the name, when the disk has it: nobody sees half a file, nor a secret in one that was left readable.
pub fn replace(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let fresh = beside(path, ".nuevo");
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    write(&fresh, content, mode)?;
    fs::rename(&fresh, path)?;
    keep_name(path)
}

/// Writes a file that must not be there yet. Whoever is stopped meanwhile leaves a part of it.
pub fn write_new(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    write(path, content, mode)?;
    keep_name(path)
}

fn write(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// A path that differs from another by what its name ends with.
#[must_use]
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// A name is its folder's, which is written apart from the file.
fn keep_name(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_secret_is_for_its_owner_even_where_a_readable_file_lay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        replace(&path, b"old", ALL).unwrap();
        // What a stopped writer left behind is in nobody's way.
        fs::write(beside(&path, ".nuevo"), b"half").unwrap();
        replace(&path, b"new", OWNER).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_there_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        write_new(&path, b"first", OWNER).unwrap();
        let again = write_new(&path, b"second", OWNER).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
    }
}
