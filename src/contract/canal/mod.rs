//! Contract **canal**: our own, `urn:notess:canal:1`, in SOAP 1.1 and 1.2.
//!
//! A request goes through `decode`, the use cases, and `encode`; `code` is the one table of error codes, and the
//! files `…_code` give each error its own. `messages` are the schema's types, and with `request` the side of the bundled client.

pub mod acuse_columns;
pub mod acuse_document;
pub mod certificate_code;
pub mod code;
pub mod confirmation;
pub mod cursor;
mod declared;
pub mod decode;
pub mod denial_code;
pub mod encode;
pub mod message_code;
pub mod messages;
mod operation;
mod outline;
pub mod plain;
mod practised;
pub mod request;
pub mod request_code;
mod rows;
mod wire_time;

pub use operation::{Operation, RouteError};
pub use rows::Rows;

use crate::domain::advertencia::{Advertencia, EDICION};
use crate::xml::write::Ns;

/// Namespace of its elements.
pub const NAMESPACE: &str = "urn:notess:canal:1";

/// The same, as it is written.
const NS: Ns<'static> = Ns::new("", NAMESPACE);

/// The WSDL, as it lies in the repository: of the legal warning it has the edition alone.
const WSDL: &str = include_str!("../../../wsdl/canal.wsdl");

/// The WSDL of a service, whose legal warning is this one.
#[must_use]
pub fn wsdl(advertencia: &Advertencia) -> String {
    WSDL.replace(EDICION, &advertencia.codigo)
}

/// The schema that the WSDL imports.
pub const SCHEMA: &[u8] = include_bytes!("../../../schemas/canal.xsd");

/// The schema of the document that proves a decision.
pub const ACUSE_SCHEMA: &[u8] = include_bytes!("../../../schemas/acuse.xsd");

#[cfg(test)]
mod tests;
