//! What came back, in figures, and what they should be.

use std::time::Duration;

use super::world::World;

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It was done.
    Served,
    /// It was turned away, to come again.
    Refused,
    /// Neither served nor refused: no connection, no answer, or one that is no answer.
    Failed,
}

/// How long requests took, by how they ended.
#[derive(Debug, Default, Clone)]
pub struct Figures {
    pub served: Vec<Duration>,
    pub refused: Vec<Duration>,
    pub failed: usize,
    /// An answer that is neither.
    pub strange: Option<String>,
    pub lasted: Duration,
}

impl Figures {
    pub fn add(&mut self, end: End, took: Duration) {
        match end {
            End::Served => self.served.push(took),
            End::Refused => self.refused.push(took),
            End::Failed => self.failed += 1,
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.served.extend(other.served);
        self.refused.extend(other.refused);
        self.failed += other.failed;
        self.strange = self.strange.take().or(other.strange);
    }

    /// Served, a second.
    pub fn rate(&self) -> f64 {
        self.served.len() as f64 / self.lasted.as_secs_f64()
    }

    /// The time that so many in a hundred of those that were served stayed under.
    pub fn served_within(&self, percent: usize) -> Duration {
        within(&self.served, percent)
    }

    pub fn refused_within(&self, percent: usize) -> Duration {
        within(&self.refused, percent)
    }

    pub fn print(&self, what: &str) {
        let refused = match self.refused.len() {
            0 => String::new(),
            count => format!(
                "; {count} refused, p50 {:.0?}, p99 {:.0?}",
                self.refused_within(50),
                self.refused_within(99)
            ),
        };
        let failed = match self.failed {
            0 => String::new(),
            count => format!(
                "; {count} failed: {}",
                self.strange.as_deref().unwrap_or("no answer")
            ),
        };
        println!(
            "{what:<52} {:>7.1}/s  p50 {:>7.1?}  p99 {:>7.1?}{refused}{failed}",
            self.rate(),
            self.served_within(50),
            self.served_within(99)
        );
    }
}

fn within(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}

/// What of a scenario is not as it should be.
#[derive(Default)]
pub struct Verdict(Vec<String>);

impl Verdict {
    pub fn expect(&mut self, holds: bool, what: String) {
        if !holds {
            self.0.push(what);
        }
    }

    pub fn bad(self, world: &World, scenario: &str) -> impl Iterator<Item = String> {
        let whose = format!("{}, {scenario}: ", world.database());
        self.0.into_iter().map(move |what| whose.clone() + &what)
    }
}
