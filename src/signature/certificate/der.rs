//! What octets in DER are, by their outline (ITU-T X.690 §8.1): as far as it takes to tell a client what it sent. It is
//! tolerant, and nothing is decided by it: the strict reader is `trust::der`.

/// The tag of a SEQUENCE.
pub(super) const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
const CONTEXT_0: u8 = 0xa0;
/// What an authority signed, how, and the signature (RFC 5280 §4.1, §5.1; RFC 2986 §4).
const SIGNED: &[u8] = &[SEQUENCE, SEQUENCE, BIT_STRING];

/// Something that has a form in DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Thing {
    /// A certificate (RFC 5280 §4.1).
    #[error("it is a certificate")]
    Certificate,
    /// A chain of certificates (ITU-T X.509, `PkiPath`).
    #[error("it is a PkiPath")]
    Path,
    /// Certificates in signed data (RFC 5652 §5).
    #[error("it is PKCS #7")]
    Pkcs7,
    /// A key and its certificates (RFC 7292 §4).
    #[error("it is PKCS #12")]
    Pkcs12,
    /// A private key (RFC 5208, RFC 8017 §A.1.2, RFC 5915), maybe encrypted.
    #[error("it is a private key")]
    PrivateKey,
    /// A public key (RFC 5280 §4.1.2.7, RFC 8017 §A.1.1).
    #[error("it is a public key")]
    PublicKey,
    /// A request for a certificate (RFC 2986 §4).
    #[error("it is a request for a certificate")]
    Request,
    /// A revocation list (RFC 5280 §5.1).
    #[error("it is a revocation list")]
    RevocationList,
    /// It begins as nothing that is known.
    #[error("it is something else")]
    Other,
}

/// How octets fail to be one thing in DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault<'a> {
    /// They do not begin with a SEQUENCE.
    NotASequence,
    /// It says that it is longer than they are.
    Truncated,
    /// Octets behind a certificate.
    Trailing(&'a [u8]),
}

impl Thing {
    /// What a label of PEM says that it is (RFC 7468 §4).
    pub(super) fn of_label(label: &str) -> Self {
        match label {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Self::Certificate,
            "PKCS7" | "CMS" => Self::Pkcs7,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Self::Request,
            "X509 CRL" | "CRL" => Self::RevocationList,
            _ if label.ends_with("PRIVATE KEY") => Self::PrivateKey,
            _ if label.ends_with("PUBLIC KEY") => Self::PublicKey,
            _ => Self::Other,
        }
    }
}

/// What octets are.
pub(super) fn read(octets: &[u8]) -> Result<Thing, Fault<'_>> {
    if octets.first() != Some(&SEQUENCE) {
        return Err(Fault::NotASequence);
    }
    // BER that does not say how long it is: PKCS #7 is written so.
    if let [SEQUENCE, 0x80, OID, ..] = octets {
        return Ok(Thing::Pkcs7);
    }
    let (_, content, rest) = element(octets).ok_or(Fault::Truncated)?;
    let thing = thing(content);
    if thing == Thing::Certificate && !rest.is_empty() {
        return Err(Fault::Trailing(rest));
    }
    Ok(thing)
}

/// What the content of a SEQUENCE makes of it.
fn thing(content: &[u8]) -> Thing {
    let parts = parts(content);
    let tags: Vec<u8> = parts.iter().map(|(tag, _)| *tag).collect();
    match (tags.as_slice(), parts.first()) {
        (SIGNED, Some((_, inner))) => signed(inner),
        ([SEQUENCE, BIT_STRING] | [INTEGER, INTEGER], _) => Thing::PublicKey,
        (
            [INTEGER, SEQUENCE, OCTET_STRING, ..]
            | [INTEGER, OCTET_STRING, ..]
            | [SEQUENCE, OCTET_STRING]
            | [INTEGER, INTEGER, INTEGER, INTEGER, ..],
            _,
        ) => Thing::PrivateKey,
        ([OID, CONTEXT_0], _) => Thing::Pkcs7,
        ([INTEGER, SEQUENCE] | [INTEGER, SEQUENCE, SEQUENCE], _) => Thing::Pkcs12,
        ([SEQUENCE, ..], Some((_, first)))
            if tags.iter().all(|tag| *tag == SEQUENCE) && is_certificate(first) =>
        {
            Thing::Path
        }
        _ => Thing::Other,
    }
}

/// Of what is signed by an authority, or by a holder who asks for a certificate, what is signed tells which it is.
fn signed(inner: &[u8]) -> Thing {
    let parts = parts(inner);
    let tags: Vec<u8> = parts.iter().map(|(tag, _)| *tag).collect();
    match tags.as_slice() {
        // The first version of certificates has no number.
        [CONTEXT_0, INTEGER, SEQUENCE, ..] | [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, ..] => {
            Thing::Certificate
        }
        [INTEGER, SEQUENCE, SEQUENCE] | [INTEGER, SEQUENCE, SEQUENCE, CONTEXT_0] => Thing::Request,
        [INTEGER, SEQUENCE, SEQUENCE, ..] | [SEQUENCE, SEQUENCE, ..] => Thing::RevocationList,
        _ => Thing::Other,
    }
}

fn is_certificate(content: &[u8]) -> bool {
    let parts = parts(content);
    let tags: Vec<u8> = parts.iter().map(|(tag, _)| *tag).collect();
    tags == SIGNED && parts.first().map(|(_, inner)| signed(inner)) == Some(Thing::Certificate)
}

/// The tags and contents of the elements that octets hold, as far as they can be told apart. No more are asked for than
/// the longest outline has.
fn parts(mut octets: &[u8]) -> Vec<(u8, &[u8])> {
    let mut parts = Vec::with_capacity(6);
    while let Some((tag, content, rest)) = element(octets) {
        parts.push((tag, content));
        octets = rest;
        if parts.len() == 8 {
            break;
        }
    }
    parts
}

/// The first element: its tag, its content, and what follows it. Tags of several octets are in nothing that is told apart.
fn element(octets: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, after) = octets.split_first()?;
    let (first, after) = after.split_first()?;
    let (length, after) = match usize::from(*first) {
        short @ ..=0x7f => (short, after),
        long @ 0x81..=0x84 => {
            let (figures, after) = after.split_at_checked(long - 0x80)?;
            let length = figures
                .iter()
                .fold(0, |length, figure| length << 8 | usize::from(*figure));
            (length, after)
        }
        _ => return None,
    };
    let (content, rest) = after.split_at_checked(length)?;
    Some((*tag, content, rest))
}
