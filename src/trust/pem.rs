//! What a file holds, in DER or in PEM (RFC 7468): certificates and revocation lists alike.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::der::{Reader, tag};

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// The labels of one thing (RFC 7468 §5.1, §4; openssl's older ones).
pub(super) const CERTIFICATE: &[&str] = &["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];
/// Of a revocation list (RFC 7468 §7).
pub(super) const CRL: &[&str] = &["X509 CRL", "CRL"];

/// The octets hold nothing that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PemError {
    /// Neither DER nor a boundary of PEM.
    Neither,
    /// Boundaries that do not fit, or text between them that is not base64.
    Spoilt,
    /// Blocks of something else only, such as a private key.
    OtherLabel,
}

/// Each thing of one of these labels that the octets hold, in DER: themselves if they are DER, else each block in PEM.
/// What stands before, between and after the blocks is passed over, as it stands where openssl prints one («Bag
/// Attributes», `-text`); so are blocks of other labels.
pub(super) fn each<E: From<PemError>>(
    octets: &[u8],
    labels: &[&str],
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    if Reader::only(octets, tag::SEQUENCE).is_ok() {
        return take(octets);
    }
    let (mut any, mut found) = (false, false);
    let mut rest = octets;
    let mut der = Vec::new();
    while let Some(begin) = find(rest, BEGIN) {
        any = true;
        let (label, after) = boundary(begin).ok_or(PemError::Spoilt)?;
        let end = find(after, END).ok_or(PemError::Spoilt)?;
        let body = after.split_at_checked(after.len() - end.len() - END.len());
        let (closing, behind) = boundary(end).ok_or(PemError::Spoilt)?;
        if closing != label {
            return Err(PemError::Spoilt.into());
        }
        rest = behind;
        if labels.iter().any(|known| known.as_bytes() == label) {
            found = true;
            decode(body.map_or(&[], |(body, _)| body), &mut der)?;
            take(first_element(&der, label))?;
        }
    }
    match (any, found) {
        (_, true) => Ok(()),
        (true, false) => Err(PemError::OtherLabel.into()),
        (false, _) => Err(PemError::Neither.into()),
    }
}

/// What follows the first occurrence of a text that begins with hyphens. Base64 has none, so that whole blocks are passed
/// over quickly.
fn find<'a>(mut octets: &'a [u8], what: &[u8]) -> Option<&'a [u8]> {
    loop {
        let at = octets.iter().position(|&octet| octet == b'-')?;
        let (_, from) = octets.split_at_checked(at)?;
        match from.strip_prefix(what) {
            Some(after) => return Some(after),
            None => octets = from.get(1..)?,
        }
    }
}

/// The label of a boundary, and what follows its hyphens.
fn boundary(after: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = after.iter().position(|&octet| octet == b'-')?;
    let (label, rest) = after.split_at_checked(at)?;
    Some((label, rest.strip_prefix(DASHES)?))
}

fn decode(body: &[u8], der: &mut Vec<u8>) -> Result<(), PemError> {
    let base64: Vec<u8> = body
        .iter()
        .copied()
        .filter(|octet| !octet.is_ascii_whitespace())
        .collect();
    der.clear();
    STANDARD.decode_vec(base64, der).map_err(|_| PemError::Spoilt)
}

/// openssl's «TRUSTED CERTIFICATE» has its own remarks behind the certificate.
fn first_element<'a>(der: &'a [u8], label: &[u8]) -> &'a [u8] {
    match Reader::new(der).element() {
        Ok(first) if label == b"TRUSTED CERTIFICATE" => first.whole,
        _ => der,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(octets: &[u8]) -> Result<Vec<Vec<u8>>, PemError> {
        let mut all = Vec::new();
        each(octets, CRL, |der| {
            all.push(der.to_vec());
            Ok::<_, PemError>(())
        })?;
        Ok(all)
    }

    #[test]
    fn blocks_are_found_whatever_text_surrounds_them() {
        let block = "-----BEGIN X509 CRL-----\nMAEA\n-----END X509 CRL-----\n";
        let der = vec![0x30, 1, 0];
        for text in [
            block.to_owned(),
            format!("Bag Attributes\n    friendlyName: LISTA - UNA\n{block}"),
            format!("\u{feff}{block}"),
            block.replace('\n', "\r\n"),
            block.replace("MAEA", "  MA\n\tEA  "),
            format!("{}{block}", block.replace("X509 CRL", "PRIVATE KEY")),
            format!("{block}-- \nend"),
        ] {
            assert_eq!(all(text.as_bytes()), Ok(vec![der.clone()]), "{text}");
        }
        assert_eq!(all(format!("{block}x{block}").as_bytes()).unwrap().len(), 2);
        assert_eq!(all(&der), Ok(vec![der]));
    }

    #[test]
    fn what_is_no_block_is_told_apart() {
        for (text, error) in [
            ("", PemError::Neither),
            ("nothing - here", PemError::Neither),
            ("-----BEGIN X509 CRL-----", PemError::Spoilt),
            ("-----BEGIN X509 CRL-----\nMAEA\n", PemError::Spoilt),
            (
                "-----BEGIN X509 CRL-----\nMA*A\n-----END X509 CRL-----",
                PemError::Spoilt,
            ),
            (
                "-----BEGIN X509 CRL-----\nMAEA\n-----END CERTIFICATE-----",
                PemError::Spoilt,
            ),
            (
                "-----BEGIN CERTIFICATE-----\nMAEA\n-----END CERTIFICATE-----",
                PemError::OtherLabel,
            ),
        ] {
            assert_eq!(all(text.as_bytes()), Err(error), "{text}");
        }
    }
}
