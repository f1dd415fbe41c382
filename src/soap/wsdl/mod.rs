//! `Contract`: what a WSDL 1.1 says, as the server needs it: which operations there are, and the file to serve.

mod reader;

use thiserror::Error;

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
        /// Local name of the attribute.
        attribute: &'static str,
    },
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

/// An operation of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Local name of the operation, which is that of its Body's element.
    pub name: String,
    /// Its `soapAction` in each binding, without repetition. Informative: the body alone decides.
    pub actions: Vec<String>,
}

/// A WSDL, read once at start.
#[derive(Debug, Clone)]
pub struct Contract {
    pub(super) operations: Vec<Operation>,
    pub(super) path: String,
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
    /// Within it: these, in place of what imports them.
    Within(&'a [&'a str]),
}

/// Whether a WSDL has its WS-SecurityPolicy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// The WSDL says by WS-Policy how messages are signed.
    #[default]
    Kept,
    /// It has none, for toolkits that stop at one which they do not know.
    LeftOut,
}

impl Contract {
    /// Reads a WSDL 1.1. It trusts its author, not its form: anything missing is an error. The elements of its messages are
    /// those of the contract that it says, which are not read here.
    pub fn parse(wsdl: &[u8]) -> Result<Self, WsdlError> {
        reader::read(wsdl)
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
mod tests;
