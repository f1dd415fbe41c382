//! When each notification is published and what becomes of it, before any of them is made.
//!
//! Codes grow with publication, so that all dates must be known before the first code is given. A plan takes some
//! twenty octets a notification; everything else is made in slices.

use chrono::{DateTime, Days, TimeDelta, Utc};
use chrono_tz::Europe::Madrid;

use crate::domain::plazo::start_of_day;

use super::DemoError;
use super::addressee::{Addressee, AddresseeKind};
use super::random::SplitMix;

/// What has become of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Destino {
    /// Nobody has decided it, and its term runs.
    Pendiente,
    /// Nothing yet, though ten days are over: a copy of what goes on paper, whose term lapses nothing (D-8).
    Copia,
    /// Somebody asked for its acuse and did not return it.
    AcuseSolicitado,
    /// It was accepted.
    Aceptada,
    /// It was rejected.
    Rechazada,
    /// Its term ended, which is on record.
    CaducadaRegistrada,
    /// Its term ended, and no task has recorded it yet.
    CaducadaSinRegistrar,
}

impl Destino {
    /// Whether it supposes that the lapse of the term practises the notification (D-8).
    #[must_use]
    pub(super) fn supposes_lapse(self) -> bool {
        matches!(self, Self::CaducadaRegistrada | Self::CaducadaSinRegistrar)
    }
}

/// A notification to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Plan {
    /// When it is put at disposal.
    pub publicada: DateTime<Utc>,
    /// Index of its addressee in the cast.
    pub addressee: u32,
    /// What becomes of it.
    pub destino: Destino,
}

/// The plans of all notifications of these addressees, in order of publication.
pub(super) fn plan(addressees: &[Addressee], seed: u64, now: DateTime<Utc>) -> Result<Vec<Plan>, DemoError> {
    let mut plans = Vec::new();
    for (index, addressee) in (0_u32..).zip(addressees) {
        let mut random = SplitMix::of(seed, u64::from(index));
        let open = (0..addressee.volume.pendientes)
            .map(|turn| open(turn, addressee.kind, &mut random))
            .collect::<Vec<_>>();
        // Each addressee starts the round elsewhere, so that those with few notifications differ.
        let past = (0..addressee.volume.historicas).map(|turn| past(turn + index * 7, &mut random));
        for (age, destino) in open.into_iter().chain(past.collect::<Vec<_>>()) {
            plans.push(Plan {
                publicada: published(age, &mut random, now)?,
                addressee: index,
                destino,
            });
        }
    }
    plans.sort_unstable();
    Ok(plans)
}

/// Age in civil days and destiny of one that is still open: two in twelve end today or tomorrow.
fn open(turn: u32, kind: AddresseeKind, random: &mut SplitMix) -> (i64, Destino) {
    match turn % 12 {
        5 if kind == AddresseeKind::Particular => (random.between(15, 600), Destino::Copia),
        // What a small world has of it lasts longest.
        0 | 1 => (0, Destino::Pendiente),
        2 => (random.between(2, 8), Destino::AcuseSolicitado),
        3 => (10, Destino::Pendiente),
        4 => (9, Destino::Pendiente),
        _ => (random.between(0, 8), Destino::Pendiente),
    }
}

/// Age in civil days and destiny of one of the past. None is published between 690 and 740 days ago, so that no
/// listing hangs on the very day at which two years are over (D-16).
fn past(turn: u32, random: &mut SplitMix) -> (i64, Destino) {
    match turn % 20 {
        0..=8 => (random.between(12, 690), Destino::Aceptada),
        9 => (random.between(1, 9), Destino::Aceptada),
        10..=12 => (random.between(3, 690), Destino::Rechazada),
        13..=15 => (random.between(12, 690), Destino::CaducadaRegistrada),
        16 | 17 => (random.between(11, 14), Destino::CaducadaSinRegistrar),
        18 => (random.between(740, 880), Destino::Aceptada),
        _ => (random.between(740, 880), Destino::CaducadaRegistrada),
    }
}

/// Office hours, so many civil days ago; today, within the last hour. What comes before what does not depend on the hour at
/// which a world is prepared: codes go by that.
fn published(age: i64, random: &mut SplitMix, now: DateTime<Utc>) -> Result<DateTime<Utc>, DemoError> {
    let at = TimeDelta::seconds(random.between(8 * 3600, 20 * 3600));
    let ago = TimeDelta::seconds(random.between(60, 3600));
    if age == 0 {
        return Ok(now - ago);
    }
    let today = now.with_timezone(&Madrid).date_naive();
    let day = today
        .checked_sub_days(Days::new(age.unsigned_abs()))
        .ok_or(DemoError::Calendar)?;
    Ok(start_of_day(day) + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::people::Cast;
    use crate::domain::plazo;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_130_500, 0).unwrap()
    }

    #[test]
    fn plans_are_the_same_each_time_and_go_by_publication() {
        let addressees = Cast::new(now()).unwrap().addressees;
        let plans = plan(&addressees, 1, now()).unwrap();
        assert_eq!(plans, plan(&addressees, 1, now()).unwrap());
        assert!(plans.is_sorted_by_key(|plan| plan.publicada));
        assert!(plans.iter().all(|plan| plan.publicada < now()));
    }

    #[test]
    fn some_terms_end_today_some_tomorrow_and_some_have_ended_without_record() {
        let addressees = Cast::new(now()).unwrap().addressees;
        let plans = plan(&addressees, 1, now()).unwrap();
        let days_left = |plan: &Plan| plazo::days_left(plazo::lapse_of(plan.publicada), now());
        let open = |plan: &&Plan| matches!(plan.destino, Destino::Pendiente | Destino::AcuseSolicitado);
        for left in [0, 1, 10] {
            assert!(
                plans
                    .iter()
                    .filter(open)
                    .filter(|p| days_left(p) == Some(left))
                    .count()
                    > 20,
                "{left}"
            );
        }
        for plan in &plans {
            let over = days_left(plan).is_none();
            assert!(over || !plan.destino.supposes_lapse());
            assert!(!over || !open(&plan));
        }
        let unrecorded = plans
            .iter()
            .filter(|p| p.destino == Destino::CaducadaSinRegistrar)
            .count();
        assert!(unrecorded > 20);
    }
}
