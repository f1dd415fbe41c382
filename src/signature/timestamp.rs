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

/// Why a Timestamp is not one, or not of now. Instants are those compared, and a client is told of both and of what lies
/// between them, so that it knows which clock is to be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// Not one Created, then at most one Expires, each a dateTime with its zone.
    #[error("the Timestamp is not one Created, then at most one Expires")]
    Malformed,
    /// It expires before it is created.
    #[error("the Timestamp expires at {expires}, before it is created at {created}; now is {at}")]
    Reversed {
        /// When it says that it was created.
        created: DateTime<Utc>,
        /// When it says that it expires.
        expires: DateTime<Utc>,
        /// Official time when it was looked at.
        at: DateTime<Utc>,
    },
    /// It was created later than now.
    #[error("the Timestamp was created at {created}, later than now, {at}")]
    InFuture {
        /// When it says that it was created.
        created: DateTime<Utc>,
        /// Official time when it was looked at.
        at: DateTime<Utc>,
    },
    /// The message has lived for as long as it may.
    #[error("the Timestamp expired at {expires}; now is {at}")]
    Expired {
        /// When it expired.
        expires: DateTime<Utc>,
        /// Official time when it was looked at.
        at: DateTime<Utc>,
    },
    /// It was made longer ago than a message lives, whatever it says of its end.
    #[error("the Timestamp was created at {created}, longer than {} s before now, {at}", limit.num_seconds())]
    TooOld {
        /// When it was created.
        created: DateTime<Utc>,
        /// Official time when it was looked at.
        at: DateTime<Utc>,
        /// How long a message lives.
        limit: TimeDelta,
    },
    /// It says to live longer than is allowed.
    #[error("the Timestamp lasts from {created} until {expires}, longer than {} s; now is {at}", limit.num_seconds())]
    TooLong {
        /// When it says that it was created.
        created: DateTime<Utc>,
        /// When it says that it expires.
        expires: DateTime<Utc>,
        /// What is allowed from one to the other.
        limit: TimeDelta,
        /// Official time when it was looked at.
        at: DateTime<Utc>,
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
        match children.next() {
            Some(_) => Err(TimestampError::Malformed),
            None => Ok(Self { created, expires }),
        }
    }

    /// Checks it at an instant; gives the last one at which it would pass.
    pub(super) fn check_at(
        &self,
        at: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<DateTime<Utc>, TimestampError> {
        let Self { created, expires } = *self;
        // An instant that the calendar cannot hold is beyond every limit.
        let later = |instant: DateTime<Utc>, by: TimeDelta| {
            instant.checked_add_signed(by).unwrap_or(DateTime::<Utc>::MAX_UTC)
        };
        if let Some(expires) = expires.filter(|expires| *expires < created) {
            return Err(TimestampError::Reversed { created, expires, at });
        }
        if created > later(at, policy.skew()) {
            return Err(TimestampError::InFuture { created, at });
        }
        let (Life::AtMost(limit) | Life::CutTo(limit)) = policy.life();
        let longest = later(created, limit);
        let said = expires.map(|expires| later(expires, policy.skew()));
        let dies = match (policy.life(), expires) {
            (Life::AtMost(_), Some(expires)) if expires > longest => {
                return Err(TimestampError::TooLong {
                    created,
                    expires,
                    limit,
                    at,
                });
            }
            (Life::AtMost(_), _) => said.unwrap_or(later(longest, policy.skew())),
            (Life::CutTo(_), _) => said.map_or(longest, |said| said.min(longest)),
        };
        match expires {
            _ if at <= dies => Ok(dies),
            Some(expires) if said == Some(dies) => Err(TimestampError::Expired { expires, at }),
            _ => Err(TimestampError::TooOld { created, at, limit }),
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
    }

    #[test]
    fn it_holds_from_skew_before_it_was_made_to_skew_after_it_expires() {
        let stamp = of("2026-01-01T12:00:00Z", "2026-01-01T12:04:00Z");
        let dies = at("2026-01-01T12:09:00Z");
        let early = at("2026-01-01T11:55:00Z");
        let second = TimeDelta::seconds(1);
        for policy in [Policy::canal(), Policy::wscn()] {
            assert_eq!(stamp.check_at(early, &policy), Ok(dies));
            assert_eq!(stamp.check_at(dies, &policy), Ok(dies));
            assert_eq!(
                stamp.check_at(early - second, &policy),
                Err(TimestampError::InFuture {
                    created: stamp.created(),
                    at: early - second
                })
            );
            assert_eq!(
                stamp.check_at(dies + second, &policy),
                Err(TimestampError::Expired {
                    expires: at("2026-01-01T12:04:00Z"),
                    at: dies + second
                })
            );
        }
    }

    #[test]
    fn canal_messages_live_ten_minutes_at_most_and_by_default() {
        let (canal, now) = (Policy::canal(), at("2026-01-01T12:00:00Z"));
        let limit = TimeDelta::minutes(10);
        let expires = at("2026-01-01T12:10:01Z");
        let long = of("2026-01-01T12:00:00Z", "2026-01-01T12:10:01Z");
        assert_eq!(
            long.check_at(now, &canal),
            Err(TimestampError::TooLong {
                created: now,
                expires,
                limit,
                at: now
            })
        );
        let dies = at("2026-01-01T12:15:00Z");
        let full = of("2026-01-01T12:00:00Z", "2026-01-01T12:10:00Z");
        let open = read("<u:Created>2026-01-01T12:00:00Z</u:Created>").unwrap();
        for stamp in [full, open] {
            assert_eq!(stamp.check_at(now, &canal), Ok(dies));
            assert_eq!(stamp.check_at(dies, &canal), Ok(dies));
            assert!(stamp.check_at(dies + TimeDelta::seconds(1), &canal).is_err());
        }
    }

    #[test]
    fn wscn_messages_live_ten_minutes_whatever_they_say() {
        let (wscn, created) = (Policy::wscn(), at("2026-01-01T12:00:00Z"));
        let limit = TimeDelta::minutes(10);
        let dies = created + limit;
        let open = read("<u:Created>2026-01-01T12:00:00Z</u:Created>").unwrap();
        for stamp in [
            open,
            of("2026-01-01T12:00:00Z", "2026-01-01T12:10:00Z"),
            of("2026-01-01T12:00:00Z", "2026-01-01T13:00:00Z"),
            of("2026-01-01T12:00:00Z", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(stamp.check_at(created, &wscn), Ok(dies));
            assert_eq!(stamp.check_at(dies, &wscn), Ok(dies));
            for later in [TimeDelta::seconds(1), TimeDelta::hours(1), TimeDelta::days(365)] {
                let at = dies + later;
                assert_eq!(
                    stamp.check_at(at, &wscn),
                    Err(TimestampError::TooOld { created, at, limit })
                );
            }
        }
    }

    #[test]
    fn what_expires_before_it_is_made_is_refused_with_all_three_instants() {
        let now = at("2026-01-01T12:00:00Z");
        let (created, expires) = (now, now - TimeDelta::hours(1));
        let reversed = of("2026-01-01T12:00:00Z", "2026-01-01T11:00:00Z");
        for policy in [Policy::canal(), Policy::wscn()] {
            let refused = reversed.check_at(now, &policy);
            assert_eq!(
                refused,
                Err(TimestampError::Reversed {
                    created,
                    expires,
                    at: now
                })
            );
        }
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_way_round() {
        let now = at("2026-01-01T12:00:00Z");
        for policy in [Policy::canal(), Policy::wscn()] {
            let far = of("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z");
            assert_eq!(
                far.check_at(now, &policy),
                Err(TimestampError::InFuture {
                    created: far.created(),
                    at: now
                })
            );
            for created in ["0001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"] {
                let old = of(created, "9999-12-31T23:59:59Z");
                assert!(matches!(
                    old.check_at(now, &policy),
                    Err(TimestampError::TooLong { .. } | TimestampError::TooOld { .. })
                ));
            }
        }
    }
}
