//! Trees by their arithmetic: what is not so is refused.

use super::*;

/// Largest tree of which every bit of every proof is changed.
const EVERY_BIT: u64 = 17;

#[test]
fn the_roots_of_rfc_9162_s_first_trees_are_as_it_defines_them() {
    let leaf = |index| entry(index).hash();
    let node = TreeHash::of_node;
    let mut known = Known::of(5);
    assert_eq!(known.root(0), TreeHash::of_nothing());
    // SHA-256 of nothing (FIPS 180-4), which is the root of an empty tree.
    assert_eq!(
        TreeHash::of_nothing().to_string(),
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    );
    assert_eq!(known.root(1), leaf(0));
    assert_eq!(known.root(3), node(node(leaf(0), leaf(1)), leaf(2)));
    let four = node(node(leaf(0), leaf(1)), node(leaf(2), leaf(3)));
    assert_eq!(known.root(5), node(four, leaf(4)));
}

#[test]
fn a_changed_bit_of_leaf_path_or_root_and_another_index_are_refused() {
    let mut known = Known::of(EVERY_BIT);
    for size in 1..=EVERY_BIT {
        let root = known.root(size);
        for index in 0..size {
            let path = inclusion(&mut known, index, size).unwrap();
            let leaf = entry(index).hash();
            let refused = |leaf, index, path: &[TreeHash], root| {
                let verified = verify_inclusion(leaf, index, size, path, root);
                assert!(verified.is_err(), "{index} of {size}");
            };
            with_each_bit_of_hash_changed(leaf).for_each(|leaf| refused(leaf, index, &path, root));
            with_each_bit_of_hash_changed(root).for_each(|root| refused(leaf, index, &path, root));
            (0..64).for_each(|bit| refused(leaf, index ^ 1 << bit, &path, root));
            for at in 0..path.len() {
                for hash in with_each_bit_of_hash_changed(path[at]) {
                    let mut path = path.clone();
                    path[at] = hash;
                    refused(leaf, index, &path, root);
                }
                let shorter = [&path[..at], &path[at + 1..]].concat();
                refused(leaf, index, &shorter, root);
                let longer = [&path[..=at], &path[at..]].concat();
                refused(leaf, index, &longer, root);
            }
            refused(leaf, index, &[&path[..], &[leaf]].concat(), root);
        }
    }
}

#[test]
fn a_changed_bit_of_either_root_or_of_the_path_between_is_refused() {
    let mut known = Known::of(EVERY_BIT);
    for new in 2..=EVERY_BIT {
        for old in 1..new {
            let path = consistency(&mut known, old, new).unwrap();
            let (before, after) = ((old, known.root(old)), (new, known.root(new)));
            let refused = |before, after, path: &[TreeHash]| {
                let verified = verify_consistency(before, after, path);
                assert!(verified.is_err(), "{old} in {new}");
            };
            with_each_bit_of_hash_changed(before.1).for_each(|root| refused((old, root), after, &path));
            with_each_bit_of_hash_changed(after.1).for_each(|root| refused(before, (new, root), &path));
            for at in 0..path.len() {
                for hash in with_each_bit_of_hash_changed(path[at]) {
                    let mut path = path.clone();
                    path[at] = hash;
                    refused(before, after, &path);
                }
                refused(before, after, &[&path[..at], &path[at + 1..]].concat());
            }
            refused(before, after, &[&path[..], &path[..1]].concat());
            refused(after, before, &path);
            refused(before, after, &[]);
        }
    }
}

#[test]
fn a_tree_begins_with_itself_and_with_an_empty_one_and_with_no_other_of_its_size() {
    let mut known = Known::of(6);
    let (five, six) = ((5, known.root(5)), (6, known.root(6)));
    let empty = (0, TreeHash::of_nothing());
    assert_eq!(verify_consistency(six, six, &[]), Ok(()));
    assert_eq!(verify_consistency(empty, six, &[]), Ok(()));
    let other = Err(ConsistencyError::OtherOldRoot);
    assert_eq!(verify_consistency((6, five.1), six, &[]), other);
    assert_eq!(verify_consistency((0, five.1), six, &[]), other);
    let long = Err(ConsistencyError::Length { hashes: 1 });
    assert_eq!(verify_consistency(six, six, &[six.1]), long);
    let shrunk = Err(ConsistencyError::Shrunk { old: 6, new: 5 });
    assert_eq!(verify_consistency(six, five, &[]), shrunk);
}

#[test]
fn what_is_beyond_a_tree_is_not_proven() {
    let mut known = Known::of(3);
    let beyond = |proven: Result<Vec<TreeHash>, ProveError<_>>| {
        assert!(matches!(
            proven,
            Err(ProveError::Beyond {
                asked: 3 | 4,
                size: 3
            })
        ));
    };
    beyond(inclusion(&mut known, 3, 3));
    beyond(consistency(&mut known, 4, 3));
    let leaf = entry(0).hash();
    for index in [3, u64::MAX] {
        let verified = verify_inclusion(leaf, index, 3, &[], leaf);
        assert_eq!(verified, Err(InclusionError::Beyond { index, size: 3 }));
    }
}

#[test]
fn paths_of_the_greatest_trees_end() {
    let hash = TreeHash::of_nothing();
    for hashes in [0, 1, 63, 64, 65, 200] {
        let path = vec![hash; hashes];
        let most = u64::MAX;
        assert!(verify_inclusion(hash, most - 1, most, &path, hash).is_err());
        assert!(verify_consistency((most - 1, hash), (most, hash), &path).is_err());
        assert!(verify_consistency((1 << 63, hash), (most, hash), &path).is_err());
    }
}

#[test]
fn a_frontier_goes_on_with_the_leaves_that_it_is_given_and_tells_what_they_complete() {
    let mut known = Known::of(5000);
    let mut frontier = Frontier::default();
    let mut completed = Vec::new();
    let read = |wanted: std::ops::Range<u64>| Ok::<_, Infallible>(wanted.map(entry).collect());
    frontier
        .extend(4999, read, |level, number, hash| {
            completed.push((level, number, hash));
        })
        .unwrap();
    assert_eq!((frontier.size(), frontier.root()), (4999, known.root(4999)));
    // As many as there are inner nodes over complete subtrees.
    assert_eq!(
        completed.len(),
        4999 - usize::try_from(4999_u64.count_ones()).unwrap()
    );
    for (level, number, hash) in completed {
        assert_eq!(known.hash(level, number), Ok(hash));
    }
    let missing = frontier.extend(5000, |_| Ok::<_, Infallible>(Vec::new()), |_, _, _| ());
    assert!(matches!(missing, Err(ExtendError::Missing { index: 4999 })));
}
