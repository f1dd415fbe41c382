//! Contract canal: what its requests share, made once at the start; their way, and how they are refused.

mod refusal;
mod way;

use crate::config::Firma;
use crate::contract::canal;
use crate::domain::advertencia::Advertencia;
use crate::signature::Policy;
use crate::soap::wsdl::Contract;
use crate::xml::schema::Schemas;

use super::open::policy;
use super::start::StartError;

pub(super) use refusal::refuse;

/// What requests of this contract share.
pub(crate) struct Canal {
    /// The contract that is served.
    pub(crate) contract: Contract,
    /// What is accepted of messages.
    policy: Policy,
    schemas: Schemas,
    /// Of listings.
    rows: canal::Rows,
    handlers: [&'static str; 6],
}

impl Canal {
    /// The contract of a service with this legal warning.
    pub(super) fn new(firma: &Firma, advertencia: &Advertencia) -> Result<Self, StartError> {
        let contract = Contract::parse(canal::wsdl(advertencia).as_bytes())?;
        let handlers = canal::decode::handlers();
        contract.check_handlers(&handlers)?;
        Ok(Self {
            contract,
            policy: policy(Policy::canal(), firma),
            schemas: Schemas::compile(canal::SCHEMA, &[])
                .map_err(|error| StartError::Schema(error.to_string()))?,
            rows: canal::Rows::default(),
            handlers,
        })
    }

    /// The name of an operation, as its handler bears it.
    fn handler(&self, operation: &str) -> &'static str {
        self.handlers
            .iter()
            .find(|name| **name == operation)
            .copied()
            .unwrap_or_default()
    }
}
