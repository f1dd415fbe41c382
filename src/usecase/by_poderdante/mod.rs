//! Operations on the notifications of the poderdantes that the caller names, by whatever role it reaches them.

mod decide;
mod list;
mod view;

pub use self::decide::decide;
pub use self::list::list;
pub use self::view::{acuse, document};
