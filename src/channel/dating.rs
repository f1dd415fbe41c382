//! Having what is kept dated by others, now and then: nothing waits for it (E-18, E-21, E-22).

use std::time::Instant;

use chrono::TimeDelta;

use crate::chain::Chain;
use crate::stamping::{AskError, Authorities, Refused};
use crate::store::StoreError;
use crate::store::sellos::{self, Sello};
use crate::tsp::TspError;
use crate::usecase::{UseCaseError, stamp};

use super::service::Service;
use super::stamp_counters;
use super::stamps::{Came, State};

/// At rest what was dated is dated again, so that no proof grows stale.
const AT_REST: TimeDelta = TimeDelta::days(30);
/// How often it is looked whether there is something new to date.
const LOOK_EVERY: TimeDelta = TimeDelta::seconds(1);
/// When it is looked again where the store could not be read or written.
const STORE_AWAY: TimeDelta = TimeDelta::seconds(5);

impl Service {
    /// Has what is kept dated, if that is due. It may take as long as all authorities are given: it belongs on a thread that does
    /// nothing else.
    pub(crate) fn stamp_if_due(&self) {
        let Some(authorities) = &self.stamps.authorities else {
            return;
        };
        let now = self.now();
        let State { due, newest, .. } = *self.stamps.lock();
        stamp_counters::age(newest.map(|newest| now - newest));
        if self.time.since_boot() < due {
            return;
        }
        let came = self.stamp(authorities);
        let (now, running) = (self.now(), self.time.since_boot());
        match came {
            Ok(came) => self.stamps.lock().after(&came, self.stamps.every, (now, running)),
            Err(error) => {
                self.stamps.lock().due = running + STORE_AWAY;
                tracing::error!(error = %Chain(&error), "a time stamp could not be asked for or kept; trying again later");
            }
        }
    }

    fn stamp(&self, authorities: &Authorities) -> Result<Came, UseCaseError> {
        let (punto, last) = self
            .store
            .read::<_, StoreError, _>(|conn| Ok((self.stamps.next(conn)?, sellos::newest(conn)?)))?;
        let now = self.now();
        let failing = {
            let mut state = self.stamps.lock();
            state.newest = last.as_ref().map(|last| last.instante);
            state.failures > 0
        };
        let Some(punto) = punto else {
            return Ok(Came::Nothing(LOOK_EVERY));
        };
        if let Some(last) = last
            && !failing
        {
            // Another instance may have had it dated; a clock that was set back tells nothing of how long that is ago.
            let age = (now - last.recibido).max(TimeDelta::zero());
            if age < self.stamps.every {
                return Ok(Came::Nothing(self.stamps.every - age));
            }
            if !punto.has_grown_since(&last.punto) && age < AT_REST {
                return Ok(Came::Nothing(LOOK_EVERY));
            }
        }
        let began = Instant::now();
        let asked = authorities.stamp(&punto.documento, &|| self.now());
        stamp_counters::took(began.elapsed());
        for refused in &asked.refused {
            self.tell_of(refused);
        }
        let Some((stamped, tsa)) = asked.stamp else {
            return Ok(Came::Failed);
        };
        stamp_counters::came("hecho");
        self.time.hear_stamp(stamped.desfase);
        // What was held against the clock may be over by this stamp.
        self.look_at_clocks()?;
        let sello = Sello {
            punto,
            token: stamped.token,
            instante: stamped.instante,
            recibido: self.now(),
            tsa,
        };
        self.with_surroundings(&self.identity(), |around| {
            stamp::record(&self.store, around, &sello)
        })?;
        self.stamps.lock().newest = Some(sello.instante);
        Ok(Came::Dated)
    }

    /// Tells of an authority that gave nothing that counts. Of one whose time alone differs the clock hears too.
    fn tell_of(&self, Refused { url, why }: &Refused) {
        stamp_counters::came(why.code());
        tracing::warn!(
            tsa = url, reason = why.code(), error = %Chain(why),
            "a time-stamping authority gave nothing that counts"
        );
        if let AskError::Answer(TspError::Time { difference }) = why {
            self.time.hear_stamp(*difference);
        }
    }

    /// The stamp that came last over a checkpoint of the published log of this size, or over any, if there is one. Blocking.
    pub(crate) fn stamp_over(&self, tamano: Option<i64>) -> Result<Option<Sello>, StoreError> {
        let found = self.store.read::<_, StoreError, _>(|conn| match tamano {
            Some(tamano) => sellos::over(conn, tamano),
            None => sellos::newest(conn),
        })?;
        let log = self.stamps.log.as_deref().unwrap_or_default();
        Ok(found.filter(|sello| sello.punto.is_of(log)))
    }
}
