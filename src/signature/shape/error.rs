//! Why an envelope does not have the shape that we accept.

use crate::signature::algorithm::UnknownAlgorithm;
use crate::signature::certificate::NotACertificate;
use crate::signature::timestamp::TimestampError;
use crate::xml::Excerpt;

/// Why an envelope does not have the shape that we accept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// The root is no SOAP 1.1 or 1.2 Envelope.
    #[error("the root «{root}» is no SOAP Envelope")]
    NotAnEnvelope {
        /// The root's local name.
        root: Excerpt,
    },
    /// No Body after the Header.
    #[error("no Body")]
    NoBody,
    /// More than one Body, wherever it is.
    #[error("more than one Body")]
    TwoBodies,
    /// An element where none, or another, is expected.
    #[error("the element «{name}» is not expected there")]
    Unexpected {
        /// Its local name.
        name: Excerpt,
    },
    /// A header block that must be understood and is not (SOAP 1.1 §4.2.3; SOAP 1.2 part 1 §5.2.3).
    #[error("the header block «{name}» of «{namespace}» must be understood and is not")]
    NotUnderstood {
        /// Its local name.
        name: Excerpt,
        /// URI of its namespace, as it came.
        namespace: Excerpt,
    },
    /// No Security header for us.
    #[error("no Security header")]
    NoSecurity,
    /// Security headers, and none of them for us.
    #[error("the Security header is for another {attribute}")]
    SecurityOfOthers {
        /// The attribute that says to whom a header block is addressed.
        attribute: &'static str,
        /// To whom each is, in the order of the message.
        addressees: Vec<Excerpt>,
    },
    /// No Security header but one of another version of the standard, or of none.
    #[error("the Security header is of the namespace «{namespace}»")]
    OtherSecurity {
        /// URI of its namespace, as it came.
        namespace: Excerpt,
    },
    /// More than one Security header for us.
    #[error("more than one Security header")]
    TwoSecurities,
    /// No signature in the Security header.
    #[error("no signature in the Security header")]
    NoSignature,
    /// More than one signature, wherever it is.
    #[error("more than one signature")]
    TwoSignatures,
    /// A part of the signature is missing or out of place.
    #[error("{element} is missing or out of place")]
    SignatureLacks {
        /// Name of the part, with the usual prefix.
        element: &'static str,
    },
    /// The signature value is not base64.
    #[error("SignatureValue is not base64")]
    SignatureValue,
    /// A digest that is not base64.
    #[error("DigestValue is not base64")]
    DigestValue,
    /// No token in the Security header.
    #[error("no BinarySecurityToken")]
    NoToken,
    /// More than one token.
    #[error("more than one BinarySecurityToken")]
    TwoTokens,
    /// A token that does not say that it is one certificate.
    #[error("the token's ValueType is not X509v3")]
    TokenType {
        /// ValueType as it came, if there was one.
        value_type: Option<Excerpt>,
    },
    /// A token in another encoding than base64.
    #[error("the token's EncodingType is «{encoding}», not base64")]
    TokenEncoding {
        /// EncodingType as it came.
        encoding: Excerpt,
    },
    /// An element that holds something else than one certificate.
    #[error("{element} holds no certificate: {fault}")]
    Certificate {
        /// Name of the element that should hold it, with the usual prefix.
        element: &'static str,
        /// What it holds.
        fault: NotACertificate,
    },
    /// KeyInfo does not point at the token in a way that is accepted.
    #[error("KeyInfo does not refer to the token")]
    KeyInfo,
    /// KeyInfo points at another certificate.
    #[error("KeyInfo names another certificate or key than the token's")]
    OtherToken,
    /// An algorithm that is not accepted.
    #[error(transparent)]
    Algorithm(#[from] UnknownAlgorithm),
    /// WS-Security's STR-Transform, which is not accepted.
    #[error("the transform is STR-Transform")]
    StrTransform,
    /// Transforms other than enveloped-signature and then a canonicalization, once each.
    #[error("transforms other than enveloped-signature and then a canonicalization")]
    TransformOrder,
    /// An XPath transform with another expression than the one that is taken of acuses.
    #[error("the XPath transform «{expression}» is not accepted")]
    XPath {
        /// XPath expression as it came.
        expression: Excerpt,
    },
    /// An XPath transform where it would remove something.
    #[error("the XPath transform of the reference «#{id}» would remove something")]
    XPathPlace {
        /// The id of the reference.
        id: Excerpt,
    },
    /// An XPath transform in a document that is too large for one.
    #[error("the document is too large for an XPath transform")]
    XPathSize,
    /// More references than the limit.
    #[error("more than {limit} references")]
    TooManyReferences {
        /// References that are taken in one signature.
        limit: usize,
    },
    /// A reference that is not to an element of the same document by its id.
    #[error("the reference «{uri}» is not to an element by its id")]
    ReferenceUri {
        /// URI of the reference, as it came.
        uri: Excerpt,
    },
    /// A reference to an id that no element bears.
    #[error("no element bears the id «{id}»")]
    MissingId {
        /// Identifier that the reference names.
        id: Excerpt,
    },
    /// A reference to what may not be signed: neither the Body, nor a whole header block, nor the Security header's token
    /// or Timestamp, nor the signature's own KeyInfo or SignedProperties.
    #[error("the reference «#{id}» is to what may not be signed")]
    ReferenceTarget {
        /// Identifier that the reference names.
        id: Excerpt,
    },
    /// A Timestamp that is signed and stands elsewhere than in the Security header.
    #[error("the reference «#{id}» is to a Timestamp outside of the Security header")]
    TimestampElsewhere {
        /// The id of the reference.
        id: Excerpt,
    },
    /// Two references to one element.
    #[error("two references to «#{id}»")]
    ReferencedTwice {
        /// Identifier that the reference names.
        id: Excerpt,
    },
    /// A reference to an element within another that is referred to as well.
    #[error("the reference «#{id}» is to an element within another that is signed")]
    NestedReferences {
        /// The id of the inner one.
        id: Excerpt,
    },
    /// An InclusiveNamespaces without PrefixList, or with one that has other white space than spaces or is too long for the
    /// size of the message.
    #[error("InclusiveNamespaces without a good PrefixList")]
    PrefixList,
    /// An attribute that a signature's meaning hangs on, and another of its name in some namespace.
    #[error("the attribute {local} is in a namespace, or in one as well")]
    Attribute {
        /// Its local name.
        local: &'static str,
    },
    /// No reference to the Body.
    #[error("the Body is not signed")]
    BodyNotSigned,
    /// No Timestamp where one is required.
    #[error("no Timestamp")]
    NoTimestamp,
    /// More than one Timestamp.
    #[error("more than one Timestamp")]
    TwoTimestamps,
    /// A Timestamp that must be signed and is not.
    #[error("the Timestamp is not signed")]
    TimestampNotSigned,
    /// A Timestamp, not signed, that cannot be read.
    #[error(transparent)]
    Timestamp(#[from] TimestampError),
}
