//! Floor 4: wire contracts: messages to domain operations and back.

mod certificate_words;

pub mod canal;
pub mod wscn;
