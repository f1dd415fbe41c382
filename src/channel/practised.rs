//! What the operator is told of notifications that had been practised elsewhere before they were decided here, or lapsed, and of which
//! the news came after that (D-19).

use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};

use crate::store::{Store, StoreError, practicadas};

use super::counters;
use super::service::Service;

/// For how long after the last of them whoever asks whether the service is ready is told.
const TOLD: TimeDelta = TimeDelta::days(7);

/// What is to be told of them, if anything.
pub(super) fn notice(store: &Store, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
    let (count, last) = store.read(practicadas::late)?;
    counters::late_practices(count);
    let lately = last.is_some_and(|last| now - last < TOLD);
    Ok(lately.then(|| {
        "de notificaciones que aquí se habían decidido o caducado se ha sabido después que antes se practicaron en papel o en la \
         DEHú, y eso es lo que cuenta: las cuenta «notess auditoria mostrar», en las filas de practicarFuera"
            .to_owned()
    }))
}

impl Service {
    /// Lets the operator know of those that came to be known since he was told last; at the start of none but those of lately.
    pub(super) fn tell_of_late_practices(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let (count, last) = self.store.read(practicadas::late)?;
        counters::late_practices(count);
        let told = self.late_told.swap(count, Ordering::Relaxed);
        if count > told && last.is_some_and(|last| now - last < TOLD) {
            tracing::warn!(
                notifications = count,
                new = count - told,
                "notifications were practised elsewhere before they were decided here, or lapsed, and the news came late: that \
                 counts now"
            );
        }
        Ok(())
    }
}
