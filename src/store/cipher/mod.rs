//! What lies encrypted: documents and asuntos of acts of a special category (D-57), under keys that are kept outside the
//! database. Which rows those are, and when they are encrypted, is in [`rows`], and how they lie
//! in [`lying`].

pub mod lying;
mod proof;
pub mod rows;
mod sealed;
mod wipe;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::error::StoreError;

pub use sealed::MasterKey;
pub(super) use sealed::{OVERHEAD, Place};

/// The longest id of a key.
const MAX_ID: usize = 32;

/// By which name a key is known: small letters, figures and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(String);

/// What is done with an act of a special category where there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Without {
    /// It is kept as it comes, and encrypted once there is one.
    #[default]
    Plain,
    /// It is not published.
    Refuse,
}

/// The keys of whoever opens the store.
#[derive(Clone, Default)]
pub struct Keys {
    by_id: BTreeMap<KeyId, MasterKey>,
    current: Option<KeyId>,
    without: Without,
}

/// Why there is no key to open what is encrypted, or to encrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoKey {
    /// None is named with that id.
    Unnamed,
    /// The one named with that id is not the one by which it is encrypted.
    Another,
}

/// Why something is no key, or no id of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is not 32 octets in hexadecimal.
    #[error("must hold 64 hexadecimal figures, the 32 octets of a key of AES-256")]
    Key,
    /// It has other characters than small letters, figures and hyphens, or not 1 to 32.
    #[error("the name of a key has 1 to 32 small letters without accents, figures and hyphens")]
    Id,
    /// There is no key of the id that is said to be the current one.
    #[error("names none of the keys")]
    Current,
    /// One octet, over and over.
    #[error("is no key that chance made: have one made by `openssl rand -hex 32`")]
    Constant,
}

impl std::str::FromStr for KeyId {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        if (1..=MAX_ID).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(KeyError::Id)
        }
    }
}

impl KeyId {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for MasterKey {
    type Err = KeyError;

    /// Reads 64 hexadecimal figures.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let octets = text
            .parse::<crate::domain::notificacion::Huella>()
            .map_err(|_| KeyError::Key)?
            .0;
        match octets {
            [first, rest @ ..] if rest.iter().all(|octet| *octet == first) => Err(KeyError::Constant),
            octets => Ok(Self(octets)),
        }
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl Keys {
    /// Keys by their ids, of which `current` encrypts what is published from now on; one must be it where there are any.
    pub fn new(
        by_id: BTreeMap<KeyId, MasterKey>,
        current: Option<KeyId>,
        without: Without,
    ) -> Result<Self, KeyError> {
        let found = current.as_ref().is_some_and(|id| by_id.contains_key(id));
        if found || (current.is_none() && by_id.is_empty()) {
            Ok(Self {
                by_id,
                current,
                without,
            })
        } else {
            Err(KeyError::Current)
        }
    }
}

/// The keys with which the connections of a store work, and which of them are not what they are called.
#[derive(Default)]
pub(super) struct Ciphers(ArcSwap<State>);

#[derive(Default)]
struct State {
    keys: Keys,
    /// Ids under which the database knows another key.
    wrong: BTreeSet<KeyId>,
    /// Whether anything was ever encrypted here before these were looked at.
    any_known: bool,
}

/// A key with its id.
type Named<'a> = (&'a MasterKey, &'a str);

impl State {
    /// The key of an id as it lies in a row.
    fn key(&self, id: &str) -> Result<Named<'_>, NoKey> {
        let (id, key) = self
            .keys
            .by_id
            .iter()
            .find(|(known, _)| known.as_str() == id)
            .ok_or(NoKey::Unnamed)?;
        if self.wrong.contains(id) {
            return Err(NoKey::Another);
        }
        Ok((key, id.as_str()))
    }

    fn opening(&self, id: &str) -> Result<Named<'_>, StoreError> {
        self.key(id).map_err(|why| StoreError::no_key(id, why))
    }

    /// The key that encrypts, if there is any.
    fn current(&self) -> Result<Option<Named<'_>>, StoreError> {
        let current = self.keys.current.as_ref();
        current.map(|id| self.opening(id.as_str())).transpose()
    }
}

/// Octets as they lie once they are encrypted, and the id of their key.
pub(super) struct Sealed {
    pub(super) clave: String,
    pub(super) octets: Vec<u8>,
}

impl Ciphers {
    fn state(&self) -> Arc<State> {
        self.0.load_full()
    }

    fn set(&self, state: State) {
        self.0.store(Arc::new(state));
    }

    /// Whether documents may lie encrypted, as far as was known when these keys were looked at: if not, none of an act of no
    /// special category does.
    fn any_known(&self) -> bool {
        self.state().any_known
    }

    /// Whether there is a key that encrypts.
    fn encrypts(&self) -> bool {
        matches!(self.state().current(), Ok(Some(_)))
    }

    /// Whether what lies under the key of an id can be brought under the current one.
    fn rewraps(&self, id: &str) -> bool {
        let state = self.state();
        let current = state.current().ok().flatten();
        current.is_some_and(|(_, current)| current != id) && state.key(id).is_ok()
    }

    /// Why the key of an id opens nothing, if so.
    fn trouble(&self, id: &str) -> Option<NoKey> {
        self.state().key(id).err()
    }

    /// Encrypts what is about to be written for the first time; nothing where it is to lie as it comes.
    pub(super) fn seal(&self, place: Place<'_>, octets: &[u8]) -> Result<Option<Sealed>, StoreError> {
        let state = self.state();
        match (state.current()?, state.keys.without) {
            (Some((key, id)), _) => Ok(Some(Sealed {
                octets: sealed::seal(key, id, place, octets).map_err(StoreError::Cipher)?,
                clave: id.to_owned(),
            })),
            (None, Without::Plain) => Ok(None),
            (None, Without::Refuse) => Err(StoreError::Keyless),
        }
    }

    /// Decrypts what lies encrypted under the key of an id. `corrupt` says of what is not what was written in that place.
    pub(super) fn open(
        &self,
        id: &str,
        place: Place<'_>,
        sealed: &[u8],
        corrupt: impl Fn() -> StoreError,
    ) -> Result<Vec<u8>, StoreError> {
        let state = self.state();
        let (key, id) = state.opening(id)?;
        sealed::unwrap(key, id, place, sealed)
            .and_then(|unwrapped| unwrapped.open(place))
            .map_err(|_| corrupt())
    }

    /// The same octets under the current key, without decrypting more than their data key; nothing where they are damaged.
    fn rewrap(&self, id: &str, place: Place<'_>, sealed: &[u8]) -> Result<Option<Sealed>, StoreError> {
        let state = self.state();
        let Some((new, new_id)) = state.current()? else {
            return Ok(None);
        };
        let (key, id) = state.opening(id)?;
        let Ok(unwrapped) = sealed::unwrap(key, id, place, sealed) else {
            return Ok(None);
        };
        Ok(Some(Sealed {
            octets: unwrapped.under(new, new_id, place).map_err(StoreError::Cipher)?,
            clave: new_id.to_owned(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_64_figures_that_chance_made_and_shows_itself_to_nobody() {
        let text = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
        let key: MasterKey = text.parse().unwrap();
        assert_eq!(format!("{key:?}"), "MasterKey(…)");
        assert_eq!(text[1..].parse::<MasterKey>().unwrap_err(), KeyError::Key);
        assert_eq!(
            "00".repeat(32).parse::<MasterKey>().unwrap_err(),
            KeyError::Constant
        );
        for id in ["2026", "a-1"] {
            assert!(id.parse::<KeyId>().is_ok(), "{id}");
        }
        let long = "a".repeat(33);
        for id in ["", "A", "año", "a b", "a.b", long.as_str()] {
            assert_eq!(id.parse::<KeyId>(), Err(KeyError::Id), "{id}");
        }
        let keys = |current: Option<&str>| {
            let one = BTreeMap::from([("a".parse().unwrap(), key.clone())]);
            Keys::new(one, current.map(|id| id.parse().unwrap()), Without::Plain).err()
        };
        assert_eq!(keys(Some("a")), None);
        for current in [Some("b"), None] {
            assert_eq!(keys(current), Some(KeyError::Current));
        }
    }
}
