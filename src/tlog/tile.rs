//! `Tile`: a piece of the published tree, by the path at which it is found (C2SP tlog-tiles).

/// Hashes or entries of a full tile.
pub const FULL: u16 = 256;
/// Hashes of a level that are one hash of the next, as a power of two.
const HEIGHT: u32 = 8;
/// The highest level of which paths can tell.
const HIGHEST: u8 = 63;
/// Tiles of a level, at most: their hashes are numbered in 64 bits.
const MOST: u64 = 1 << (u64::BITS - HEIGHT);
/// Longest path that names a tile: figures of a number below 2^56, in groups of three with their marks.
const LONGEST: usize = 64;

/// Of what a tile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Of hashes: at level 0 of leaves, above it each of a full tile of the level below.
    Hashes(u8),
    /// Of the entries of leaves.
    Entries,
}

/// A tile, full or partial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    layer: Layer,
    number: u64,
    width: u16,
}

impl Tile {
    /// The tile of that number in its layer, from 0, with its first `width` hashes; there is none that is empty or wider than
    /// [`FULL`].
    #[must_use]
    pub fn new(layer: Layer, number: u64, width: u16) -> Option<Self> {
        let level_is_known = !matches!(layer, Layer::Hashes(level) if level > HIGHEST);
        let there_is = level_is_known && number < MOST && (1..=FULL).contains(&width);
        there_is.then_some(Self { layer, number, width })
    }

    /// The tile of a level that holds the hash of that number, as wide as a tree of so many leaves has it.
    #[must_use]
    pub fn holding(level: u8, hash: u64, size: u64) -> Option<Self> {
        let number = hash >> HEIGHT;
        let there = hashes(level, size).saturating_sub(number << HEIGHT);
        let width = u16::try_from(there.min(u64::from(FULL))).ok()?;
        Self::new(Layer::Hashes(level), number, width)
    }

    /// The tile of a path: `tile/0/x001/234/067`, `tile/entries/000.p/17`. Written in any other way it names none.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        if path.len() > LONGEST {
            return None;
        }
        let (layer, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let layer = match layer {
            "entries" => Layer::Entries,
            level => Layer::Hashes(level.parse().ok()?),
        };
        let (groups, width) = match rest.split_once(".p/") {
            Some((groups, width)) => (groups, width.parse().ok()?),
            None => (rest, FULL),
        };
        let mut number: u64 = 0;
        for group in groups.split('/') {
            let figures: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
            number = number.checked_mul(1000)?.checked_add(figures)?;
        }
        // Leading zeroes, signs and marks that are missing or too many are seen by writing it again.
        Self::new(layer, number, width).filter(|tile| tile.path() == path)
    }

    /// Its path, below the address of the log.
    #[must_use]
    pub fn path(&self) -> String {
        let mut groups = format!("{:03}", self.number % 1000);
        let mut left = self.number / 1000;
        while left > 0 {
            groups = format!("x{:03}/{groups}", left % 1000);
            left /= 1000;
        }
        let layer = match self.layer {
            Layer::Hashes(level) => level.to_string(),
            Layer::Entries => "entries".to_owned(),
        };
        let partial = if self.is_full() {
            String::new()
        } else {
            format!(".p/{}", self.width)
        };
        format!("tile/{layer}/{groups}{partial}")
    }

    /// Of what it is.
    #[must_use]
    pub fn layer(&self) -> Layer {
        self.layer
    }

    /// The number of its first hash among all of its layer.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.number << HEIGHT
    }

    /// How many hashes or entries it has.
    #[must_use]
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether it has as many as a tile can have.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.width == FULL
    }

    /// Whether a tree of so many leaves has all of it.
    #[must_use]
    pub fn is_within(&self, size: u64) -> bool {
        let level = match self.layer {
            Layer::Hashes(level) => level,
            Layer::Entries => 0,
        };
        hashes(level, size)
            .checked_sub(self.first())
            .is_some_and(|there| there >= u64::from(self.width))
    }
}

/// How many hashes a tree of so many leaves has at a level: each is over leaves that are all there.
fn hashes(level: u8, size: u64) -> u64 {
    size.checked_shr(u32::from(level) * HEIGHT).unwrap_or_default()
}
