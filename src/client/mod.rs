//! The bundled client, as a library: signed questions to a service of contract canal, and answers that are taken only if they
//! are signed by it, to that very question, and consistent with it.

pub mod connection;
pub mod calls;
mod acuse;
pub mod cause;
mod checks;
mod identity;

pub use identity::{IdentityError, signing_key};

#[cfg(test)]
mod tests;
