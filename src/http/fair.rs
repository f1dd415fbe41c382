//! `Fair`: a queue in which those who wait take turns, however much each of them has waiting.
//!
//! Turns go round groups, and within a group round its members; what one member has waiting comes in order. So a caller with
//! hundreds of connections waits for himself, and not everybody for him.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hash, RandomState};

/// Who waits. Names are hashed with a secret of this process, so that nobody can choose to be taken for somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Whose {
    /// Among whom turns go round first.
    group: u64,
    /// Among whom they go round within the group.
    member: u64,
}

/// Makes names with a secret of this process, so that nobody outside can choose to share the turn of another.
#[derive(Default, Clone)]
pub(super) struct Names(RandomState);

impl Names {
    /// A member of a group.
    pub(super) fn of(&self, group: impl Hash, member: impl Hash) -> Whose {
        Whose {
            group: self.0.hash_one(group),
            member: self.0.hash_one(member),
        }
    }
}

/// What waits, by turns: of groups, and within a group of its members.
pub(super) struct Fair<T> {
    groups: Ring<Ring<VecDeque<T>>>,
}

/// Those who have something waiting, in the order of their turns.
struct Ring<V> {
    turns: VecDeque<u64>,
    each: HashMap<u64, V>,
    /// How much all of them have waiting.
    length: usize,
}

/// What becomes of the turn of whom something is taken from.
#[derive(Clone, Copy)]
enum Turn {
    /// It was that: the next one comes last.
    Had,
    /// It stays what it was.
    Kept,
}

impl<V> Default for Ring<V> {
    fn default() -> Self {
        Self {
            turns: VecDeque::new(),
            each: HashMap::new(),
            length: 0,
        }
    }
}

impl<V: Default> Ring<V> {
    /// That of a name, whose turn is the last one if it has nothing waiting.
    fn enter(&mut self, name: u64) -> &mut V {
        self.length += 1;
        self.each.entry(name).or_insert_with(|| {
            self.turns.push_back(name);
            V::default()
        })
    }

    /// Takes from whom stands there in the order, for whom it was its turn or not; `take` also says whether it has more.
    fn leave<T>(
        &mut self,
        at: usize,
        turn: Turn,
        take: impl FnOnce(&mut V) -> (Option<T>, bool),
    ) -> Option<T> {
        let name = self.turns.remove(at)?;
        let (taken, more) = take(self.each.get_mut(&name)?);
        match turn {
            _ if !more => drop(self.each.remove(&name)),
            Turn::Had => self.turns.push_back(name),
            Turn::Kept => self.turns.insert(at, name),
        }
        self.length -= usize::from(taken.is_some());
        taken
    }

    /// Where in the order stands who has most waiting.
    fn longest(&self, length: impl Fn(&V) -> usize) -> Option<usize> {
        let lengths = self
            .turns
            .iter()
            .map(|name| self.each.get(name).map_or(0, &length));
        let longest = lengths.enumerate().max_by_key(|(_, length)| *length);
        longest.map(|(at, _)| at)
    }

    /// How many would be taken before one more of this name, of which `own` are its own.
    fn ahead(&self, name: u64, own: usize, length: impl Fn(&V) -> usize) -> usize {
        let others = self.each.iter().filter(|(other, _)| **other != name);
        // Each of the others has at most as many turns before it as it must wait for itself.
        others.map(|(_, other)| length(other).min(own + 1)).sum::<usize>() + own
    }
}

impl<T> Default for Fair<T> {
    fn default() -> Self {
        Self {
            groups: Ring::default(),
        }
    }
}

impl<T> Fair<T> {
    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.groups.length
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lines somebody's up.
    pub(super) fn push(&mut self, whose: Whose, one: T) {
        self.groups.enter(whose.group).enter(whose.member).push_back(one);
    }

    /// Whose turn it is.
    pub(super) fn pop(&mut self) -> Option<T> {
        self.groups.leave(0, Turn::Had, |group| {
            let taken = group.leave(0, Turn::Had, |member| {
                let taken = member.pop_front();
                (taken, !member.is_empty())
            });
            (taken, group.length > 0)
        })
    }

    /// How many would be taken before one more of this one's.
    pub(super) fn ahead(&self, whose: Whose) -> usize {
        let group = self.groups.each.get(&whose.group);
        let own = group.map_or(0, |group| {
            let member = group.each.get(&whose.member).map_or(0, VecDeque::len);
            group.ahead(whose.member, member, VecDeque::len)
        });
        self.groups.ahead(whose.group, own, |group| group.length)
    }

    /// The newest of whoever has most waiting, if that is more than this one has: what is to give way to it.
    pub(super) fn give_way(&mut self, whose: Whose) -> Option<T> {
        let own = self.groups.each.get(&whose.group).map_or(0, |group| group.length);
        let longest = self.groups.longest(|group| group.length)?;
        let name = *self.groups.turns.get(longest)?;
        let group = self.groups.each.get(&name)?;
        let member = group.longest(VecDeque::len)?;
        let gives = if name == whose.group {
            let own = group.each.get(&whose.member).map_or(0, VecDeque::len);
            group
                .turns
                .get(member)
                .and_then(|name| group.each.get(name))
                .map_or(0, VecDeque::len)
                > own + 1
        } else {
            group.length > own + 1
        };
        if !gives {
            return None;
        }
        self.groups.leave(longest, Turn::Kept, |group| {
            let taken = group.leave(member, Turn::Kept, |member| {
                let taken = member.pop_back();
                (taken, !member.is_empty())
            });
            (taken, group.length > 0)
        })
    }

    /// Takes out all that `unwanted` says.
    pub(super) fn remove(&mut self, unwanted: impl Fn(&T) -> bool) -> Vec<T> {
        let mut removed = Vec::new();
        self.groups.each.retain(|_, group| {
            group.each.retain(|_, member| {
                let (out, rest): (VecDeque<_>, VecDeque<_>) = member.drain(..).partition(&unwanted);
                removed.extend(out);
                *member = rest;
                !member.is_empty()
            });
            group.turns.retain(|name| group.each.contains_key(name));
            group.length = group.each.values().map(VecDeque::len).sum();
            group.length > 0
        });
        let Ring { turns, each, length } = &mut self.groups;
        turns.retain(|name| each.contains_key(name));
        *length = each.values().map(|group| group.length).sum();
        removed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(queue: &mut Fair<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    fn queue(names: &Names, waiting: &[(u8, u8, &'static str)]) -> Fair<&'static str> {
        let mut queue = Fair::default();
        for &(group, member, one) in waiting {
            queue.push(of(names, group, member), one);
        }
        queue
    }

    fn of(names: &Names, group: u8, member: u8) -> Whose {
        names.of(group, member)
    }

    #[test]
    fn turns_go_round_groups_and_within_a_group_round_its_members() {
        let mut queue = queue(
            &Names::default(),
            &[
                (1, 1, "a1"),
                (1, 1, "a2"),
                (1, 1, "a3"),
                (1, 2, "b1"),
                (2, 1, "c1"),
                (2, 1, "c2"),
                (3, 1, "d1"),
            ],
        );
        assert_eq!(queue.len(), 7);
        assert_eq!(all(&mut queue), ["a1", "c1", "d1", "b1", "c2", "a2", "a3"]);
        assert!(queue.is_empty() && queue.groups.each.is_empty() && queue.groups.turns.is_empty());
    }

    #[test]
    fn who_comes_late_waits_for_a_turn_of_each_of_the_others_and_no_more() {
        let names = Names::default();
        let mut queue = queue(&names, &[(1, 1, "a1"), (1, 1, "a2"), (1, 1, "a3"), (2, 1, "b1")]);
        for (group, member, ahead) in [(1, 1, 4), (1, 2, 2), (2, 1, 3), (3, 1, 2)] {
            assert_eq!(queue.ahead(of(&names, group, member)), ahead, "{group} {member}");
        }
        queue.push(of(&names, 3, 1), "new");
        let before = all(&mut queue).iter().position(|one| *one == "new");
        assert_eq!(before, Some(2));
    }

    #[test]
    fn who_has_most_waiting_gives_way_with_what_came_last() {
        let names = Names::default();
        let mut queue = queue(&names, &[(1, 1, "a1"), (1, 2, "b1"), (1, 2, "b2"), (2, 1, "c1")]);
        assert_eq!(queue.give_way(of(&names, 3, 1)), Some("b2"));
        // Nobody gives way to whom would have as much.
        assert_eq!(queue.give_way(of(&names, 2, 1)), None);
        assert_eq!(queue.give_way(of(&names, 1, 2)), None);
        assert_eq!(queue.len(), 3);
        queue.push(of(&names, 1, 2), "b3");
        queue.push(of(&names, 1, 2), "b4");
        // Also among the members of one group.
        assert_eq!(queue.give_way(of(&names, 1, 1)), Some("b4"));
        assert_eq!(all(&mut queue), ["a1", "c1", "b1", "b3"]);
    }

    #[test]
    fn what_is_taken_out_leaves_the_order_of_the_rest() {
        let mut queue = queue(
            &Names::default(),
            &[
                (1, 1, "a1"),
                (1, 1, "x1"),
                (2, 1, "x2"),
                (1, 1, "a2"),
                (3, 1, "d1"),
            ],
        );
        let mut removed = queue.remove(|one| one.starts_with('x'));
        removed.sort_unstable();
        assert_eq!(removed, ["x1", "x2"]);
        assert_eq!(queue.len(), 3);
        assert_eq!(all(&mut queue), ["a1", "d1", "a2"]);
    }
}
