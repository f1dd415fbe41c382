//! What a message seems to be before it is verified: only good for choosing who waits for whom.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem;

use crate::xml::white::WHITE;

/// How far into a message is looked: headers are small.
const FAR: usize = 64 << 10;
/// With the bracket before it and the colon behind it.
const LONGEST_PREFIX: usize = 32;

/// Whether a message seems to only ask. Whatever else it is, or pretends to be, shows when it is verified.
pub(super) fn seems_to_read(octets: &[u8]) -> bool {
    operation(octets).is_some_and(|name| name.starts_with(b"consultar") || name == b"solicitarPoderdantes")
}

/// The local name of the first element in the Body, in nearly all messages.
pub(super) fn operation(octets: &[u8]) -> Option<&[u8]> {
    let head = octets.get(..FAR).unwrap_or(octets);
    let mut bodies = memmem::find_iter(head, b"Body").filter(|at| is_tag(head, *at));
    let body = head.get(bodies.next()?..)?;
    let inside = body.get(memchr::memchr(b'>', body)? + 1..)?;
    let name = inside.get(memchr::memchr(b'<', inside)? + 1..)?;
    let ends = |octet: &u8| matches!(octet, b'>' | b'/') || WHITE.contains(&char::from(*octet));
    let name = name.get(..name.iter().position(ends)?)?;
    name.rsplit(|octet| *octet == b':').next()
}

/// Whether a name begins here that is a start tag's, with or without a prefix.
fn is_tag(head: &[u8], at: usize) -> bool {
    let before = head
        .get(at.saturating_sub(LONGEST_PREFIX)..at)
        .unwrap_or_default();
    let prefix = before
        .iter()
        .rposition(|octet| matches!(octet, b'<' | b'>' | b'/' | b'"' | b'\''));
    prefix.is_some_and(|at| before.get(at) == Some(&b'<'))
}

/// Whether the first security token that is seen is this certificate, in DER: whoever is verified may have put somebody
/// else's before his own.
pub(super) fn shows(octets: &[u8], certificate: &[u8]) -> bool {
    let is_of_base64 = |octet: &u8| *octet != b'=' && !WHITE.contains(&char::from(*octet));
    let shown = token(octets).iter().copied().filter(is_of_base64);
    shown.eq(STANDARD_NO_PAD.encode(certificate).into_bytes())
}

/// The text of the first security token, in whose place nobody else's stands in any honest message.
pub(super) fn token(octets: &[u8]) -> &[u8] {
    let head = octets.get(..FAR).unwrap_or(octets);
    let text = || {
        let named = memmem::find(head, b"BinarySecurityToken")?;
        let begins = named + memchr::memchr(b'>', head.get(named..)?)? + 1;
        let text = head.get(begins..)?;
        text.get(..memchr::memchr(b'<', text)?)
    };
    text().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::canal;
    use crate::contract::wscn::message::Operation;

    fn message(operation: &str) -> Vec<u8> {
        format!(
            "<s:Envelope><s:Header><wsse:Security><wsse:BinarySecurityToken wsu:Id=\"T\">TUlJ\nQg==\
             </wsse:BinarySecurityToken><ds:Reference URI=\"#Body-1\"/></wsse:Security></s:Header>\
             <s:Body wsu:Id=\"Body-1\">\n <c:{operation} xmlns:c=\"urn:c\"><a/></c:{operation}></s:Body></s:Envelope>"
        )
        .into_bytes()
    }

    #[test]
    fn the_operation_and_the_token_of_a_message_are_seen_without_reading_it() {
        let octets = message("firmarNotificaciones");
        assert_eq!(operation(&octets), Some(&b"firmarNotificaciones"[..]));
        assert_eq!(token(&octets), b"TUlJ\nQg==");
        assert_eq!(
            operation(b"<Envelope><Body><a/></Body></Envelope>"),
            Some(&b"a"[..])
        );
        for not_seen in [
            &b""[..],
            b"Body",
            b"<Body",
            b"<Body>",
            b"<Body><",
            b"</s:Body><a>",
            b"<BinarySecurityToken>x",
        ] {
            assert_eq!(operation(not_seen), None, "{not_seen:?}");
            assert!(token(not_seen).is_empty());
        }
    }

    #[test]
    fn a_token_is_a_certificate_s_if_it_is_the_first_that_is_seen() {
        // «MIIB» and «Qg==», in two lines.
        let own = [0x30, 0x82, 0x01, 0x42];
        let octets = message("firmarNotificaciones");
        let octets = String::from_utf8(octets)
            .unwrap()
            .replace("TUlJ\nQg==", "MIIB\nQg==")
            .into_bytes();
        assert!(shows(&octets, &own));
        assert!(!shows(&octets, &own[..3]) && !shows(&octets, b"") && !shows(b"", &own));
        let others = [b"<!--BinarySecurityToken>TUlJ<-->".as_slice(), &octets].concat();
        assert!(!shows(&others, &own) && shows(&others, b"MII"));
    }

    #[test]
    fn of_each_operation_it_is_seen_whether_it_only_asks() {
        let asks = |name: &&str| seems_to_read(&message(name));
        let canal = canal::Operation::ALL.map(canal::Operation::name);
        let canal: Vec<&str> = canal.into_iter().filter(asks).collect();
        assert_eq!(canal, ["consultarPoderdantes", "consultarNotificaciones"]);
        let wscn = Operation::ALL.map(Operation::name);
        let wscn: Vec<&str> = wscn.into_iter().filter(asks).collect();
        assert_eq!(wscn, ["consultarListadoNotificaciones", "solicitarPoderdantes"]);
    }
}
