//! Octets encrypted under a master key, as they lie in the database (docs/decisions/0018).
//!
//! Each record has a data key of its own, made for it and used once, which the master key wraps: both by AES-256-GCM
//! (NIST SP 800-38D). Another master key wraps the same data key anew, and need not touch what it opens. What is
//! authenticated besides the octets says where they lie, so that they open nowhere else.

use openssl::error::ErrorStack;
use openssl::rand::rand_bytes;
use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};

/// The first octet of what is written here; another one is another format.
const VERSION: u8 = 1;
/// Octets of a key of AES-256.
pub(super) const KEY: usize = 32;
/// Octets of a nonce, drawn at random: SP 800-38D §8.2.2, by which a key may wrap 2^32 data keys (§8.3).
const NONCE: usize = 12;
/// Octets of an authentication tag, the longest that there is.
const TAG: usize = 16;
/// Octets of a data key as it is wrapped.
const WRAPPED: usize = NONCE + KEY + TAG;

/// How many octets more than what they hold sealed ones are.
pub(in crate::store) const OVERHEAD: usize = 1 + WRAPPED + NONCE + TAG;

/// A master key.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey(pub(super) [u8; KEY]);

/// Where octets lie: column, and row within it.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Place<'a> {
    pub(in crate::store) column: &'static str,
    pub(in crate::store) row: &'a [u8],
}

/// What is sealed, with its data key at hand.
pub(super) struct Unwrapped<'a> {
    data_key: Vec<u8>,
    content: &'a [u8],
}

/// Why sealed octets cannot be opened: they are not what was sealed in this place under this key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Altered;

impl Place<'_> {
    /// What is authenticated with the octets themselves. No column has a zero in its name, and the rows of one are named
    /// alike, so that no two places are spelt the same.
    fn of_content(self) -> Vec<u8> {
        [b"notess\0", self.column.as_bytes(), b"\0", self.row].concat()
    }

    /// The same with the data key: the id of the master key besides.
    fn of_key(self, id: &str) -> Vec<u8> {
        [&self.of_content(), &b"\0"[..], id.as_bytes()].concat()
    }
}

/// Encrypts octets for a place, under the key of an id.
pub(super) fn seal(
    key: &MasterKey,
    id: &str,
    place: Place<'_>,
    octets: &[u8],
) -> Result<Vec<u8>, ErrorStack> {
    let mut data_key = [0; KEY];
    rand_bytes(&mut data_key)?;
    let mut sealed = Vec::with_capacity(OVERHEAD + octets.len());
    sealed.push(VERSION);
    sealed.extend(encrypt(&key.0, &place.of_key(id), &data_key)?);
    sealed.extend(encrypt(&data_key, &place.of_content(), octets)?);
    Ok(sealed)
}

/// Unwraps the data key of what is sealed.
pub(super) fn unwrap<'a>(
    key: &MasterKey,
    id: &str,
    place: Place<'_>,
    sealed: &'a [u8],
) -> Result<Unwrapped<'a>, Altered> {
    let (wrapped, content) = parts(sealed)?;
    let data_key = decrypt(&key.0, &place.of_key(id), wrapped)?;
    Ok(Unwrapped { data_key, content })
}

impl Unwrapped<'_> {
    /// The octets as they were before, if key, place and tag agree.
    pub(super) fn open(&self, place: Place<'_>) -> Result<Vec<u8>, Altered> {
        decrypt(&self.data_key, &place.of_content(), self.content)
    }

    /// What is sealed, under another master key.
    pub(super) fn under(&self, key: &MasterKey, id: &str, place: Place<'_>) -> Result<Vec<u8>, ErrorStack> {
        let wrapped = encrypt(&key.0, &place.of_key(id), &self.data_key)?;
        Ok([&[VERSION], wrapped.as_slice(), self.content].concat())
    }
}

/// The wrapped data key, and what it opens.
fn parts(sealed: &[u8]) -> Result<(&[u8], &[u8]), Altered> {
    match sealed.split_first() {
        Some((&VERSION, rest)) => rest.split_at_checked(WRAPPED).ok_or(Altered),
        _ => Err(Altered),
    }
}

/// Nonce, encrypted octets and tag.
fn encrypt(key: &[u8], place: &[u8], octets: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    let (mut nonce, mut tag) = ([0; NONCE], [0; TAG]);
    rand_bytes(&mut nonce)?;
    let encrypted = encrypt_aead(Cipher::aes_256_gcm(), key, Some(&nonce), place, octets, &mut tag)?;
    Ok([&nonce[..], &encrypted, &tag].concat())
}

fn decrypt(key: &[u8], place: &[u8], octets: &[u8]) -> Result<Vec<u8>, Altered> {
    let (nonce, rest) = octets.split_at_checked(NONCE).ok_or(Altered)?;
    let content = rest.len().checked_sub(TAG).ok_or(Altered)?;
    let (encrypted, tag) = rest.split_at_checked(content).ok_or(Altered)?;
    // Nothing else than a tag that does not fit makes it fail: key and nonce are of the right length.
    decrypt_aead(Cipher::aes_256_gcm(), key, Some(nonce), place, encrypted, tag).map_err(|_| Altered)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place {
        column: "asunto",
        row: &[0, 0, 0, 7],
    };

    fn key(octet: u8) -> MasterKey {
        MasterKey([octet; KEY])
    }

    fn open(key: &MasterKey, id: &str, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Altered> {
        unwrap(key, id, place, sealed)?.open(place)
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_under_its_key_and_nowhere_else() {
        let sealed = seal(&key(1), "2026", PLACE, b"Riesgo durante el embarazo").unwrap();
        assert_eq!(sealed.len(), OVERHEAD + 26);
        assert!(!sealed.windows(6).any(|window| window == b"Riesgo"));
        assert_eq!(
            open(&key(1), "2026", PLACE, &sealed).unwrap(),
            b"Riesgo durante el embarazo"
        );
        let row = Place {
            row: &[0, 0, 0, 8],
            ..PLACE
        };
        let column = Place {
            column: "contenido",
            ..PLACE
        };
        for (key, id, place) in [
            (key(2), "2026", PLACE),
            (key(1), "2027", PLACE),
            (key(1), "2026", row),
            (key(1), "2026", column),
        ] {
            assert_eq!(open(&key, id, place, &sealed), Err(Altered), "{id} {place:?}");
        }
    }

    #[test]
    fn no_bit_of_what_is_sealed_can_be_another() {
        let sealed = seal(&key(1), "a", PLACE, b"x").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&key(1), "a", PLACE, &altered), Err(Altered), "{bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(open(&key(1), "a", PLACE, &sealed[..length]), Err(Altered));
        }
    }

    #[test]
    fn the_same_octets_are_never_sealed_alike_and_another_key_opens_them_once_they_are_wrapped_anew() {
        let sealed = seal(&key(1), "a", PLACE, b"x").unwrap();
        assert_ne!(sealed, seal(&key(1), "a", PLACE, b"x").unwrap());
        let (one, two) = (key(1), key(2));
        let unwrapped = unwrap(&one, "a", PLACE, &sealed).unwrap_or_else(|_| panic!("it opens"));
        let anew = unwrapped.under(&two, "b", PLACE).unwrap();
        assert_eq!(open(&two, "b", PLACE, &anew).unwrap(), b"x");
        assert_eq!(open(&one, "a", PLACE, &anew), Err(Altered));
        assert!(unwrap(&two, "a", PLACE, &sealed).is_err());
    }
}
