//! Tiles and their paths.

use super::*;

fn parsed(path: &str) -> Option<String> {
    Tile::parse(path).map(|tile| tile.path())
}

#[test]
fn a_path_is_read_as_it_is_written() {
    for path in [
        "tile/0/000",
        "tile/0/000.p/1",
        "tile/63/255.p/255",
        "tile/1/x001/x234/067",
        "tile/entries/x001/x234/067.p/112",
        // The greatest number of a tile: 2^56 - 1.
        "tile/0/x072/x057/x594/x037/x927/935",
    ] {
        assert_eq!(parsed(path).as_deref(), Some(path));
    }
    let tile = Tile::parse("tile/1/x001/x234/067").unwrap();
    assert_eq!((tile.layer(), tile.first()), (Layer::Hashes(1), 1_234_067 * 256));
}

#[test]
fn whatever_is_not_written_so_names_no_tile() {
    for path in [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/x001/x002",
        "tile/0/X001/002",
        "tile/0/+01",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p/1/",
        "tile/0/000/",
        "/tile/0/000",
        "tile/data/000",
        "tile/0/../000",
        "tile/0/x072/x057/x594/x037/x927/936",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999",
        "checkpoint",
    ] {
        assert_eq!(parsed(path), None, "{path}");
    }
}

/// The example of the specification: 273 full tiles and one of 112 at level 0, one full and one of 17 at level 1, one of 1 above.
#[test]
fn a_tree_of_seventy_thousand_leaves_has_the_tiles_of_the_specification_s_example() {
    let size = 70_000;
    for (there, beyond) in [
        ("tile/0/272", "tile/0/273"),
        ("tile/0/273.p/112", "tile/0/273.p/113"),
        ("tile/entries/273.p/112", "tile/entries/273.p/113"),
        ("tile/1/000", "tile/1/001"),
        ("tile/1/001.p/17", "tile/1/001.p/18"),
        ("tile/2/000.p/1", "tile/2/000.p/2"),
        ("tile/0/000.p/3", "tile/3/000.p/1"),
    ] {
        assert!(Tile::parse(there).unwrap().is_within(size), "{there}");
        assert!(!Tile::parse(beyond).unwrap().is_within(size), "{beyond}");
    }
    assert!(!Tile::parse("tile/63/000.p/1").unwrap().is_within(u64::MAX));
    let holding = |level, hash| Tile::holding(level, hash, size).map(|tile| tile.path());
    assert_eq!(holding(0, 69_999).as_deref(), Some("tile/0/273.p/112"));
    assert_eq!(holding(1, 0).as_deref(), Some("tile/1/000"));
    assert_eq!(holding(1, 256).as_deref(), Some("tile/1/001.p/17"));
    assert_eq!(holding(2, 256), None);
}

#[test]
fn proofs_made_of_tiles_are_those_made_of_leaves() {
    let mut known = Known::of(70_000);
    for size in [
        1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 69_999, 70_000,
    ] {
        let source = known.clone();
        let mut fetched = Vec::new();
        let fetch = |tile: Tile| {
            assert!(tile.is_within(size), "{}", tile.path());
            fetched.push(tile.path());
            Ok::<_, Infallible>(source.tile(tile).unwrap())
        };
        let mut tree = TileTree::new(size, fetch);
        assert_eq!(root(&mut tree, size).unwrap(), known.root(size));
        for other in [0, 1, size / 3, size / 2, size - 1] {
            if other < size {
                assert_eq!(
                    inclusion(&mut tree, other, size).unwrap(),
                    inclusion(&mut known, other, size).unwrap()
                );
            }
            assert_eq!(
                consistency(&mut tree, other, size).unwrap(),
                consistency(&mut known, other, size).unwrap()
            );
        }
        drop(tree);
        let all = fetched.len();
        fetched.sort();
        fetched.dedup();
        assert_eq!(fetched.len(), all, "a tile was fetched twice");
    }
}

#[test]
fn a_tile_of_another_length_is_refused() {
    for octets in [0, 31, 32, 65, 96] {
        let mut tree = TileTree::new(2, |_| Ok::<_, Infallible>(vec![0; octets]));
        let refused = root(&mut tree, 2);
        assert!(matches!(refused, Err(TileError::Length { expected: 64, .. })));
    }
}

#[test]
fn entries_are_published_behind_their_lengths() {
    let octets = bundle(&[entry(0), entry(1)]);
    assert_eq!(octets.len(), 2 * 35);
    assert_eq!(octets[..3], [0, 33, 3]);
    assert_eq!(&octets[37..], entry(1).octets());
}
