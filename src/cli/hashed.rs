//! The SHA-256 of a file, for the journal to say by which one something was done.

use std::fs::File;
use std::io::{self, Read, Seek};

use openssl::sha::Sha256;

use crate::domain::notificacion::Huella;

/// Octets that are read at a time.
const PIECE: usize = 64 * 1024;

/// That of a file, which is left at its beginning; nothing of what can be read only once, as a pipe.
pub(super) fn of(file: &mut File) -> io::Result<Option<Huella>> {
    if !file.metadata()?.is_file() {
        return Ok(None);
    }
    let mut all = Hashed::new(&mut *file);
    let mut piece = vec![0; PIECE];
    while all.read(&mut piece)? > 0 {}
    let found = all.huella();
    file.rewind()?;
    Ok(Some(found))
}

/// A reader that knows the SHA-256 of what it has read.
pub(super) struct Hashed<R> {
    inner: R,
    sha: Sha256,
}

impl<R> Hashed<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            sha: Sha256::new(),
        }
    }

    /// That of what was read until now.
    pub(super) fn huella(&self) -> Huella {
        Huella(self.sha.clone().finish())
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.sha.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_file_has_the_hash_of_its_octets_and_is_read_on_from_its_beginning() {
        let text = vec![b'x'; 2 * PIECE + 1];
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&text).unwrap();
        file.rewind().unwrap();
        let expected = Huella(openssl::sha::sha256(&text));
        assert_eq!(of(&mut file).unwrap(), Some(expected));
        let mut read = Hashed::new(file);
        let mut again = Vec::new();
        read.read_to_end(&mut again).unwrap();
        assert_eq!((again == text, read.huella()), (true, expected));
    }
}
