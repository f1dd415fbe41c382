//! Pages over three lists with inclusive cursors, as clients follow them.
//!
//! A cursor is a code, «from this one on». That of a list which goes on is the first code that was not sent; that of
//! a list at its end is its last code, so that a client sees the one that it holds first and then what is new.

use super::by_rol::PerRol;
use super::notificacion::Codigo;
use super::operation::PageSize;
use super::rol::{Rol, Roles};

/// A page of each list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// What there is for each role, by code.
    pub lists: PerRol<Vec<T>>,
    /// From which code on to ask for the next page.
    pub next: PerRol<i32>,
    /// Whether any list goes on; if so there is something in the page, and following the cursors leads further.
    pub more: bool,
}

/// What was read of one list, and how much of it the page takes.
struct Read<T> {
    rol: Rol,
    items: Vec<T>,
    taken: usize,
}

/// Fills a page from the lists of `roles`, in the order of their numbers.
///
/// `read(rol, from, most)` gives the first of that role's list whose code is `from` or higher, by code, `most` of them
/// or all that there are. Each list has room for at least one, since a list that could be starved by the repeated last
/// item of another would never end: a page smaller than the count of lists is taken to be of that size.
pub fn page<T, E>(
    roles: Roles,
    from: &PerRol<i32>,
    size: PageSize,
    codigo: impl Fn(&T) -> Codigo,
    mut read: impl FnMut(Rol, i32, usize) -> Result<Vec<T>, E>,
) -> Result<Paged<T>, E> {
    let mut later = roles.iter().count();
    let mut room = size.get().max(later);
    let mut reads = Vec::with_capacity(later);
    for rol in roles.iter() {
        later -= 1;
        // One more than there is room for tells whether the list goes on, without a second question.
        let items = read(rol, *from.get(rol), room + 1)?;
        let taken = items.len().min(room - later);
        room -= taken;
        reads.push(Read { rol, items, taken });
    }
    let mut paged = Paged {
        lists: PerRol {
            propio: Vec::new(),
            autorizado_red: Vec::new(),
            apoderado: Vec::new(),
        },
        next: *from,
        more: false,
    };
    for Read {
        rol,
        mut items,
        taken,
    } in reads
    {
        // Room that was kept for a later list, and not needed there.
        let spare = room.min(items.len() - taken);
        room -= spare;
        let first_left = items.get(taken + spare).map(&codigo);
        paged.more |= first_left.is_some();
        items.truncate(taken + spare);
        if let Some(next) = first_left.or_else(|| items.last().map(&codigo)) {
            *paged.next.get_mut(rol) = next.number();
        }
        *paged.lists.get_mut(rol) = items;
    }
    Ok(paged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use std::convert::Infallible;

    type Lists = PerRol<BTreeSet<i32>>;

    fn ask(lists: &Lists, roles: Roles, from: &PerRol<i32>, size: u16) -> Paged<Codigo> {
        let read = |rol, from, most| {
            let list = lists.get(rol).range(from..).take(most);
            Ok::<_, Infallible>(list.filter_map(|&n| Codigo::new(n)).collect())
        };
        page(roles, from, PageSize::new(size).unwrap(), |codigo| *codigo, read).unwrap()
    }

    fn codes(list: &[Codigo]) -> Vec<i32> {
        list.iter().map(|codigo| codigo.number()).collect()
    }

    fn lists(propio: &[i32], autorizado_red: &[i32], apoderado: &[i32]) -> Lists {
        let set = |codes: &[i32]| codes.iter().copied().collect();
        PerRol {
            propio: set(propio),
            autorizado_red: set(autorizado_red),
            apoderado: set(apoderado),
        }
    }

    #[test]
    fn a_list_that_goes_on_is_asked_again_from_the_first_code_that_was_not_sent() {
        let lists = lists(&[3, 5, 8], &[], &[]);
        let only_own = Roles::NONE.with(Rol::Propio);
        let first = ask(&lists, only_own, &PerRol::default(), 2);
        assert_eq!(codes(&first.lists.propio), [3, 5]);
        assert_eq!((first.next.propio, first.more), (8, true));
        let second = ask(&lists, only_own, &first.next, 2);
        assert_eq!(codes(&second.lists.propio), [8]);
        assert_eq!((second.next.propio, second.more), (8, false));
    }

    #[test]
    fn a_list_at_its_end_is_asked_again_from_its_last_code_and_an_empty_one_from_where_it_was() {
        let lists = lists(&[3], &[], &[4]);
        let from = PerRol {
            propio: -1,
            autorizado_red: -1,
            apoderado: 5,
        };
        let page = ask(&lists, Roles::ALL, &from, 500);
        let expected = PerRol {
            propio: 3,
            autorizado_red: -1,
            apoderado: 5,
        };
        assert_eq!((page.next, page.more), (expected, false));
    }

    #[test]
    fn room_that_no_later_list_needs_goes_to_an_earlier_one() {
        let all: Vec<i32> = (1..=10).collect();
        let page = ask(&lists(&all, &[], &[7]), Roles::ALL, &PerRol::default(), 5);
        assert_eq!(codes(&page.lists.propio), [1, 2, 3, 4]);
        assert_eq!(codes(&page.lists.apoderado), [7]);
    }

    #[test]
    fn a_list_that_was_not_asked_for_keeps_its_cursor_and_stays_empty() {
        let from = PerRol {
            propio: 9,
            ..PerRol::default()
        };
        let page = ask(
            &lists(&[1, 9], &[2], &[3]),
            Roles::NONE.with(Rol::AutorizadoRed),
            &from,
            500,
        );
        assert_eq!((page.next.propio, page.next.autorizado_red), (9, 2));
        assert!(page.lists.propio.is_empty() && page.lists.apoderado.is_empty());
    }

    fn some_codes() -> impl Strategy<Value = BTreeSet<i32>> {
        prop::collection::btree_set(1_i32..60, 0..25)
    }

    fn some_lists() -> impl Strategy<Value = Lists> {
        (some_codes(), some_codes(), some_codes()).prop_map(|(propio, autorizado_red, apoderado)| PerRol {
            propio,
            autorizado_red,
            apoderado,
        })
    }

    proptest! {
        /// New ones arrive at the end between pages, as publication makes codes grow.
        #[test]
        fn following_the_cursors_reaches_each_once_but_for_the_last_of_a_list_at_its_end(
            lists in some_lists(), size in 1_u16..12, start in -1_i32..=0, arrivals in prop::collection::vec(0_usize..3, 0..10)
        ) {
            let mut lists = lists;
            let mut from = PerRol { propio: start, autorizado_red: start, apoderado: start };
            let mut seen = PerRol::<Vec<i32>>::default();
            let mut arrivals = arrivals.into_iter().zip(100..);
            let mut pages = 0;
            loop {
                let page = ask(&lists, Roles::ALL, &from, size);
                let total: usize = Rol::ALL.iter().map(|rol| page.lists.get(*rol).len()).sum();
                prop_assert!(total <= usize::from(size).max(3));
                if page.more {
                    prop_assert!(total > 0 && page.next != from);
                }
                for rol in Rol::ALL {
                    for codigo in codes(page.lists.get(rol)) {
                        let seen = seen.get_mut(rol);
                        let again = seen.last() == Some(&codigo) && codigo == *from.get(rol);
                        if !again {
                            prop_assert!(seen.last().is_none_or(|last| *last < codigo));
                            seen.push(codigo);
                        }
                    }
                }
                from = page.next;
                pages += 1;
                prop_assert!(pages < 200);
                if let Some((which, codigo)) = arrivals.next() {
                    lists.get_mut(Rol::ALL[which]).insert(codigo);
                } else if !page.more {
                    break;
                }
            }
            for rol in Rol::ALL {
                prop_assert_eq!(seen.get(rol), &lists.get(rol).iter().copied().collect::<Vec<_>>());
            }
        }

        #[test]
        fn any_cursor_is_taken(lists in some_lists(), propio: i32, autorizado_red: i32, apoderado: i32) {
            let from = PerRol { propio, autorizado_red, apoderado };
            let page = ask(&lists, Roles::ALL, &from, 3);
            prop_assert!(Rol::ALL.iter().all(|rol| page.next.get(*rol) >= from.get(*rol)));
        }
    }
}
