//! The object identifiers of CMS that are known here, in dotted form.

/// RFC 5652 §5.1: id-signedData.
pub(super) const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
/// RFC 5652 §4: id-data, plain octets.
pub(super) const DATA: &str = "1.2.840.113549.1.7.1";
/// RFC 3161 §2.4.2: id-ct-TSTInfo.
pub(crate) const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";

/// RFC 5652 §11.1: the attribute content-type.
pub(super) const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
/// RFC 5652 §11.2: the attribute message-digest.
pub(super) const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
/// RFC 5035 §5.4.1: signing-certificate, whose hash is SHA-1.
pub(super) const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
/// RFC 5035 §5.4.1: signing-certificate-v2.
pub(super) const SIGNING_CERTIFICATE_V2: &str = "1.2.840.113549.1.9.16.2.47";
/// RFC 3161, appendix A: a time stamp over a signature, which nobody has signed.
pub(super) const SIGNATURE_TIME_STAMP: &str = "1.2.840.113549.1.9.16.2.14";

/// FIPS 180-4, as RFC 5754 §2 names it.
pub(crate) const SHA256: &str = "2.16.840.1.101.3.4.2.1";
/// FIPS 180-4, as RFC 5754 §2 names it.
pub(super) const SHA384: &str = "2.16.840.1.101.3.4.2.2";
/// FIPS 180-4, as RFC 5754 §2 names it.
pub(super) const SHA512: &str = "2.16.840.1.101.3.4.2.3";

/// RFC 3370 §3.2: RSA PKCS#1, with the digest that the signer names.
pub(super) const RSA: &str = "1.2.840.113549.1.1.1";
