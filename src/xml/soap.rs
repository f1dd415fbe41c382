//! `SoapVersion`: the two versions of SOAP that are spoken here, with the names that each of them fixes.

/// A version of SOAP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SoapVersion {
    /// SOAP 1.1 (W3C Note of 8 May 2000).
    V11,
    /// SOAP 1.2 (W3C Recommendation of 27 April 2007).
    V12,
}

impl SoapVersion {
    /// Both, the older first.
    pub const ALL: [Self; 2] = [Self::V11, Self::V12];

    /// Namespace of the envelope (SOAP 1.1 §3, SOAP 1.2 part 1 §5.1).
    #[must_use]
    pub fn namespace(self) -> &'static str {
        match self {
            Self::V11 => "http://schemas.xmlsoap.org/soap/envelope/",
            Self::V12 => "http://www.w3.org/2003/05/soap-envelope",
        }
    }

    /// The version of an envelope's namespace; nothing where it is another's (a version mismatch).
    #[must_use]
    pub fn from_namespace(namespace: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|version| version.namespace() == namespace)
    }

    /// Media type of its messages, without parameters (SOAP 1.1 §6, RFC 3902).
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::V11 => "text/xml",
            Self::V12 => "application/soap+xml",
        }
    }

    /// The version of a media type, without its parameters; case does not matter.
    #[must_use]
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|version| version.media_type().eq_ignore_ascii_case(media_type.trim()))
    }

    /// Value of the `Content-Type` header of a message in UTF-8.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::V11 => "text/xml; charset=utf-8",
            Self::V12 => "application/soap+xml; charset=utf-8",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_known_by_its_namespace_and_by_its_media_type() {
        for version in SoapVersion::ALL {
            assert_eq!(SoapVersion::from_namespace(version.namespace()), Some(version));
            assert_eq!(SoapVersion::from_media_type(version.media_type()), Some(version));
            assert!(version.content_type().starts_with(version.media_type()));
        }
        assert_eq!(SoapVersion::from_namespace("http://example.org/"), None);
        assert_eq!(SoapVersion::from_media_type("application/json"), None);
    }
}
