//! `wsu:Timestamp`: when a message was made and until when it holds.

use chrono::{DateTime, TimeDelta, Utc};

use super::names::WSU;
use super::policy::{Life, Policy};
use crate::xml::date_time;
use crate::xml::tree::Element;

/// A Timestamp (WS-Security SOAP Message Security 1.1, §10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    created: DateTime<Utc>,
    expires: Option<DateTime<Utc>>,
}

/// Why a Timestamp is not one, or not of now. Instants are those compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// Not one Created, then at most one Expires, each a dateTime with its zone.
    #[error(
        "wsu:Timestamp mal formado: debe llevar Created y puede llevar después Expires, fechas con zona horaria como \
         2026-03-20T09:15:00Z"
    )]
    Malformed,
    /// It expires before it is created.
    #[error("wsu:Timestamp caduca antes de crearse")]
    Reversed,
    /// It was created later than now.
    #[error("wsu:Timestamp es del futuro: creado {created}, ahora {at}; ajuste el reloj")]
    InFuture {
        /// When it says that it was created.
        created: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// It expired.
    #[error("wsu:Timestamp ha caducado: {expires}, ahora {at}; ajuste el reloj o vuelva a firmar")]
    Expired {
        /// When it expired.
        expires: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// It says to live longer than is allowed.
    #[error("wsu:Timestamp dura {} segundos y el máximo es {}", life.num_seconds(), limit.num_seconds())]
    TooLong {
        /// From Created to Expires.
        life: TimeDelta,
        /// What is allowed.
        limit: TimeDelta,
    },
}

impl Timestamp {
    /// When the message says that it was made.
    #[must_use]
    pub fn created(&self) -> DateTime<Utc> {
        self.created
    }

    /// Until when it says to hold.
    #[must_use]
    pub fn expires(&self) -> Option<DateTime<Utc>> {
        self.expires
    }

    /// Reads it from its element.
    pub(super) fn read(element: Element<'_, '_>) -> Result<Self, TimestampError> {
        let mut children = element.children();
        let created = children
            .next()
            .and_then(|child| instant(child, "Created"))
            .ok_or(TimestampError::Malformed)?;
        let expires = match children.next() {
            Some(child) => Some(instant(child, "Expires").ok_or(TimestampError::Malformed)?),
            None => None,
        };
        match (children.next(), expires) {
            (Some(_), _) => Err(TimestampError::Malformed),
            (None, Some(expires)) if expires < created => Err(TimestampError::Reversed),
            (None, expires) => Ok(Self { created, expires }),
        }
    }

    /// Checks it at an instant; gives the last one at which it would pass, if there is one.
    pub(super) fn check_at(
        &self,
        at: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Option<DateTime<Utc>>, TimestampError> {
        // An instant that the calendar cannot hold is beyond every limit.
        let later = |instant: DateTime<Utc>, by: TimeDelta| instant.checked_add_signed(by);
        if later(at, policy.skew()).is_some_and(|latest| self.created > latest) {
            return Err(TimestampError::InFuture {
                created: self.created,
                at,
            });
        }
        let expires = match policy.life() {
            Life::AsDeclared => self.expires,
            Life::AtMost(limit) => {
                let longest = later(self.created, limit).ok_or(TimestampError::Malformed)?;
                let expires = self.expires.unwrap_or(longest);
                if expires > longest {
                    return Err(TimestampError::TooLong {
                        life: expires - self.created,
                        limit,
                    });
                }
                Some(expires)
            }
        };
        let Some(expires) = expires else { return Ok(None) };
        let dies = later(expires, policy.skew()).ok_or(TimestampError::Malformed)?;
        if at > dies {
            Err(TimestampError::Expired { expires, at })
        } else {
            Ok(Some(dies))
        }
    }
}

fn instant(element: Element<'_, '_>, local: &str) -> Option<DateTime<Utc>> {
    if !element.is(WSU, local) {
        return None;
    }
    date_time::instant(element.text()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Limits, screen};

    fn read(content: &str) -> Result<Timestamp, TimestampError> {
        let text = format!(r#"<u:Timestamp xmlns:u="{WSU}">{content}</u:Timestamp>"#);
        Timestamp::read(screen(text.as_bytes(), &Limits::MESSAGE).unwrap().root())
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn of(created: &str, expires: &str) -> Timestamp {
        read(&format!(
            "<u:Created>{created}</u:Created><u:Expires>{expires}</u:Expires>"
        ))
        .unwrap()
    }

    #[test]
    fn it_is_created_and_then_expires() {
        let read_back = of("2026-01-01T00:00:00.5Z", "2026-01-01T01:05:00+01:00");
        assert_eq!(read_back.created(), at("2026-01-01T00:00:00.5Z"));
        assert_eq!(read_back.expires(), Some(at("2026-01-01T00:05:00Z")));
        assert_eq!(
            read("<u:Created> 2026-01-01T00:00:00Z\n</u:Created>")
                .unwrap()
                .expires(),
            None
        );
    }

    #[test]
    fn anything_else_is_malformed() {
        let created = "<u:Created>2026-01-01T00:00:00Z</u:Created>";
        let expires = "<u:Expires>2026-01-01T00:00:00Z</u:Expires>";
        for content in [
            String::new(),
            expires.to_owned(),
            format!("{expires}{created}"),
            format!("{created}{created}"),
            format!("{created}{expires}{expires}"),
            "<u:Created>2026-01-01T00:00:00</u:Created>".to_owned(),
            "<u:Created>ayer</u:Created>".to_owned(),
            "<u:Created>2026-01-01 00:00:00Z</u:Created>".to_owned(),
            format!("{created}<u:Expires>2026-01-01T00:00:00z</u:Expires>"),
            "<u:Created>2026-01-01T00:<b/>00:00Z</u:Created>".to_owned(),
            "<Created>2026-01-01T00:00:00Z</Created>".to_owned(),
        ] {
            assert_eq!(read(&content), Err(TimestampError::Malformed), "{content}");
        }
        let reversed =
            "<u:Created>2026-01-01T00:00:01Z</u:Created><u:Expires>2026-01-01T00:00:00Z</u:Expires>";
        assert_eq!(read(reversed), Err(TimestampError::Reversed));
    }

    #[test]
    fn it_holds_from_skew_before_it_was_made_to_skew_after_it_expires() {
        let stamp = of("2026-01-01T12:00:00Z", "2026-01-01T12:10:00Z");
        let dies = at("2026-01-01T12:15:00Z");
        let canal = Policy::canal();
        let early = at("2026-01-01T11:55:00Z");
        assert_eq!(stamp.check_at(early, &canal), Ok(Some(dies)));
        assert_eq!(stamp.check_at(dies, &canal), Ok(Some(dies)));
        let second = TimeDelta::seconds(1);
        assert_eq!(
            stamp.check_at(early - second, &canal),
            Err(TimestampError::InFuture {
                created: stamp.created(),
                at: early - second
            })
        );
        assert_eq!(
            stamp.check_at(dies + second, &canal),
            Err(TimestampError::Expired {
                expires: at("2026-01-01T12:10:00Z"),
                at: dies + second
            })
        );
    }

    #[test]
    fn canal_messages_live_ten_minutes_at_most_and_by_default() {
        let now = at("2026-01-01T12:00:00Z");
        let (life, limit) = (TimeDelta::seconds(601), TimeDelta::minutes(10));
        let long = of("2026-01-01T12:00:00Z", "2026-01-01T12:10:01Z");
        assert_eq!(
            long.check_at(now, &Policy::canal()),
            Err(TimestampError::TooLong { life, limit })
        );
        assert_eq!(
            long.check_at(now, &Policy::wscn()),
            Ok(Some(at("2026-01-01T12:15:01Z")))
        );
        let open = read("<u:Created>2026-01-01T12:00:00Z</u:Created>").unwrap();
        assert_eq!(
            open.check_at(now, &Policy::canal()),
            Ok(Some(at("2026-01-01T12:15:00Z")))
        );
        assert_eq!(open.check_at(now, &Policy::wscn()), Ok(None));
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_way_round() {
        let now = at("2026-01-01T12:00:00Z");
        let far = of("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z");
        assert_eq!(
            far.check_at(now, &Policy::canal()),
            Err(TimestampError::InFuture {
                created: far.created(),
                at: now
            })
        );
        let old = of("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z");
        assert!(matches!(
            old.check_at(now, &Policy::canal()),
            Err(TimestampError::TooLong { .. })
        ));
    }
}
