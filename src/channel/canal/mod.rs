//! Contract canal: what its requests share, made once at the start; their way, and how they are refused.

mod acts;
mod refusal;
pub(super) mod way;

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
    /// Rows of listings as they were written, up to 24 MiB, found by the code of each.
    rows: canal::Rows,
}

impl Canal {
    /// Forgets what is remembered of notifications that were listed.
    pub(super) fn forget(&self) {
        self.rows.forget();
    }

    /// The contract of a service with this legal warning.
    pub(super) fn new(firma: &Firma, advertencia: &Advertencia) -> Result<Self, StartError> {
        let contract = Contract::parse(canal::wsdl(advertencia).as_bytes())?;
        contract.check_handlers(&canal::Operation::ALL.map(canal::Operation::name))?;
        Ok(Self {
            contract,
            policy: policy(Policy::canal(), firma),
            schemas: Schemas::compile(canal::SCHEMA, &[])?,
            rows: canal::Rows::default(),
        })
    }
}
