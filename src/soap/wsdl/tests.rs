//! A WSDL is read, spoilt, and served in each form.

use super::*;

const SMALL: &str = r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:t"
  xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" targetNamespace="urn:t">
  <!-- kept -->
  <types><x:schema xmlns:x="http://www.w3.org/2001/XMLSchema"><x:import namespace="urn:t" schemaLocation="../t.xsd"/></x:schema></types>
  <message name="a"><part name="p" element="t:a"/></message>
  <message name="b"><part name="p" element="t:b"/></message>
  <portType name="P"><operation name="a"><input message="t:a"/><output message="t:b"/></operation></portType>
  <binding name="B" type="t:P"><operation name="a"><s:operation soapAction="urn:a"/></operation></binding>
  <service name="S"><port name="P" binding="t:B"><s:address location='http://localhost/p/v1'/></port></service>
</definitions>"#;

fn small() -> Contract {
    Contract::parse(SMALL.as_bytes()).unwrap()
}

fn spoilt(from: &str, to: &str) -> WsdlError {
    assert!(SMALL.contains(from));
    Contract::parse(SMALL.replace(from, to).as_bytes()).unwrap_err()
}

#[test]
fn operations_are_read_with_their_actions() {
    let contract = small();
    assert_eq!(
        contract.operations(),
        [Operation {
            name: "a".to_owned(),
            actions: vec!["urn:a".to_owned()],
        }]
    );
    assert_eq!(contract.path(), "/p/v1");
}

#[test]
fn serving_changes_the_addresses_and_nothing_else() {
    let served = String::from_utf8(small().served_wsdl("https://h:1/", Form::default())).unwrap();
    let expected = SMALL
        .replace("'http://localhost/p/v1'", "\"https://h:1/p/v1\"")
        .replace("../t.xsd", "https://h:1/p/v1?xsd=1");
    assert_eq!(served, expected);
}

#[test]
fn a_single_file_has_the_schemas_in_place_of_what_imports_them() {
    let schemas = [
        "<?xml version=\"1.0\"?>\n<x:schema xmlns:x='urn:x'/>\n",
        "<other/>",
    ];
    let form = Form {
        schemas: Schemas::Within(&schemas),
        ..Form::default()
    };
    let served = String::from_utf8(small().served_wsdl("https://h:1", form)).unwrap();
    let importing = "<x:schema xmlns:x=\"http://www.w3.org/2001/XMLSchema\"><x:import namespace=\"urn:t\" schemaLocation=\"../t.xsd\"/></x:schema>";
    let expected = SMALL
        .replace("'http://localhost/p/v1'", "\"https://h:1/p/v1\"")
        .replace(importing, "<x:schema xmlns:x='urn:x'/><other/>");
    assert_eq!(served, expected);
    assert_eq!(
        Contract::parse(served.as_bytes()).unwrap().operations(),
        small().operations()
    );
}

#[test]
fn a_schema_of_the_file_s_own_stays_in_every_form() {
    let own = SMALL.replace("<x:import", "<x:element name=\"e\"/><x:import");
    let form = Form {
        schemas: Schemas::Within(&["<t/>"]),
        ..Form::default()
    };
    assert_eq!(
        Contract::parse(own.as_bytes()).unwrap_err(),
        WsdlError::MixedSchema
    );
    let without = own.replace("<x:import namespace=\"urn:t\" schemaLocation=\"../t.xsd\"/>", "");
    let served = Contract::parse(without.as_bytes())
        .unwrap()
        .served_wsdl("http://h", form);
    assert!(
        String::from_utf8(served)
            .unwrap()
            .contains("<x:element name=\"e\"/>")
    );
}

#[test]
fn what_is_left_out_of_policies_is_theirs_and_nothing_else() {
    let with = SMALL
        .replace("<types>", "<w:Policy xmlns:w=\"http://www.w3.org/ns/ws-policy\"><w:All><w:Policy/></w:All></w:Policy><types>")
        .replace(
            "<operation name=\"a\"><s:operation",
            "<w:PolicyReference xmlns:w=\"http://www.w3.org/ns/ws-policy\" URI=\"#p\"/><operation name=\"a\"><s:operation",
        );
    assert_eq!(with.matches("w:Policy").count(), 4);
    let contract = Contract::parse(with.as_bytes()).unwrap();
    let served = |policy| {
        let form = Form {
            policy,
            ..Form::default()
        };
        String::from_utf8(contract.served_wsdl("https://h:1", form)).unwrap()
    };
    let plain = String::from_utf8(small().served_wsdl("https://h:1", Form::default())).unwrap();
    assert_eq!(served(Policy::LeftOut), plain);
    assert!(served(Policy::Kept).contains("<w:All><w:Policy/></w:All>"));
}

#[test]
fn a_base_url_cannot_break_out_of_its_attribute() {
    let served = String::from_utf8(small().served_wsdl("http://h\"><x y=\"", Form::default())).unwrap();
    assert!(served.contains("location=\"http://h&quot;&gt;&lt;x y=&quot;/p/v1\""));
}

#[test]
fn an_operation_without_handler_and_a_handler_without_operation_are_errors() {
    assert_eq!(small().check_handlers(&["a"]), Ok(()));
    assert_eq!(
        small().check_handlers(&[]),
        Err(WsdlError::Unhandled("a".to_owned()))
    );
    assert_eq!(
        small().check_handlers(&["a", "z"]),
        Err(WsdlError::UnknownHandler("z".to_owned()))
    );
}

#[test]
fn a_wsdl_that_lacks_something_is_refused() {
    assert_eq!(spoilt("http://localhost/p/v1", "localhost"), WsdlError::Path);
    assert_eq!(
        spoilt("<operation name=\"a\"><input", "<operation><input"),
        WsdlError::Attribute {
            element: "operation",
            attribute: "name"
        }
    );
    assert!(matches!(spoilt("</definitions>", ""), WsdlError::Malformed(_)));
}
