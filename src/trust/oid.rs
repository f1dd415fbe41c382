//! The object identifiers that the floor knows, in dotted form.

/// Whether a text is an object identifier as they are written here: numbers without leading zeros and points, at least
/// two, of which the first is 0, 1 or 2 and the second, but after a 2, under 40 (X.660 §7.6).
#[must_use]
pub fn is_oid(text: &str) -> bool {
    let arc = |arc: &str| {
        let is_number =
            arc.bytes().all(|octet| octet.is_ascii_digit()) && (arc == "0" || !arc.starts_with('0'));
        is_number.then(|| arc.parse::<u64>().ok()).flatten()
    };
    let arcs: Option<Vec<u64>> = text.split('.').map(arc).collect();
    match arcs.as_deref() {
        Some([0 | 1, second, ..]) => *second < 40,
        Some([2, _, ..]) => true,
        _ => false,
    }
}

/// Attributes of a name.
pub(super) mod attribute {
    /// X.520 commonName.
    pub(crate) const COMMON_NAME: &str = "2.5.4.3";
    /// X.520 surname.
    pub(crate) const SURNAME: &str = "2.5.4.4";
    /// X.520 serialNumber, where the holder's identifier stands (ETSI EN 319 412-2 §4.2.4).
    pub(crate) const SERIAL_NUMBER: &str = "2.5.4.5";
    /// X.520 countryName.
    pub(crate) const COUNTRY: &str = "2.5.4.6";
    /// X.520 organizationName.
    pub(crate) const ORGANIZATION: &str = "2.5.4.10";
    /// X.520 organizationalUnitName.
    pub(crate) const ORGANIZATIONAL_UNIT: &str = "2.5.4.11";
    /// X.520 givenName.
    pub(crate) const GIVEN_NAME: &str = "2.5.4.42";
    /// X.520 organizationIdentifier, where the entity's identifier stands (ETSI EN 319 412-3 §4.2.1).
    pub(crate) const ORGANIZATION_IDENTIFIER: &str = "2.5.4.97";
    /// RFC 4519 uid, where ACCV writes the holder's NIF in the alternative name (D-66).
    pub(crate) const UID: &str = "0.9.2342.19200300.100.1.1";
    /// FNMT: the person's NIF in the alternative name (D-66).
    pub(crate) const FNMT_NIF: &str = "1.3.6.1.4.1.5734.1.4";
    /// FNMT: the entity's NIF in the alternative name (D-66).
    pub(crate) const FNMT_CIF: &str = "1.3.6.1.4.1.5734.1.7";
    /// Camerfirma's former attribute for the entity's NIF (D-66).
    pub(crate) const CAMERFIRMA_CIF: &str = "1.3.6.1.4.1.17326.30.3";
    /// ANF and CATCERT: the NIF of the person responsible for an entity's certificate (D-66).
    pub(crate) const RESPONSABLE_NIF: &str = "1.3.6.1.4.1.18838.1.1";

    /// The usual short name of an attribute (RFC 4514 §3), or its OID.
    pub(crate) fn short(oid: &str) -> &str {
        match oid {
            COMMON_NAME => "CN",
            ORGANIZATIONAL_UNIT => "OU",
            ORGANIZATION => "O",
            COUNTRY => "C",
            SERIAL_NUMBER => "serialNumber",
            _ => oid,
        }
    }

    /// The name of an attribute by which its owner finds it in the certificate, or its OID.
    pub(crate) fn label(oid: &str) -> &str {
        match oid {
            COMMON_NAME => "commonName",
            SURNAME => "surname",
            SERIAL_NUMBER => "serialNumber",
            GIVEN_NAME => "givenName",
            ORGANIZATION_IDENTIFIER => "organizationIdentifier",
            UID => "UID",
            _ => oid,
        }
    }
}

/// Extensions of certificates and CRLs (RFC 5280 §4.2, §5.2, §5.3).
pub(super) mod extension {
    pub(crate) const KEY_USAGE: &str = "2.5.29.15";
    pub(crate) const SUBJECT_ALT_NAME: &str = "2.5.29.17";
    pub(crate) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
    pub(crate) const CRL_NUMBER: &str = "2.5.29.20";
    pub(crate) const DELTA_CRL: &str = "2.5.29.27";
    pub(crate) const ISSUING_DISTRIBUTION_POINT: &str = "2.5.29.28";
    pub(crate) const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";
    pub(crate) const CERTIFICATE_POLICIES: &str = "2.5.29.32";
    pub(crate) const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";
    pub(crate) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
}

/// Purposes of a key (RFC 5280 §4.2.1.12).
pub(super) mod purpose {
    pub(crate) const ANY: &str = "2.5.29.37.0";
    pub(crate) const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
    pub(crate) const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";
    /// Binding the hash of something to a time (RFC 3161 §2.3).
    pub(crate) const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";
    /// RFC 9336: signing documents.
    pub(crate) const DOCUMENT_SIGNING: &str = "1.3.6.1.5.5.7.3.36";
    /// Microsoft's, for the same, of before that RFC.
    pub(crate) const MICROSOFT_DOCUMENT_SIGNING: &str = "1.3.6.1.4.1.311.10.3.12";
}

/// Kind of an EC key (RFC 5480 §2.1.1).
pub(super) const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";

/// Signature algorithms that are strong enough: RSA PKCS#1 (RFC 4055 §5) and ECDSA (RFC 5758 §3.2) with SHA-2.
/// Whatever is not in this list is refused, MD5 and SHA-1 among it (D-69).
pub(super) const STRONG_SIGNATURES: [&str; 6] = [
    "1.2.840.113549.1.1.11",
    "1.2.840.113549.1.1.12",
    "1.2.840.113549.1.1.13",
    "1.2.840.10045.4.3.2",
    "1.2.840.10045.4.3.3",
    "1.2.840.10045.4.3.4",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_identifier_is_numbers_and_points() {
        for good in [
            "1.3.6.1.4.1.5734.3.10.1",
            "2.5.29.32.0",
            "2.999",
            "0.4.0.194112.1.2",
        ] {
            assert!(is_oid(good), "{good}");
        }
        for bad in [
            "",
            "1",
            "1.",
            ".1.3",
            "1..3",
            "1.3.06",
            "3.1",
            "1.40",
            "anyPolicy",
            "1.3 ",
            "1.3,1.4",
            "+1.3",
            "1.-3",
            "1.3.99999999999999999999",
            "oid:1.3.6",
        ] {
            assert!(!is_oid(bad), "{bad}");
        }
    }
}
