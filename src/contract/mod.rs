//! Floor 4: wire contracts: messages to domain operations and back.

pub mod canal;
pub mod unread;
pub mod words;
pub mod wscn;
