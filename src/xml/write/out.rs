//! `Out`: writes messages. Elements are opened and closed by calls that contain each other, so that nothing can go
//! wrong, and what comes of it is a [`Canonical`] and no result.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::escape::{self, Forbidden};
use super::{Canonical, Fragment, Name, Ns, Writer};

/// Longest decimal text of an `i64` without its sign.
const MAX_DIGITS: usize = 20;
/// The two figures of each octet.
static HEXADECIMAL: [[u8; 2]; 256] = {
    let mut pairs = [[0; 2]; 256];
    let mut octet = 0;
    while octet < pairs.len() {
        pairs[octet] = [b"0123456789abcdef"[octet >> 4], b"0123456789abcdef"[octet & 0xf]];
        octet += 1;
    }
    pairs
};

/// What a start tag says besides its namespace: a local name and at most one attribute. A string is one without.
#[derive(Debug, Clone, Copy)]
pub struct Tag<'n, 'v> {
    local: &'n str,
    attribute: Option<(Name<'n>, &'v str)>,
}

impl<'n, 'v> Tag<'n, 'v> {
    /// With an attribute that is in no namespace.
    #[must_use]
    pub const fn with(local: &'n str, attribute: &'n str, value: &'v str) -> Self {
        Self {
            local,
            attribute: Some((Name::unqualified(attribute), value)),
        }
    }

    /// With the language of its content (`xml:lang`, XML 1.0 §2.12).
    #[must_use]
    pub const fn in_language(local: &'n str, language: &'v str) -> Self {
        Self {
            local,
            attribute: Some((Ns::XML.name("lang"), language)),
        }
    }
}

impl<'n> From<&'n str> for Tag<'n, '_> {
    fn from(local: &'n str) -> Self {
        Self {
            local,
            attribute: None,
        }
    }
}

/// The inside of an element that is being written: values as XML Schema part 2 writes them, in elements of one
/// namespace at a time.
///
/// A character that XML 1.0 §2.2 does not allow becomes U+FFFD, so that what is stored can never make an answer
/// unreadable.
#[derive(Debug)]
pub struct Out<'n> {
    writer: Writer<'n>,
    ns: Ns<'n>,
}

impl<'n> Out<'n> {
    /// Writes one element of a namespace, with what `content` puts into it; `room` is how many octets are expected.
    #[must_use]
    pub fn document<'v>(
        room: usize,
        ns: Ns<'n>,
        tag: impl Into<Tag<'n, 'v>>,
        content: impl FnOnce(&mut Self),
    ) -> Canonical {
        let writer = Writer::new(room, Forbidden::Replaced);
        let mut out = Self { writer, ns };
        out.within(tag, content);
        debug_assert_eq!(out.writer.mistake, None);
        out.writer.conclude()
    }

    /// An element with what `content` puts into it.
    #[inline]
    pub fn within<'v, R>(&mut self, tag: impl Into<Tag<'n, 'v>>, content: impl FnOnce(&mut Self) -> R) -> R {
        let Tag { local, attribute } = tag.into();
        self.writer.start(self.ns.name(local));
        if let Some((name, value)) = attribute {
            self.writer.attr(name, value);
        }
        let result = content(self);
        self.writer.end();
        result
    }

    /// Elements of another namespace.
    pub fn in_namespace<R>(&mut self, ns: Ns<'n>, content: impl FnOnce(&mut Self) -> R) -> R {
        let around = std::mem::replace(&mut self.ns, ns);
        let result = content(self);
        self.ns = around;
        result
    }

    /// Text in the open element.
    #[inline]
    pub fn text(&mut self, text: &str) {
        self.writer.text(text);
    }

    /// Elements that were written before, for this namespace, which must be in force here. That is not looked at.
    #[inline]
    pub fn put(&mut self, fragment: Fragment<'_>) {
        self.writer.close_tag();
        debug_assert!(
            self.writer.scope.is_in_force(fragment.ns),
            "a fragment of another namespace"
        );
        self.writer.out.extend_from_slice(fragment.octets);
    }

    /// How many octets there are, with the start tag of the open element.
    pub(super) fn octets_written(&mut self) -> usize {
        self.writer.close_tag();
        self.writer.octets_written()
    }

    // Inlined, as its like below: names are known when compiling, and copying them then takes no call.
    /// An element that holds text.
    #[inline]
    pub fn element(&mut self, local: &'n str, text: &str) {
        self.writer.element(self.ns.name(local), text);
    }

    /// An element that holds a code, an identifier, an instant or the like: a text of the program's own making, of which
    /// no character has to be escaped. That is not looked at.
    #[inline]
    pub fn token(&mut self, local: &'n str, token: &str) {
        debug_assert!(escape::is_plain(token), "«{token}» may have to be escaped");
        self.plain(local, |octets| octets.extend_from_slice(token.as_bytes()));
    }

    /// An element, if there is a text for it.
    pub fn optional(&mut self, local: &'n str, text: Option<&str>) {
        if let Some(text) = text {
            self.element(local, text);
        }
    }

    /// An element that holds a number.
    #[inline]
    pub fn number(&mut self, local: &'n str, number: impl Into<i64>) {
        let number = number.into();
        self.plain(local, |octets| decimal(octets, number));
    }

    /// An element that holds `true` or `false`.
    #[inline]
    pub fn boolean(&mut self, local: &'n str, value: bool) {
        let text: &[u8] = if value { b"true" } else { b"false" };
        self.plain(local, |octets| octets.extend_from_slice(text));
    }

    /// An element that holds octets in base64, in one line (RFC 4648 §4).
    pub fn base64(&mut self, local: &'n str, value: &[u8]) {
        self.plain(local, |octets| {
            let from = octets.len();
            octets.resize(from + base64_length(value), 0);
            let room = octets.get_mut(from..).unwrap_or_default();
            // The room is what the length calls for, so that this cannot fail.
            let written = STANDARD.encode_slice(value, room).unwrap_or_default();
            octets.truncate(from + written);
        });
    }

    /// An element that holds octets in lower-case hexadecimal.
    pub fn hex(&mut self, local: &'n str, value: &[u8]) {
        self.plain(local, |octets| {
            let from = octets.len();
            octets.resize(from + 2 * value.len(), 0);
            let room = octets.get_mut(from..).unwrap_or_default();
            let (pairs, _) = room.as_chunks_mut::<2>();
            for (pair, &octet) in pairs.iter_mut().zip(value) {
                *pair = HEXADECIMAL[usize::from(octet)];
            }
        });
    }

    /// An element whose text, being of letters and figures, needs no escaping.
    #[inline]
    fn plain(&mut self, local: &'n str, write: impl FnOnce(&mut Vec<u8>)) {
        self.writer
            .leaf(self.ns.name(local), |writer| write(&mut writer.out));
    }
}

/// How many octets the base64 of a value takes.
#[must_use]
pub const fn base64_length(value: &[u8]) -> usize {
    value.len().div_ceil(3) * 4
}

fn decimal(octets: &mut Vec<u8>, number: i64) {
    if number < 0 {
        octets.push(b'-');
    }
    let mut digits = [b'0'; MAX_DIGITS];
    let mut rest = number.unsigned_abs();
    let mut used = 0;
    for digit in digits.iter_mut().rev() {
        // The remainder is below ten.
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        used += 1;
        if rest == 0 {
            break;
        }
    }
    octets.extend_from_slice(digits.get(MAX_DIGITS - used..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::super::tests::exclusive_canonical_form;
    use super::*;
    use proptest::prelude::*;

    const A: Ns<'static> = Ns::new("", "urn:a");
    const P: Ns<'static> = Ns::new("p", "urn:p");

    fn text_of(canonical: Canonical) -> String {
        String::from_utf8(canonical.into_octets()).unwrap()
    }

    fn written(text: &str) -> String {
        text_of(Out::document(0, A, Tag::with("a", "b", text), |out| {
            out.text(text);
        }))
    }

    #[test]
    fn text_and_attributes_are_escaped_as_canonical_xml_asks_and_what_xml_cannot_hold_is_replaced() {
        assert_eq!(
            written("&<>\"'\t\n\r\u{1}ñ\u{ffff}x\u{fffe}"),
            "<a xmlns=\"urn:a\" b=\"&amp;&lt;>&quot;'&#x9;&#xA;&#xD;\u{fffd}ñ\u{fffd}x\u{fffd}\">\
             &amp;&lt;&gt;\"'\t\n&#xD;\u{fffd}ñ\u{fffd}x\u{fffd}</a>"
        );
    }

    #[test]
    fn elements_are_of_the_namespace_in_which_they_are_written() {
        let document = Out::document(0, P, "r", |out| {
            out.element("s", "1");
            out.in_namespace(Ns::NONE, |out| out.within("t", |out| out.element("u", "2")));
            let three = out.in_namespace(A, |out| out.within(Tag::in_language("v", "es"), |_| 3));
            out.number("w", three);
        });
        assert!(document.declares("p") && document.declares("") && !document.declares("a"));
        assert_eq!(
            text_of(document),
            "<p:r xmlns:p=\"urn:p\"><p:s>1</p:s><t><u>2</u></t><v xmlns=\"urn:a\" xml:lang=\"es\"></v><p:w>3</p:w></p:r>"
        );
    }

    #[test]
    fn numbers_are_written_in_figures_and_truth_in_words() {
        let document = Out::document(0, Ns::NONE, "r", |out| {
            for number in [0, 7, -12, i64::MAX, i64::MIN] {
                out.number("n", number);
            }
            out.boolean("b", true);
            out.boolean("b", false);
            out.optional("o", None);
            out.optional("o", Some("&"));
        });
        assert_eq!(
            text_of(document),
            "<r><n>0</n><n>7</n><n>-12</n><n>9223372036854775807</n><n>-9223372036854775808</n>\
             <b>true</b><b>false</b><o>&amp;</o></r>"
        );
    }

    #[test]
    fn octets_are_written_in_base64_and_in_hexadecimal() {
        let document = Out::document(0, Ns::NONE, "r", |out| {
            for octets in [&b""[..], b"\xff", b"\x00\x9f\xab\x01"] {
                out.base64("b", octets);
                out.hex("h", octets);
            }
        });
        assert_eq!(
            text_of(document),
            "<r><b></b><h></h><b>/w==</b><h>ff</h><b>AJ+rAQ==</b><h>009fab01</h></r>"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_its_own_exclusive_canonical_form(text in any::<String>()) {
            let octets = written(&text);
            prop_assert_eq!(exclusive_canonical_form(octets.as_bytes()), octets);
        }
    }
}
