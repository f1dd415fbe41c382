//! How an element differs from its schema.

use std::fmt;

use libxml::bindings::{
    xmlParserErrors_XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1 as XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1,
    xmlParserErrors_XML_SCHEMAV_CVC_COMPLEX_TYPE_2_4 as XML_SCHEMAV_CVC_COMPLEX_TYPE_2_4,
    xmlParserErrors_XML_SCHEMAV_CVC_COMPLEX_TYPE_3_1 as XML_SCHEMAV_CVC_COMPLEX_TYPE_3_1,
    xmlParserErrors_XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2 as XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2,
    xmlParserErrors_XML_SCHEMAV_CVC_COMPLEX_TYPE_4 as XML_SCHEMAV_CVC_COMPLEX_TYPE_4,
    xmlParserErrors_XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1 as XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1,
    xmlParserErrors_XML_SCHEMAV_CVC_ELT_1 as XML_SCHEMAV_CVC_ELT_1,
    xmlParserErrors_XML_SCHEMAV_CVC_ENUMERATION_VALID as XML_SCHEMAV_CVC_ENUMERATION_VALID,
    xmlParserErrors_XML_SCHEMAV_CVC_IDC as XML_SCHEMAV_CVC_IDC,
    xmlParserErrors_XML_SCHEMAV_CVC_TYPE_3_1_1 as XML_SCHEMAV_CVC_TYPE_3_1_1,
    xmlParserErrors_XML_SCHEMAV_CVC_TYPE_3_1_2 as XML_SCHEMAV_CVC_TYPE_3_1_2,
    xmlParserErrors_XML_SCHEMAV_ELEMENT_CONTENT as XML_SCHEMAV_ELEMENT_CONTENT,
};
use libxml::error::StructuredError;

use crate::xml::Excerpt;

/// The most faults told of one message.
const MAX_FAULTS: usize = 3;
/// The most expected elements named.
const MAX_EXPECTED: usize = 8;

/// An element that is not valid by its schema: the first few faults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaViolation {
    faults: Vec<SchemaFault>,
}

/// A fault against the schema, and where in the document it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFault {
    /// Local name of the element where it was found; empty if it is the document as a whole.
    pub element: Excerpt,
    /// What is wrong with it.
    pub reason: Reason,
    /// Local names of the elements that could stand there, if those were known.
    pub expected: Vec<Excerpt>,
}

/// What is wrong with an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It cannot be read as XML.
    #[error("cannot be read")]
    Unreadable,
    /// No such element can be the root.
    #[error("is not known")]
    Unknown,
    /// It may not stand there.
    #[error("is not expected there")]
    Unexpected,
    /// An element is missing at its end.
    #[error("is incomplete")]
    Incomplete,
    /// Its text is not of the type: form, length, range or enumeration.
    #[error("has a value that is not valid")]
    Value,
    /// Text or elements where it may have none.
    #[error("has content that is not allowed")]
    Content,
    /// An attribute that it may not have.
    #[error("has an attribute that is not allowed")]
    Attribute,
    /// An attribute that it must have.
    #[error("lacks an attribute")]
    MissingAttribute,
    /// A uniqueness or key rule broken.
    #[error("repeats a value that must be unique")]
    Identity,
    /// The validator said something that is not told apart.
    #[error("is not valid")]
    Other,
}

impl SchemaViolation {
    /// The faults, at least one and at most three.
    #[must_use]
    pub fn faults(&self) -> &[SchemaFault] {
        &self.faults
    }

    pub(super) fn unreadable() -> Self {
        let element = Excerpt::of("");
        Self {
            faults: vec![SchemaFault {
                element,
                reason: Reason::Unreadable,
                expected: Vec::new(),
            }],
        }
    }

    pub(super) fn from_errors(errors: &[StructuredError]) -> Self {
        let mut faults: Vec<SchemaFault> = Vec::new();
        for fault in errors.iter().map(SchemaFault::from_error) {
            // libxml2 tells some faults twice: a bad value, say, by its facet and then by its type.
            if faults.last().is_none_or(|last| last.element != fault.element) {
                faults.push(fault);
            }
            if faults.len() == MAX_FAULTS {
                break;
            }
        }
        if faults.is_empty() {
            Self::unreadable()
        } else {
            Self { faults }
        }
    }
}

impl SchemaFault {
    fn from_error(error: &StructuredError) -> Self {
        let message = error.message.as_deref().unwrap_or("");
        let element = message.split('\'').nth(1).map_or("", local);
        let expected = message
            .rsplit_once("Expected is ")
            .and_then(|(_, list)| list.split_once('('))
            .and_then(|(_, list)| list.split_once(')'))
            .map(|(list, _)| {
                list.split(", ")
                    .map(|name| Excerpt::of(local(name.trim())))
                    .take(MAX_EXPECTED)
                    .collect()
            })
            .unwrap_or_default();
        Self {
            element: Excerpt::of(element),
            reason: reason(error.code, message),
            expected,
        }
    }
}

/// The local part of `{namespace}name`.
fn local(name: &str) -> &str {
    name.rsplit_once('}').map_or(name, |(_, local)| local)
}

/// libxml2's codes as reasons; it names them after the rules of XSD 1.0 part 1.
fn reason(code: i32, message: &str) -> Reason {
    let attribute = message.contains(", attribute '");
    match code.try_into().unwrap_or_default() {
        XML_SCHEMAV_CVC_ELT_1 => Reason::Unknown,
        XML_SCHEMAV_ELEMENT_CONTENT if message.contains("Missing child") => Reason::Incomplete,
        XML_SCHEMAV_ELEMENT_CONTENT => Reason::Unexpected,
        XML_SCHEMAV_CVC_TYPE_3_1_1
        | XML_SCHEMAV_CVC_COMPLEX_TYPE_3_1..=XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2 => Reason::Attribute,
        XML_SCHEMAV_CVC_COMPLEX_TYPE_4 => Reason::MissingAttribute,
        XML_SCHEMAV_CVC_TYPE_3_1_2 | XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1..=XML_SCHEMAV_CVC_COMPLEX_TYPE_2_4 => {
            Reason::Content
        }
        XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1..=XML_SCHEMAV_CVC_ENUMERATION_VALID if attribute => {
            Reason::Attribute
        }
        XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1..=XML_SCHEMAV_CVC_ENUMERATION_VALID => Reason::Value,
        XML_SCHEMAV_CVC_IDC => Reason::Identity,
        _ => Reason::Other,
    }
}

impl fmt::Display for SchemaViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}{fault}")?;
        }
        Ok(())
    }
}

impl fmt::Display for SchemaFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.element.as_str().is_empty() {
            write!(f, "the document {}", self.reason)?;
        } else {
            write!(f, "the element «{}» {}", self.element, self.reason)?;
        }
        for (i, name) in self.expected.iter().enumerate() {
            let separator = if i == 0 { " (expected: " } else { ", " };
            write!(f, "{separator}{name}")?;
        }
        if self.expected.is_empty() {
            Ok(())
        } else {
            f.write_str(")")
        }
    }
}

impl std::error::Error for SchemaViolation {}
