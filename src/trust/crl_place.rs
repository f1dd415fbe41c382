//! `Place`: where the revocation lists of an entry are: a file, a folder, or a pattern of names.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use super::crl_file::{Stamp, fault};
use super::error::CrlFault;

/// Endings of names that whoever renews lists gives to a file that he has not ended yet.
const UNFINISHED: [&[u8]; 4] = [b".new", b".tmp", b".part", b"~"];

/// A path as an operator writes it; `*` and `?` in it stand for any characters of a name, and for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place(PathBuf);

/// The files of a place at a moment, and the folders in which they were found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: Vec<(PathBuf, Stamp)>,
    pub(super) folders: Vec<(PathBuf, Stamp)>,
    /// It is one file, named as such: what is wrong with it is wrong with all.
    pub(super) is_file: bool,
}

impl Place {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Whether looking for its files may take long: a folder, or one below which a pattern looks, has more than so many
    /// entries. A pattern that goes through several folders may.
    pub(super) fn has_many(&self, limit: usize) -> Result<bool, CrlFault> {
        if is_pattern(&self.0) {
            match self.0.parent() {
                Some(folder) if !is_pattern(folder) => is_large(folder, limit),
                _ => Ok(true),
            }
        } else if self.0.is_dir() {
            is_large(&self.0, limit)
        } else {
            Ok(false)
        }
    }

    /// What is there now.
    pub(super) fn look(&self) -> Result<Found, CrlFault> {
        let mut found = Found::default();
        if is_pattern(&self.0) {
            let mut rest: Vec<&OsStr> = self.0.components().map(Component::as_os_str).collect();
            rest.reverse();
            expand(PathBuf::new(), rest, &mut found)?;
        } else {
            let metadata = std::fs::metadata(&self.0).map_err(|error| fault(&error))?;
            if metadata.is_dir() {
                let is_list = |name: &OsStr| !is_unfinished(name);
                for path in list(&self.0, is_list, &mut found)? {
                    add(path, &mut found);
                }
            } else {
                found.files.push((self.0.clone(), Stamp::from(&metadata)));
                found.is_file = true;
            }
        }
        found
            .files
            .sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Ok(found)
    }
}

/// Whether a folder has more than so many entries.
fn is_large(folder: &Path, limit: usize) -> Result<bool, CrlFault> {
    let entries = std::fs::read_dir(folder).map_err(|error| fault(&error))?;
    Ok(entries.take(limit + 1).count() > limit)
}

/// Whether a path is a pattern of several.
pub(super) fn is_pattern(path: &Path) -> bool {
    path.as_os_str()
        .as_bytes()
        .iter()
        .any(|octet| matches!(octet, b'*' | b'?'))
}

/// Goes on from a folder by the names that are left, the next one last.
fn expand(folder: PathBuf, mut rest: Vec<&OsStr>, found: &mut Found) -> Result<(), CrlFault> {
    let Some(next) = rest.pop() else {
        add(folder, found);
        return Ok(());
    };
    if !is_pattern(Path::new(next)) {
        return expand(folder.join(next), rest, found);
    }
    let fits = |name: &OsStr| matches(next.as_bytes(), name.as_bytes()) && !is_unfinished(name);
    for path in list(&folder, fits, found)? {
        if rest.is_empty() {
            add(path, found);
        } else if path.is_dir() {
            match expand(path, rest.clone(), found) {
                // Not every folder that fits has what is looked for in it.
                Ok(()) | Err(CrlFault::Missing) => {}
                Err(other) => return Err(other),
            }
        }
    }
    Ok(())
}

/// The paths in a folder whose names fit; the folder is one that was looked into.
fn list(folder: &Path, fits: impl Fn(&OsStr) -> bool, found: &mut Found) -> Result<Vec<PathBuf>, CrlFault> {
    // Before it is read: what changes meanwhile is seen the next time.
    found.folders.push((folder.to_owned(), Stamp::of(folder)?));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| fault(&error))? {
        let entry = entry.map_err(|error| fault(&error))?;
        if fits(&entry.file_name()) {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

/// Adds a file; what has gone meanwhile, or is none, is left out.
fn add(path: PathBuf, found: &mut Found) {
    if let Ok(metadata) = std::fs::metadata(&path)
        && metadata.is_file()
    {
        found.files.push((path, Stamp::from(&metadata)));
    }
}

fn is_unfinished(name: &OsStr) -> bool {
    let name = name.as_bytes();
    name.starts_with(b".") || UNFINISHED.iter().any(|ending| name.ends_with(ending))
}

/// Whether a name fits a pattern. Where a star was last is gone back to, so that no pattern takes long.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&octet) = name.get(n) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p + 1, n));
                p += 1;
            }
            Some(&wanted) if wanted == octet || wanted == b'?' => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    (p, n) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern
        .get(p..)
        .unwrap_or_default()
        .iter()
        .all(|&octet| octet == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_whole_names() {
        for (pattern, name, fits) in [
            ("*.crl", "a.crl", true),
            ("*.crl", "a.crl.bak", false),
            ("CRL*.crl", "CRL4711.crl", true),
            ("CRL??.crl", "CRL1.crl", false),
            ("a*b*c", "abxbc", true),
            ("a*b*c", "acb", false),
            ("*", "", true),
            ("?", "", false),
        ] {
            assert_eq!(
                matches(pattern.as_bytes(), name.as_bytes()),
                fits,
                "{pattern} {name}"
            );
        }
    }

    #[test]
    fn a_place_is_a_file_a_folder_or_a_pattern_through_folders() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "a/1.crl",
            "a/2.crl",
            "b/1.crl",
            "b/.1.crl",
            "b/2.crl.new",
            "b/notes",
        ] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let names = |place: &str| {
            let found = Place::new(folder.path().join(place)).look().unwrap();
            let names: Vec<String> = found
                .files
                .iter()
                .map(|(path, _)| {
                    path.strip_prefix(folder.path())
                        .unwrap()
                        .to_string_lossy()
                        .into_owned()
                })
                .collect();
            (names, found.folders.len(), found.is_file)
        };
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(names("a/1.crl"), (owned(&["a/1.crl"]), 0, true));
        assert_eq!(names("b"), (owned(&["b/1.crl", "b/notes"]), 1, false));
        assert_eq!(names("*/1.crl"), (owned(&["a/1.crl", "b/1.crl"]), 1, false));
        assert_eq!(
            names("?/*.crl"),
            (owned(&["a/1.crl", "a/2.crl", "b/1.crl"]), 3, false)
        );
        assert_eq!(
            Place::new(folder.path().join("c")).look().unwrap_err(),
            CrlFault::Missing
        );
    }
}
