//! A small generator of pseudo-random numbers, so that the demonstration data are the same each time.

/// SplitMix64 (Steele, Lea and Flood, 2014): never for keys.
#[derive(Debug, Clone)]
pub(super) struct SplitMix(u64);

impl SplitMix {
    /// The sequence of a seed.
    #[cfg(test)]
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The sequence of the `index`-th thing of a kind: it depends on nothing made before it.
    #[must_use]
    pub(super) fn of(seed: u64, index: u64) -> Self {
        let mut start = Self(seed ^ index.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        Self(start.next_u64())
    }

    /// The next 64 bits.
    pub(super) fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included; `low` where the range is empty.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).saturating_add(1).max(1).unsigned_abs();
        // The bias of the remainder does not matter for invented data.
        low.saturating_add_unsigned(self.next_u64() % span)
    }

    /// One of `items`, if there is any.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let last = i64::try_from(items.len()).ok()?.checked_sub(1)?;
        items.get(usize::try_from(self.between(0, last)).ok()?)
    }

    /// Ten octets, as many as an identifier of version 7 takes.
    pub(super) fn ten_octets(&mut self) -> [u8; 10] {
        let (high, low) = (self.next_u64().to_le_bytes(), self.next_u64().to_le_bytes());
        std::array::from_fn(|at| high.iter().chain(&low).nth(at).copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_that_of_the_published_generator() {
        let mut random = SplitMix::new(1_234_567);
        assert_eq!(random.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(random.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn numbers_stay_within_their_range_and_an_empty_range_gives_its_start() {
        let mut random = SplitMix::new(7);
        assert!(
            (0..1000)
                .map(|_| random.between(-3, 4))
                .all(|n| (-3..=4).contains(&n))
        );
        assert_eq!(random.between(5, 1), 5);
        assert_eq!(random.pick::<u8>(&[]), None);
    }
}
