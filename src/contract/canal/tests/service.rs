//! The WSDL, its schemas and the code that serves them agree.

use super::super::code::ErrorCode;
use super::super::{ACUSE_SCHEMA, NAMESPACE, Operation, SCHEMA, wsdl};
use crate::domain::advertencia::Advertencia;
use crate::domain::advertencia::tests::de_pruebas;
use crate::soap::wsdl::{Contract, Form, Policy, WsdlError};

fn contract() -> Contract {
    Contract::parse(wsdl(&de_pruebas()).as_bytes()).unwrap()
}

/// Text with every run of blanks as one blank.
fn flowing(octets: &[u8]) -> String {
    let text = std::str::from_utf8(octets).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_wsdl_has_the_operations_that_are_handled_and_no_others() {
    let names = Operation::ALL.map(Operation::name);
    assert_eq!(contract().check_handlers(&names), Ok(()));
    let [_, rest @ ..] = names;
    assert_eq!(
        contract().check_handlers(&rest),
        Err(WsdlError::Unhandled("consultarPoderdantes".to_owned()))
    );
}

#[test]
fn operations_are_document_literal_wrapped_in_the_namespace_of_the_contract() {
    let contract = contract();
    let names: Vec<_> = contract.operations().iter().map(|o| o.name.as_str()).collect();
    assert_eq!(names, Operation::ALL.map(Operation::name));
    for operation in contract.operations() {
        assert_eq!(operation.actions, [format!("{NAMESPACE}:{}", operation.name)]);
    }
    // Each message that an operation names has one part, which is an element of the schema.
    let text = wsdl(&de_pruebas());
    let document = roxmltree::Document::parse(&text).unwrap();
    let element_of = |message: &str| {
        let is_it = |node: &roxmltree::Node| {
            node.has_tag_name("message") && node.attribute("name") == message.split(':').nth(1)
        };
        let message = document.descendants().find(is_it).unwrap();
        let mut parts = message.children().filter(roxmltree::Node::is_element);
        let part = parts.next().unwrap();
        assert_eq!(parts.next(), None);
        let (prefix, local) = part.attribute("element").unwrap().split_once(':').unwrap();
        assert_eq!(part.lookup_namespace_uri(Some(prefix)), Some(NAMESPACE));
        local.to_owned()
    };
    let port_type = document
        .descendants()
        .find(|node| node.has_tag_name("portType"))
        .unwrap();
    for operation in Operation::ALL {
        let is_it = |node: &roxmltree::Node| node.attribute("name") == Some(operation.name());
        let messages = port_type.children().find(is_it).unwrap();
        let element = |name: &str| {
            let message = messages.children().find(|node| node.has_tag_name(name));
            element_of(message.unwrap().attribute("message").unwrap())
        };
        assert_eq!(element("input"), operation.name());
        assert_eq!(element("output"), operation.response());
    }
}

#[test]
fn both_ports_and_the_schema_are_served_with_the_address_of_the_server() {
    let contract = contract();
    assert_eq!(contract.path(), "/canal/v1");
    let served =
        String::from_utf8(contract.served_wsdl("https://canal.example:8443", Form::default())).unwrap();
    let address = "location=\"https://canal.example:8443/canal/v1\"";
    assert_eq!(served.matches(address).count(), 2);
    assert!(served.contains("schemaLocation=\"https://canal.example:8443/canal/v1?xsd=1\""));
    assert!(!served.contains("localhost"));
    assert_eq!(
        Contract::parse(served.as_bytes()).unwrap().operations(),
        contract.operations()
    );
}

#[test]
fn without_its_policy_the_wsdl_says_the_same() {
    let form = Form {
        policy: Policy::LeftOut,
        ..Form::default()
    };
    let served = contract().served_wsdl("https://canal.example", form);
    let text = String::from_utf8(served.clone()).unwrap();
    let document = roxmltree::Document::parse(&text).unwrap();
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let namespace = node.tag_name().namespace().unwrap_or_default();
        assert!(!namespace.contains("polic"), "{namespace}");
    }
    assert!(text.contains("schemaLocation=\"https://canal.example/canal/v1?xsd=1\""));
    assert_eq!(
        Contract::parse(&served).unwrap().operations(),
        contract().operations()
    );
}

/// Axis 1.4 stops at the fault of a binding that is not of SOAP 1.1, whatever port it is to use.
#[test]
fn faults_are_told_in_the_binding_of_soap_1_1_alone() {
    let text = wsdl(&de_pruebas());
    let document = roxmltree::Document::parse(&text).unwrap();
    let faults = |namespace: &str| {
        let is_it = |node: &roxmltree::Node| node.has_tag_name((namespace, "fault"));
        document.descendants().filter(is_it).count()
    };
    assert_eq!(
        faults("http://schemas.xmlsoap.org/wsdl/soap/"),
        Operation::ALL.len()
    );
    assert_eq!(faults("http://schemas.xmlsoap.org/wsdl/soap12/"), 0);
}

#[test]
fn the_wsdl_publishes_the_warning_in_force() {
    for advertencia in [de_pruebas(), Advertencia::vigente("produccion", Some("sede2"))] {
        let published = format!(" {}: «{}»", advertencia.codigo, advertencia.texto);
        let wsdl = wsdl(&advertencia);
        assert!(flowing(wsdl.as_bytes()).contains(&published), "{published}");
        assert_eq!(
            wsdl.matches(&advertencia.codigo).count(),
            wsdl.matches("ADV-").count()
        );
    }
}

#[test]
fn the_schema_documents_every_error_code() {
    let documented = flowing(SCHEMA);
    for code in ErrorCode::ALL {
        assert!(documented.contains(&format!(" {}: ", code.code())), "{code:?}");
    }
}

#[test]
fn the_schemas_compile() {
    for schema in [SCHEMA, ACUSE_SCHEMA] {
        let refusal = super::validity(schema, b"<otro/>").unwrap_err();
        assert!(refusal.contains("No matching global declaration"), "{refusal}");
    }
}
