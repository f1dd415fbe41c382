//! `AcuseError`: each way in which what comes back is no acuse that decides.

use thiserror::Error;

use crate::signature::{EngineError, NotACertificate, ShapeError, SigningCertificateError};
use crate::xml::ScreenError;

/// Why what came back is not an acuse that decides. Each has its code on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AcuseError {
    /// It is not XML in UTF-8.
    #[error("the acuse is not in UTF-8")]
    Encoding(#[source] ScreenError),
    /// It is base64 that holds base64: its program encoded what its toolkit encodes.
    #[error("the acuse is base64 more than once")]
    EncodedTwice,
    /// It is not well-formed, or more than is read of foreign XML.
    #[error("the acuse cannot be read")]
    Unreadable(#[source] ScreenError),
    /// It does not have the form of an acuse.
    #[error("not of the form of an acuse")]
    Form(#[source] FormFault),
    /// None of its signatures is the service's.
    #[error("the service's signature is missing")]
    NotSealed,
    /// None of its signatures is this service's, and it says that it is of another.
    #[error("another service sealed it")]
    SealedElsewhere,
    /// There is no signature but the service's.
    #[error("the client's signature is missing")]
    NotSigned,
    /// There are two signatures, and both say that they are the service's.
    #[error("both signatures are the service's")]
    SealedTwice,
    /// There are more than two signatures.
    #[error("{0} signatures")]
    TooManySignatures(usize),
    /// The service's signature does not hold: what it seals was altered, or it never was the service's.
    #[error("the service's signature does not hold")]
    SealBroken,
    /// The client's signature does not hold: a digest or the value is wrong.
    #[error("the client's signature does not hold")]
    SignatureBroken,
    /// The client's signature uses an algorithm or transform that is not accepted, or lacks something.
    #[error("the client's signature has another shape")]
    Shape(#[source] ShapeError),
    /// The client's signature does not bring its signer's certificate.
    #[error("the KeyInfo of the client's signature does not show whose it is")]
    KeyInfo(#[source] KeyInfoFault),
    /// The client's signature cannot be processed for another reason.
    #[error("the client's signature cannot be processed")]
    Unprocessable(#[source] EngineError),
    /// The client's signature covers something else than the acuse, or not the acuse.
    #[error("the client's signature does not cover the acuse alone")]
    OtherReferences,
    /// The client's signature is of XAdES, and does not name the certificate by which it holds.
    #[error("the client's signature does not name its certificate")]
    SigningCertificate(#[from] SigningCertificateError),
    /// The service failed to verify.
    #[error("the signatures could not be verified")]
    Failed,
}

/// In what a `KeyInfo` fails to show whose the signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyInfoFault {
    /// There is no certificate in an X509Data.
    #[error("no certificate")]
    NoCertificate,
    /// It only says where something is to be had.
    #[error("only a RetrievalMethod")]
    RetrievalMethod,
    /// What stands for a certificate is something else.
    #[error("a certificate that is none: {0}")]
    Unreadable(NotACertificate),
    /// There are more certificates than a chain has.
    #[error("too many certificates")]
    TooMany,
    /// Beside the signer's certificate something names another, or a key that is not its.
    #[error("another certificate or key")]
    AnotherName,
    /// Beside the signer's certificate there is one that is not of its chain.
    #[error("the certificate of somebody else")]
    SomebodyElse,
}

/// In what an acuse lacks its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FormFault {
    /// The root is not that of an acuse.
    #[error("another root")]
    Root,
    /// There is not exactly one element to sign.
    #[error("not exactly one ProsaSignatureData")]
    Data,
    /// The root holds something else, which nobody would have signed.
    #[error("something else in the root")]
    Intruder,
    /// There is a comment in it, which no signature covers.
    #[error("a comment")]
    Comment,
    /// The root bears something that it did not bear.
    #[error("other attributes or namespaces")]
    Attributes,
    /// The service's signature holds something that it did not hold.
    #[error("something else in the service's signature")]
    Seal,
    /// A signature is not a child of the root.
    #[error("a signature elsewhere")]
    SignatureElsewhere,
    /// What was signed is no acuse of this version.
    #[error("no acuse in it")]
    NoAcuse,
}
