use super::*;

const MAIN: &[u8] =
    br#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" xmlns:m="urn:m"
    targetNamespace="urn:m" elementFormDefault="qualified">
  <xs:import namespace="urn:t" schemaLocation="types.xsd"/>
  <xs:element name="firmar"><xs:complexType><xs:sequence>
    <xs:element name="poderdante" type="t:nif"/>
    <xs:element name="codigo" type="xs:int" maxOccurs="1000"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"#;
const TYPES: &[u8] = br#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">
  <xs:simpleType name="nif"><xs:restriction base="xs:string"><xs:pattern value="[0-9A-Z]{9}"/></xs:restriction></xs:simpleType>
</xs:schema>"#;

fn schemas() -> Schemas {
    Schemas::compile(MAIN, &[("types.xsd", TYPES)]).unwrap()
}

fn told(content: &str) -> String {
    let octets = format!(r#"<m:firmar xmlns:m="urn:m">{content}</m:firmar>"#);
    schemas().validate(octets.as_bytes()).unwrap_err().to_string()
}

const GOOD: &[u8] =
    br#"<firmar xmlns="urn:m"><poderdante>99999901H</poderdante><codigo>1</codigo><codigo>2</codigo></firmar>"#;

#[test]
fn a_valid_element_passes_on_any_thread() {
    let schemas = schemas();
    assert_eq!(schemas.validate(GOOD), Ok(()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert_eq!(schemas.validate(GOOD), Ok(()));
                }
            });
        }
    });
}

#[test]
fn a_fault_names_the_element_and_what_was_expected() {
    assert_eq!(
        told("<m:codigo>1</m:codigo>"),
        "the element «codigo» is not expected there (expected: poderdante)"
    );
    assert_eq!(
        told("<m:poderdante>99999901H</m:poderdante>"),
        "the element «firmar» is incomplete (expected: codigo)"
    );
    assert_eq!(
        told("<m:poderdante>99999901H</m:poderdante><m:codigo>x</m:codigo>"),
        "the element «codigo» has a value that is not valid"
    );
    assert_eq!(
        told("<m:poderdante>9</m:poderdante><m:codigo a=''>1</m:codigo>"),
        "the element «poderdante» has a value that is not valid; the element «codigo» has an attribute that is not allowed"
    );
    assert_eq!(
        told("<m:poderdante><m:x/></m:poderdante><m:codigo>1</m:codigo>"),
        "the element «poderdante» has content that is not allowed"
    );
    let other = schemas().validate(b"<otro/>").unwrap_err();
    assert_eq!(other.to_string(), "the element «otro» is not known");
}

#[test]
fn what_is_told_is_short_whatever_the_message_holds() {
    let long = "x".repeat(100_000);
    let content = format!("<m:{long}>{long}</m:{long}>").repeat(10);
    assert!(told(&content).chars().count() < 1_000);
}

#[test]
fn after_a_fault_the_next_element_is_judged_by_itself() {
    let schemas = schemas();
    for _ in 0..3 {
        assert!(schemas.validate(b"<firmar xmlns='urn:m'/>").is_err());
        assert_eq!(schemas.validate(GOOD), Ok(()));
    }
}

#[test]
fn octets_that_are_no_xml_are_unreadable() {
    assert_eq!(
        schemas().validate(b"<firmar").unwrap_err().faults()[0].reason,
        Reason::Unreadable
    );
    assert_eq!(
        schemas().validate(b"").unwrap_err().faults()[0].reason,
        Reason::Unreadable
    );
}

#[test]
fn an_import_that_was_not_given_is_not_looked_for_elsewhere() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("types.xsd");
    std::fs::write(&file, TYPES).unwrap();
    let main = String::from_utf8(MAIN.to_vec())
        .unwrap()
        .replace("types.xsd", file.to_str().unwrap());
    assert!(Schemas::compile(main.as_bytes(), &[]).is_err());
    assert!(Schemas::compile(main.as_bytes(), &[("types.xsd", TYPES)]).is_ok());
}

#[test]
fn what_is_no_schema_is_refused_with_a_reason() {
    assert!(matches!(
        Schemas::compile(b"<a/>", &[]),
        Err(SchemaError::NotValid { .. })
    ));
    assert!(matches!(
        Schemas::compile(b"", &[]),
        Err(SchemaError::NotValid { .. })
    ));
}
