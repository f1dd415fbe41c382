//! The seam behind which signatures are verified: a screened document, key and expected ids in, signed octets out.

use openssl::pkey::{PKeyRef, Public};

use super::policy::Policy;
use crate::xml::{Excerpt, Screened};

/// The very octets that were digested for one reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOctets {
    /// The id that the reference names, without `#`.
    pub id: String,
    /// The octets, after the reference's transforms.
    pub octets: Vec<u8>,
}

/// Verifies XML signatures.
///
/// An engine must resolve references to ids only, never leave the document, apply no algorithm that the policy does not
/// accept, take the key that it is given and no other, and hand back what it digested, in the order of the references. It
/// need not check how strong the key is.
pub trait Engine: Send + Sync {
    /// Verifies the `which`-th `ds:Signature` in document order (the first is 0), whose references must be exactly
    /// those to `expected`, each once, in whatever order.
    fn verify(
        &self,
        document: &Screened<'_>,
        which: usize,
        key: &PKeyRef<Public>,
        expected: &[String],
        policy: &Policy,
    ) -> Result<Vec<SignedOctets>, EngineError>;
}

/// An engine that believes what two others find the same octets in: a mistake in one of them is then no forgery.
#[derive(Debug, Clone, Copy, Default)]
pub struct Agreed<A, B>(pub A, pub B);

impl<A: Engine, B: Engine> Engine for Agreed<A, B> {
    /// What the first refuses, the second is not asked about.
    fn verify(
        &self,
        document: &Screened<'_>,
        which: usize,
        key: &PKeyRef<Public>,
        expected: &[String],
        policy: &Policy,
    ) -> Result<Vec<SignedOctets>, EngineError> {
        let signed = self.0.verify(document, which, key, expected, policy)?;
        let again = self.1.verify(document, which, key, expected, policy);
        agree(again, |again| again == signed)?;
        Ok(signed)
    }
}

/// Whether what a second engine found is the `same` as what the first did.
pub(super) fn agree(
    again: Result<Vec<SignedOctets>, EngineError>,
    same: impl FnOnce(&[SignedOctets]) -> bool,
) -> Result<(), EngineError> {
    match again {
        Ok(again) if same(&again) => Ok(()),
        // The engine failed by itself, and says nothing of the signature.
        Err(error @ (EngineError::Internal | EngineError::Key)) => Err(error),
        _ => Err(EngineError::Disagreement),
    }
}

/// Why a signature does not hold, or cannot be verified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The document cannot be read by this engine.
    #[error("the document cannot be read")]
    Unreadable,
    /// A namespace by which the document has no canonical form (Canonical XML 1.0 §1.3), wherever it is declared.
    #[error("the namespace «{uri}» is not an absolute URI, so that there is no canonical form")]
    Namespace {
        /// URI of the namespace, as it is declared.
        uri: Excerpt,
    },
    /// An `xml:base` where Canonical XML 1.1 §2.4 would have it joined with others, which is not done here, or where
    /// libxml2 makes another form than ours: it leaves out an empty one.
    #[error("an xml:base under Canonical XML 1.1")]
    XmlBase,
    /// There is no such signature.
    #[error("there is no such signature")]
    NoSignature,
    /// The signature's references are not those expected.
    #[error("the references are not those expected")]
    OtherReferences,
    /// No element bears the id.
    #[error("no element bears the id «{id}»")]
    MissingId {
        /// Value of the attribute that names the element.
        id: Excerpt,
    },
    /// The digest of an element is not the one that was signed (XMLDSig 1.1 §3.2.1).
    #[error("the digest of the reference «#{id}» is not that of the content")]
    DigestMismatch {
        /// The id of the reference.
        id: Excerpt,
    },
    /// The digests hold, but the signature value is not of this key (XMLDSig 1.1 §3.2.2).
    #[error("the signature value is not of this key")]
    SignatureMismatch,
    /// The signature cannot be processed: an algorithm not accepted, base64 that is none, an element missing.
    #[error("the signature cannot be processed")]
    Unprocessable,
    /// The key cannot be used.
    #[error("the key cannot be used")]
    Key,
    /// Two engines do not find the same octets signed, or two readers of the document not the same element.
    #[error("two engines do not find the same octets signed")]
    Disagreement,
    /// The engine failed by itself: memory, start-up.
    #[error("the engine failed")]
    Internal,
}
