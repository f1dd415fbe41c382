//! Octets as they are kept deflated (RFC 1951): what is signed of one house is alike in most of its length.

use std::io::Read as _;

use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};

/// The longest that is opened, in octets: nothing that is kept so comes near it, and a row that somebody altered takes no memory.
const LONGEST: u64 = 1 << 20;

/// The same, deflated.
pub(super) fn deflate(octets: &[u8]) -> Vec<u8> {
    let mut deflated = Vec::with_capacity(octets.len());
    // What lies in memory can be read to its end.
    let _ = DeflateEncoder::new(octets, Compression::best()).read_to_end(&mut deflated);
    deflated
}

/// What was deflated; nothing where it is no such thing.
pub(super) fn inflate(deflated: &[u8]) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    let length = DeflateDecoder::new(deflated)
        .take(LONGEST + 1)
        .read_to_end(&mut octets)
        .ok()?;
    (length as u64 <= LONGEST).then_some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_deflated_comes_back_and_what_was_altered_or_would_fill_memory_does_not() {
        for octets in [Vec::new(), b"<acuse/>".repeat(300), (0..=255).collect()] {
            assert_eq!(inflate(&deflate(&octets)), Some(octets));
        }
        assert!(deflate(&b"<acuse/>".repeat(300)).len() < 100);
        let bomb = deflate(&vec![0; 2 << 20]);
        assert!(bomb.len() < 8192 && inflate(&bomb).is_none());
        assert_eq!(inflate(&[0xff; 20]), None);
        assert_eq!(inflate(&deflate(b"cut short in the middle")[..9]), None);
    }
}
