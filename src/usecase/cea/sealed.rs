//! What is given out to come back as it was: octets beside their HMAC, under the key that all instances share (E-51).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::memcmp;
use openssl::pkey::{PKey, Private};
use openssl::sign::Signer;

use crate::domain::notificacion::Huella;

/// Octets that nobody can foresee, by which two that say the same are two.
pub type Chance = [u8; 16];

/// Octets of an HMAC with SHA-256.
const MAC: usize = 32;
/// Longer than anything that is given out.
const LONGEST: usize = 256;

/// For what something is sealed or hashed: none is good for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A question.
    Question,
    /// A link to a document.
    Link,
    /// Which groups are asked for.
    Groups,
    /// The name under which wrong answers about a document are counted.
    Document,
    /// The same of where they come from: addresses are personal data (D-113).
    Origin,
}

impl Purpose {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Question => b"notess cea reto 1\n",
            Self::Link => b"notess cea enlace 1\n",
            Self::Groups => b"notess cea grupos 1\n",
            Self::Document => b"notess cea documento 1\n",
            Self::Origin => b"notess cea origen 1\n",
        }
    }
}

/// The key.
pub(super) struct Key(PKey<Private>);

impl Key {
    pub(super) fn new(octets: [u8; 32]) -> Result<Self, ErrorStack> {
        PKey::hmac(&octets).map(Self)
    }

    /// HMAC-SHA256 of octets, for a purpose.
    pub(super) fn hash(&self, purpose: Purpose, octets: &[u8]) -> Result<Huella, ErrorStack> {
        let mut signer = Signer::new(MessageDigest::sha256(), &self.0)?;
        signer.update(purpose.name())?;
        signer.update(octets)?;
        let mut mac = [0; MAC];
        signer.sign(&mut mac)?;
        Ok(Huella(mac))
    }

    /// Octets as they are given out, with some by chance.
    pub(super) fn seal(&self, purpose: Purpose, octets: &[u8], chance: Chance) -> Result<String, ErrorStack> {
        let said = [octets, &chance].concat();
        let Huella(mac) = self.hash(purpose, &said)?;
        Ok(URL_SAFE_NO_PAD.encode([said.as_slice(), &mac].concat()))
    }

    /// The octets of what was given out, and the HMAC by which it is known; nothing where it was not.
    pub(super) fn open(&self, purpose: Purpose, text: &str) -> Result<Option<(Vec<u8>, Huella)>, ErrorStack> {
        if text.len() > LONGEST {
            return Ok(None);
        }
        let Ok(octets) = URL_SAFE_NO_PAD.decode(text) else {
            return Ok(None);
        };
        let Some((said, mac)) = octets.split_last_chunk::<MAC>() else {
            return Ok(None);
        };
        let right = self.hash(purpose, said)?;
        let length = said.len().checked_sub(size_of::<Chance>());
        Ok(length
            .filter(|_| memcmp::eq(&right.0, mac))
            .map(|length| (said[..length].to_vec(), right)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_out_comes_back_and_nothing_else_does() {
        let key = Key::new([7; 32]).unwrap();
        let text = key.seal(Purpose::Question, b"said", [1; 16]).unwrap();
        let (octets, mark) = key.open(Purpose::Question, &text).unwrap().unwrap();
        assert_eq!(octets, b"said");
        let other = key.seal(Purpose::Question, b"said", [2; 16]).unwrap();
        assert_ne!(
            key.open(Purpose::Question, &other).unwrap().unwrap().1,
            mark,
            "each is one of its own"
        );

        assert!(
            key.open(Purpose::Link, &text).unwrap().is_none(),
            "of another purpose"
        );
        let others = Key::new([8; 32]).unwrap();
        assert!(
            others.open(Purpose::Question, &text).unwrap().is_none(),
            "of another key"
        );
        let raw = URL_SAFE_NO_PAD.decode(&text).unwrap();
        for at in 0..raw.len() {
            let mut changed = raw.clone();
            changed[at] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert!(
                key.open(Purpose::Question, &changed).unwrap().is_none(),
                "octet {at}"
            );
        }
        for text in [
            "",
            "no",
            &text[1..],
            &"A".repeat(LONGEST + 1),
            &URL_SAFE_NO_PAD.encode([0; MAC]),
        ] {
            assert!(key.open(Purpose::Question, text).unwrap().is_none(), "{text}");
        }
    }
}
