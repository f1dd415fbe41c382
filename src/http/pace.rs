//! `Pace`: how long clients may take over what they send and what they are sent.

use std::num::NonZeroU64;
use std::time::Duration;

use crate::config::Servicio;

/// Lines of a home are several times faster towards it than from it, and whoever is answered was a client first: what is
/// sent may go so many times slower than what comes.
const SLOWER_OUT: u64 = 8;

/// How long clients may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// For a request's head, from its first octet.
    pub(super) head: Duration,
    /// For a whole request, from its first octet, and for an answer, if they are small.
    whole: Duration,
    /// The octets a second that earn a large body more than that.
    octets_per_second: NonZeroU64,
}

impl Pace {
    /// That of the settings.
    pub(super) fn new(servicio: &Servicio) -> Self {
        Self {
            head: Duration::from_secs(servicio.cabecera_segundos),
            whole: Duration::from_secs(servicio.peticion_segundos),
            octets_per_second: NonZeroU64::new(servicio.octetos_por_segundo).unwrap_or(NonZeroU64::MIN),
        }
    }

    /// How long a request may have taken of whose body so many octets have come.
    pub(super) fn to_come(self, octets: u64) -> Duration {
        self.whole.max(at_speed(octets, self.octets_per_second.get()))
    }

    /// How long an answer may have taken of which so many octets were taken.
    pub(super) fn to_go(self, octets: u64) -> Duration {
        let speed = (self.octets_per_second.get() / SLOWER_OUT).max(1);
        self.whole.max(at_speed(octets, speed))
    }
}

fn at_speed(octets: u64, per_second: u64) -> Duration {
    Duration::from_millis(octets.saturating_mul(1000) / per_second.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_message_has_the_time_of_all_and_a_large_one_what_its_speed_earns() {
        let pace = Pace::new(&Servicio {
            peticion_segundos: 30,
            octetos_por_segundo: 1000,
            ..Servicio::default()
        });
        for (octets, seconds) in [(0, 30), (30_000, 30), (31_000, 31), (90_500, 90)] {
            assert_eq!(pace.to_come(octets).as_secs(), seconds, "{octets}");
        }
        assert_eq!(pace.to_go(30_000).as_secs(), 240);
    }
}
