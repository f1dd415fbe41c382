//! `Timed`: a connection's stream, which ends when anything on it lasts longer than it may.
//!
//! The HTTP library bounds the head of a connection's first request, and the rest between two requests. It bounds neither
//! later heads, nor what comes of a body after its answer, nor how slowly an answer is taken: whoever never ends one of
//! them would hold a connection for as long as he likes. So the stream looks at the clock itself, whenever it is asked for
//! anything and whenever a deadline comes; those who answer tell it how far they are (`line`).

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::rt::time::{Instant, Sleep, sleep_until};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::line::Line;
use super::pace::Pace;

/// What somebody is told who does not get to the end of a head (RFC 9110 §15.5.9).
const TOO_LATE: &[u8] = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A connection's stream, on which nothing lasts longer than it may.
pub(super) struct Timed<T> {
    stream: T,
    line: Line,
    /// Set to the earliest deadline that there was since it last went off: most requests come and go before it does.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Timed<T> {
    /// The stream of a new connection.
    pub(super) fn new(stream: T, pace: Pace, from: IpAddr) -> Self {
        Self {
            stream,
            line: Line::new(pace, from),
            alarm: None,
        }
    }

    /// What those who answer on it tell how far they are.
    pub(super) fn line(&self) -> Line {
        self.line.clone()
    }

    /// An error, if what goes on has gone on for too long; else this task is woken when it will have.
    fn in_time(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let Some(deadline) = self.line.deadline() else {
            return Ok(());
        };
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if alarm.deadline() > deadline {
            alarm.as_mut().reset(deadline);
        }
        while alarm.as_mut().poll(context).is_ready() {
            if deadline <= Instant::now() {
                if self.line.owes_words() {
                    // Who does not take even this is told nothing.
                    drop(Pin::new(&mut self.stream).poll_write(context, TOO_LATE));
                }
                return Err(io::ErrorKind::TimedOut.into());
            }
            alarm.as_mut().reset(deadline);
        }
        Ok(())
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Timed<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.in_time(context)?;
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let came = buffer.filled().get(before..).unwrap_or_default();
        if came.is_empty() && !read.is_pending() {
            self.line.hang_up();
        }
        self.line.came(came);
        read
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Timed<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.in_time(context)?;
        let octets = match self.line.cut() {
            None => octets,
            Some(0) => return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
            Some(left) => {
                let left = usize::try_from(left).unwrap_or(usize::MAX);
                octets.get(..left).unwrap_or(octets)
            }
        };
        let written = Pin::new(&mut self.stream).poll_write(context, octets);
        match &written {
            Poll::Ready(Ok(taken)) => self.line.went(Some(*taken)),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                self.line.went(None);
                self.in_time(context)?;
            }
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.in_time(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.in_time(context)?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
