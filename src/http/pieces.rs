//! `Pieces`: the octets of a reply, which need not lie side by side to be sent one after another.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;

use super::room::Place;
use crate::xml::write::Enclosed;

/// Octets given at a time. The connection copies what it is about to send: a large reply that a slow client takes lies in
/// memory once so, not twice.
const CHUNK: usize = 64 << 10;

/// A body of which all is there from the start, and the place that it takes until it is gone.
pub(super) struct Pieces {
    left: std::array::IntoIter<Bytes, 2>,
    _place: Option<Place>,
}

impl Pieces {
    /// Those of a document.
    pub(super) fn of(document: Enclosed, place: Option<Place>) -> Self {
        Self {
            left: document.into_pieces().map(Bytes::from).into_iter(),
            _place: place,
        }
    }
}

impl Iterator for Pieces {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        match self.left.as_mut_slice() {
            [piece, ..] if piece.len() > CHUNK => Some(piece.split_to(CHUNK)),
            _ => self.left.next(),
        }
    }
}

impl MessageBody for Pieces {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        let octets: usize = self.left.as_slice().iter().map(Bytes::len).sum();
        BodySize::Sized(octets as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(self.next().map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::write::{Ns, Out};

    #[test]
    fn all_is_given_in_order_a_little_at_a_time() {
        let text = "0123456789abcde".repeat(CHUNK / 5);
        let document =
            || Out::document(0, Ns::NONE, "a", |out| out.text(&text)).between(b"head".to_vec(), &["tail"]);
        let pieces = Pieces::of(document(), None);
        assert_eq!(pieces.size(), BodySize::Sized(text.len() as u64 + 15));
        let given: Vec<_> = pieces.collect();
        assert!(given.iter().all(|piece| piece.len() <= CHUNK));
        assert_eq!(given.concat(), document().into_octets());
    }
}
