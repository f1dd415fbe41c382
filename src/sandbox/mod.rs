//! Floor 7: the sandbox. The door by which a demonstration is steered while it serves: its clock, how it was made, what is
//! loaded into it, and what it does wrong on purpose.
//!
//! It is a port of its own, on the machine itself, that speaks JSON (`docs/entorno-de-pruebas.md`); a service has none. What it
//! does goes the ways that a service and its operators have.

mod answer;
mod door;
mod faults;
mod fields;
mod load;
mod steer;
mod whence;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::channel::Channel;
use crate::http::Steering;

pub use door::{Door, DoorError};
pub use faults::Queue;

/// Official time of a demonstration, as it can be told another.
pub struct Time {
    /// What it is.
    pub official: fn() -> DateTime<Utc>,
    /// By how much that is ahead of the machine's clock.
    pub ahead: fn() -> TimeDelta,
    /// By how much it is to be, if it is to be an instant; nothing if a text is none, or is out of the calendar.
    pub at: fn(&str) -> Option<TimeDelta>,
    /// By how much it is to be, if it is to be so much later or earlier than it is.
    pub moved: fn(&str) -> Option<TimeDelta>,
    /// Has it be ahead by so much from now on, for whoever starts or operates too.
    pub tell: Box<Tell>,
    /// By how much it was ahead at the start.
    pub at_first: TimeDelta,
}

/// Tells a demonstration its time.
pub type Tell = dyn Fn(TimeDelta) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync;

/// A demonstration, as it is steered.
pub struct Sandbox {
    /// The channel that answers its messages.
    pub channel: Arc<Channel>,
    /// By what messages are kept waiting.
    pub steering: Steering,
    /// What is done to messages.
    pub faults: Arc<Queue>,
    /// Its official time.
    pub time: Time,
    /// By how much clocks may differ.
    pub salto_maximo: TimeDelta,
    /// Where the documents lie that are published by the door.
    pub documents: PathBuf,
}
