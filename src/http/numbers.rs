//! The task by which rows of the journal get their number, where they are not numbered as they are added (E-1).

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;

use crate::chain::Chain;
use crate::channel::Channel;

/// How often somebody looks for rows without a number: within twice this each has one.
const EVERY: Duration = Duration::from_millis(100);

/// Numbers, every so often, the rows of the journal that have none.
pub(super) async fn again_and_again(channel: Arc<Channel>) {
    if !channel.service.has_to_number() {
        return;
    }
    let mut ticks = actix_web::rt::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // Once for each time that they cannot be, not ten times a second.
    let mut told = false;
    loop {
        ticks.tick().await;
        told = !number(Arc::clone(&channel), told).await;
    }
}

/// Whether they have one; that they cannot is told, unless it was told before.
pub(super) async fn number(channel: Arc<Channel>, told: bool) -> bool {
    match web::block(move || channel.service.number_rows()).await {
        Ok(Ok(())) => return true,
        Ok(Err(error)) if !told => {
            tracing::error!(
                error = %Chain(&error),
                "rows of the journal cannot be numbered: what is decided is durable, and they are numbered as soon as they can be"
            );
        }
        Ok(Err(_)) => {}
        Err(error) => {
            tracing::error!(error = %Chain(&error), "the task of the journal's numbers was interrupted");
        }
    }
    false
}
