//! Official time of a demonstration, which may be another than the machine's: how it is told, kept and followed.

use std::fs;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use super::clocks::{machine_time, set_ahead};
use super::{Failure, instant};
use crate::config::{Entorno, Settings};
use crate::whole_file;

/// By how much it may be another. Of all that is dated in a world nothing lies out of the calendar then.
const MOST: TimeDelta = TimeDelta::days(36_525);

/// What official time is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// This, when it is told.
    Instant(DateTime<Utc>),
    /// So much ahead of the machine's clock, or behind it.
    Ahead(TimeDelta),
}

impl Told {
    /// Reads an instant or day, or a distance such as `+11d` or `-1d12h`.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if text.starts_with(['+', '-']) {
            return distance(text).map(Self::Ahead);
        }
        instant::beginning(text).map(Self::Instant).map_err(|_| {
            "it is an instant (2026-03-20T09:15:00+01:00, or in Madrid 2026-03-20 09:15), a day, or a distance (+11d, -1d12h)"
                .to_owned()
        })
    }

    /// By how much that is ahead of the machine's clock.
    pub(super) fn ahead(self) -> Result<TimeDelta, String> {
        within(match self {
            // To the second, and not before that instant.
            Self::Instant(at) => TimeDelta::seconds((at - machine_time()).num_seconds() + 1),
            Self::Ahead(by) => by,
        })
    }
}

/// A distance that official time may have.
pub(super) fn within(ahead: TimeDelta) -> Result<TimeDelta, String> {
    if ahead.abs() > MOST {
        Err("official time may be a hundred years from the machine's clock at most".to_owned())
    } else {
        Ok(ahead)
    }
}

/// A distance: a sign, then numbers of days, hours, minutes or seconds.
pub(super) fn distance(text: &str) -> Result<TimeDelta, String> {
    let wrong = || {
        "a distance is a sign and numbers of days, hours, minutes or seconds: +11d, -1d12h, +90s".to_owned()
    };
    let (sign, mut rest) = match text.split_at_checked(1) {
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        _ => return Err(wrong()),
    };
    let mut seconds = 0_i64;
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, unit) = rest.split_at(end);
        let unit_seconds = match unit.chars().next() {
            Some('d') => 86_400,
            Some('h') => 3_600,
            Some('m') => 60,
            Some('s') => 1,
            _ => return Err(wrong()),
        };
        let more = number
            .parse::<i64>()
            .ok()
            .and_then(|number| number.checked_mul(unit_seconds));
        seconds = more
            .and_then(|more| seconds.checked_add(more))
            .ok_or_else(wrong)?;
        rest = unit.get(1..).unwrap_or_default();
    }
    let distance = TimeDelta::try_seconds(sign * seconds).ok_or_else(wrong)?;
    within(distance)
}

/// Has official time be what the settings' file says, if they name one that is there.
pub(super) fn follow(settings: &Settings) -> Result<(), Failure> {
    let Some(path) = &settings.reloj.desfase_fichero else {
        return Ok(());
    };
    let unusable = |why: &str| -> Failure {
        format!("option `reloj.desfase_fichero`: {}: {why}", path.display()).into()
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unusable(&error.to_string())),
    };
    if settings.entorno == Entorno::Produccion {
        return Err(unusable(
            "a demonstration alone has a time of its own: never with `entorno = \"produccion\"`",
        ));
    }
    let seconds = text.trim().parse().ok().and_then(TimeDelta::try_seconds);
    let seconds = seconds.ok_or_else(|| unusable("it does not hold a whole number of seconds"))?;
    set_ahead(within(seconds).map_err(|why| unusable(&why))?);
    Ok(())
}

/// Keeps by how much official time is ahead, for whoever starts next or operates. To the second, as it is then.
pub(super) fn keep(path: &Path, by: TimeDelta) -> Result<(), Failure> {
    whole_file::replace(
        path,
        format!("{}\n", by.num_seconds()).as_bytes(),
        whole_file::ALL,
    )
    .map_err(|error| format!("{}: {error}", path.display()).into())
}

/// That a database that no demonstration made knows no other time than the machine's.
pub(super) fn refused() -> Failure {
    "option `reloj.desfase_fichero`: a demonstration alone has a time of its own, and none made this database"
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_an_instant_or_a_distance_from_the_clock_of_the_machine() {
        let days = TimeDelta::days;
        assert_eq!(Told::read("+11d"), Ok(Told::Ahead(days(11))));
        assert_eq!(Told::read("-1d12h"), Ok(Told::Ahead(-TimeDelta::hours(36))));
        assert_eq!(Told::read("+90m30s"), Ok(Told::Ahead(TimeDelta::seconds(5430))));
        assert_eq!(Told::read("+0d"), Ok(Told::Ahead(TimeDelta::zero())));
        let madrid = "2026-03-20T08:15:00Z".parse().unwrap();
        for same in [
            "2026-03-20T09:15:00+01:00",
            "2026-03-20 09:15",
            "2026-03-20T09:15:00",
        ] {
            assert_eq!(Told::read(same), Ok(Told::Instant(madrid)), "{same}");
        }
        for text in [
            "",
            "+",
            "-",
            "11d",
            "+11",
            "+d",
            "+1x",
            "++1d",
            "+1.5d",
            "ayer",
            "+99999999999999999999d",
            "+40000d",
        ] {
            assert!(Told::read(text).is_err(), "{text}");
        }
        assert!(
            Told::Instant("2300-01-01T00:00:00Z".parse().unwrap())
                .ahead()
                .is_err()
        );
    }
}
