//! Floor 0: papers that are handed over: the facts of an act, set in type as PDF/A-3a and PDF/UA-1 (E-35 to E-38).
//!
//! Nothing here knows what a paper is about: [`Paper`] is a title, facts by their labels, and what stands beside them. `fonts` has
//! the letters and `lines` the breaking of lines, `compose` lays the paper out on sheets, `draw` writes them with `krilla`, which
//! holds the file against both standards. The same paper gives the same octets, whoever makes it and whenever.

mod compose;
mod draw;
mod fonts;
mod lines;
mod paper;
mod sheet;
mod tags;
#[cfg(test)]
mod tests;

pub use draw::PaperError;
pub use paper::{Attachment, Fact, Paper, Section, Value, Verification};
