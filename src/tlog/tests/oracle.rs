//! Another implementation of RFC 9162, of other authors, makes the same roots and proofs of every pair of sizes.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use sha2::Sha256;

use super::*;

/// Largest tree whose pairs are all compared.
const ALL_PAIRS: u64 = 600;

type Theirs = MemoryBackedTree<Sha256, [u8; Entry::LENGTH]>;

fn octets(path: &[TreeHash]) -> Vec<u8> {
    path.iter().flat_map(|hash| *hash.octets()).collect()
}

#[test]
fn all_roots_and_proofs_up_to_six_hundred_leaves_are_those_of_another_implementation() {
    let (mut ours, mut theirs) = (Known::default(), Theirs::new());
    let mut roots = vec![TreeHash::of_nothing()];
    let mut frontier = Frontier::default();
    for size in 1..=ALL_PAIRS {
        let added = entry(size - 1);
        ours.push(added);
        theirs.push(*added.octets());
        frontier.append(added.hash(), |_, _, _| ());
        let root = ours.root(size);
        assert_eq!(root.octets().as_slice(), theirs.root().as_bytes().as_slice());
        assert_eq!(root, frontier.root());
        roots.push(root);
        for before in 0..size {
            let (place, index) = (usize::try_from(before).unwrap(), before);
            let path = inclusion(&mut ours, index, size).unwrap();
            assert_eq!(octets(&path), theirs.prove_inclusion(place).as_bytes());
            let leaf = entry(index).hash();
            assert_eq!(verify_inclusion(leaf, index, size, &path, root), Ok(()));
            if before > 0 {
                let path = consistency(&mut ours, before, size).unwrap();
                let added = usize::try_from(size - before).unwrap();
                assert_eq!(octets(&path), theirs.prove_consistency(added).as_bytes());
                let old = (before, roots[place]);
                assert_eq!(verify_consistency(old, (size, root), &path), Ok(()));
            }
        }
    }
}
