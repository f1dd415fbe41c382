//! Entry bundles (C2SP tlog-tiles, «Log entries»).

use super::entry::Entry;

/// What is before each entry: its length, in 16 bits.
#[expect(
    clippy::cast_possible_truncation,
    reason = "an entry has 33 octets, as the type says"
)]
const PREFIX: [u8; 2] = (Entry::LENGTH as u16).to_be_bytes();

/// Entries as they are published, each behind its length.
#[must_use]
pub fn bundle(entries: &[Entry]) -> Vec<u8> {
    entries
        .iter()
        .flat_map(|entry| PREFIX.iter().chain(entry.octets()))
        .copied()
        .collect()
}
