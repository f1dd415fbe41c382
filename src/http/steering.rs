//! `Steering`: by what a demonstration is steered while it serves. A service has none.

use std::sync::Arc;

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use crate::channel::Fault;

/// Which messages a demonstration does something to.
pub trait Faults: Send + Sync {
    /// What is done to a message that seems to ask for this operation, if anything. It is asked once for each message.
    fn next(&self, operation: Option<&str>) -> Option<Fault>;
}

/// By what a demonstration is steered. Its clones are one.
#[derive(Clone)]
pub struct Steering {
    faults: Arc<dyn Faults>,
    gate: Arc<RwLock<()>>,
}

/// That a message is being answered.
pub(super) struct Within {
    _gate: OwnedRwLockReadGuard<()>,
}

/// That none is.
pub struct Alone {
    _gate: OwnedRwLockWriteGuard<()>,
}

impl Steering {
    /// With what decides about each message.
    #[must_use]
    pub fn new(faults: Arc<dyn Faults>) -> Self {
        Self {
            faults,
            gate: Arc::default(),
        }
    }

    /// Waits until all messages that are being answered are, and keeps others waiting for as long as it is held.
    pub async fn alone(&self) -> Alone {
        Alone {
            _gate: Arc::clone(&self.gate).write_owned().await,
        }
    }

    /// Has a message be answered while nobody is alone.
    pub(super) async fn enter(&self) -> Within {
        Within {
            _gate: Arc::clone(&self.gate).read_owned().await,
        }
    }

    pub(super) fn fault(&self, operation: Option<&[u8]>) -> Option<Fault> {
        self.faults
            .next(operation.and_then(|name| std::str::from_utf8(name).ok()))
    }
}
