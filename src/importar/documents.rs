//! The folder from which documents are taken, and what makes a file there fit to be one.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use thiserror::Error;

/// Octets of the largest document: an answer carries it whole, in base64.
pub const MAX_DOCUMENT: u64 = 10 * 1024 * 1024;

/// Where the end mark of a PDF must be: Adobe's readers look for it in the last kilobyte (ISO 32000-1 annex H.3).
const TAIL: usize = 1024;

/// Why a file is not a document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DocumentError {
    /// The path is absolute, goes up, or is otherwise not a plain relative one.
    #[error("the document's path must be relative, without «..»")]
    Path,
    /// There is no such file.
    #[error("the document's file does not exist")]
    Missing,
    /// Through a link it leads out of the folder.
    #[error("the document's file lies outside the folder of documents")]
    Outside,
    /// A folder, a pipe or some other thing that is not a file.
    #[error("the document is not a regular file")]
    NotAFile,
    /// It has no octets.
    #[error("the document's file is empty")]
    Empty,
    /// Larger than [`MAX_DOCUMENT`].
    #[error("the document's file is larger than {MAX_DOCUMENT} octets")]
    TooLarge,
    /// It does not begin and end as a PDF does.
    #[error("the document's file is not a whole PDF")]
    NotPdf,
    /// The system does not let it be read.
    #[error("the document's file cannot be read: {0}")]
    Unreadable(io::ErrorKind),
}

/// A folder of documents.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder of a path, which must exist.
    pub fn open(path: &Path) -> io::Result<Self> {
        let folder = fs::canonicalize(path)?;
        if fs::metadata(&folder)?.is_dir() {
            Ok(Self(folder))
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }

    /// The PDF at a relative path, which must not lead out of the folder.
    pub(super) fn read(&self, relative: &str) -> Result<Vec<u8>, DocumentError> {
        let path = Path::new(relative);
        let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        if relative.is_empty() || !plain {
            return Err(DocumentError::Path);
        }
        let real = fs::canonicalize(self.0.join(path)).map_err(|error| unreadable(&error))?;
        if !real.starts_with(&self.0) {
            return Err(DocumentError::Outside);
        }
        // Asked before opening: to open a pipe would wait for its writer.
        if !fs::metadata(&real).map_err(|error| unreadable(&error))?.is_file() {
            return Err(DocumentError::NotAFile);
        }
        let mut octets = Vec::new();
        File::open(&real)
            .and_then(|file| file.take(MAX_DOCUMENT + 1).read_to_end(&mut octets))
            .map_err(|error| unreadable(&error))?;
        fit(octets)
    }
}

/// Octets that are fit to be a document.
pub fn fit(octets: Vec<u8>) -> Result<Vec<u8>, DocumentError> {
    if octets.is_empty() {
        return Err(DocumentError::Empty);
    }
    if u64::try_from(octets.len()).is_ok_and(|length| length > MAX_DOCUMENT) {
        return Err(DocumentError::TooLarge);
    }
    let tail = octets.get(octets.len().saturating_sub(TAIL)..).unwrap_or(&octets);
    let ends = tail.windows(5).any(|window| window == b"%%EOF");
    if octets.starts_with(b"%PDF-") && ends {
        Ok(octets)
    } else {
        Err(DocumentError::NotPdf)
    }
}

fn unreadable(error: &io::Error) -> DocumentError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => DocumentError::Missing,
        kind => DocumentError::Unreadable(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj null endobj\n%%EOF\n";

    #[test]
    fn only_a_whole_pdf_within_the_folder_is_read() {
        let outer = tempfile::tempdir().unwrap();
        let dir = outer.path().join("docs");
        fs::create_dir_all(dir.join("sub")).unwrap();
        fs::write(dir.join("good.pdf"), PDF).unwrap();
        fs::write(dir.join("sub/good.pdf"), PDF).unwrap();
        fs::write(outer.path().join("out.pdf"), PDF).unwrap();
        fs::write(dir.join("empty.pdf"), b"").unwrap();
        fs::write(dir.join("text.pdf"), b"hello").unwrap();
        fs::write(dir.join("cut.pdf"), &PDF[..20]).unwrap();
        let mut large = PDF.to_vec();
        large.resize(usize::try_from(MAX_DOCUMENT).unwrap() + 1, b'\n');
        fs::write(dir.join("large.pdf"), &large).unwrap();
        symlink(outer.path().join("out.pdf"), dir.join("link.pdf")).unwrap();
        symlink(dir.join("good.pdf"), dir.join("inner.pdf")).unwrap();

        let folder = Folder::open(&dir).unwrap();
        for good in ["good.pdf", "sub/good.pdf", "inner.pdf"] {
            assert_eq!(folder.read(good), Ok(PDF.to_vec()), "{good}");
        }
        let absolute = dir.join("good.pdf");
        for (path, error) in [
            ("", DocumentError::Path),
            ("../out.pdf", DocumentError::Path),
            ("sub/../good.pdf", DocumentError::Path),
            (absolute.to_str().unwrap(), DocumentError::Path),
            ("none.pdf", DocumentError::Missing),
            ("good.pdf/x", DocumentError::Missing),
            ("link.pdf", DocumentError::Outside),
            ("sub", DocumentError::NotAFile),
            ("empty.pdf", DocumentError::Empty),
            ("large.pdf", DocumentError::TooLarge),
            ("text.pdf", DocumentError::NotPdf),
            ("cut.pdf", DocumentError::NotPdf),
            ("a\0b.pdf", DocumentError::Unreadable(io::ErrorKind::InvalidInput)),
        ] {
            assert_eq!(folder.read(path), Err(error), "{path:?}");
        }
    }

    #[test]
    fn what_is_not_a_folder_is_not_opened() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(Folder::open(file.path()).is_err());
    }
}
