//! Floor 1: foreign XML seen for the first time, schemas, and the canonical writer.
//!
//! [`screen()`] is what every foreign octet string passes first, and makes the [`tree`] by which it is read; [`schema`]
//! validates an element against an XSD; [`mod@write`] produces documents that are their own exclusive canonical form.
//! [`Excerpt`] keeps quotations of foreign text short enough for an error message or a log line.

pub mod tree;
pub mod screen;
pub mod soap;
pub mod schema;
pub mod write;
pub mod white;
pub mod date_time;

mod excerpt;

pub use excerpt::Excerpt;
pub use screen::{IllFormed, Limits, ScreenError, Screened, screen};
