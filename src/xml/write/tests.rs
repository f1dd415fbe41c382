use libxml::parser::{Parser, ParserOptions};
use libxml::tree::c14n::CanonicalizationOptions;
use proptest::prelude::*;

use super::*;

const A: Ns<'static> = Ns::new("a", "urn:a");
const B: Ns<'static> = Ns::new("b", "urn:b");
const D: Ns<'static> = Ns::new("", "urn:d");

fn written(write: impl FnOnce(&mut Writer<'static>)) -> Result<String, WriteError> {
    let mut writer = Writer::default();
    write(&mut writer);
    writer
        .finish()
        .map(|canonical| String::from_utf8(canonical.into_octets()).unwrap())
}

/// The exclusive canonical form of a document, by libxml2.
pub(crate) fn exclusive_canonical_form(octets: &[u8]) -> String {
    let options = ParserOptions {
        recover: false,
        ..ParserOptions::default()
    };
    let document = Parser::default()
        .parse_string_with_options(octets, options)
        .unwrap();
    document
        .canonicalize(CanonicalizationOptions::default(), None)
        .unwrap()
}

#[test]
fn an_empty_element_has_two_tags() {
    assert_eq!(
        written(|w| _ = w.start(A.name("r")).end()).unwrap(),
        r#"<a:r xmlns:a="urn:a"></a:r>"#
    );
}

#[test]
fn a_namespace_is_declared_where_it_is_first_used_and_not_again_below() {
    let text = written(|w| {
        w.start(A.name("r"))
            .start(B.name("s"))
            .element(B.name("t"), "")
            .element(A.name("u"), "")
            .end();
        w.element(B.name("v"), "x").end();
    });
    assert_eq!(
        text.unwrap(),
        r#"<a:r xmlns:a="urn:a"><b:s xmlns:b="urn:b"><b:t></b:t><a:u></a:u></b:s><b:v xmlns:b="urn:b">x</b:v></a:r>"#
    );
}

#[test]
fn no_namespace_below_a_default_one_is_declared_as_such() {
    let text = written(|w| {
        w.start(D.name("r"))
            .start(Name::unqualified("s"))
            .element(Name::unqualified("t"), "");
        w.end().element(D.name("u"), "").end();
    });
    assert_eq!(
        text.unwrap(),
        r#"<r xmlns="urn:d"><s xmlns=""><t></t></s><u></u></r>"#
    );
}

#[test]
fn declarations_come_by_prefix_and_attributes_by_namespace() {
    const Z: Ns<'static> = Ns::new("z", "urn:0");
    let text = written(|w| {
        w.start(B.name("r"));
        w.attr(A.name("n"), "1")
            .attr(Z.name("n"), "2")
            .attr(Name::unqualified("y"), "3");
        w.attr(Name::unqualified("x"), "4")
            .attr(Ns::XML.name("lang"), "es")
            .end();
    });
    assert_eq!(
        text.unwrap(),
        r#"<b:r xmlns:a="urn:a" xmlns:b="urn:b" xmlns:z="urn:0" x="4" y="3" xml:lang="es" z:n="2" a:n="1"></b:r>"#
    );
}

#[test]
fn texts_and_values_are_escaped_as_canonical_xml_says() {
    let raw = "<&>\"'\t\r\n\u{FFFD}ñ";
    let text = written(|w| {
        w.start(Name::unqualified("r"))
            .attr(Name::unqualified("v"), raw)
            .text(raw)
            .end();
    });
    assert_eq!(
        text.unwrap(),
        "<r v=\"&lt;&amp;>&quot;'&#x9;&#xD;&#xA;\u{FFFD}ñ\">&lt;&amp;&gt;\"'\t&#xD;\n\u{FFFD}ñ</r>"
    );
}

#[test]
fn what_xml_cannot_hold_is_refused() {
    for text in ["\0", "a\u{1B}", "\u{FFFE}", "\u{FFFF}"] {
        assert_eq!(
            written(|w| _ = w.element(A.name("r"), text)),
            Err(WriteError::ForbiddenCharacter)
        );
        assert_eq!(
            written(|w| _ = w.start(A.name("r")).attr(Name::unqualified("v"), text).end()),
            Err(WriteError::ForbiddenCharacter)
        );
    }
}

#[test]
fn calls_in_a_wrong_order_are_told_at_the_end() {
    let r = A.name("r");
    assert_eq!(written(|_| ()), Err(WriteError::NotOneRoot));
    assert_eq!(written(|w| _ = w.start(r)), Err(WriteError::LeftOpen));
    assert_eq!(
        written(|w| _ = w.element(r, "").end()),
        Err(WriteError::NothingOpen)
    );
    assert_eq!(
        written(|w| _ = w.element(r, "").element(r, "")),
        Err(WriteError::NotOneRoot)
    );
    assert_eq!(
        written(|w| _ = w.element(r, "").text("x")),
        Err(WriteError::NotOneRoot)
    );
    assert_eq!(
        written(|w| _ = w.start(r).text("x").attr(r, "").end()),
        Err(WriteError::LateAttribute)
    );
    assert_eq!(
        written(|w| _ = w.start(r).attr(r, "").attr(r, "").end()),
        Err(WriteError::RepeatedAttribute)
    );
    assert_eq!(
        written(|w| _ = w.start(r).attr(D.name("x"), "").end()),
        Err(WriteError::Unbindable)
    );
    let other_a = Ns::new("a", "urn:other").name("x");
    assert_eq!(
        written(|w| _ = w.start(r).attr(other_a, "").end()),
        Err(WriteError::Unbindable)
    );
}

#[test]
fn a_pair_that_must_not_be_bound_is_no_namespace() {
    let xml = "http://www.w3.org/XML/1998/namespace";
    for (prefix, uri) in [("a", ""), ("xml", "u"), ("", xml), ("x", xml), ("xmlns", "u")] {
        assert!(
            std::panic::catch_unwind(|| Ns::new(prefix, uri)).is_err(),
            "{prefix} {uri}"
        );
    }
}

#[test]
fn it_tells_which_prefixes_it_declared() {
    let mut writer = Writer::default();
    writer
        .start(D.name("r"))
        .start(A.name("s"))
        .attr(B.name("t"), "")
        .end()
        .end();
    let canonical = writer.finish().unwrap();
    assert_eq!(
        ["", "a", "b", "c"].map(|prefix| canonical.declares(prefix)),
        [true, true, true, false]
    );
}

/// An element of a tree to be written: its name, attributes, text, children.
#[derive(Debug, Clone)]
struct Tree(Name<'static>, Vec<(Name<'static>, String)>, String, Vec<Tree>);

fn names(attribute: bool) -> impl Strategy<Value = Name<'static>> {
    let prefixed = vec![A, B, Ns::new("c", "urn:a"), Ns::new("a", "urn:other")];
    let mut all = prefixed.clone();
    all.push(Ns::NONE);
    if !attribute {
        all.extend([D, Ns::new("", "urn:a")]);
    }
    (
        prop::sample::select(all),
        prop::sample::select(vec!["x", "y", "z-1", "Ñ", "nombre_mas_largo_que_todos_los_demas"]),
    )
        .prop_map(|(ns, l)| ns.name(l))
}

fn trees() -> impl Strategy<Value = Tree> {
    let text = "[a-z<&>\"' \t\r\nñ€😀]{0,6}";
    let attributes = move || prop::collection::vec((names(true), text), 0..4);
    let leaf = (names(false), attributes(), text).prop_map(|(n, a, t)| Tree(n, a, t, vec![]));
    leaf.prop_recursive(4, 24, 4, move |inner| {
        (
            names(false),
            attributes(),
            text,
            prop::collection::vec(inner, 0..4),
        )
            .prop_map(|(n, a, t, c)| Tree(n, a, t, c))
    })
}

fn write_tree(writer: &mut Writer<'static>, Tree(name, attributes, text, children): &Tree) {
    if attributes.is_empty() && children.is_empty() {
        writer.element(*name, text);
        return;
    }
    writer.start(*name);
    for (name, value) in attributes {
        writer.attr(*name, value);
    }
    writer.text(text);
    for child in children {
        write_tree(writer, child);
    }
    writer.end();
}

proptest! {
    #[test]
    fn what_is_written_is_its_own_exclusive_canonical_form(tree in trees()) {
        match written(|w| write_tree(w, &tree)) {
            Ok(text) => prop_assert_eq!(exclusive_canonical_form(text.as_bytes()), text),
            Err(mistake) => prop_assert!(
                matches!(mistake, WriteError::RepeatedAttribute | WriteError::Unbindable), "{:?}", mistake
            ),
        }
    }
}
