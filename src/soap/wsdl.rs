//! `Contract`: what a WSDL 1.1 says, as the server needs it: which body elements there are, and the file to serve.

use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
use thiserror::Error;

use super::wsdl_reader;

/// How much of a foreign name an error repeats.
const SHOWN_NAME: usize = 80;

/// Why a WSDL cannot be used, or does not fit its handlers. Each stops the server from starting.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WsdlError {
    /// It is no well-formed XML in UTF-8.
    #[error("the WSDL is not well-formed: {0}")]
    Malformed(String),
    /// An element lacks an attribute that is needed.
    #[error("the WSDL's {element} has no attribute {attribute}")]
    Attribute {
        /// Local name of the element.
        element: &'static str,
        /// The attribute.
        attribute: &'static str,
    },
    /// A name has a prefix that is bound to nothing.
    #[error("the WSDL's name {0} has an unknown prefix")]
    Prefix(String),
    /// An operation's message is not there, or has no part with an element (it is not document/literal).
    #[error("the WSDL's operation {operation} has no message {message} with an element")]
    Message {
        /// The operation.
        operation: String,
        /// The message.
        message: String,
    },
    /// Two operations take the same body element, so that it cannot tell which is meant.
    #[error("two operations of the WSDL take the element {0}")]
    Ambiguous(String),
    /// There are no ports, or their addresses differ in their path.
    #[error("the WSDL's ports do not share one path")]
    Path,
    /// A schema imports others and has something of its own too, so that neither can stand without the other.
    #[error("a schema of the WSDL imports others and has elements of its own")]
    MixedSchema,
    /// An operation that nothing handles.
    #[error("no handler for the WSDL's operation {0}")]
    Unhandled(String),
    /// A handler whose operation the WSDL does not have.
    #[error("the WSDL has no operation for the handler {0}")]
    UnknownHandler(String),
}

/// Why a body goes to no operation.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RouteError {
    /// It does not begin with an element.
    #[error("the body holds no readable element")]
    Unreadable,
    /// Its element is no operation's.
    #[error("no operation takes the element {local} of the namespace «{namespace}»")]
    Unknown {
        /// The element's namespace, cut short; empty where it has none.
        namespace: String,
        /// The element's local name, cut short.
        local: String,
    },
}

/// A name in a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualifiedName {
    /// The namespace; empty for none.
    pub namespace: String,
    /// The local name.
    pub local: String,
}

/// An operation of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its name.
    pub name: String,
    /// The element that a request's Body holds.
    pub input: QualifiedName,
    /// The element that the answer's Body holds.
    pub output: QualifiedName,
    /// Its `soapAction` in each binding, without repetition. Informative: the body alone decides.
    pub actions: Vec<String>,
}

/// A WSDL, read once at start.
#[derive(Debug, Clone)]
pub struct Contract {
    pub(super) operations: Vec<Operation>,
    pub(super) path: String,
    pub(super) schemas: Vec<String>,
    pub(super) pieces: Vec<Piece>,
}

/// A stretch of the WSDL as it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// As it lies in the file.
    Verbatim(String),
    /// The address of the service.
    Address,
    /// The address of an imported schema, by its number from 1.
    Schema(usize),
    /// What follows is this, up to [`Piece::End`]. None lies in another.
    Begin(Part),
    /// The end of a part.
    End,
}

/// What not every toolkit takes as it lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A policy, or a reference to one.
    Policy,
    /// A schema that has nothing of its own, and imports others.
    Imports,
}

/// In which form a WSDL is served: as it lies in the file, unless something else is chosen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form<'a> {
    /// Where its schemas are.
    pub schemas: Schemas<'a>,
    /// Whether what is asked of messages is said in terms that toolkits act upon.
    pub policy: Policy,
}

/// Where the schemas of a WSDL are.
#[derive(Debug, Clone, Copy, Default)]
pub enum Schemas<'a> {
    /// At addresses of their own.
    #[default]
    Apart,
    /// Within it: these, in the order of [`Contract::schemas`].
    Within(&'a [&'a str]),
}

/// Whether a WSDL has its WS-SecurityPolicy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// It has.
    #[default]
    Kept,
    /// It has none, for toolkits that stop at one which they do not know.
    LeftOut,
}

impl Contract {
    /// Reads a WSDL 1.1 with document/literal bindings. It trusts its author, not its form: anything missing is an error.
    pub fn parse(wsdl: &[u8]) -> Result<Self, WsdlError> {
        wsdl_reader::read(wsdl)
    }

    /// Its operations, in the order of the port type.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Path of the service on the server, as in the addresses of the WSDL's ports: `/canal/v1`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Locations of the imported schemas as written in the WSDL; the n-th is served as `?xsd=n`, counted from 1.
    #[must_use]
    pub fn schemas(&self) -> &[String] {
        &self.schemas
    }

    /// The operation whose body element this is.
    #[must_use]
    pub fn operation(&self, namespace: &str, local: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .find(|operation| operation.input.local == local && operation.input.namespace == namespace)
    }

    /// The operation of a payload, by its first element; the rest of it is not looked at.
    pub fn route(&self, payload: &[u8]) -> Result<&Operation, RouteError> {
        let text = std::str::from_utf8(payload).map_err(|_| RouteError::Unreadable)?;
        let mut reader = NsReader::from_str(text);
        loop {
            let event = reader.read_event().map_err(|_| RouteError::Unreadable)?;
            let (Event::Start(start) | Event::Empty(start)) = &event else {
                if event == Event::Eof {
                    return Err(RouteError::Unreadable);
                }
                continue;
            };
            let (resolved, local) = reader.resolver().resolve_element(start.name());
            let namespace = match &resolved {
                ResolveResult::Bound(namespace) => namespace.0,
                ResolveResult::Unbound => "",
                ResolveResult::Unknown(_) => return Err(RouteError::Unreadable),
            };
            return self
                .operation(namespace, local.as_ref())
                .ok_or_else(|| RouteError::Unknown {
                    namespace: namespace.chars().take(SHOWN_NAME).collect(),
                    local: local.as_ref().chars().take(SHOWN_NAME).collect(),
                });
        }
    }

    /// Whether operations and handlers are the same, so that neither promises what the other lacks.
    pub fn check_handlers(&self, handlers: &[&str]) -> Result<(), WsdlError> {
        if let Some(operation) = self
            .operations
            .iter()
            .find(|operation| !handlers.contains(&operation.name.as_str()))
        {
            return Err(WsdlError::Unhandled(operation.name.clone()));
        }
        let known = |handler: &&&str| {
            self.operations
                .iter()
                .any(|operation| operation.name == **handler)
        };
        match handlers.iter().find(|handler| !known(handler)) {
            Some(handler) => Err(WsdlError::UnknownHandler((*handler).to_owned())),
            None => Ok(()),
        }
    }

    /// The address of the service on a server, whose scheme and authority come in `base_url`.
    #[must_use]
    pub fn address(&self, base_url: &str) -> String {
        [base_url.trim_end_matches('/'), &self.path].concat()
    }

    /// The WSDL with the addresses of a server, whose scheme and authority come in `base_url` (`https://host:8080`, with
    /// or without a slash at its end): each port's is that and the path, each schema's the same with `?xsd=n`.
    #[must_use]
    pub fn served_wsdl(&self, base_url: &str, form: Form<'_>) -> Vec<u8> {
        let address = self.address(base_url);
        let address = quick_xml::escape::escape(&address);
        let mut served = Vec::with_capacity(1024 + self.pieces.len() * 2048);
        let mut left_out = false;
        for piece in &self.pieces {
            match piece {
                Piece::Begin(Part::Policy) => left_out = form.policy == Policy::LeftOut,
                Piece::Begin(Part::Imports) => {
                    if let Schemas::Within(schemas) = form.schemas {
                        left_out = true;
                        for schema in schemas {
                            served.extend_from_slice(without_declaration(schema).as_bytes());
                        }
                    }
                }
                Piece::End => left_out = false,
                _ if left_out => {}
                Piece::Verbatim(text) => served.extend_from_slice(text.as_bytes()),
                Piece::Address => served.extend_from_slice(address.as_bytes()),
                Piece::Schema(number) => {
                    served.extend_from_slice(address.as_bytes());
                    served.extend_from_slice(format!("?xsd={number}").as_bytes());
                }
            }
        }
        served
    }
}

/// A document as it may stand in another: only the beginning of a whole one has a declaration (XML 1.0 §2.8).
fn without_declaration(document: &str) -> &str {
    let document = document.trim_start_matches('\u{feff}');
    let declared = document
        .strip_prefix("<?xml ")
        .and_then(|rest| rest.split_once("?>"));
    declared.map_or(document, |(_, rest)| rest).trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    fn operations_are_read_with_their_elements_and_actions() {
        let name = |local: &str| QualifiedName {
            namespace: "urn:t".to_owned(),
            local: local.to_owned(),
        };
        let contract = small();
        assert_eq!(
            contract.operations(),
            [Operation {
                name: "a".to_owned(),
                input: name("a"),
                output: name("b"),
                actions: vec!["urn:a".to_owned()],
            }]
        );
        assert_eq!(contract.path(), "/p/v1");
        assert_eq!(contract.schemas(), ["../t.xsd"]);
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
    fn the_body_element_decides_the_operation() {
        let contract = small();
        let routed = |payload: &str| contract.route(payload.as_bytes()).map(|o| o.name.clone());
        assert_eq!(routed("<q:a xmlns:q='urn:t'><x/></q:a>"), Ok("a".to_owned()));
        assert_eq!(routed("<a xmlns='urn:t'/>"), Ok("a".to_owned()));
        assert_eq!(
            routed("<a/>"),
            Err(RouteError::Unknown {
                namespace: String::new(),
                local: "a".to_owned()
            })
        );
        assert_eq!(routed("<q:a/>"), Err(RouteError::Unreadable));
        assert_eq!(routed("   "), Err(RouteError::Unreadable));
    }

    #[test]
    fn a_wsdl_that_lacks_something_is_refused() {
        assert_eq!(
            spoilt("output message=\"t:b\"", "output message=\"t:c\""),
            WsdlError::Message {
                operation: "a".to_owned(),
                message: "c".to_owned()
            }
        );
        assert_eq!(
            spoilt("element=\"t:a\"", "element=\"u:a\""),
            WsdlError::Prefix("u:a".to_owned())
        );
        assert_eq!(spoilt("http://localhost/p/v1", "localhost"), WsdlError::Path);
        assert_eq!(
            spoilt("<message name=\"a\">", "<message>"),
            WsdlError::Attribute {
                element: "message",
                attribute: "name"
            }
        );
        assert!(matches!(spoilt("</definitions>", ""), WsdlError::Malformed(_)));
    }

    proptest! {
        #[test]
        fn any_octets_are_routed_without_panic(octets in prop::collection::vec(any::<u8>(), 0..64), text in "[<>a-c:='/ &;]{0,40}") {
            let _ = small().route(&octets);
            let _ = small().route(text.as_bytes());
        }
    }
}
