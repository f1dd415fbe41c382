//! One pass over a WSDL: collects what refers to what, and cuts the file where addresses go.

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::{Contract, Operation, Part, Piece, WsdlError};

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
const SOAP: [&str; 2] = [
    "http://schemas.xmlsoap.org/wsdl/soap/",
    "http://schemas.xmlsoap.org/wsdl/soap12/",
];
/// WS-Policy 1.5 and 1.2.
const POLICY: [&str; 2] = [
    "http://www.w3.org/ns/ws-policy",
    "http://schemas.xmlsoap.org/ws/2004/09/policy",
];
const XSD: &str = "http://www.w3.org/2001/XMLSchema";

/// What has been seen so far.
#[derive(Default)]
struct Pass {
    /// Those of the port type, by name.
    operations: Vec<String>,
    /// Operation and its action.
    actions: Vec<(String, String)>,
    addresses: Vec<String>,
    /// How many schemas are imported.
    schemas: usize,
    pieces: Vec<Piece>,
    verbatim: String,
    /// The name of the innermost operation that was opened.
    operation: String,
    in_port_type: bool,
    /// How many elements are open.
    depth: usize,
    open: Option<Open>,
}

/// What is being set apart.
struct Open {
    part: Part,
    /// How many elements it lies in.
    depth: usize,
    /// How many pieces came before it.
    at: usize,
    /// Whether there is an import in it, and anything else.
    imports: bool,
    own: bool,
}

/// Reads a WSDL.
pub(super) fn read(wsdl: &[u8]) -> Result<Contract, WsdlError> {
    let malformed = |error: &dyn std::fmt::Display| WsdlError::Malformed(error.to_string());
    let text = std::str::from_utf8(wsdl).map_err(|error| malformed(&error))?;
    let mut reader = NsReader::from_str(text);
    let mut pass = Pass::default();
    loop {
        let from = position(&reader);
        let event = reader.read_event().map_err(|error| malformed(&error))?;
        let raw = text.get(from..position(&reader)).unwrap_or_default();
        match &event {
            Event::Start(start) => {
                pass.begin(&reader, start);
                pass.element(&reader, start, raw)?;
                pass.depth += 1;
            }
            Event::Empty(start) => {
                pass.begin(&reader, start);
                pass.element(&reader, start, raw)?;
                pass.end()?;
            }
            Event::Eof if pass.depth == 0 => break,
            Event::Eof => return Err(malformed(&"it ends too early")),
            other => {
                pass.verbatim.push_str(raw);
                if matches!(other, Event::End(_)) {
                    pass.depth = pass.depth.saturating_sub(1);
                    pass.end()?;
                }
            }
        }
    }
    pass.finish()
}

fn position(reader: &NsReader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

impl Pass {
    /// Sets apart what not every toolkit takes.
    fn begin(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) {
        let (resolved, local) = reader.resolver().resolve_element(start.name());
        let namespace = match &resolved {
            ResolveResult::Bound(namespace) => namespace.0,
            _ => "",
        };
        if let Some(open) = &mut self.open {
            let import = namespace == XSD && local.as_ref() == "import";
            open.imports |= import;
            open.own |= !import;
            return;
        }
        let part = match (namespace, local.as_ref()) {
            (policy, "Policy" | "PolicyReference") if POLICY.contains(&policy) => Part::Policy,
            (XSD, "schema") => Part::Imports,
            _ => return,
        };
        self.cut_here();
        self.open = Some(Open {
            part,
            depth: self.depth,
            at: self.pieces.len(),
            imports: false,
            own: false,
        });
    }

    /// An element has ended, and with it perhaps what is set apart.
    fn end(&mut self) -> Result<(), WsdlError> {
        let Some(open) = self.open.take_if(|open| open.depth == self.depth) else {
            return Ok(());
        };
        match open {
            Open {
                part: Part::Imports,
                imports: false,
                ..
            } => return Ok(()),
            Open {
                part: Part::Imports,
                own: true,
                ..
            } => return Err(WsdlError::MixedSchema),
            Open { part, at, .. } => {
                self.cut_here();
                self.pieces.insert(at, Piece::Begin(part));
                self.pieces.push(Piece::End);
            }
        }
        Ok(())
    }

    /// What comes next is another piece than what was read up to here.
    fn cut_here(&mut self) {
        if !self.verbatim.is_empty() {
            self.pieces
                .push(Piece::Verbatim(std::mem::take(&mut self.verbatim)));
        }
    }

    fn element(
        &mut self,
        reader: &NsReader<&[u8]>,
        start: &BytesStart<'_>,
        raw: &str,
    ) -> Result<(), WsdlError> {
        let (resolved, local) = reader.resolver().resolve_element(start.name());
        let namespace = match &resolved {
            ResolveResult::Bound(namespace) => namespace.0,
            _ => "",
        };
        match (namespace, local.as_ref()) {
            (WSDL, "portType") => self.in_port_type = true,
            (WSDL, "binding") => self.in_port_type = false,
            (WSDL, "operation") => {
                self.operation = attribute(start, "operation", "name")?;
                if self.in_port_type {
                    self.operations.push(self.operation.clone());
                }
            }
            (soap, "operation") if SOAP.contains(&soap) => {
                let action = attribute(start, "operation", "soapAction")?;
                self.actions.push((self.operation.clone(), action));
            }
            (soap, "address") if SOAP.contains(&soap) => {
                self.addresses.push(attribute(start, "address", "location")?);
                return self.cut(start, raw, "location", Piece::Address);
            }
            (XSD, "import") => {
                attribute(start, "import", "schemaLocation")?;
                self.schemas += 1;
                return self.cut(start, raw, "schemaLocation", Piece::Schema(self.schemas));
            }
            _ => {}
        }
        self.verbatim.push_str(raw);
        Ok(())
    }

    /// Writes a tag again with `piece` as the value of one of its attributes.
    fn cut(&mut self, start: &BytesStart<'_>, raw: &str, key: &str, piece: Piece) -> Result<(), WsdlError> {
        self.verbatim.push('<');
        self.verbatim.push_str(start.name().0);
        let mut piece = Some(piece);
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| WsdlError::Malformed(error.to_string()))?;
            self.verbatim.push(' ');
            self.verbatim.push_str(attribute.key.0);
            self.verbatim.push_str("=\"");
            match piece.take_if(|_| attribute.key.0 == key) {
                Some(piece) => {
                    self.pieces
                        .push(Piece::Verbatim(std::mem::take(&mut self.verbatim)));
                    self.pieces.push(piece);
                }
                // A value between apostrophes may hold quotation marks.
                None => self.verbatim.push_str(&attribute.value.replace('"', "&quot;")),
            }
            self.verbatim.push('"');
        }
        self.verbatim
            .push_str(if raw.ends_with("/>") { "/>" } else { ">" });
        Ok(())
    }

    fn finish(mut self) -> Result<Contract, WsdlError> {
        self.pieces
            .push(Piece::Verbatim(std::mem::take(&mut self.verbatim)));
        let operation = |name: &String| Operation {
            name: name.clone(),
            actions: self.actions_of(name),
        };
        let operations = self.operations.iter().map(operation).collect();
        let path = self.path()?;
        Ok(Contract {
            operations,
            path,
            pieces: self.pieces,
        })
    }

    fn actions_of(&self, operation: &str) -> Vec<String> {
        let mut actions = Vec::new();
        for (name, action) in &self.actions {
            if name == operation && !actions.contains(action) {
                actions.push(action.clone());
            }
        }
        actions
    }

    /// The path that all addresses share.
    fn path(&self) -> Result<String, WsdlError> {
        let path_of = |address: &String| {
            let (_, after_scheme) = address.split_once("://")?;
            after_scheme
                .find('/')
                .and_then(|slash| after_scheme.get(slash..))
                .map(str::to_owned)
        };
        let mut paths = self.addresses.iter().map(path_of);
        let first = paths.next().flatten().ok_or(WsdlError::Path)?;
        if paths.all(|path| path.as_ref() == Some(&first)) {
            Ok(first)
        } else {
            Err(WsdlError::Path)
        }
    }
}

fn attribute(
    start: &BytesStart<'_>,
    element: &'static str,
    attribute: &'static str,
) -> Result<String, WsdlError> {
    let found = start
        .try_get_attribute(attribute)
        .map_err(|error| WsdlError::Malformed(error.to_string()))?
        .ok_or(WsdlError::Attribute { element, attribute })?;
    let value =
        quick_xml::escape::unescape(&found.value).map_err(|error| WsdlError::Malformed(error.to_string()))?;
    Ok(value.into_owned())
}
