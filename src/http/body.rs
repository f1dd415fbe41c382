//! `Body`: a message's octets, read whole within bounds of size, of time, and of memory for all of them together.

use std::future::poll_fn;
use std::ops::Deref;
use std::pin::pin;
use std::sync::Arc;

use actix_web::body::{BodyStream, MessageBody};
use actix_web::web::{Bytes, BytesMut, Payload};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout_at;

use super::line::Line;
use crate::contract::unread::Unread;

/// A request of a thousand codes is under 100 KiB; this leaves room for whatever toolkits put around it.
const MAX_BODY: usize = 8 * 1024 * 1024;
/// Octets of all bodies together, those that are still coming among them: what strangers can have the service hold.
const MEMORY: usize = 256 * 1024 * 1024;

/// Memory for bodies.
pub(super) struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self::of(MEMORY)
    }
}

/// A body, and the place that it takes as long as it is there.
#[derive(Debug)]
pub(super) struct Body {
    octets: Bytes,
    _place: Option<OwnedSemaphorePermit>,
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

impl Room {
    fn of(octets: usize) -> Self {
        Self(Arc::new(Semaphore::new(octets)))
    }

    /// The whole body, if it comes whole, in the time that its connection gives it, is not too large, and finds room.
    pub(super) async fn read(&self, payload: Payload, line: &Line) -> Result<Body, NotRead> {
        self.collect(BodyStream::new(payload), line).await
    }

    /// Place is taken as octets come, so that who only announces many takes none.
    async fn collect(&self, body: impl MessageBody, line: &Line) -> Result<Body, NotRead> {
        let mut body = pin!(body);
        let mut octets = BytesMut::new();
        let mut place: Option<OwnedSemaphorePermit> = None;
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
            let more = self.take(piece.len())?;
            match &mut place {
                Some(place) => place.merge(more),
                None => place = Some(more),
            }
            octets.extend_from_slice(&piece);
        }
        line.whole();
        Ok(Body {
            octets: octets.freeze(),
            _place: place,
        })
    }

    fn take(&self, octets: usize) -> Result<OwnedSemaphorePermit, NotRead> {
        let octets = u32::try_from(octets).map_err(|_| NotRead::NoRoom)?;
        let taken = Arc::clone(&self.0).try_acquire_many_owned(octets);
        taken.map_err(|_| NotRead::NoRoom)
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
    use actix_web::rt::System;

    fn collected(room: &Room, body: impl MessageBody) -> Result<Body, NotRead> {
        let line = Line::new(Pace::new(&Servicio::default()));
        System::new().block_on(room.collect(body, &line))
    }

    #[test]
    fn all_bodies_together_have_no_more_than_the_room_there_is() {
        let room = Room::of(100);
        let first = collected(&room, "a".repeat(60)).unwrap();
        assert_eq!(first.len(), 60);
        assert_eq!(collected(&room, "b".repeat(41)).unwrap_err(), NotRead::NoRoom);
        // What found none has left what it had taken.
        let second = collected(&room, "c".repeat(40)).unwrap();
        assert_eq!(room.0.available_permits(), 0);
        drop((first, second));
        assert_eq!(room.0.available_permits(), 100);
    }

    #[test]
    fn a_body_larger_than_may_be_takes_no_room() {
        let room = Room::default();
        let refused = collected(&room, "a".repeat(MAX_BODY + 1)).unwrap_err();
        assert_eq!(refused, Unread::TooLarge { most: MAX_BODY }.into());
        assert_eq!(room.0.available_permits(), MEMORY);
        assert_eq!(collected(&room, "a".repeat(MAX_BODY)).unwrap().len(), MAX_BODY);
        assert!(collected(&room, "").unwrap().is_empty());
    }
}
