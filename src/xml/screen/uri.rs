//! URIs, as far as the names of namespaces have to be ones.

/// RFC 3986 §3: whether a text is a URI with its scheme. Where libxml2 asks for more than the grammar does (a port has
/// figures, four numbers are an address), so does this: it must not take what libxml2 does not. Nor does it take an
/// ampersand, which libxml2 writes otherwise in a canonical form than the form asks.
pub(super) fn is_absolute(uri: &str) -> bool {
    is_plain(uri) || is_by_grammar(uri)
}

/// Whether it is one of `http` whose host begins with a letter, and of characters that mean nothing wherever they stand: as
/// nearly all are, of which each message has some.
fn is_plain(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("http://") else {
        return false;
    };
    let (host, rest) = leading(rest.as_bytes(), &OF_HOST);
    let (path, rest) = leading(rest, &OF_PATH);
    let fragment = match rest {
        [b'#', fragment @ ..] => fragment,
        rest => rest,
    };
    host.first().is_some_and(u8::is_ascii_alphabetic)
        && (path.is_empty() && rest.is_empty() || path.starts_with(b"/"))
        && (rest.is_empty() || rest.len() > fragment.len())
        && fragment.iter().all(|&octet| OF_PATH[usize::from(octet)])
}

/// The octets of a kind with which a text begins, and the rest.
fn leading<'a>(octets: &'a [u8], kind: &[bool; 256]) -> (&'a [u8], &'a [u8]) {
    let other = |&octet: &u8| !kind[usize::from(octet)];
    octets.split_at(octets.iter().position(other).unwrap_or(octets.len()))
}

static OF_HOST: [bool; 256] = these(b"-.");
static OF_PATH: [bool; 256] = these(b"-._~/");

/// Letters, figures and these.
const fn these(others: &[u8]) -> [bool; 256] {
    let mut these = [false; 256];
    let mut octet = 0_u8;
    while octet.is_ascii() {
        these[octet as usize] = octet.is_ascii_alphanumeric();
        octet += 1;
    }
    let mut at = 0;
    while at < others.len() {
        these[others[at] as usize] = true;
        at += 1;
    }
    these
}

fn is_by_grammar(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else {
        return false;
    };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = match hierarchy.strip_prefix("//") {
        Some(after) => after.split_at(after.find('/').unwrap_or(after.len())),
        None => ("", hierarchy),
    };
    is_scheme(scheme)
        && is_authority(authority)
        && is_of(path, b":@/")
        && is_of(query, b":@/?")
        && is_of(fragment, b":@/?")
}

fn is_scheme(scheme: &str) -> bool {
    let part = |octet: u8| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(part)
}

/// RFC 3986 §3.2.
fn is_authority(authority: &str) -> bool {
    let (user, server) = authority.split_once('@').unwrap_or(("", authority));
    let (is_host, after) = if let Some(inside) = server.strip_prefix('[') {
        let Some((address, after)) = inside.split_once(']') else {
            return false;
        };
        let of_address = |octet: u8| octet.is_ascii_hexdigit() || b":.".contains(&octet);
        (address.bytes().all(of_address), after)
    } else {
        let (host, after) = server.split_at(server.find(':').unwrap_or(server.len()));
        (is_of(host, b"") && !is_broken_address(host), after)
    };
    is_of(user, b":") && is_host && (after.is_empty() || after.strip_prefix(':').is_some_and(is_port))
}

fn is_port(port: &str) -> bool {
    (1..=9).contains(&port.len()) && port.bytes().all(|octet| octet.is_ascii_digit())
}

/// Whether it begins as an address of four numbers and is none.
fn is_broken_address(host: &str) -> bool {
    let mut labels = host.splitn(4, '.');
    let is_number = |label: &str| !label.is_empty() && label.bytes().all(|octet| octet.is_ascii_digit());
    labels.by_ref().take(3).filter(|label| is_number(label)).count() == 3
        && labels
            .next()
            .is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit()))
        && host.parse::<std::net::Ipv4Addr>().is_err()
}

/// RFC 3986 §2: whether a text is of unreserved characters, sub-delimiters, percent-encoded octets and these.
fn is_of(text: &str, these: &[u8]) -> bool {
    let mut octets = text.bytes();
    while let Some(octet) = octets.next() {
        let hex = |octet: Option<u8>| octet.is_some_and(|octet| octet.is_ascii_hexdigit());
        let fits = match octet {
            b'%' => hex(octets.next()) && hex(octets.next()),
            _ => {
                octet.is_ascii_alphanumeric() || b"-._~!$'()*+,;=".contains(&octet) || these.contains(&octet)
            }
        };
        if !fits {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_with_their_scheme_are_absolute() {
        for uri in [
            "urn:notess:canal:1",
            "http://www.w3.org/2000/09/xmldsig#",
            "http://ws.pruebas.wscn.infra.gi.org/",
            "http://a:80/b?c=d/e?f#g?h",
            "http://u:p@[::1]:80/",
            "http://[::1]",
            "http://127.0.0.1/",
            "a+1.-:%20~!$'()*+,;=:@",
            "http:",
        ] {
            assert!(is_absolute(uri), "{uri}");
        }
        for uri in [
            "",
            "algo",
            "//a/b",
            "#a",
            "/a:b",
            "1:a",
            "urn:a b",
            "urn:a&b",
            "urn:ñ",
            "urn:%zz",
            "urn:%2",
            "urn:a[1]",
            "urn:a#b#c",
            "http://a:b/",
            "http://a:/",
            "http://a:9999999999/",
            "http://[::1/",
            "http://[::1]a/",
            "http://[::1]:/",
            "http://1.2.3.400/",
            "http://1.2.3.4a/",
        ] {
            assert!(!is_absolute(uri), "{uri}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_plain_is_so_by_the_grammar(uri in "http://[a-z0-9.~_#/:@%?-]{0,12}") {
            proptest::prop_assert!(!is_plain(&uri) || is_by_grammar(&uri));
        }
    }

    #[test]
    fn the_namespaces_of_messages_are_plain() {
        for uri in [
            "http://schemas.xmlsoap.org/soap/envelope/",
            "http://www.w3.org/2003/05/soap-envelope",
            "http://www.w3.org/2000/09/xmldsig#",
            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
        ] {
            assert!(is_plain(uri), "{uri}");
        }
        for uri in [
            "http://",
            "http://#",
            "http://a#b",
            "http://a/#b#c",
            "http://1.2.3.400/",
            "http://a/b c",
        ] {
            assert!(!is_plain(uri), "{uri}");
        }
    }
}
