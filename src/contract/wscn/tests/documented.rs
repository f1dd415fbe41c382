//! What is served says what it means to whoever makes a client of it.

use roxmltree::{Document, Node};

use super::super::message::Operation;
use super::super::{Entorno, SCHEMA, WSDL};

const XSD: &str = "http://www.w3.org/2001/XMLSchema";
const WSDL_NAMESPACE: &str = "http://schemas.xmlsoap.org/wsdl/";

/// The documentation that is a child of a node, or of its annotation.
fn documentation(node: Node<'_, '_>) -> String {
    let here = node.children();
    let annotated = node
        .children()
        .filter(|child| child.has_tag_name((XSD, "annotation")))
        .flat_map(|annotation| annotation.children());
    here.chain(annotated)
        .filter(|child| child.tag_name().name() == "documentation")
        .filter_map(|child| child.text())
        .collect()
}

fn assert_documented(nodes: impl Iterator<Item = (String, String)>) {
    let nodes: Vec<_> = nodes.collect();
    assert!(!nodes.is_empty());
    for (name, text) in nodes {
        assert!(text.trim().len() > 8, "{name}: {text:?}");
    }
}

#[test]
fn every_operation_says_what_it_does() {
    for entorno in Entorno::ALL.iter().copied() {
        let wsdl = entorno.derive(WSDL);
        let document = Document::parse(&wsdl).unwrap();
        assert!(documentation(document.root_element()).contains("Firma."));
        assert_documented(
            document
                .descendants()
                .filter(|node| node.has_tag_name((WSDL_NAMESPACE, "portType")))
                .flat_map(|port_type| port_type.children())
                .filter(|node| node.has_tag_name((WSDL_NAMESPACE, "operation")))
                .map(|node| (node.attribute("name").unwrap().to_owned(), documentation(node))),
        );
    }
}

/// The wrapper of a request is said what it is where it is declared as an element; that of an answer holds one element,
/// whose type says it.
#[test]
fn every_element_of_a_type_says_what_it_holds() {
    for entorno in Entorno::ALL.iter().copied() {
        let schema = entorno.derive(SCHEMA);
        let document = Document::parse(&schema).unwrap();
        let top = |kind: &'static str| {
            document
                .root_element()
                .children()
                .filter(move |node| node.has_tag_name((XSD, kind)))
                .filter(|node| !node.attribute("name").unwrap().ends_with("Response"))
        };
        let named = |node: Node<'_, '_>| (node.attribute("name").unwrap().to_owned(), documentation(node));
        let operations: Vec<_> = Operation::ALL.map(Operation::name).to_vec();
        let is_wrapper = |node: &Node<'_, '_>| operations.contains(&node.attribute("name").unwrap());
        assert_documented(top("element").filter(is_wrapper).map(named));
        assert_documented(top("complexType").filter(|node| !is_wrapper(node)).map(named));
        assert_documented(
            top("complexType")
                .flat_map(|node| node.descendants())
                .filter(|node| node.has_tag_name((XSD, "element")))
                .map(named),
        );
    }
}

/// Axis 1.4, of which most programs in the field are made, makes other methods of a wrapper with an annotation.
#[test]
fn the_type_of_a_wrapper_has_no_annotation_of_its_own() {
    let document = Document::parse(SCHEMA).unwrap();
    for operation in Operation::ALL.map(Operation::name) {
        let wrapper = document
            .descendants()
            .find(|node| node.has_tag_name((XSD, "complexType")) && node.attribute("name") == Some(operation))
            .unwrap();
        assert_eq!(documentation(wrapper), "", "{operation}");
    }
}

#[test]
fn every_code_that_is_sent_is_explained() {
    let document = Document::parse(SCHEMA).unwrap();
    let error = document
        .descendants()
        .find(|node| node.attribute("name") == Some("error") && node.has_tag_name((XSD, "complexType")))
        .unwrap();
    let text = documentation(error);
    let explained: Vec<u8> = text
        .lines()
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(codes, _)| codes.split(','))
        .filter_map(|code| code.trim().parse().ok())
        .collect();
    let sent = [0, 1, 2, 11, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 27];
    let more = [100, 109, 110, 112, 119, 133, 134];
    let by_rol = (116..=118).chain(135..=146);
    for code in sent.into_iter().chain(more).chain(by_rol) {
        assert!(explained.contains(&code), "{code}: {explained:?}");
    }
}
