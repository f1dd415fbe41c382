//! The canonical form beside that of libxml2, and what has none; what is no signature of RSA.

use openssl::hash::MessageDigest;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::signature::algorithm::{C14n, Digest};
use crate::signature::signed_info::Canonicalization;
use crate::signature::tests::client::{RSA, canonical_form};
use crate::xml::{Limits, screen};

/// The element of id `x`, canonicalized here.
fn ours(text: &str, c14n: C14n, prefixes: &str) -> Result<String, EngineError> {
    let document = screen(text.as_bytes(), &Limits::MESSAGE).unwrap();
    let element = document.bearer("x").unwrap();
    let octets = c14n::canonicalize(element, &Canonicalization::listing(c14n, prefixes), None)?;
    Ok(String::from_utf8(octets).unwrap())
}

/// The same by libxml2.
fn theirs(text: &str, c14n: C14n, prefixes: &str) -> Option<String> {
    canonical_form(text, "//*[@Id='x']", c14n, prefixes)
}

#[track_caller]
fn is(text: &str, c14n: C14n, prefixes: &str, form: &str) {
    assert_eq!(ours(text, c14n, prefixes).unwrap(), form);
    assert_eq!(theirs(text, c14n, prefixes).unwrap(), form);
}

#[test]
fn the_exclusive_form_declares_what_is_visibly_used_where_it_is_first_used() {
    let text = r#"<a:r xmlns:a="urn:a" xmlns:b="urn:b" xmlns="urn:d"><a:e Id="x" b:z="1" a:y="2"><b:f/><g xmlns=""/></a:e></a:r>"#;
    is(
        text,
        C14n::Exclusive,
        "",
        r#"<a:e xmlns:a="urn:a" xmlns:b="urn:b" Id="x" a:y="2" b:z="1"><b:f></b:f><g></g></a:e>"#,
    );
    is(
        text,
        C14n::Exclusive,
        "#default c",
        r#"<a:e xmlns="urn:d" xmlns:a="urn:a" xmlns:b="urn:b" Id="x" a:y="2" b:z="1"><b:f></b:f><g xmlns=""></g></a:e>"#,
    );
}

#[test]
fn the_inclusive_form_has_all_that_is_in_scope_and_the_attributes_of_xml_from_its_ancestors() {
    let text = r#"<r xmlns="urn:d" xmlns:a="urn:a" xmlns:b="urn:b" xml:lang="es" xml:space="preserve" xml:id="i"><s xml:lang="ca" xmlns:a="urn:c"><e xmlns="" Id="x" xml:space="default"><f xmlns:a="urn:c" xml:lang="gl"/></e></s></r>"#;
    is(
        text,
        C14n::Inclusive,
        "",
        r#"<e xmlns:a="urn:c" xmlns:b="urn:b" Id="x" xml:id="i" xml:lang="ca" xml:space="default"><f xml:lang="gl"></f></e>"#,
    );
    is(
        text,
        C14n::Inclusive11,
        "",
        r#"<e xmlns:a="urn:c" xmlns:b="urn:b" Id="x" xml:lang="ca" xml:space="default"><f xml:lang="gl"></f></e>"#,
    );
}

#[test]
fn line_ends_references_and_sections_become_text() {
    let text = "<e Id=\"x\" a='\t\"&#9;&#xD;\r\n&lt;>'>1\r\n2\r3&#13;<!-- - --><![CDATA[<&>\r\n]]>&gt;&quot;&#xf1;</e>";
    is(
        text,
        C14n::Exclusive,
        "",
        "<e Id=\"x\" a=\" &quot;&#x9;&#xD; &lt;>\">1\n2\n3&#xD;&lt;&amp;&gt;\n&gt;\"ñ</e>",
    );
}

/// By Canonical XML 1.1 they would have to be joined, and of an empty one libxml2 makes nothing.
#[test]
fn with_a_base_there_is_no_form_by_canonical_xml_1_1_and_one_by_the_others() {
    for text in [
        r#"<r xml:base="http://a/b/"><e Id="x"/></r>"#,
        r#"<r xml:base="http://a/b/"><e Id="x" xml:base="c"/></r>"#,
        r#"<r><e Id="x" xml:base=""/></r>"#,
        r#"<r><e Id="x"><f xml:base="c"/></e></r>"#,
    ] {
        assert_eq!(
            ours(text, C14n::Inclusive11, ""),
            Err(EngineError::XmlBase),
            "{text}"
        );
        for other in [C14n::Inclusive, C14n::Exclusive] {
            assert_eq!(ours(text, other, "").ok(), theirs(text, other, ""), "{text}");
        }
    }
    let beside = r#"<r><f xml:base="c"/><e Id="x" xml:id="i" base="d"/></r>"#;
    is(
        beside,
        C14n::Inclusive11,
        "",
        r#"<e Id="x" base="d" xml:id="i"></e>"#,
    );
}

/// libxml2 canonicalizes no document that declares another, wherever it is declared.
#[test]
fn only_namespaces_that_are_absolute_uris_are_taken() {
    let key = RSA.certificate.public_key().unwrap();
    for (uri, odd) in [
        ("urn:a", false),
        ("relative", true),
        ("urn:a b", true),
        ("urn:ñ", true),
    ] {
        let text = format!("<r><e Id='x'/><f xmlns='{uri}'/></r>");
        let document = screen(text.as_bytes(), &Limits::MESSAGE).unwrap();
        let expected = if odd {
            EngineError::Namespace {
                uri: Excerpt::of(uri),
            }
        } else {
            EngineError::NoSignature
        };
        let refused = Native.verify(&document, 0, &key, &[], &Policy::canal());
        assert_eq!(refused, Err(expected), "{uri}");
    }
}

proptest! {
    /// A namespace that the screen takes for a URI is one for libxml2.
    #[test]
    fn a_namespace_that_is_taken_is_one_for_libxml2(
        uri in "[a-z]{1,4}:(//)?[a-z0-9:@\\[\\]./?#%~^ñ|\\\\ -]{0,12}|[!-~]{1,10}|http://[0-9.]{5,16}[:/a]{0,2}",
    ) {
        let uri = uri.replace(['<', '&', '\''], "");
        let text = format!("<e Id='x' xmlns='{uri}'/>");
        let document = screen(text.as_bytes(), &Limits::MESSAGE);
        if document.is_ok_and(|document| document.odd_namespace().is_none()) {
            prop_assert!(theirs(&text, C14n::Exclusive, "").is_some(), "{}", uri);
        }
    }
}

/// Each of the elements declares the namespace anew, since the one around them does not use it.
#[test]
fn a_form_many_times_as_large_as_its_document_is_not_made() {
    let document = |elements| {
        let namespace = format!("urn:{}", "n".repeat(1000));
        let inside = "<a:b/>".repeat(elements);
        format!("<r Id='x' xmlns:a='{namespace}'>{inside}</r>")
    };
    assert!(ours(&document(1_000), C14n::Exclusive, "").is_ok());
    let large = document(50_000);
    assert!(large.len() < 500_000);
    assert_eq!(
        ours(&large, C14n::Exclusive, "").unwrap_err(),
        EngineError::Unprocessable
    );
}

#[test]
fn the_prefix_of_xml_may_be_declared_as_what_it_is() {
    is(
        r#"<e Id="x" xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="es"/>"#,
        C14n::Exclusive,
        "xml",
        r#"<e Id="x" xml:lang="es"></e>"#,
    );
}

/// A piece of a document: an element, or what stands between elements.
#[derive(Debug, Clone)]
enum Piece {
    Element {
        prefix: &'static str,
        declared: Vec<(&'static str, &'static str)>,
        attributes: Vec<(&'static str, String)>,
        children: Vec<Piece>,
    },
    Other(&'static str),
}

fn values() -> impl Strategy<Value = String> {
    let pieces = [
        "a", "ñ", " ", "\t", "\n", "\r\n", "\r", "&amp;", "&lt;", ">", "&#13;", "&#9;", "&#xA;", "&quot;",
        "'",
    ];
    prop::collection::vec(select(pieces.to_vec()), 0..4).prop_map(|pieces| pieces.concat())
}

// libxml2 keeps an ampersand of a namespace as a reference of its own, so there is none.
fn pieces() -> impl Strategy<Value = Piece> {
    let other = [
        "x",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "&amp;",
        "&lt;",
        "&gt;",
        ">",
        "&#13;",
        "&#x20AC;",
        "\"",
        "&apos;",
        "<!--c-->",
        "<![CDATA[]]>",
        "<![CDATA[<\r\n&]]>",
    ];
    let leaf = select(other.to_vec()).prop_map(Piece::Other);
    let element = |children: BoxedStrategy<Vec<Piece>>| {
        let bindings = [
            ("", ""),
            ("", "urn:1"),
            ("", "urn:2"),
            ("a", "urn:1"),
            ("a", "urn:3"),
            ("b", "urn:1"),
            ("b", "urn:4"),
        ];
        // No two prefixes share a local name, or they might mean one attribute.
        let names = ["p", "q", "a:m", "a:n", "b:s", "b:t", "xml:lang", "xml:space"];
        (
            select(vec!["", "", "a", "b"]),
            prop::collection::vec(select(bindings.to_vec()), 0..3),
            prop::collection::vec((select(names.to_vec()), values()), 0..4),
            children,
        )
            .prop_map(|(prefix, mut declared, mut attributes, children)| {
                declared.sort_unstable();
                declared.dedup_by_key(|(prefix, _)| *prefix);
                attributes.sort_unstable();
                attributes.dedup_by_key(|(name, _)| *name);
                Piece::Element {
                    prefix,
                    declared,
                    attributes,
                    children,
                }
            })
    };
    let tree = leaf.prop_recursive(5, 40, 4, move |inner| {
        element(prop::collection::vec(inner, 0..5).boxed())
    });
    let children = prop::collection::vec(tree, 1..5).boxed();
    children.prop_map(|children| Piece::Element {
        prefix: "",
        declared: vec![("a", "urn:a"), ("b", "urn:b")],
        attributes: Vec::new(),
        children,
    })
}

impl Piece {
    /// Writes it; the `chosen`-th element from here on gets the id.
    fn write(&self, out: &mut String, chosen: &mut usize) {
        let (prefix, declared, attributes, children) = match self {
            Self::Other(other) => return out.push_str(other),
            Self::Element {
                prefix,
                declared,
                attributes,
                children,
            } => (prefix, declared, attributes, children),
        };
        let colon = if prefix.is_empty() { "" } else { ":" };
        let name = format!("{prefix}{colon}e");
        out.extend(["<", &name]);
        for (name, value) in attributes {
            out.extend([" ", name, "=\"", value, "\""]);
        }
        for (prefix, uri) in declared {
            let colon = if prefix.is_empty() { "" } else { ":" };
            out.extend([" xmlns", colon, prefix, "='", uri, "'"]);
        }
        if *chosen == 0 {
            out.push_str(" Id='x'");
        }
        *chosen = chosen.wrapping_sub(1);
        if children.is_empty() {
            return out.push_str("/>");
        }
        out.push('>');
        for child in children {
            child.write(out, chosen);
        }
        out.extend(["</", &name, ">"]);
    }

    fn elements(&self) -> usize {
        match self {
            Self::Other(_) => 0,
            Self::Element { children, .. } => 1 + children.iter().map(Self::elements).sum::<usize>(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_form_is_that_of_libxml2(
        tree in pieces(),
        chosen in any::<prop::sample::Index>(),
        c14n in select(C14n::ALL.to_vec()),
        list in select(vec!["", "a", "b #default", "#default", "c a b xml"]),
    ) {
        let mut text = String::new();
        tree.write(&mut text, &mut chosen.index(tree.elements()));
        let list = if c14n == C14n::Exclusive { list } else { "" };
        prop_assert_eq!(ours(&text, c14n, list).ok(), theirs(&text, c14n, list), "{}", text);
    }
}

/// RFC 8017 §8.2.2: what is near a signature is none.
#[test]
fn an_rsa_value_is_of_the_digest_of_its_method_in_its_one_encoding() {
    let key = RSA.certificate.public_key().unwrap();
    let private = RSA.key.rsa().unwrap();
    let made = |encoded: &[u8]| {
        let mut value = vec![0; 256];
        private
            .private_encrypt(encoded, &mut value, Padding::PKCS1)
            .unwrap();
        value
    };
    let holds = |value: &[u8]| holds(SignatureMethod::RsaSha256, &key, b"octets", value).unwrap();
    let digest = Digest::Sha256.of(b"octets");
    let info = [Digest::Sha256.info_prefix(), &digest].concat();
    let good = made(&info);
    assert_eq!(good, RSA.sign(MessageDigest::sha256(), b"octets"));
    assert!(holds(&good));
    assert!(!holds(&RSA.sign(MessageDigest::sha512(), b"octets")));
    assert!(!holds(&RSA.sign(MessageDigest::sha256(), b"octet")));
    assert!(!holds(&[&[0], &*good].concat()) && !holds(&good[1..]) && !holds(&[]));
    let without_null = [b"\x30\x2f\x30\x0b", &info[4..15], &info[17..]].concat();
    for other in [
        &*digest,
        &without_null,
        &[&*info, b"\x00"].concat(),
        &info[1..],
        b"",
    ] {
        assert!(!holds(&made(other)), "{other:x?}");
    }
}
