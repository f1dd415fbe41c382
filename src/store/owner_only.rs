//! The files of a SQLite database are for their owner only: they hold what people were notified of.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::url::DatabaseUrl;

/// Of files that are made here.
const MODE: u32 = 0o600;
/// Rights of others than the owner.
const OTHERS: u32 = 0o077;
/// Most links one after another, as Linux follows.
const MAX_LINKS: u32 = 40;
/// What SQLite puts beside the file of the database, wherever links lead to it.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];
/// What this service puts beside the name that it was given.
pub(super) const LOCK: &str = "-service";

/// A file that others than its owner may read or write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose {
    /// The file that others can read.
    pub path: PathBuf,
    /// Its rights, as chmod(1) takes them.
    pub mode: u32,
}

impl DatabaseUrl {
    /// The files of this database that others may read or write. Nothing changes them: whoever made them so may have had a
    /// reason.
    #[must_use]
    pub fn loose_files(&self) -> Vec<Loose> {
        let Self::Sqlite(path) = self else {
            return Vec::new();
        };
        let loose = |path: PathBuf| {
            let mode = fs::metadata(&path).ok()?.permissions().mode() & 0o777;
            (mode & OTHERS != 0).then_some(Loose { path, mode })
        };
        let file = end_of_links(path);
        let names = BESIDE.iter().map(|name| beside(&file, name));
        let all = std::iter::once(path.clone())
            .chain(names)
            .chain([beside(path, LOCK)]);
        all.filter_map(loose).collect()
    }
}

/// A file whose name is that of the database and more.
pub(super) fn beside(database: &Path, more: &str) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(more);
    name.into()
}

/// Makes the file of a database, if it is not there, before SQLite does, which would let everybody read it; SQLite gives its
/// rights to those that it puts beside it. What cannot be made SQLite will say.
pub(super) fn make(database: &Path) {
    // One that is there is not even opened: closing any descriptor of it would drop SQLite's locks on it.
    drop(private().create_new(true).open(end_of_links(database)));
}

/// Options to make a file of one's own; one that is there keeps its rights.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(MODE);
    options
}

/// Where a name leads, be there a file or not.
pub(super) fn end_of_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => break,
        }
    }
    path
}

/// Opens the file of a lock, made if it is not there.
pub(super) fn lock_file(path: &Path) -> io::Result<fs::File> {
    private().create(true).truncate(false).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Claim, Durability, Store, StoreError};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn files_that_are_made_are_for_their_owner_and_those_of_others_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.db");
        let url = DatabaseUrl::sqlite(&path).unwrap();
        let _claim = Claim::take(&url).unwrap();
        let store = Store::open(&url, 2).unwrap();
        store.migrate().unwrap();
        store
            .write::<_, StoreError, _>(Durability::Full, |_| Ok(()))
            .unwrap();
        for name in ["", "-wal", "-shm", LOCK] {
            assert_eq!(mode(&beside(&path, name)), 0o600, "{name}");
        }
        assert_eq!(url.loose_files(), []);
        let shm = beside(&path, "-shm");
        for (path, mode) in [(&path, 0o644), (&shm, 0o660)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        let loose = |path: &Path, mode| Loose {
            path: path.to_owned(),
            mode,
        };
        assert_eq!(url.loose_files(), [loose(&path, 0o644), loose(&shm, 0o660)]);
        drop(store);
        Store::open(&url, 1).unwrap();
        assert_eq!(mode(&path), 0o644, "what is there stays as it is");
    }

    #[test]
    fn a_file_behind_a_link_that_leads_nowhere_yet_is_for_its_owner_too() {
        let folder = tempfile::tempdir().unwrap();
        let [link, target] = ["link.db", "target.db"].map(|name| folder.path().join(name));
        std::os::unix::fs::symlink("target.db", &link).unwrap();
        let url = DatabaseUrl::sqlite(&link).unwrap();
        let store = Store::open(&url, 1).unwrap();
        store.migrate().unwrap();
        assert_eq!((mode(&target), url.loose_files()), (0o600, Vec::new()));
        let wal = beside(&target, "-wal");
        fs::set_permissions(&wal, fs::Permissions::from_mode(0o604)).unwrap();
        assert_eq!(
            url.loose_files(),
            [Loose {
                path: wal,
                mode: 0o604
            }]
        );
    }
}
