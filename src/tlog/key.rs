//! Keys of a log: Ed25519 (RFC 8032), in the forms of C2SP signed-note.

use std::fmt;
use std::str::FromStr;

use openssl::error::ErrorStack;
use openssl::pkey::{Id, PKey, Private, Public};
use openssl::sha::sha256;
use openssl::sign::{Signer, Verifier};

use super::base64;
use super::checkpoint::Checkpoint;
use super::hash::TreeHash;
use super::note::{Note, NoteError, SignedCheckpoint, is_key_name, signature_line};

/// The octet by which the specification knows Ed25519.
const ED25519: u8 = 1;
/// Octets of a public key.
const PUBLIC: usize = 32;
/// Longest name of a log, in octets: more than any address is.
const LONGEST_NAME: usize = 255;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The name of the log is none.
    #[error(
        "the name of a log has 1 to {LONGEST_NAME} octets, and neither spaces nor a plus, such as example.es/registro"
    )]
    Name,
    /// It is not written as the key of a note.
    #[error("it is not written as name+id+key")]
    Form,
    /// It is of another kind.
    #[error("it is no Ed25519 key")]
    NotEd25519,
    /// Name, id and key do not belong together.
    #[error("its id is not that of its name and key")]
    OtherId,
    /// OpenSSL cannot use it; it may be encrypted.
    #[error("it cannot be read as a private key that is not encrypted, in PEM")]
    Unreadable(#[source] ErrorStack),
    /// OpenSSL could not make it.
    #[error("it could not be made")]
    NotMade(#[source] ErrorStack),
}

/// The public key of a log, by which its checkpoints are verified. Written as `name+id+key`, which is called a vkey.
#[derive(Debug, Clone)]
pub struct VerifierKey {
    name: String,
    octets: [u8; PUBLIC],
    key: PKey<Public>,
}

impl VerifierKey {
    fn new(name: &str, octets: [u8; PUBLIC]) -> Result<Self, KeyError> {
        if name.len() > LONGEST_NAME || !is_key_name(name) {
            return Err(KeyError::Name);
        }
        let key = PKey::public_key_from_raw_bytes(&octets, Id::ED25519).map_err(KeyError::Unreadable)?;
        Ok(Self {
            name: name.to_owned(),
            octets,
            key,
        })
    }

    /// The log whose key it is.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.name
    }

    /// The key in PEM, for programs that know nothing of notes.
    pub fn to_pem(&self) -> Result<Vec<u8>, ErrorStack> {
        self.key.public_key_to_pem()
    }

    /// By which its signatures are found among those of a note.
    fn id(&self) -> [u8; 4] {
        let told = [self.name.as_bytes(), b"\n", &[ED25519], &self.octets].concat();
        let [a, b, c, d, ..] = sha256(&told);
        [a, b, c, d]
    }

    /// The checkpoint of a note that this key signed, and that is of its log. Signatures by other keys say nothing to it.
    pub fn open(&self, note: &[u8]) -> Result<SignedCheckpoint, NoteError> {
        let Note { text, signatures } = Note::parse(note)?;
        let id = self.id();
        let mut by_it = signatures
            .iter()
            .filter(|one| one.name == self.name && one.id == id)
            .peekable();
        if by_it.peek().is_none() {
            return Err(NoteError::OtherKey);
        }
        if !by_it.all(|one| self.signed(text.as_bytes(), &one.octets)) {
            return Err(NoteError::Signature);
        }
        let checkpoint = Checkpoint::parse(text)?;
        if checkpoint.origin != self.name {
            return Err(NoteError::OtherOrigin);
        }
        // It was found to be UTF-8.
        Ok(SignedCheckpoint::new(
            checkpoint,
            String::from_utf8_lossy(note).into_owned(),
        ))
    }

    fn signed(&self, text: &[u8], signature: &[u8]) -> bool {
        Verifier::new_without_digest(&self.key)
            .and_then(|mut verifier| verifier.verify_oneshot(signature, text))
            // A signature of another length is none.
            .unwrap_or(false)
    }
}

impl PartialEq for VerifierKey {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.octets) == (&other.name, &other.octets)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519][..], &self.octets].concat();
        let id = u32::from_be_bytes(self.id());
        write!(f, "{}+{id:08x}+{}", self.name, base64::encode(&key))
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, rest) = text.trim().split_once('+').ok_or(KeyError::Form)?;
        let (id, key) = rest.split_once('+').ok_or(KeyError::Form)?;
        let is_id = id.len() == 8 && id.bytes().all(|c| c.is_ascii_hexdigit());
        let octets = base64::decode(key).filter(|_| is_id).ok_or(KeyError::Form)?;
        let (kind, octets) = octets.split_first().ok_or(KeyError::Form)?;
        if *kind != ED25519 {
            return Err(KeyError::NotEd25519);
        }
        let key = Self::new(name, octets.try_into().map_err(|_| KeyError::Form)?)?;
        let told = u32::from_str_radix(id, 16).map_err(|_| KeyError::Form)?;
        if told.to_be_bytes() == key.id() {
            Ok(key)
        } else {
            Err(KeyError::OtherId)
        }
    }
}

/// The private key of a log.
pub struct LogKey {
    key: PKey<Private>,
    verifier: VerifierKey,
}

impl LogKey {
    /// A new one, for the log of that name.
    pub fn generate(origin: &str) -> Result<Self, KeyError> {
        Self::new(PKey::generate_ed25519().map_err(KeyError::NotMade)?, origin)
    }

    /// The one of a file, for the log of that name.
    pub fn from_pem(pem: &[u8], origin: &str) -> Result<Self, KeyError> {
        // Without this OpenSSL asks at the terminal for the password of a key that is encrypted.
        let key = PKey::private_key_from_pem_callback(pem, |_| Err(ErrorStack::get()));
        Self::new(key.map_err(KeyError::Unreadable)?, origin)
    }

    fn new(key: PKey<Private>, origin: &str) -> Result<Self, KeyError> {
        if key.id() != Id::ED25519 {
            return Err(KeyError::NotEd25519);
        }
        let octets = key.raw_public_key().map_err(KeyError::Unreadable)?;
        let octets = octets.try_into().map_err(|_| KeyError::NotEd25519)?;
        Ok(Self {
            key,
            verifier: VerifierKey::new(origin, octets)?,
        })
    }

    /// As a file holds it (PKCS #8, PEM).
    pub fn to_pem(&self) -> Result<Vec<u8>, ErrorStack> {
        self.key.private_key_to_pem_pkcs8()
    }

    /// The public one.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs that the log has so many leaves, of this root. Whoever calls it has proven that they go on with all that was signed
    /// before.
    pub fn sign(&self, size: u64, root: TreeHash) -> Result<SignedCheckpoint, ErrorStack> {
        let VerifierKey { name, .. } = &self.verifier;
        let checkpoint = Checkpoint {
            origin: name.clone(),
            size,
            root,
        };
        let text = checkpoint.text();
        let signature = Signer::new_without_digest(&self.key)?.sign_oneshot_to_vec(text.as_bytes())?;
        let note = format!("{text}\n{}", signature_line(name, self.verifier.id(), &signature));
        Ok(SignedCheckpoint::new(checkpoint, note))
    }
}

impl fmt::Debug for LogKey {
    /// Tells the public key and never the private one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogKey({})", self.verifier)
    }
}
