//! `Computo`: how terms are counted: the plain count of [`plazo`](super::plazo), the days on which notifications could not be
//! accessed left out (ISM/903 art. 8.4; D-11), and, where the operator says so, on to a working day (LPAC art. 30.5; D-10).

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Madrid;
use thiserror::Error;

use super::calendario::{Calendarios, SinCalendario};
use super::habil::end_of;
use super::notificacion::Obligacion;
use super::plazo::DIAS;

/// For longer than this access must have been impossible (ISM/903 art. 8.4).
const LONGER_THAN: TimeDelta = TimeDelta::hours(12);

/// Longer than this none is.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// A stretch of time in which notifications could not be accessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Incidencia {
    /// Its first instant.
    pub desde: DateTime<Utc>,
    /// The first instant after it.
    pub hasta: DateTime<Utc>,
}

/// Why something is no outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IncidenciaError {
    /// It ends before it begins, or as soon as that.
    #[error("it ends before it begins")]
    AlReves,
    /// It is longer than a year, so that one of its instants is mistyped.
    #[error("it lasts for more than a year: look at its instants")]
    MasDeUnAnyo,
}

impl Incidencia {
    /// From an instant until another.
    pub fn between(desde: DateTime<Utc>, hasta: DateTime<Utc>) -> Result<Self, IncidenciaError> {
        if hasta <= desde {
            Err(IncidenciaError::AlReves)
        } else if hasta - desde > LONGEST {
            Err(IncidenciaError::MasDeUnAnyo)
        } else {
            Ok(Self { desde, hasta })
        }
    }

    /// Whether it is long enough to suspend anything.
    #[must_use]
    pub fn suspends(self) -> bool {
        self.hasta - self.desde > LONGER_THAN
    }
}

/// Whether a term whose last day is inhábil goes on to the next working day (D-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prorroga {
    /// It ends on that day.
    #[default]
    No,
    /// It goes on.
    HastaHabil,
}

/// How terms are counted.
#[derive(Debug, Clone, Default)]
pub struct Computo {
    /// In order, none of which touches another.
    incidencias: Vec<Incidencia>,
    prorroga: Prorroga,
    calendarios: Calendarios,
}

impl Computo {
    /// With these incidents, of which those that touch are one.
    #[must_use]
    pub fn new(mut incidencias: Vec<Incidencia>, prorroga: Prorroga, calendarios: Calendarios) -> Self {
        incidencias.sort_unstable();
        let mut apart: Vec<Incidencia> = Vec::with_capacity(incidencias.len());
        for one in incidencias {
            match apart.last_mut().filter(|last| one.desde <= last.hasta) {
                Some(last) => last.hasta = last.hasta.max(one.hasta),
                None => apart.push(one),
            }
        }
        Self {
            incidencias: apart,
            prorroga,
            calendarios,
        }
    }

    /// The first instant out of term of one published at `published` on this ground; nothing where no lapse practises it (D-8).
    pub fn lapse_of(
        &self,
        published: DateTime<Utc>,
        obligacion: Obligacion,
    ) -> Result<Option<DateTime<Utc>>, SinCalendario> {
        if obligacion.lapses() {
            self.end(published).map(Some)
        } else {
            Ok(None)
        }
    }

    /// The same of one that can lapse. An incident counts for it by the part of it in which it was published, and suspends the days
    /// of that part and the one that follows, if the part begins within the term and is long enough: the reading that favours
    /// whoever has to access it.
    pub fn end(&self, published: DateTime<Utc>) -> Result<DateTime<Utc>, SinCalendario> {
        let mut suspended = Vec::new();
        let mut end = self.count(published, &suspended)?;
        for incidencia in &self.incidencias {
            if incidencia.desde >= end {
                break;
            }
            let from = incidencia.desde.max(published);
            if incidencia.hasta - from > LONGER_THAN {
                let last = day(incidencia.hasta - TimeDelta::microseconds(1));
                suspended.push((day(from), last.succ_opt().unwrap_or(last)));
                end = self.count(published, &suspended)?;
            }
        }
        Ok(end)
    }

    /// Ten days that count, and on to one that is good to end on.
    fn count(
        &self,
        published: DateTime<Utc>,
        suspended: &[(NaiveDate, NaiveDate)],
    ) -> Result<DateTime<Utc>, SinCalendario> {
        let is_suspended = |day: NaiveDate| {
            suspended
                .iter()
                .any(|(first, last)| *first <= day && day <= *last)
        };
        let mut last = day(published);
        let mut left = DIAS;
        while left > 0 {
            let Some(next) = last.checked_add_days(Days::new(1)) else {
                return Ok(DateTime::<Utc>::MAX_UTC);
            };
            last = next;
            if !is_suspended(last) {
                left -= 1;
            }
        }
        if self.prorroga == Prorroga::HastaHabil {
            while is_suspended(last) || self.calendarios.is_inhabil(last)? {
                last = last.succ_opt().unwrap_or(last);
            }
        }
        Ok(end_of(last))
    }
}

fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Madrid).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendario::tests::national;
    use crate::domain::plazo::{from_madrid, lapse_of, last_second};
    use chrono::NaiveDateTime;
    use proptest::prelude::*;

    fn madrid(text: &str) -> DateTime<Utc> {
        from_madrid(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap())
    }

    fn incidents(all: &[(&str, &str)]) -> Vec<Incidencia> {
        let incident = |(desde, hasta): &(&str, &str)| Incidencia {
            desde: madrid(desde),
            hasta: madrid(hasta),
        };
        all.iter().map(incident).collect()
    }

    fn last(published: &str, all: &[(&str, &str)], prorroga: Prorroga) -> String {
        let computo = Computo::new(incidents(all), prorroga, national());
        last_second(computo.end(madrid(published)).unwrap())
            .with_timezone(&Madrid)
            .to_rfc3339()
    }

    #[test]
    fn the_last_second_follows_all_vectors_with_the_extension_and_without_it() {
        for (published, outage, plain, extended) in [
            (
                "2026-03-10 09:15:00",
                None,
                "2026-03-20T23:59:59+01:00",
                "2026-03-20T23:59:59+01:00",
            ),
            (
                "2026-03-25 12:00:00",
                None,
                "2026-04-04T23:59:59+02:00",
                "2026-04-06T23:59:59+02:00",
            ),
            (
                "2026-10-20 12:00:00",
                None,
                "2026-10-30T23:59:59+01:00",
                "2026-10-30T23:59:59+01:00",
            ),
            (
                "2026-12-31 23:59:59",
                None,
                "2027-01-10T23:59:59+01:00",
                "2027-01-11T23:59:59+01:00",
            ),
            (
                "2026-06-02 10:00:00",
                Some(("2026-06-05 08:00:00", "2026-06-05 21:00:00")),
                "2026-06-14T23:59:59+02:00",
                "2026-06-15T23:59:59+02:00",
            ),
            (
                "2026-06-02 10:00:00",
                Some(("2026-06-05 08:00:00", "2026-06-05 20:00:00")),
                "2026-06-12T23:59:59+02:00",
                "2026-06-12T23:59:59+02:00",
            ),
        ] {
            let outages: Vec<_> = outage.into_iter().collect();
            assert_eq!(last(published, &outages, Prorroga::No), plain, "{published}");
            assert_eq!(
                last(published, &outages, Prorroga::HastaHabil),
                extended,
                "{published}"
            );
        }
    }

    #[test]
    fn an_incident_counts_by_the_part_in_which_the_notification_was_there() {
        let published = "2026-06-02 10:00:00";
        let plain = "2026-06-12T23:59:59+02:00";
        for (outages, expected) in [
            // Over before it was published, or nearly.
            (&[("2026-06-01 00:00:00", "2026-06-02 10:00:00")][..], plain),
            (&[("2026-06-01 00:00:00", "2026-06-02 22:00:00")], plain),
            // The days that the incident had on and after that of publication: only the latter is one of the ten.
            (
                &[("2026-06-01 00:00:00", "2026-06-02 22:00:01")],
                "2026-06-13T23:59:59+02:00",
            ),
            // Until midnight is within the day.
            (
                &[("2026-06-05 08:00:00", "2026-06-06 00:00:00")],
                "2026-06-14T23:59:59+02:00",
            ),
            // It begins in the last hours of the term, and after them.
            (
                &[("2026-06-12 20:00:00", "2026-06-13 20:00:00")],
                "2026-06-15T23:59:59+02:00",
            ),
            (&[("2026-06-13 00:00:00", "2026-06-13 20:00:00")], plain),
            // Two that touch are one; two that do not, are each too short.
            (
                &[
                    ("2026-06-05 08:00:00", "2026-06-05 16:00:00"),
                    ("2026-06-05 16:00:00", "2026-06-05 21:00:00"),
                ],
                "2026-06-14T23:59:59+02:00",
            ),
            (
                &[
                    ("2026-06-05 08:00:00", "2026-06-05 16:00:00"),
                    ("2026-06-05 17:00:00", "2026-06-05 22:00:00"),
                ],
                plain,
            ),
            // The second begins within the term as the first has moved it.
            (
                &[
                    ("2026-06-05 08:00:00", "2026-06-05 21:00:00"),
                    ("2026-06-14 08:00:00", "2026-06-14 21:00:00"),
                ],
                "2026-06-16T23:59:59+02:00",
            ),
        ] {
            assert_eq!(last(published, outages, Prorroga::No), expected, "{outages:?}");
        }
    }

    #[test]
    fn twelve_hours_are_hours_that_go_by() {
        // In the night of 25 October an hour is repeated: thirteen hours by, twelve on the clock.
        let over = &[("2026-10-24 20:00:00", "2026-10-25 08:00:00")];
        assert_eq!(
            last("2026-10-20 12:00:00", over, Prorroga::No),
            "2026-11-02T23:59:59+01:00"
        );
    }

    #[test]
    fn the_extension_is_refused_where_no_calendar_tells_the_working_day_and_is_not_missed_without_it() {
        let extended = Computo::new(Vec::new(), Prorroga::HastaHabil, national());
        let published = madrid("2027-12-26 12:00:00");
        assert_eq!(extended.end(published), Err(SinCalendario(2028)));
        assert_eq!(Computo::default().end(published), Ok(lapse_of(published)));
    }

    proptest! {
        #[test]
        fn incidents_never_shorten_a_term_and_without_any_it_is_the_plain_one(
            seconds in 1_600_000_000_i64..1_800_000_000,
            outages in proptest::collection::vec((-200_i64..400, 1_i64..100), 0..5),
        ) {
            let published = DateTime::from_timestamp(seconds, 0).unwrap();
            let at = |hours: i64| published + TimeDelta::hours(hours);
            let outages: Vec<_> = outages
                .into_iter()
                .map(|(from, length)| Incidencia { desde: at(from), hasta: at(from + length) })
                .collect();
            let count = |outages: &[Incidencia]| {
                Computo::new(outages.to_vec(), Prorroga::No, Calendarios::default()).end(published).unwrap()
            };
            prop_assert_eq!(count(&[]), lapse_of(published));
            let mut before = lapse_of(published);
            for known in 0..=outages.len() {
                let end = count(&outages[..known]);
                prop_assert!(before <= end);
                before = end;
            }
        }
    }
}
