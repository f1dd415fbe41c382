//! Validation of one element against an XML Schema (W3C XSD 1.0).

mod imports;
mod violation;

pub use violation::{Reason, SchemaFault, SchemaViolation};

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use libxml::parser::{Parser, ParserOptions};
use libxml::schemas::{SchemaParserContext, SchemaValidationContext};

use super::Excerpt;
use imports::Imports;

/// Why a schema could not be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// It, or one that it imports, is no valid schema, or imports one that was not given.
    #[error("schema not valid: {first}")]
    NotValid {
        /// The compiler's first complaint.
        first: Excerpt,
    },
}

/// A compiled schema: what is valid by it can be asked from any thread.
///
/// The compiled form belongs to the thread that made it (libxml2's contexts may not be shared), so each thread
/// compiles for itself when it first validates, and keeps the result as long as it lives.
#[derive(Debug, Clone)]
pub struct Schemas {
    source: Arc<Source>,
}

#[derive(Debug)]
struct Source {
    /// Tells schemas apart in a thread's store.
    number: u64,
    main: Vec<u8>,
    imports: Imports,
}

thread_local! {
    static COMPILED: RefCell<HashMap<u64, SchemaValidationContext>> = RefCell::new(HashMap::new());
}

impl Schemas {
    /// Compiles a schema. `imports` are those that it includes or imports, by the last segment of their
    /// `schemaLocation`; nothing is ever fetched or read from a file.
    ///
    /// Make schemas while the program starts, before other threads parse XML: libxml2's table of input sources,
    /// which the first call extends, has no lock.
    pub fn compile(main: &[u8], imports: &[(&str, &[u8])]) -> Result<Self, SchemaError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let source = Source {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            main: main.to_vec(),
            imports: Imports::new(imports),
        };
        let compiled = source.compile()?;
        COMPILED.with_borrow_mut(|store| store.insert(source.number, compiled));
        Ok(Self {
            source: Arc::new(source),
        })
    }

    /// Validates one element, given as a standalone document of at most some megabytes.
    ///
    /// The octets must have passed [`screen`](super::screen()) or come from a canonicalization of such: here, no
    /// entity is expanded and nothing fetched, but sizes are not checked.
    pub fn validate(&self, octets: &[u8]) -> Result<(), SchemaViolation> {
        let options = ParserOptions {
            recover: false,
            no_net: true,
            ..ParserOptions::default()
        };
        let document = Parser::default()
            .parse_string_with_options(octets, options)
            .map_err(|_| SchemaViolation::unreadable())?;
        COMPILED.with_borrow_mut(|store| {
            let context = match store.entry(self.source.number) {
                std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::hash_map::Entry::Vacant(entry) => {
                    // It compiled once, so it compiles again; were it not so, nothing is valid.
                    entry.insert(self.source.compile().map_err(|_| SchemaViolation::unreadable())?)
                }
            };
            context
                .validate_document(&document)
                .map_err(|errors| SchemaViolation::from_errors(&errors))
        })
    }
}

impl Source {
    fn compile(&self) -> Result<SchemaValidationContext, SchemaError> {
        // The binding does not survive an empty buffer.
        if self.main.is_empty() {
            return Err(SchemaError::NotValid {
                first: Excerpt::of("empty"),
            });
        }
        self.imports.offer(|| {
            let mut parser = SchemaParserContext::from_buffer(&self.main);
            SchemaValidationContext::from_parser(&mut parser).map_err(|errors| {
                let first = errors
                    .iter()
                    .find_map(|error| error.message.as_deref())
                    .unwrap_or("no reason given");
                SchemaError::NotValid {
                    first: Excerpt::of(first.trim_end()),
                }
            })
        })
    }
}

#[cfg(test)]
mod tests;
