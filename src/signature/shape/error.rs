//! Why an envelope does not have the shape that we accept.

use crate::signature::algorithm::UnknownAlgorithm;
use crate::signature::timestamp::TimestampError;
use crate::xml::Excerpt;

/// Why an envelope does not have the shape that we accept. The messages are for the client's programmer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// The root is no SOAP 1.1 or 1.2 Envelope.
    #[error("la raíz del mensaje es «{root}», no un Envelope de SOAP 1.1 o 1.2")]
    NotAnEnvelope {
        /// The root's local name.
        root: Excerpt,
    },
    /// No Body after the Header.
    #[error("falta el Body")]
    NoBody,
    /// More than one Body, wherever it is.
    #[error("hay más de un Body")]
    TwoBodies,
    /// An element where none, or another, is expected.
    #[error("no se esperaba el elemento «{name}»")]
    Unexpected {
        /// Its local name.
        name: Excerpt,
    },
    /// A header block that must be understood and is not (SOAP 1.1 §4.2.3; SOAP 1.2 part 1 §5.2.3).
    #[error("no se entiende la cabecera obligatoria «{name}»")]
    NotUnderstood {
        /// Its local name.
        name: Excerpt,
    },
    /// No Security header for us.
    #[error("falta la cabecera wsse:Security")]
    NoSecurity,
    /// More than one Security header for us.
    #[error("hay más de una cabecera wsse:Security")]
    TwoSecurities,
    /// No signature in the Security header.
    #[error("falta ds:Signature en la cabecera wsse:Security: el mensaje no está firmado")]
    NoSignature,
    /// More than one signature, wherever it is.
    #[error("hay más de una ds:Signature")]
    TwoSignatures,
    /// A part of the signature is missing or out of place.
    #[error("falta {element} en su lugar de la firma")]
    SignatureLacks {
        /// The part.
        element: &'static str,
    },
    /// The signature value is not base64.
    #[error("SignatureValue no es base64 completo, con su relleno de «=» y sin nada más")]
    SignatureValue,
    /// A digest that is not base64.
    #[error("DigestValue no es base64 completo, con su relleno de «=» y sin nada más")]
    DigestValue,
    /// No token in the Security header.
    #[error("falta wsse:BinarySecurityToken con el certificado")]
    NoToken,
    /// More than one token.
    #[error("hay más de un wsse:BinarySecurityToken")]
    TwoTokens,
    /// A token that is no X.509v3 certificate.
    #[error("el ValueType del token es «{value_type}»; sólo se admite X509v3")]
    TokenType {
        /// Its ValueType.
        value_type: Excerpt,
    },
    /// A certificate that is not base64 of DER.
    #[error("el certificado del mensaje no se puede leer")]
    TokenUnreadable,
    /// KeyInfo does not point at the token in a way that is accepted.
    #[error("KeyInfo debe remitir al BinarySecurityToken con wsse:SecurityTokenReference/wsse:Reference")]
    KeyInfo,
    /// KeyInfo points at another certificate.
    #[error("KeyInfo nombra otro certificado u otra clave que los del BinarySecurityToken")]
    OtherToken,
    /// An algorithm that is not accepted.
    #[error(transparent)]
    Algorithm(#[from] UnknownAlgorithm),
    /// WS-Security's STR-Transform, which is not accepted.
    #[error("no se admite STR-Transform; firme el token por su wsu:Id")]
    StrTransform,
    /// Transforms other than enveloped-signature and then a canonicalization, once each.
    #[error("las transformaciones sólo pueden ser enveloped-signature y después una canonicalización")]
    TransformOrder,
    /// An XPath transform with another expression than the one that is taken of acuses.
    #[error(
        "no se admite la transformación XPath «{expression}»: sólo not(ancestor-or-self::ds:Signature), o ninguna"
    )]
    XPath {
        /// The expression.
        expression: Excerpt,
    },
    /// An XPath transform where it would remove something.
    #[error(
        "la transformación XPath de la referencia «#{id}» quitaría algo de ella: firme esa referencia sin XPath"
    )]
    XPathPlace {
        /// The id of the reference.
        id: Excerpt,
    },
    /// An XPath transform in a document that is too large for one.
    #[error("el documento es demasiado grande para una transformación XPath: fírmelo sin ella")]
    XPathSize,
    /// More references than the limit.
    #[error("la firma tiene más de {limit} referencias")]
    TooManyReferences {
        /// References allowed.
        limit: usize,
    },
    /// A reference that is not to an element of the same document by its id.
    #[error("la referencia «{uri}» no es a un elemento del mensaje por su identificador")]
    ReferenceUri {
        /// Its URI.
        uri: Excerpt,
    },
    /// A reference to an id that no element bears.
    #[error("ningún elemento lleva el identificador «{id}» al que remite la firma")]
    MissingId {
        /// The id.
        id: Excerpt,
    },
    /// A reference to what may not be signed: neither the Body, nor a whole header block, nor the Security header's token
    /// or Timestamp, nor the signature's own KeyInfo or SignedProperties.
    #[error(
        "la referencia «#{id}» no es al Body, a una cabecera entera, al token o al Timestamp de wsse:Security ni al \
         KeyInfo o las SignedProperties de la firma"
    )]
    ReferenceTarget {
        /// The id.
        id: Excerpt,
    },
    /// A Timestamp that is signed and stands elsewhere than in the Security header.
    #[error("la referencia «#{id}» es a un wsu:Timestamp que no está en su lugar, la cabecera wsse:Security")]
    TimestampElsewhere {
        /// The id of the reference.
        id: Excerpt,
    },
    /// Two references to one element.
    #[error("la firma remite dos veces a «#{id}»")]
    ReferencedTwice {
        /// The id.
        id: Excerpt,
    },
    /// A reference to an element within another that is referred to as well.
    #[error("la referencia «#{id}» es a un elemento que está dentro de otro firmado")]
    NestedReferences {
        /// The id of the inner one.
        id: Excerpt,
    },
    /// An InclusiveNamespaces without PrefixList, or with one that has other white space than spaces or is too long for the
    /// size of the message.
    #[error("InclusiveNamespaces sin PrefixList, con otro blanco que espacios o demasiado largo")]
    PrefixList,
    /// An attribute that a signature's meaning hangs on, and another of its name in some namespace.
    #[error(
        "el atributo {local} está en un espacio de nombres, o también en uno: en la firma sólo puede estar sin calificar"
    )]
    Attribute {
        /// Its local name.
        local: &'static str,
    },
    /// No reference to the Body.
    #[error("la firma no cubre el Body")]
    BodyNotSigned,
    /// No Timestamp where one is required.
    #[error("falta wsu:Timestamp")]
    NoTimestamp,
    /// More than one Timestamp.
    #[error("hay más de un wsu:Timestamp")]
    TwoTimestamps,
    /// A Timestamp that must be signed and is not.
    #[error("la firma no cubre wsu:Timestamp")]
    TimestampNotSigned,
    /// A Timestamp, not signed, that cannot be read.
    #[error(transparent)]
    Timestamp(#[from] TimestampError),
}
