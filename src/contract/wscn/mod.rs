//! Contract **WSCN**: the one that gestoría software in the field already speaks, in SOAP 1.1.
//!
//! Reading is as liberal as the programs in use need, writing strictly by the schema. A request goes through `decode`,
//! the use cases and `encode`; `code` is the one table of error codes and their Spanish texts. An acuse is written by
//! `acuse_document` and, once it comes back, looked at by `submitted`.

pub mod acuse_code;
pub mod acuse_document;
pub mod acuse_error;
pub mod certificate_code;
mod chain;
pub mod code;
pub mod decode;
pub mod encode;
pub mod environment;
mod firma;
pub mod message;
pub mod message_code;
pub mod submitted;
mod wire_time;

pub use environment::Entorno;

use crate::soap::wsdl::{Contract, WsdlError};

/// The WSDL of production, as it lies in the repository.
pub const WSDL: &str = include_str!("../../../wsdl/wscn.wsdl");

/// The schema that it imports.
pub const SCHEMA: &str = include_str!("../../../schemas/wscn.xsd");

/// The contract of an environment, if it has exactly the operations that are handled here.
pub fn contract(entorno: Entorno) -> Result<Contract, WsdlError> {
    let contract = Contract::parse(entorno.derive(WSDL).as_bytes())?;
    contract.check_handlers(&message::Operation::ALL.map(message::Operation::name))?;
    Ok(contract)
}

#[cfg(test)]
mod tests;
