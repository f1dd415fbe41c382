//! A `wsu:Timestamp` that is not one, or not of now.

use std::borrow::Cow;

use super::InWords;
use super::between::{Between, written};
use crate::signature::TimestampError;

impl InWords for TimestampError {
    fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Malformed => "wsu:Timestamp mal formado: debe llevar Created y puede llevar después Expires, fechas con zona horaria como \
         2026-03-20T09:15:00Z".into(),
            Self::Reversed { created, expires, at } => format!("wsu:Timestamp caduca antes de crearse: Created es {} y Expires {}, {} antes; la hora del servicio es {}",
        written(created), written(expires), Between(*created - *expires), written(at)).into(),
            Self::InFuture { created, at } => format!("wsu:Timestamp es del futuro: Created es {} y la hora del servicio {}, {} antes; ajuste el reloj",
        written(created), written(at), Between(*created - *at)).into(),
            Self::Expired { expires, at } => format!("wsu:Timestamp ha caducado: Expires es {} y la hora del servicio {}, {} después; ajuste el reloj o vuelva a firmar",
        written(expires), written(at), Between(*at - *expires)).into(),
            Self::TooOld { created, at, limit } => format!("wsu:Timestamp ha caducado: Created es {} y la hora del servicio {}, {} después, y un mensaje vale {} desde \
         Created; ajuste el reloj o vuelva a firmar",
        written(created), written(at), Between(*at - *created), Between(*limit)).into(),
            Self::TooLong { created, expires, limit, at } => format!("wsu:Timestamp dura demasiado: Created es {} y Expires {}, {} después, y el máximo es {}; la hora del servicio es {}",
        written(created), written(expires), Between(*expires - *created), Between(*limit), written(at)).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Who reads it knows whose clock is wrong, and by how much.
    #[test]
    fn each_refusal_tells_the_instants_and_what_lies_between() {
        let now = at("2026-01-01T12:00:00Z");
        let limit = TimeDelta::minutes(10);
        for (error, words) in [
            (
                TimestampError::TooOld {
                    created: at("2025-01-01T12:00:00Z"),
                    at: now,
                    limit,
                },
                ["2025-01-01T12:00:00Z", "2026-01-01T12:00:00Z", "365 d", "10 min"],
            ),
            (
                TimestampError::Expired {
                    expires: at("2026-01-01T11:05:00Z"),
                    at: now,
                },
                [
                    "2026-01-01T11:05:00Z",
                    "2026-01-01T12:00:00Z",
                    "55 min",
                    "caducado",
                ],
            ),
            (
                TimestampError::InFuture {
                    created: at("2026-01-01T13:00:30Z"),
                    at: now,
                },
                [
                    "2026-01-01T13:00:30Z",
                    "2026-01-01T12:00:00Z",
                    "1 h 30 s",
                    "futuro",
                ],
            ),
            (
                TimestampError::Reversed {
                    created: now,
                    expires: at("2026-01-01T11:58:00Z"),
                    at: now,
                },
                ["2026-01-01T11:58:00Z", "2026-01-01T12:00:00Z", "2 min", "antes"],
            ),
            (
                TimestampError::TooLong {
                    created: at("2026-01-01T11:59:00Z"),
                    expires: at("2026-01-01T12:59:00Z"),
                    limit,
                    at: now,
                },
                ["2026-01-01T12:59:00Z", "2026-01-01T12:00:00Z", "1 h", "10 min"],
            ),
        ] {
            let told = error.in_words();
            assert!(words.iter().all(|word| told.contains(word)), "{told}");
        }
    }
}
