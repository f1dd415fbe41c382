//! Floor 5: papers signed for years: PAdES baseline B-LT (EN 319 142-1), as DSS, pyHanko and poppler insist on it (E-41 to E-45).
//!
//! One incremental update, and it is the last: signature, field and the dictionary by which it is validated later (`DSS`) lie in
//! the same revision, all of it signed. `objects` reads the file that is to be signed, `value` what lies in it, `update` writes what
//! is added, `sign` fills in the signature, and `verify` looks whether a file is what was made here, down to the last octet.
//! Nothing here asks for time, stamps or lists: who signs brings them along.

mod error;
mod objects;
mod sign;
mod text;
mod update;
mod value;
mod verify;

pub use error::PadesError;
pub use sign::{Signing, sign};
pub use update::{Evidence, Field};
pub use verify::{Signed, verify};
