//! `Line`: how far a connection is, and until when that may last. Its stream (`stream::Timed`) and those who answer on it share it.

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::rt::time::Instant;

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
/// How much later somebody is to come again who was turned away for there being too much to do: what `Retry-After` says.
pub(super) const COME_AGAIN: Duration = Duration::from_secs(1);
/// How long somebody waits to be turned away who was, and came again sooner than that. To turn away thousands who come again at
/// once takes the processor from those who are served: two thousand left them half of it.
const HELD_BACK: Duration = Duration::from_millis(500);

/// A connection's state, which its stream and those who answer on it share.
#[derive(Clone)]
pub(super) struct Line {
    pace: Pace,
    /// Who connected, which may be a proxy (`proxies`).
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
    /// When somebody was told to come again later, and where he comes from: over a proxy's connection come many.
    turned_away: Option<(Instant, IpAddr)>,
    /// After how many octets more that are sent it ends, in a demonstration that is told so.
    cut: Option<u64>,
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
            turned_away: None,
            cut: None,
        };
        Self {
            pace,
            from,
            state: Rc::new(Cell::new(state)),
            hung_up: HungUp::default(),
        }
    }

    /// Its client has ended it.
    pub(super) fn hang_up(&self) {
        self.hung_up.store(true, Ordering::Relaxed);
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
        state.cut = None;
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

    /// Somebody is turned away, for there being too much to do. Gives how long to keep him waiting for that answer.
    pub(super) fn turned_away(&self, origin: IpAddr) -> Duration {
        let mut state = self.state.get();
        let now = Instant::now();
        let came_early = state
            .turned_away
            .is_some_and(|(told, whom)| whom == origin && now < told + COME_AGAIN);
        let held = if came_early { HELD_BACK } else { Duration::ZERO };
        state.turned_away = Some((now + held, origin));
        self.state.set(state);
        held
    }

    /// Has it end when so many octets more have gone.
    pub(super) fn cut_after(&self, octets: u64) {
        let mut state = self.state.get();
        state.cut = Some(octets);
        self.state.set(state);
    }

    /// How many octets may go before it is to end, if it is.
    pub(super) fn cut(&self) -> Option<u64> {
        self.state.get().cut
    }

    /// Octets have come.
    pub(super) fn came(&self, octets: &[u8]) {
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
    pub(super) fn went(&self, taken: Option<usize>) {
        let mut state = self.state.get();
        let now = Instant::now();
        let (since, octets) = state.going.unwrap_or((now, 0));
        let taken_octets = taken.unwrap_or(0) as u64;
        state.going = Some((since, octets + taken_octets));
        state.cut = state.cut.map(|left| left.saturating_sub(taken_octets));
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
    pub(super) fn deadline(&self) -> Option<Instant> {
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
    pub(super) fn owes_words(&self) -> bool {
        let State { phase, blocked, .. } = self.state.get();
        matches!(phase, Phase::Head { .. }) && !blocked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_again_sooner_than_told_waits_to_be_turned_away_and_who_does_not_is_told_at_once() {
        let pace = Pace::new(&crate::config::Servicio::default());
        let (from, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let line = Line::new(pace, from);
        assert_eq!(line.turned_away(from), Duration::ZERO);
        assert_eq!(line.turned_away(from), HELD_BACK);
        assert_eq!(line.turned_away(from), HELD_BACK);
        assert_eq!(line.turned_away(other), Duration::ZERO);
        assert_eq!(line.turned_away(other), HELD_BACK);
        let mut state = line.state.get();
        state.turned_away = Some((Instant::now() - COME_AGAIN, other));
        line.state.set(state);
        assert_eq!(line.turned_away(other), Duration::ZERO);
    }
}
