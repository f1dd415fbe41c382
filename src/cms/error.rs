//! `CmsError`: each way in which a CMS message of one signer can fail.

use thiserror::Error;

use crate::trust::der::NotDer;

/// Why a message is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CmsError {
    /// Neither DER nor BER that OpenSSL reads, or not the structure of RFC 5652 §5.
    #[error("it is no CMS message that can be read")]
    Unreadable,
    /// A CMS message of another kind.
    #[error("it is no SignedData, but of the kind {oid}")]
    NotSignedData {
        /// Its content type.
        oid: String,
    },
    /// None, or several, have signed it.
    #[error("{0} have signed it, not one")]
    Signers(usize),
    /// The content is not in it (RFC 5652 §5.2).
    #[error("its content is not in it")]
    Detached,
    /// The content is in it, and beside it too: nobody can say which of the two was signed.
    #[error("its content is in it, and was to be beside it")]
    Attached,
    /// Nothing but the content is signed (RFC 5652 §5.3 asks for attributes of all but plain data).
    #[error("it has no signed attributes")]
    NoAttributes,
    /// A signed attribute is missing, comes twice, or has not one value.
    #[error("its signed attributes do not have {name} once, with one value")]
    Attribute {
        /// Name of the attribute in RFC 5652 or RFC 5035.
        name: &'static str,
    },
    /// The content is of another type than the signed attribute says (RFC 5652 §11.1).
    #[error("its signed attributes are of another type of content")]
    ContentType,
    /// A digest or a signature of a kind that is not believed.
    #[error("an algorithm that is not accepted: {oid}")]
    Algorithm {
        /// OID of the algorithm, in dots.
        oid: String,
    },
    /// The certificate of the signer is not among those in it.
    #[error("the certificate of the signer is not in it")]
    NoCertificate,
    /// The signed attribute signing-certificate names another certificate than the signer's (RFC 5035 §5).
    #[error("its signing-certificate names another certificate than the signer's")]
    OtherCertificate,
    /// The content has another digest than the signed attribute says (RFC 5652 §5.6).
    #[error("its content is not what was digested")]
    Digest,
    /// The key of the certificate did not sign the attributes (RFC 5652 §5.6).
    #[error("its signature does not hold")]
    Signature,
    /// The cryptographic library failed.
    #[error("it could not be checked")]
    Internal,
}

impl CmsError {
    /// Its name, for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "cms_ilegible",
            Self::NotSignedData { .. } => "cms_no_firmado",
            Self::Signers(_) => "firmantes",
            Self::Detached => "sin_contenido",
            Self::Attached => "con_contenido",
            Self::NoAttributes => "sin_atributos",
            Self::Attribute { .. } => "atributo",
            Self::ContentType => "tipo_firmado",
            Self::Algorithm { .. } => "algoritmo_de_firma",
            Self::NoCertificate => "sin_certificado",
            Self::OtherCertificate => "certificado_de_otro",
            Self::Digest => "resumen",
            Self::Signature => "firma",
            Self::Internal => "interno",
        }
    }
}

impl From<NotDer> for CmsError {
    fn from(_: NotDer) -> Self {
        Self::Unreadable
    }
}
