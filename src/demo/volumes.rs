//! A smaller world than the whole cast's: who keeps how many of its notifications.

use super::addressee::{Addressee, Volume};

/// Leaves so many in all. Each addressee in turn gets one more, a pending one and one of the past by turns, so that a world
/// of a few has something of everybody's.
pub(super) fn spread(addressees: &mut [Addressee], notificaciones: u64) {
    let nothing = Volume {
        pendientes: 0,
        historicas: 0,
    };
    let whole: Vec<Volume> = addressees
        .iter_mut()
        .map(|addressee| std::mem::replace(&mut addressee.volume, nothing))
        .collect();
    let mut left = notificaciones;
    for round in 0_u32.. {
        let before = left;
        for (addressee, whole) in addressees.iter_mut().zip(&whole) {
            if left == 0 {
                return;
            }
            left -= u64::from(one_more(&mut addressee.volume, *whole, round % 2 == 0));
        }
        if left == before {
            return;
        }
    }
}

/// Gives one more of the wanted kind, or else of the other; gives how many that was.
fn one_more(given: &mut Volume, whole: Volume, pending: bool) -> u8 {
    let (more_pending, more_past) = (
        given.pendientes < whole.pendientes,
        given.historicas < whole.historicas,
    );
    if more_pending && (pending || !more_past) {
        given.pendientes += 1;
    } else if more_past {
        given.historicas += 1;
    }
    u8::from(more_pending || more_past)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::people::Cast;
    use chrono::DateTime;

    #[test]
    fn a_small_world_has_exactly_as_many_as_were_asked_for_and_first_a_pending_one_of_everybody() {
        let now = DateTime::from_timestamp(1_773_130_500, 0).unwrap();
        let of = |count: u64| {
            let mut addressees = Cast::new(now).unwrap().addressees;
            spread(&mut addressees, count);
            addressees.into_iter().map(|one| one.volume).collect::<Vec<_>>()
        };
        let total = |volumes: &[Volume]| {
            let each = volumes
                .iter()
                .map(|v| u64::from(v.pendientes) + u64::from(v.historicas));
            each.sum::<u64>()
        };
        for count in [0, 1, 10, 100, 1_000] {
            assert_eq!(total(&of(count)), count);
        }
        assert!(
            of(10)[..10]
                .iter()
                .all(|v| (v.pendientes, v.historicas) == (1, 0))
        );
        let whole: Vec<Volume> = Cast::new(now)
            .unwrap()
            .addressees
            .iter()
            .map(|a| a.volume)
            .collect();
        assert_eq!(of(1_000_000), whole);
    }
}
