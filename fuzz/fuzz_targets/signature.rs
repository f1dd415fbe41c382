//! The whole verification, by each engine: whatever is made of a message that somebody signed, what is taken is what was
//! signed, and what one engine takes the other takes too.
#![no_main]

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use notess::signature::{Engine, Native, Policy, VerifiedEnvelope, XmlSec, inspect, verify};
use notess::xml::{Limits, screen};
use openssl::pkey::{PKey, Public};
use openssl::x509::X509;
use roxmltree::Document;

/// What is done to a message. Elements are numbered in document order; numbers and places go round.
#[derive(Debug, Arbitrary)]
enum Edit<'a> {
    /// Puts octets in the place of others.
    Octets { at: u16, cut: u16, put: &'a [u8] },
    /// Puts octets in the place of those of an element's start tag, beginning `skip` after its `<`.
    Tag {
        element: u8,
        skip: u8,
        cut: u8,
        put: &'a [u8],
    },
    /// Copies an element before another, the way of wrapping attacks.
    Copy { element: u8, before: u8 },
    /// Takes an element away.
    Remove { element: u8 },
}

#[derive(Debug, Arbitrary)]
struct Forgery<'a> {
    message: u8,
    edits: Vec<Edit<'a>>,
}

/// More than that is noise.
const MAX_EDITS: usize = 8;
const MAX_OCTETS: usize = 200_000;

/// A message with a good signature.
struct Original {
    octets: Vec<u8>,
    key: PKey<Public>,
    at: DateTime<Utc>,
    body: Vec<u8>,
    replay_key: [u8; 32],
}

/// Those of the seeds whose signature is good.
static ORIGINALS: LazyLock<Vec<Original>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/envelope");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let originals: Vec<_> = paths
        .iter()
        .filter_map(|path| Original::of(fs::read(path).unwrap()))
        .collect();
    assert!(originals.len() > 10, "the seeds are not there");
    originals
});

/// The laxest: what it refuses every other refuses too.
const POLICY: Policy = Policy::wscn().dangerously_accept_sha1();

const ENGINES: [&dyn Engine; 2] = [&Native, &XmlSec];

impl Original {
    fn of(octets: Vec<u8>) -> Option<Self> {
        let at = created(std::str::from_utf8(&octets).ok()?);
        let screened = screen(&octets, &Limits::MESSAGE).ok()?;
        let inspected = inspect(screened, &POLICY).ok()?;
        let key = X509::from_der(inspected.token_der()).ok()?.public_key().ok()?;
        let verified = verify(&XmlSec, &inspected, &key, at, &POLICY).ok()?;
        let (body, replay_key) = (verified.body().to_vec(), *verified.replay_key());
        let ours = verify(&Native, &inspected, &key, at, &POLICY).expect("the engines agree on what is good");
        assert_eq!(ours.body(), body);
        Some(Self {
            octets,
            key,
            at,
            body,
            replay_key,
        })
    }

    /// What the engines take a message for, each that takes it at all. What `Native` takes the other must take as well: no
    /// caller may be able to list and never to decide.
    fn accept(&self, forged: &[u8]) -> Vec<VerifiedEnvelope> {
        let Ok(screened) = screen(forged, &Limits::MESSAGE) else {
            return Vec::new();
        };
        let Ok(inspected) = inspect(screened, &POLICY) else {
            return Vec::new();
        };
        let verify = |engine: &dyn Engine| verify(engine, &inspected, &self.key, self.at, &POLICY);
        let [ours, theirs] = ENGINES.map(verify);
        if let (Ok(ours), theirs) = (&ours, &theirs) {
            let theirs = theirs.as_ref().map(VerifiedEnvelope::body);
            assert_eq!(theirs, Ok(ours.body()), "the engines agree on what is taken");
        }
        [ours, theirs].into_iter().flatten().collect()
    }
}

/// The instant at which a message says that it was made.
fn created(message: &str) -> DateTime<Utc> {
    let said = Document::parse(message).ok().and_then(|document| {
        let mut elements = document.descendants();
        let created = elements.find(|node| node.tag_name().name() == "Created")?;
        DateTime::parse_from_rfc3339(created.text()?).ok()
    });
    said.map_or(DateTime::UNIX_EPOCH, |said| said.to_utc())
}

impl Edit<'_> {
    fn apply(&self, octets: &mut Vec<u8>) {
        match *self {
            Self::Octets { at, cut, put } => {
                let at = usize::from(at) % (octets.len() + 1);
                replace(octets, at, usize::from(cut), put);
            }
            Self::Tag {
                element,
                skip,
                cut,
                put,
            } => {
                if let Some(range) = element_range(octets, element) {
                    replace(octets, range.start + usize::from(skip), usize::from(cut), put);
                }
            }
            Self::Copy { element, before } => {
                if let (Some(from), Some(to)) =
                    (element_range(octets, element), element_range(octets, before))
                {
                    let copy = octets[from].to_vec();
                    replace(octets, to.start, 0, &copy);
                }
            }
            Self::Remove { element } => {
                if let Some(range) = element_range(octets, element) {
                    octets.drain(range);
                }
            }
        }
    }
}

fn replace(octets: &mut Vec<u8>, at: usize, cut: usize, put: &[u8]) {
    let at = at.min(octets.len());
    let end = (at + cut).min(octets.len());
    octets.splice(at..end, put.iter().copied());
}

/// Where an element is; nowhere in what is not well-formed (any more).
fn element_range(octets: &[u8], number: u8) -> Option<Range<usize>> {
    let document = Document::parse(std::str::from_utf8(octets).ok()?).ok()?;
    let elements: Vec<_> = document.descendants().filter(|node| node.is_element()).collect();
    Some(elements[usize::from(number) % elements.len()].range())
}

fuzz_target!(|forgery: Forgery<'_>| {
    let original = &ORIGINALS[usize::from(forgery.message) % ORIGINALS.len()];
    let mut octets = original.octets.clone();
    for edit in forgery.edits.iter().take(MAX_EDITS) {
        edit.apply(&mut octets);
        if octets.len() > MAX_OCTETS {
            return;
        }
    }
    for verified in original.accept(&octets) {
        assert_eq!(verified.body(), original.body);
        assert_eq!(*verified.replay_key(), original.replay_key);
    }
});
