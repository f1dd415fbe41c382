//! `Room`: memory for the bodies of messages and for their answers, so shared that nobody can take it from everybody else.
//!
//! Nearly all messages are small, and a few of the large ones would fill any memory: so the small ones have a part of it for
//! themselves, and of each part no address takes more than half of what others have left: whoever comes from many addresses
//! finds less each time, and never nothing.
//!
//! An answer cannot be refused for want of room once there is one, since what it tells may have been done. It is counted until it
//! is taken, and whoever has that much to take is not asked for more.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a body may have in the part of the small ones. A request of a thousand codes is under 100 KiB, one of three hundred
/// under this.
pub(super) const SMALL: usize = 64 << 10;
/// The part of the small ones: so many times less than all.
const PART_OF_SMALL: usize = 4;
/// What an address may have of each part: so many times less than what others have left of it.
const SHARES: usize = 2;
/// The bits by which a network of IPv6 is told from others: one place may be given as much (RFC 6177 §2), and then has 65,536
/// of the smallest ones.
const NETWORK_BITS: u32 = 48;

/// The memory that messages may have until they are answered, and answers until they are taken. Its clones are one.
#[derive(Clone)]
pub(super) struct Room {
    small: Arc<Part>,
    large: Arc<Part>,
}

#[derive(Debug)]
struct Part {
    octets: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    octets: usize,
    /// Of which so many are for each address that has any.
    by_address: HashMap<IpAddr, usize>,
}

/// What a body has of it, for as long as it is there.
#[derive(Debug)]
pub(super) struct Place {
    whose: IpAddr,
    octets: usize,
    part: Arc<Part>,
    large: Arc<Part>,
}

impl Room {
    /// Memory of so many octets.
    pub(super) fn of(octets: usize) -> Self {
        let small = octets / PART_OF_SMALL;
        Self {
            small: Arc::new(Part::of(small)),
            large: Arc::new(Part::of(octets - small)),
        }
    }

    /// A place for a body that comes from an address, which has taken nothing yet.
    pub(super) fn place(&self, from: IpAddr) -> Place {
        Place {
            whose: neighbourhood(from),
            octets: 0,
            part: Arc::clone(&self.small),
            large: Arc::clone(&self.large),
        }
    }

    /// The place of an answer of so many octets to whoever asked from an address, whether there is room for it or not.
    pub(super) fn for_answer(&self, to: IpAddr, octets: usize) -> Place {
        let part = if octets <= SMALL { &self.small } else { &self.large };
        let whose = neighbourhood(to);
        part.give(whose, octets);
        Place {
            whose,
            octets,
            part: Arc::clone(part),
            large: Arc::clone(&self.large),
        }
    }

    /// Whether there is room for answers to whoever asks from an address.
    pub(super) fn has_for_answers(&self, to: IpAddr) -> bool {
        let whose = neighbourhood(to);
        [&self.small, &self.large].iter().all(|part| part.has_left(whose))
    }

    #[cfg(test)]
    pub(super) fn taken(&self) -> usize {
        self.small.lock().octets + self.large.lock().octets
    }
}

impl Place {
    /// Takes more, if there is any.
    pub(super) fn grow(&mut self, more: usize) -> bool {
        let octets = self.octets + more;
        let is_small = Arc::ptr_eq(&self.part, &self.large);
        if octets <= SMALL || is_small {
            if !self.part.take(self.whose, more) {
                return false;
            }
        } else {
            // It is not one of the small ones.
            if !self.large.take(self.whose, octets) {
                return false;
            }
            self.part.give_back(self.whose, self.octets);
            self.part = Arc::clone(&self.large);
        }
        self.octets = octets;
        true
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.part.give_back(self.whose, self.octets);
    }
}

impl Part {
    fn of(octets: usize) -> Self {
        Self {
            octets,
            taken: Mutex::default(),
        }
    }

    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, whose: IpAddr, octets: usize) -> bool {
        let mut taken = self.lock();
        let (own, share) = self.share(&taken, whose);
        if own + octets > share {
            return false;
        }
        taken.add(whose, octets);
        true
    }

    fn give(&self, whose: IpAddr, octets: usize) {
        self.lock().add(whose, octets);
    }

    fn has_left(&self, whose: IpAddr) -> bool {
        let (own, share) = self.share(&self.lock(), whose);
        own < share
    }

    /// What somebody has, and what he may have.
    fn share(&self, taken: &Taken, whose: IpAddr) -> (usize, usize) {
        let own = taken.by_address.get(&whose).copied().unwrap_or(0);
        let left_by_others = self.octets.saturating_sub(taken.octets - own);
        (own, left_by_others / SHARES)
    }

    fn give_back(&self, whose: IpAddr, octets: usize) {
        let mut taken = self.lock();
        taken.octets -= octets;
        if let Some(own) = taken.by_address.get_mut(&whose) {
            *own -= octets;
            if *own == 0 {
                taken.by_address.remove(&whose);
            }
        }
    }
}

impl Taken {
    fn add(&mut self, whose: IpAddr, octets: usize) {
        self.octets += octets;
        *self.by_address.entry(whose).or_default() += octets;
    }
}

/// Whose an address is, as far as can be told: a network of IPv6 has as many addresses as its owner likes.
pub(super) fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (u128::BITS - NETWORK_BITS))).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: usize = 8 << 20;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn filled(room: &Room, from: &str, each: usize) -> Vec<Place> {
        let mut places = Vec::new();
        loop {
            let mut place = room.place(address(from));
            if !place.grow(each) {
                return places;
            }
            places.push(place);
        }
    }

    #[test]
    fn large_bodies_leave_room_for_small_ones_and_one_address_for_others() {
        let room = Room::of(ALL);
        let large = filled(&room, "192.0.2.1", 1 << 20);
        assert_eq!(large.len(), 3);
        assert_eq!(filled(&room, "192.0.2.2", 1 << 20).len(), 1);
        assert_eq!(filled(&room, "192.0.2.1", SMALL).len(), 16);
        let small = filled(&room, "192.0.2.1", SMALL);
        assert_eq!(filled(&room, "192.0.2.2", SMALL).len(), 8);
        drop((large, small));
        assert_eq!(room.taken(), 0);
    }

    #[test]
    fn a_few_addresses_do_not_take_it_all() {
        let room = Room::of(256 << 20);
        let few: Vec<_> = (1..=4)
            .map(|one| filled(&room, &format!("2001:db8:{one}::1"), 1 << 20))
            .collect();
        let counts: Vec<_> = few.iter().map(Vec::len).collect();
        assert_eq!(counts, [96, 48, 24, 12]);
        assert!(room.place(address("192.0.2.9")).grow(6 << 20));
    }

    #[test]
    fn answers_that_are_not_taken_leave_their_address_no_room_for_more_and_others_theirs() {
        let room = Room::of(ALL);
        let [slow, other] = ["192.0.2.1", "192.0.2.2"].map(address);
        let mut untaken = Vec::new();
        while room.has_for_answers(slow) {
            untaken.push(room.for_answer(slow, 1 << 20));
        }
        assert_eq!(untaken.len(), 3);
        assert!(room.has_for_answers(other));
        // One that is there already has its place all the same.
        untaken.push(room.for_answer(slow, 4 << 20));
        assert_eq!(room.taken(), 7 << 20);
        assert!(!room.has_for_answers(other) && !room.place(other).grow(SMALL + 1));
        drop(untaken);
        assert_eq!(room.taken(), 0);
        assert!(room.has_for_answers(slow) && room.large.lock().by_address.is_empty());

        let small: Vec<_> = (0..16).map(|_| room.for_answer(slow, SMALL)).collect();
        assert!(!room.has_for_answers(slow) && room.has_for_answers(other));
        drop(small);
        assert!(room.has_for_answers(slow));
    }

    #[test]
    fn a_body_that_turns_out_to_be_large_leaves_the_part_of_the_small() {
        let room = Room::of(ALL);
        let mut place = room.place(address("192.0.2.1"));
        assert!(place.grow(SMALL));
        assert_eq!(room.small.lock().octets, SMALL);
        assert!(place.grow(1));
        assert_eq!(room.small.lock().octets, 0);
        assert_eq!(room.large.lock().octets, SMALL + 1);
        assert!(place.grow(2 << 20) && !place.grow(1 << 20));
        // What found no room has what it had.
        assert_eq!(room.taken(), (2 << 20) + SMALL + 1);
        drop(place);
        assert_eq!(room.taken(), 0);
        assert!(room.large.lock().by_address.is_empty());
    }

    #[test]
    fn addresses_of_one_network_are_one() {
        let same = |one, other| neighbourhood(address(one)) == neighbourhood(address(other));
        assert!(same("2001:db8::1", "2001:db8::ffff:1"));
        assert!(same("2001:db8::1", "2001:db8:0:1::1"));
        assert!(!same("2001:db8::1", "2001:db8:1::1"));
        assert!(same("::ffff:192.0.2.1", "192.0.2.1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
    }
}
