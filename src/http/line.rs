//! `Line`: how far a connection is, and until when that may last; `Timed`, its stream, which ends when it lasts longer.
//!
//! The HTTP library bounds the head of a connection's first request, and the rest between two requests. It bounds neither
//! later heads, nor what comes of a body after its answer, nor how slowly an answer is taken: whoever never ends one of
//! them would hold a connection for as long as he likes. So the stream looks at the clock itself, whenever it is asked for
//! anything and whenever a deadline comes; those who answer tell it how far they are.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::time::{Instant, Sleep, sleep_until};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::lanes::HungUp;
use super::pace::Pace;

/// How long a connection is kept without a request. A client may begin its next request at the moment when the connection
/// is closed on it, and toolkits do not send a POST again by themselves: longer than they take between two requests.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How much later than the library, which ends a connection in good order, the stream ends it.
const AFTER_LIBRARY: Duration = Duration::from_secs(1);
/// How long what still comes of a request is waited for, once it was answered before it had come: whoever sends it reads
/// the answer then (RFC 9112 §9.6).
pub(super) const LINGER: Duration = Duration::from_secs(1);
/// What somebody is told who does not get to the end of a head (RFC 9110 §15.5.9).
const TOO_LATE: &[u8] = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A connection's state, which its stream and those who answer on it share.
#[derive(Clone)]
pub(super) struct Line {
    pace: Pace,
    /// Where it comes from.
    pub(super) from: IpAddr,
    state: Rc<Cell<State>>,
    hung_up: HungUp,
}

#[derive(Clone, Copy)]
struct State {
    phase: Phase,
    /// Since when an answer is being sent, and how much of it was taken.
    going: Option<(Instant, u64)>,
    /// Whether the client takes nothing now.
    blocked: bool,
    /// Whether the next request has begun before this one was answered.
    early: bool,
}

#[derive(Clone, Copy)]
enum Phase {
    /// No octet of a request since.
    Rest { since: Instant },
    /// A request has begun.
    Head { since: Instant },
    /// Its head is there.
    Body { since: Instant, octets: u64 },
    /// All of it is, or nobody waits for the rest.
    Answer,
    /// It was answered before all of it had come.
    Left { until: Instant },
}

impl Line {
    /// That of a new connection.
    pub(super) fn new(pace: Pace, from: IpAddr) -> Self {
        let since = Instant::now();
        let state = State {
            phase: Phase::Rest { since },
            going: None,
            blocked: false,
            early: false,
        };
        Self {
            pace,
            from,
            state: Rc::new(Cell::new(state)),
            hung_up: HungUp::default(),
        }
    }

    /// Whether its client has ended it. One who only says that nothing more will come from him does the same, so that work is
    /// not broken off for it: it is merely not begun if it had to wait.
    pub(super) fn hung_up(&self) -> HungUp {
        HungUp::clone(&self.hung_up)
    }

    /// A request's head was read.
    pub(super) fn head_read(&self) {
        let mut state = self.state.get();
        let since = match state.phase {
            Phase::Head { since } => since,
            _ => Instant::now(),
        };
        state.phase = Phase::Body { since, octets: 0 };
        state.going = None;
        self.state.set(state);
    }

    /// More of its body was read. Gives until when the rest may take, if it goes on at this speed.
    pub(super) fn body_read(&self, more: usize) -> Instant {
        let mut state = self.state.get();
        let Phase::Body { since, octets } = &mut state.phase else {
            return Instant::now() + self.pace.to_come(0);
        };
        *octets += more as u64;
        let until = *since + self.pace.to_come(*octets);
        self.state.set(state);
        until
    }

    /// For how long it has been coming.
    pub(super) fn since_begun(&self) -> Duration {
        match self.state.get().phase {
            Phase::Body { since, .. } | Phase::Head { since } => since.elapsed(),
            _ => Duration::ZERO,
        }
    }

    /// All of it is there.
    pub(super) fn whole(&self) {
        let mut state = self.state.get();
        state.phase = Phase::Answer;
        self.state.set(state);
    }

    /// Whether all of it is there.
    pub(super) fn is_whole(&self) -> bool {
        !matches!(self.state.get().phase, Phase::Body { .. })
    }

    /// Its answer was handed over whole.
    pub(super) fn answered(&self) {
        let mut state = self.state.get();
        let since = Instant::now();
        state.phase = match state.phase {
            Phase::Body { .. } => Phase::Left {
                until: since + LINGER + AFTER_LIBRARY,
            },
            _ if state.early => Phase::Head { since },
            _ => Phase::Rest { since },
        };
        state.early = false;
        self.state.set(state);
    }

    /// Octets have come.
    fn came(&self, octets: &[u8]) {
        // Some clients end a message with a line more than they announced, which begins no other (RFC 9112 §2.2).
        if octets.iter().all(|octet| matches!(octet, b'\r' | b'\n')) {
            return;
        }
        let mut state = self.state.get();
        match state.phase {
            Phase::Rest { .. } => {
                let since = Instant::now();
                state.phase = Phase::Head { since };
            }
            Phase::Answer => state.early = true,
            Phase::Head { .. } | Phase::Body { .. } | Phase::Left { .. } => return,
        }
        self.state.set(state);
    }

    /// The client took octets, or none.
    fn went(&self, taken: Option<usize>) {
        let mut state = self.state.get();
        let now = Instant::now();
        let (since, octets) = state.going.unwrap_or((now, 0));
        state.going = Some((since, octets + taken.unwrap_or(0) as u64));
        if state.blocked && taken.is_some() {
            // Neither runs while an answer is still on its way.
            match &mut state.phase {
                Phase::Rest { since } => *since = now,
                Phase::Left { until } => *until = now + LINGER + AFTER_LIBRARY,
                Phase::Head { .. } | Phase::Body { .. } | Phase::Answer => {}
            }
        }
        state.blocked = taken.is_none();
        self.state.set(state);
    }

    /// Until when what goes on may go on.
    fn deadline(&self) -> Option<Instant> {
        let state = self.state.get();
        if let (true, Some((since, octets))) = (state.blocked, state.going) {
            return Some(since + self.pace.to_go(octets));
        }
        match state.phase {
            Phase::Rest { since } => Some(since + KEEP_ALIVE + AFTER_LIBRARY),
            Phase::Head { since } => Some(since + self.pace.head),
            // Whoever reads it looks at the clock himself, and answers.
            Phase::Body { .. } | Phase::Answer => None,
            Phase::Left { until } => Some(until),
        }
    }

    /// Whether the client is to be told that it took too long to say what it wants.
    fn owes_words(&self) -> bool {
        let State { phase, blocked, .. } = self.state.get();
        matches!(phase, Phase::Head { .. }) && !blocked
    }
}

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
            self.line.hung_up.store(true, Ordering::Relaxed);
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
