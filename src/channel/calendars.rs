//! What the operator is told of calendars of días inhábiles that will be needed and are not loaded (D-102).

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Madrid;

use crate::domain::plazo::start_of_day;
use crate::store::{Store, StoreError, calendarios};

use super::counters;
use super::expiry::Trouble;
use super::service::Service;

/// How long before a year begins its calendar is asked for: that of the Administración General del Estado comes out in autumn.
const AHEAD: TimeDelta = TimeDelta::days(92);

/// The first year, from this one on, of which there is no calendar.
fn first_missing(store: &Store, now: DateTime<Utc>) -> Result<i32, StoreError> {
    let this_year = now.with_timezone(&Madrid).year();
    Ok(store.read(calendarios::national)?.first_missing(this_year))
}

fn begins(year: i32) -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(year, 1, 1).map_or(DateTime::<Utc>::MAX_UTC, start_of_day)
}

/// What is to be told of it to whoever asks whether the service is ready, if anything.
pub(super) fn notice(store: &Store, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
    let year = first_missing(store, now)?;
    let near = begins(year) - now < AHEAD;
    Ok(near.then(|| {
        format!("falta el calendario de días inhábiles de {year}: se carga con «notess calendarios cargar»")
    }))
}

impl Service {
    /// Lets the operator know, each day from a month before, of a year that is near, or has come, without its calendar.
    pub(super) fn tell_of_calendars(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let year = first_missing(&self.store, now)?;
        counters::calendar_ends((begins(year) - now).num_seconds());
        match self
            .calendar_told
            .due(now, (DateTime::<Utc>::MIN_UTC, begins(year)))
        {
            None => {}
            Some(Trouble::NotYet | Trouble::Ends) => tracing::warn!(
                year,
                "there is no calendar of días inhábiles of the year that comes: load it with «notess calendarios cargar»"
            ),
            Some(Trouble::Over) => tracing::error!(
                year,
                "there is no calendar of días inhábiles of this year: whatever needs a working day fails until it is loaded \
                 with «notess calendarios cargar»"
            ),
        }
        Ok(())
    }
}
