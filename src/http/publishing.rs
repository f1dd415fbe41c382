//! The task that publishes the log.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;

use crate::chain::Chain;
use crate::channel::Channel;

/// How long it rests after a round that did not come to its end.
const INTERRUPTED: Duration = Duration::from_secs(5);

/// Publishes, every so often, what the log has got; ends at once where none is published.
pub(super) async fn again_and_again(channel: Arc<Channel>) {
    loop {
        let its = Arc::clone(&channel);
        match web::block(move || its.service.publish()).await {
            Ok(Some(pause)) => actix_web::rt::time::sleep(pause).await,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(error = %Chain(&error), "the task of the published log was interrupted");
                actix_web::rt::time::sleep(INTERRUPTED).await;
            }
        }
    }
}
