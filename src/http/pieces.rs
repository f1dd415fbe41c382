//! `Pieces`: the octets of a reply, which need not lie side by side to be sent one after another.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;

use crate::xml::write::Enclosed;

/// A body of which all is there from the start.
pub(super) struct Pieces(std::array::IntoIter<Bytes, 2>);

impl From<Enclosed> for Pieces {
    fn from(document: Enclosed) -> Self {
        Self(document.into_pieces().map(Bytes::from).into_iter())
    }
}

impl MessageBody for Pieces {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        let octets: usize = self.0.as_slice().iter().map(Bytes::len).sum();
        BodySize::Sized(octets as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(self.0.next().map(Ok))
    }
}
