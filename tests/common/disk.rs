//! A small disk, to be filled.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A small disk of a test's own; nothing where this machine does not let one be mounted.
pub struct SmallDisk(TempDir);

impl SmallDisk {
    pub fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=32m", "tmpfs"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|ended| ended.status.success()) {
            return Some(Self(folder));
        }
        eprintln!("NOT TRIED: a full disk, since this machine lets none be mounted");
        None
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all the space that is left.
    pub fn fill(&self) {
        let mut filler = File::create(self.path().join("filler")).unwrap();
        while filler.write_all(&[0; 4096]).is_ok() {}
    }

    /// Gives it back.
    pub fn make_room(&self) {
        std::fs::remove_file(self.path().join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(self.path()).status());
    }
}
