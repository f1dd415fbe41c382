//! Floor 2: what a receipt or certificate of a notification says (E-35), as a paper that is still to be set in type.
//!
//! [`Hechos`] are the facts, in domain types, as the store has them; [`paper()`] says them in Spanish. Nothing here reads a store or a
//! clock, nor knows who signs.

mod hechos;
mod paper;
mod words;
#[cfg(test)]
mod tests;

pub use hechos::{Anotacion, Firma, Hecho, Hechos, Verificacion};
pub use paper::paper;
pub use words::numero;
