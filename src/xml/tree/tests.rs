use proptest::prelude::*;
use roxmltree::{Document, Node};

use super::*;
use crate::xml::{Limits, screen};

/// What a reader sees of an element: its names, its attributes' names and values, and what it holds.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    namespace: String,
    local: String,
    attributes: Vec<(String, String, String)>,
    contents: Vec<Held>,
}

#[derive(Debug, PartialEq, Eq)]
enum Held {
    Element(Seen),
    Text(String),
}

fn ours(element: Element<'_, '_>) -> Seen {
    Seen {
        namespace: element.namespace().to_owned(),
        local: element.local().to_owned(),
        attributes: element
            .attributes()
            .map(|attribute| {
                (
                    attribute.namespace.into(),
                    attribute.local.into(),
                    attribute.value.into(),
                )
            })
            .collect(),
        contents: element
            .contents()
            .map(|content| match content {
                Content::Element(element) => Held::Element(ours(element)),
                Content::Text(text) => Held::Text(text.to_owned()),
            })
            .collect(),
    }
}

/// The same of another tree builder, which keeps comments, and a carriage return before a reference as it is.
fn theirs(node: Node<'_, '_>) -> Seen {
    let mut contents = Vec::new();
    for child in node.children() {
        match contents.last_mut() {
            _ if child.is_element() => contents.push(Held::Element(theirs(child))),
            _ if child.is_comment() => (),
            Some(Held::Text(text)) => text.push_str(child.text().unwrap()),
            _ => contents.push(Held::Text(child.text().unwrap().to_owned())),
        }
    }
    Seen {
        namespace: node.tag_name().namespace().unwrap_or_default().to_owned(),
        local: node.tag_name().name().to_owned(),
        attributes: node
            .attributes()
            .map(|attribute| {
                let namespace = attribute.namespace().unwrap_or_default();
                (
                    namespace.into(),
                    attribute.name().into(),
                    attribute.value().into(),
                )
            })
            .collect(),
        contents,
    }
}

#[test]
fn an_element_tells_its_names_its_place_and_what_it_holds() {
    let text = r#"<a:r xmlns:a="urn:a" xmlns="urn:d" a:x="1" x="2"><b>1<!-- -->2&lt;<![CDATA[&]]></b> <a:c xmlns=""><d ID="i">&lt;1<![CDATA[>&]]></d></a:c></a:r>"#;
    let document = screen(text.as_bytes(), &Limits::MESSAGE).unwrap();
    let root = document.root();
    assert!(root.is("urn:a", "r") && root.parent().is_none());
    assert_eq!((root.prefix(), root.qualified()), ("a", "a:r"));
    assert_eq!(root.attribute("urn:a", "x"), Some("1"));
    assert_eq!(root.attribute("", "x"), Some("2"));
    assert_eq!(root.text(), None);
    let children: Vec<_> = root.children().collect();
    assert_eq!((children[0].text(), &*children[0].own_text()), (None, "12<&"));
    assert_eq!(root.own_text(), " ");
    assert!(children[0].is("urn:d", "b") && children[1].is("urn:a", "c"));
    assert_eq!(children[1].declarations().collect::<Vec<_>>(), [("", "")]);
    let d = document.bearer("i").unwrap();
    assert!(d.is("", "d"));
    assert_eq!(d.text(), Some("<1>&"));
    assert_eq!(d.ancestors().collect::<Vec<_>>(), [children[1], root]);
    assert_eq!(&text[d.octets()], r#"<d ID="i">&lt;1<![CDATA[>&]]></d>"#);
    assert_eq!(root.descendants().count(), 4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn it_is_the_tree_that_another_builder_makes(
        inner in "(<a>|</a>|<b x='|<p:b |p:x='| y='|xmlns='|xmlns:p='|xmlns:q='|u|v|'|/>|>| |\t|\r\n|&amp;|&#13;|&#x41;|]]|<!--|-->|<!\\[CDATA\\[|\\]\\]>|ñ|=|\"){0,24}",
        head in "<r( xmlns:p='[uv]')?( xmlns='[uv]')?>",
    ) {
        let text = format!("{head}{inner}</r>");
        if let Ok(document) = screen(text.as_bytes(), &Limits::MESSAGE) {
            let tree = Document::parse(&text);
            prop_assert!(tree.is_ok(), "{} {:?}", text, tree);
            prop_assert_eq!(ours(document.root()), theirs(tree.unwrap().root_element()), "{}", text);
        }
    }
}
