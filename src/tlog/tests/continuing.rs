//! A tree that goes on with what was signed of it.

use std::cell::Cell;
use std::ops::Range;

use super::*;

/// Leaves that are counted as they are read, one of which may be another one.
struct Leaves {
    altered: Cell<Option<u64>>,
    read: Cell<u64>,
}

impl Leaves {
    fn new() -> Self {
        Self {
            altered: Cell::new(None),
            read: Cell::new(0),
        }
    }

    fn give(&self, wanted: Range<u64>) -> Vec<Entry> {
        self.read.set(self.read.get() + wanted.end - wanted.start);
        let leaf = |index| {
            entry(if self.altered.get() == Some(index) {
                999
            } else {
                index
            })
        };
        wanted.map(leaf).collect()
    }

    fn prove(
        &self,
        tree: &mut Continuation,
        signed: &[Head],
        size: u64,
    ) -> Result<TreeHash, NotContinued<Infallible>> {
        tree.prove(signed, size, |wanted| Ok(self.give(wanted)), |_, _, _| ())
    }
}

#[test]
fn each_leaf_is_read_once_as_long_as_what_was_signed_is_what_was_proven() {
    let (mut known, leaves, mut tree) = (Known::of(600), Leaves::new(), Continuation::default());
    let mut head = |size| (size, known.root(size));
    let (first, second, last) = (head(200), head(300), head(600));
    assert_eq!(leaves.prove(&mut tree, &[], 200).unwrap(), first.1);
    assert_eq!(leaves.prove(&mut tree, &[first, first], 300).unwrap(), second.1);
    assert_eq!(leaves.prove(&mut tree, &[second, first], 600).unwrap(), last.1);
    assert_eq!(leaves.prove(&mut tree, &[last, head(0)], 600).unwrap(), last.1);
    assert_eq!(leaves.read.get(), 600);
    // Of a size at which it did not stop, as one that another has signed meanwhile, what is behind the stop before is.
    assert_eq!(leaves.prove(&mut tree, &[head(250)], 600).unwrap(), last.1);
    assert_eq!(leaves.read.get(), 650);
    assert_eq!(leaves.prove(&mut tree, &[head(100)], 600).unwrap(), last.1);
    assert_eq!(leaves.read.get(), 750);
}

#[test]
fn other_leaves_than_were_signed_are_found_and_so_are_too_few() {
    let (mut known, leaves, mut tree) = (Known::of(600), Leaves::new(), Continuation::default());
    let mut head = |size| (size, known.root(size));
    let signed = [head(300), head(200)];
    leaves.altered.set(Some(250));
    let outcome = leaves.prove(&mut tree, &signed, 600);
    assert!(
        matches!(outcome, Err(NotContinued::OtherLeaves { size: 300 })),
        "{outcome:?}"
    );
    let outcome = leaves.prove(&mut tree, &signed, 299);
    assert!(
        matches!(
            outcome,
            Err(NotContinued::Shorter {
                signed: 300,
                there: 299
            })
        ),
        "{outcome:?}"
    );
    // Once they are mended it goes on.
    leaves.altered.set(None);
    assert!(leaves.prove(&mut tree, &signed, 600).is_ok());
    let forged = (600, known.root(599));
    let outcome = leaves.prove(&mut tree, &[forged], 600);
    assert!(
        matches!(outcome, Err(NotContinued::OtherLeaves { size: 600 })),
        "{outcome:?}"
    );
}

#[test]
fn full_tiles_are_told_when_they_are_complete() {
    let (mut known, leaves, mut tree) = (Known::of(70_000), Leaves::new(), Continuation::default());
    let mut told = Vec::new();
    for size in [300, 70_000] {
        let read = |wanted| Ok::<_, Infallible>(leaves.give(wanted));
        tree.prove(&[], size, read, |level, number, hash| {
            if level % 8 == 0 {
                told.push((level, number, hash));
            }
        })
        .unwrap();
    }
    assert_eq!(told.len(), 273 + 1);
    for (level, number, hash) in told {
        assert_eq!(known.hash(level, number), Ok(hash));
    }
}
