//! Whether a text is the name of a certificate's holder or issuer, in whichever of the many ways toolkits write one
//! (RFC 4514 and RFC 2253, either order, OpenSSL's `/C=ES/CN=…`, .NET's `OID.2.5.4.97=…`).

use openssl::nid::Nid;
use openssl::x509::X509NameRef;

use crate::xml::white::trim;

/// Whether each value in the text is one of the name's, and its common name is among them: so that nothing of another's
/// name stands there.
pub(super) fn is_name(text: &str, name: &X509NameRef) -> bool {
    let own: Vec<(Nid, &[u8])> = name
        .entries()
        .map(|entry| (entry.object().nid(), entry.data().as_slice()))
        .collect();
    let Some(written) = values(text) else {
        return false;
    };
    let has = |data: &[u8]| written.iter().any(|value| is_same(value, data));
    let common = own.iter().filter(|(nid, _)| *nid == Nid::COMMONNAME);
    !written.is_empty()
        && written
            .iter()
            .all(|value| own.iter().any(|(_, data)| is_same(value, data)))
        && common.clone().all(|(_, data)| has(data))
}

/// Whether a value as written is this one: by its letters and figures of ASCII, since the rest is escaped, quoted and encoded in
/// many ways; or by its octets in hexadecimal, as of attributes that a toolkit does not know (RFC 4514 §2.4).
fn is_same(value: &str, data: &[u8]) -> bool {
    match value.strip_prefix('#') {
        // DER: its tag and length come before.
        Some(figures) => {
            let hexadecimal = data
                .iter()
                .map(|octet| format!("{octet:02x}"))
                .collect::<Vec<_>>();
            let figures = figures.to_ascii_lowercase();
            let header = figures.strip_suffix(&hexadecimal.concat());
            header.is_some_and(|header| matches!(header.len(), 4 | 6 | 8))
        }
        None => plain(&unescaped(value)) == plain(data),
    }
}

fn plain(octets: &[u8]) -> Vec<u8> {
    let kept = octets.iter().filter(|octet| octet.is_ascii_alphanumeric());
    kept.map(u8::to_ascii_lowercase).collect()
}

/// The octets that are meant, where some are written by their figures: `\C3\B1`, and OpenSSL's `\xC3\xB1`.
fn unescaped(value: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let figures = after.strip_prefix(b"x").unwrap_or(after);
        let octet = figures
            .split_at_checked(2)
            .filter(|_| *first == b'\\')
            .and_then(|(two, after)| Some((std::str::from_utf8(two).ok()?, after)))
            .and_then(|(two, after)| Some((u8::from_str_radix(two, 16).ok()?, after)));
        let (octet, after) = octet.unwrap_or((*first, after));
        octets.push(octet);
        rest = after;
    }
    octets
}

/// What follows each `attribute=`, up to the next one; nothing where a text is no name.
fn values(text: &str) -> Option<Vec<String>> {
    let separators: &[char] = if trim(text).starts_with('/') {
        &['/']
    } else {
        &[',', ';', '+', '\n']
    };
    let is_attribute = |key: &str| {
        let key = trim(key);
        !key.is_empty() && key.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'.')
    };
    let mut values: Vec<String> = Vec::new();
    for piece in text.split(separators) {
        match (piece.split_once('='), values.last_mut()) {
            (Some((key, value)), _) if is_attribute(key) => values.push(trim(value).to_owned()),
            // A separator in a value.
            (_, Some(last)) => last.push_str(piece),
            (None, None) if trim(piece).is_empty() => {}
            _ => return None,
        }
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use openssl::x509::X509Name;

    use super::*;

    fn name() -> X509Name {
        let mut name = X509Name::builder().unwrap();
        for (attribute, value) in [
            ("C", "ES"),
            ("O", "PEÑA, S.L."),
            ("serialNumber", "IDCES-99999901H"),
            ("GN", "MARTA"),
            ("CN", "MARTA ROBLES IBÁÑEZ - 99999901H"),
        ] {
            name.append_entry_by_text(attribute, value).unwrap();
        }
        name.build()
    }

    #[test]
    fn a_name_is_known_however_toolkits_write_it() {
        for text in [
            "CN=MARTA ROBLES IBÁÑEZ - 99999901H,GN=MARTA,SERIALNUMBER=IDCES-99999901H,O=PEÑA\\, S.L.,C=ES",
            "C=ES, O=\"PEÑA, S.L.\", OID.2.5.4.5=IDCES-99999901H, CN=MARTA ROBLES IBÁÑEZ - 99999901H",
            "CN=MARTA ROBLES IB\\C3\\81\\C3\\91EZ - 99999901H,O=PE\\C3\\91A\\, S.L.,C=ES",
            "/C=ES/O=PE\\xC3\\x91A, S.L./CN=MARTA ROBLES IB\\xC3\\x81\\xC3\\x91EZ - 99999901H",
            "cn=marta robles ibáñez - 99999901h+2.5.4.5=#130f49444345532d393939393939303148, c=es",
            "\n  CN=MARTA ROBLES IBÁÑEZ - 99999901H\n",
        ] {
            assert!(is_name(text, &name()), "{text}");
        }
    }

    #[test]
    fn a_text_that_holds_more_than_the_name_or_less_is_another() {
        for text in [
            "",
            "MARTA ROBLES IBÁÑEZ - 99999901H",
            "C=ES",
            "CN=MARTA",
            "CN=OTRA PERSONA - 99999902C",
            "CN=OTRA PERSONA - 99999902C, OU=MARTA ROBLES IBÁÑEZ - 99999901H",
            "CN=MARTA ROBLES IBÁÑEZ - 99999901H, SERIALNUMBER=IDCES-99999902C",
            "CN=MARTA ROBLES IBÁÑEZ - 99999901H y OTRA, C=ES",
            "CN=MARTA ROBLES IBÁÑEZ - 99999901H, OTRA PERSONA",
            "CN=MARTA ROBLES IBÁÑEZ - 99999901H, OTRA PERSONA=ES",
            "OTRA PERSONA=ES, CN=MARTA ROBLES IBÁÑEZ - 99999901H",
            "CN=MARTA ROBLES IBÁÑEZ - 99999901H,2.5.4.5=#130f49444345532d393939393939303243",
        ] {
            assert!(!is_name(text, &name()), "{text}");
        }
    }
}
