//! `Lookouts`: those who look whether the store can be read and written, and whether something is to be dated or sealed.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::channel::Channel;
use crate::channel::readiness::{Check, Readable};

use super::lookout::Lookout;

/// How often the store is looked at by itself.
const EVERY: Duration = Duration::from_secs(1);
/// The same while it does not answer, so that its return is noticed soon.
const OFTEN: Duration = Duration::from_millis(250);

/// Those who look at the store.
pub(super) struct Lookouts {
    pub(super) reading: Lookout<Readable>,
    pub(super) writing: Lookout<Check>,
    /// Has what is kept dated by others, which may take long: a shutdown does not wait for it.
    _dating: Lookout<()>,
    /// Seals the acuses of what was decided.
    _sealing: Lookout<Duration>,
}

impl Lookouts {
    /// Has them look, each on connections of his own.
    pub(super) fn start(channel: &Arc<Channel>) -> io::Result<Self> {
        let (probe, its) = (channel.service.probe(), Arc::clone(channel));
        let holds = |checks: &[Check]| checks.iter().all(|check| check.trouble.is_none());
        let pause = |holds| if holds { EVERY } else { OFTEN };
        let reading = Lookout::start(
            "notess-reads",
            move |seen: &Readable| pause(holds(&seen.checks)),
            move || its.service.look_at_store(&probe),
        )?;
        let (probe, its) = (channel.service.probe(), Arc::clone(channel));
        let writing = Lookout::start(
            "notess-writes",
            move |seen: &Check| pause(seen.trouble.is_none()),
            move || its.service.look_at_writing(&probe),
        )?;
        let its = Arc::clone(channel);
        let dating = Lookout::start("notess-dates", |()| EVERY, move || its.service.stamp_if_due())?;
        let its = Arc::clone(channel);
        let sealing = Lookout::start("notess-seals", |rest| *rest, move || its.service.seal_some())?;
        Ok(Self {
            reading,
            writing,
            _dating: dating,
            _sealing: sealing,
        })
    }
}
