//! `Renewal`: the thread that reads revocation lists aside, so that no request does what takes long.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::admitted::CaCertificate;
use super::crl_place::Place;
use super::crl_source::CrlSource;

/// How often the thread looks whether there is something new, if nobody tells it.
const EVERY: Duration = Duration::from_secs(1);
/// How long it works at a stretch, and how many times as long it rests then: what answers requests is not to feel it.
const STRETCH: Duration = Duration::from_millis(2);
const REST: u32 = 3;

/// How fast lists are read: nothing inside for as fast as can be.
pub(super) struct Pace(Option<Beside>);

/// With rests, but for as long as nobody is being answered yet.
struct Beside {
    begun: Instant,
    waker: Waker,
}

impl Pace {
    /// Without resting: nobody is being answered yet, or it is little.
    pub(super) fn unhurried() -> Self {
        Self(None)
    }

    /// With rests, beside the requests of others.
    fn beside_requests(waker: &Waker) -> Self {
        Self(Some(Beside {
            begun: Instant::now(),
            waker: waker.clone(),
        }))
    }

    /// A piece of work is done: rests, if it is time.
    pub(super) fn step(&mut self) {
        let Some(Beside { begun, waker }) = &mut self.0 else {
            return;
        };
        let worked = begun.elapsed();
        if worked >= STRETCH {
            if !waker.lock().awaited {
                std::thread::sleep(worked * REST);
            }
            *begun = Instant::now();
        }
    }
}

/// What the thread is told.
#[derive(Debug, Default)]
struct Wanted {
    now: bool,
    stop: bool,
    /// Whether somebody who answers nobody yet waits for it.
    awaited: bool,
    /// How often it has begun to look through all, and how often it came to the end.
    begun: u64,
    ended: u64,
}

/// By which the thread is told that there is something new.
#[derive(Debug, Clone, Default)]
pub(super) struct Waker(Arc<(Mutex<Wanted>, Condvar)>);

impl Waker {
    pub(super) fn wake(&self) {
        self.tell(|wanted| wanted.now = true);
    }

    fn tell(&self, tell: impl FnOnce(&mut Wanted)) {
        tell(&mut self.lock());
        self.0.1.notify_all();
    }

    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Wanted> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the thread look through all without resting, and waits until it has, or for so long.
    fn await_all(&self, at_most: Duration) {
        let next = self.lock().begun + 1;
        self.tell(|wanted| (wanted.now, wanted.awaited) = (true, true));
        let is_not_done = |wanted: &mut Wanted| wanted.ended < next && !wanted.stop;
        let waited = self.0.1.wait_timeout_while(self.lock(), at_most, is_not_done);
        drop(waited);
        self.tell(|wanted| wanted.awaited = false);
    }

    /// Waits until it is time to look; whether the thread is to go on.
    fn wait(&self) -> bool {
        let (wanted, changed) = &*self.0;
        let wanted = wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = |wanted: &mut Wanted| !wanted.now && !wanted.stop;
        let (mut wanted, _) = changed
            .wait_timeout_while(wanted, EVERY, idle)
            .unwrap_or_else(PoisonError::into_inner);
        wanted.now = false;
        wanted.begun += 1;
        !wanted.stop
    }
}

/// The sources of a validator, and the thread that keeps them fresh; it is begun with the first of them.
#[derive(Default)]
pub(super) struct Renewal {
    sources: Arc<Mutex<Vec<Weak<CrlSource>>>>,
    waker: Waker,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl Renewal {
    /// The source at a place: the same for whoever asks, so that what was read once is not read again because the list of
    /// issuers changed.
    pub(super) fn source(&self, place: Place, ca: &CaCertificate) -> std::io::Result<Arc<CrlSource>> {
        self.begin()?;
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        sources.retain(|source| source.strong_count() > 0);
        let known = sources
            .iter()
            .filter_map(Weak::upgrade)
            .find(|source| source.is_of(&place, ca));
        Ok(known.unwrap_or_else(|| {
            let source = Arc::new(CrlSource::new(place, ca.clone(), self.waker.clone()));
            sources.push(Arc::downgrade(&source));
            source
        }))
    }

    /// Reads what is new of all sources, but waits no longer than that for it: what is left is read aside.
    pub(super) fn renew_within(&self, at_most: Duration) {
        // Without a thread there is no source.
        if self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
        {
            self.waker.await_all(at_most);
        }
    }

    /// Reads what is new of all sources, here and now.
    #[cfg(test)]
    pub(super) fn renew(&self) {
        for source in all(&self.sources) {
            source.renew(&mut Pace::unhurried());
        }
    }

    fn begin(&self) -> std::io::Result<()> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_none() {
            let (sources, waker) = (Arc::clone(&self.sources), self.waker.clone());
            let run = move || {
                while waker.wait() {
                    for source in all(&sources) {
                        source.renew(&mut Pace::beside_requests(&waker));
                    }
                    waker.tell(|wanted| wanted.ended = wanted.begun);
                }
            };
            *thread = Some(std::thread::Builder::new().name("crl".to_owned()).spawn(run)?);
        }
        Ok(())
    }
}

impl Drop for Renewal {
    fn drop(&mut self) {
        // It ends by itself, when it has read what it is reading.
        self.waker.tell(|wanted| wanted.stop = true);
    }
}

fn all(sources: &Mutex<Vec<Weak<CrlSource>>>) -> Vec<Arc<CrlSource>> {
    let sources = sources.lock().unwrap_or_else(PoisonError::into_inner);
    sources.iter().filter_map(Weak::upgrade).collect()
}
