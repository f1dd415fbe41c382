//! What the service does with its published log.

use std::time::Duration;

use crate::tlog::{SignedCheckpoint, Tile};
use crate::usecase::publish::Hindrance;

use super::publishing::Publishing;
use super::service::Service;

impl Service {
    /// The log that is published, if one is.
    pub(crate) fn publishing(&self) -> Option<&Publishing> {
        self.publishing.as_ref()
    }

    /// Its name, if one is.
    pub(crate) fn log_origin(&self) -> Option<&str> {
        self.publishing.as_ref().map(Publishing::origin)
    }

    /// Signs its next checkpoint, if it can be; gives how long to rest until the next. Blocking.
    pub(crate) fn publish(&self) -> Option<Duration> {
        self.publishing
            .as_ref()
            .map(|publishing| publishing.publish(&self.store))
    }

    /// Its last checkpoint, if there is one. Blocking.
    pub(crate) fn checkpoint(&self) -> Result<Option<SignedCheckpoint>, Hindrance> {
        let publishing = self.publishing.as_ref();
        publishing.map_or(Ok(None), |publishing| publishing.checkpoint(&self.store))
    }

    /// One of its tiles, if it is published. Blocking.
    pub(crate) fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, Hindrance> {
        let publishing = self.publishing.as_ref();
        publishing.map_or(Ok(None), |publishing| publishing.tile(&self.store, tile))
    }
}
