//! The service's own signatures, by OpenSSL alone: what is written here is canonical, so it is digested as it is.

mod document;
mod envelope;
mod key;
mod signature;

pub use document::{Sealing, seal_document, seal_element};
pub use envelope::{Freshness, seal_envelope};
pub use key::{SigningKey, private_key, validity_of};

use crate::xml::write::WriteError;

/// Why a file gives no private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrivateKeyError {
    /// It is neither PKCS#8 nor traditional, or no PEM at all.
    #[error("not a private key in PEM")]
    Unreadable,
    /// It is encrypted.
    #[error("the private key is encrypted, and no password is given for it")]
    Encrypted,
    /// It is encrypted with another password.
    #[error("the private key is encrypted, and not with the password that is given")]
    Password,
}

/// Why something could not be sealed, or a key not be taken.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The private key or the certificate is no PEM that can be read.
    #[error("the key or the certificate cannot be read")]
    Unreadable(#[source] openssl::error::ErrorStack),
    /// There is no private key to be had.
    #[error(transparent)]
    PrivateKey(#[from] PrivateKeyError),
    /// The key is not that of the certificate.
    #[error("the private key is not that of the certificate")]
    OtherKey,
    /// The key is neither RSA of 2048 bits or more nor on P-256 or P-384.
    #[error("the key is neither RSA of at least 2048 bits nor EC on P-256 or P-384")]
    KeyNotAccepted,
    /// OpenSSL could not sign.
    #[error("signing failed")]
    Signing(#[source] openssl::error::ErrorStack),
    /// The payload declares a prefix that the envelope's own elements use, so the Body would not be canonical.
    #[error("the payload declares the prefix «{0}», which is the envelope's")]
    PrefixTaken(&'static str),
    /// An id that is not made of ASCII letters, digits, `-`, `_` and `.`.
    #[error("an id may hold only ASCII letters, digits, hyphens, underscores and points")]
    Id,
    /// The document's root does not bear that id, or is not one element.
    #[error("the root of the document does not bear the id")]
    Root,
    /// The envelope could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}
