//! Floor 3: SOAP 1.1 and 1.2 envelopes, faults, and the operation table read from the WSDL.

pub mod addressing;
pub mod envelope;
pub mod fault;
pub mod wsdl;
