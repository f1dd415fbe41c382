//! Operations on the notifications that the caller reaches by the role that it names.

mod find;
mod list;
mod request_acuse;
mod submit_acuse;
mod view;

pub use self::list::list;
pub use self::request_acuse::request_acuse;
pub use self::submit_acuse::{SubmitError, Submitted, submit_acuse};
pub use self::view::view;
