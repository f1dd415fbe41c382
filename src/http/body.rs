//! `Body`: a message's octets, read whole within bounds of size, of time, and of memory for all of them together.

use std::future::poll_fn;
use std::ops::Deref;
use std::pin::pin;

use actix_web::body::{BodyStream, MessageBody};
use actix_web::web::{Bytes, BytesMut, Payload};
use tokio::time::timeout_at;

use super::line::Line;
use super::room::Place;
use crate::contract::unread::Unread;

/// A request of a thousand codes is under 100 KiB; this leaves room for whatever toolkits put around it.
const MAX_BODY: usize = 8 * 1024 * 1024;

/// A body, and the place that it takes as long as it is there.
#[derive(Debug)]
pub(super) struct Body {
    octets: Bytes,
    _place: Place,
}

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotRead {
    /// It is the client's fault, or its line's.
    #[error(transparent)]
    Unread(#[from] Unread),
    /// There is no memory for it now.
    #[error("no room for the bodies of all messages")]
    NoRoom,
}

impl Body {
    /// The whole body, if it comes whole, in the time that its connection gives it, is not too large, and finds room.
    pub(super) async fn read(payload: Payload, line: &Line, place: Place) -> Result<Self, NotRead> {
        Self::collect(BodyStream::new(payload), line, place).await
    }

    /// Place is taken as octets come, so that who only announces many takes none.
    async fn collect(body: impl MessageBody, line: &Line, mut place: Place) -> Result<Self, NotRead> {
        let mut body = pin!(body);
        let mut octets = BytesMut::new();
        let mut until = line.body_read(0);
        loop {
            let next = poll_fn(|context| body.as_mut().poll_next(context));
            let Ok(piece) = timeout_at(until, next).await else {
                let seconds = line.since_begun().as_secs();
                return Err(Unread::TooSlow { seconds }.into());
            };
            let Some(piece) = piece else { break };
            let piece = piece.map_err(|_| Unread::CutShort)?;
            until = line.body_read(piece.len());
            if octets.len() + piece.len() > MAX_BODY {
                return Err(Unread::TooLarge { most: MAX_BODY }.into());
            }
            if !place.grow(piece.len()) {
                return Err(NotRead::NoRoom);
            }
            octets.extend_from_slice(&piece);
        }
        line.whole();
        Ok(Self {
            octets: octets.freeze(),
            _place: place,
        })
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.octets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Servicio;
    use crate::http::pace::Pace;
    use crate::http::room::Room;
    use actix_web::rt::System;
    use std::net::Ipv4Addr;

    const MIB: usize = 1 << 20;

    fn collected(room: &Room, body: impl MessageBody) -> Result<Body, NotRead> {
        let from = Ipv4Addr::LOCALHOST.into();
        let line = Line::new(Pace::new(&Servicio::default()), from);
        System::new().block_on(Body::collect(body, &line, room.place(from)))
    }

    #[test]
    fn a_body_has_its_place_for_as_long_as_it_is_there() {
        let room = Room::of(16 * MIB);
        let first = collected(&room, "a".repeat(4 * MIB)).unwrap();
        assert_eq!(first.len(), 4 * MIB);
        assert_eq!(
            collected(&room, "b".repeat(3 * MIB)).unwrap_err(),
            NotRead::NoRoom
        );
        // What found none has left what it had taken.
        assert_eq!(room.taken(), 4 * MIB);
        let second = collected(&room, "c".repeat(2 * MIB)).unwrap();
        drop((first, second));
        assert_eq!(room.taken(), 0);
    }

    #[test]
    fn a_body_larger_than_may_be_takes_no_room() {
        let room = Room::of(32 * MIB);
        let refused = collected(&room, "a".repeat(MAX_BODY + 1)).unwrap_err();
        assert_eq!(refused, Unread::TooLarge { most: MAX_BODY }.into());
        assert_eq!(room.taken(), 0);
        assert_eq!(collected(&room, "a".repeat(MAX_BODY)).unwrap().len(), MAX_BODY);
        assert!(collected(&room, "").unwrap().is_empty());
    }
}
