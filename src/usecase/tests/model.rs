//! The operations over any life of titles, publications, decisions and days, against a model that is slow and obvious: it holds
//! every stretch in which somebody has a title, and asks each time anew which of them reach what.

mod happens;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::world::*;
use crate::domain::notificacion::Sentido;
use crate::domain::operation::{ListRequest, OneNotificacion, PageSize};
use crate::domain::poder::{EstadoPoder, Poder};
use crate::domain::red::Asignacion;
use crate::domain::rol::{Rol, Roles};
use crate::usecase::by_poderdante::{document, list};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const WHO: [Who; 4] = [Who::Empresa, Who::Gestoria, Who::Apoderado, Who::Extrano];
/// Their NIFs, in the same order.
const NIFS: [&str; 4] = [EMPRESA, "A99999013", "99999901H", "99999945Q"];
/// Since when there are titles from the start, in seconds.
const ALWAYS: i64 = -1_000_000;

/// Something that happens, an hour at least after what happened before.
#[derive(Debug, Clone)]
enum Step {
    /// So many hours go by.
    Wait(i64),
    /// One is published to the company; by another body, which RED does not reach.
    Publish { inss: bool },
    /// The company grants a person a power for so many days.
    Grant { who: usize, days: i64 },
    /// One of its powers is revoked.
    Revoke(usize),
    /// The gestoría is given the company, or loses it.
    Assign(bool),
    /// The body of most admits that somebody succeeds the company, since so many hours ago.
    Succeed { who: usize, ago: i64 },
    /// One of these is taken back.
    TakeBack(usize),
    /// Somebody accepts or rejects one.
    Decide { who: usize, which: usize, accepts: bool },
    /// Lapses are written down.
    Sweep,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (1..100_i64).prop_map(Step::Wait),
        4 => any::<bool>().prop_map(|inss| Step::Publish { inss }),
        2 => (2..4_usize, 1..20_i64).prop_map(|(who, days)| Step::Grant { who, days }),
        1 => (0..8_usize).prop_map(Step::Revoke),
        2 => any::<bool>().prop_map(Step::Assign),
        2 => (1..4_usize, 0..200_i64).prop_map(|(who, ago)| Step::Succeed { who, ago }),
        1 => (0..8_usize).prop_map(Step::TakeBack),
        6 => (0..4_usize, 0..12_usize, any::<bool>())
            .prop_map(|(who, which, accepts)| Step::Decide { who, which, accepts }),
        1 => Just(Step::Sweep),
    ];
    prop::collection::vec(step, 1..40)
}

/// A title of one of them, in seconds: from when until when.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    who: usize,
    from: i64,
    to: Option<i64>,
}

impl Stretch {
    fn holds(&self, now: i64) -> bool {
        self.from <= now && self.to.is_none_or(|to| now < to)
    }
}

/// A notification, in seconds.
#[derive(Debug, Clone)]
struct Act {
    inss: bool,
    published: i64,
    lapses: i64,
    /// When, and whether it was accepted.
    decided: Option<(i64, bool)>,
}

impl Act {
    fn open(&self, now: i64) -> bool {
        self.decided.is_none() && now < self.lapses
    }

    fn accepted(&self) -> bool {
        self.decided.is_some_and(|(_, accepted)| accepted)
    }

    /// Whether it was published from an instant on, or still to be practised then.
    fn since(&self, from: i64, now: i64) -> bool {
        let lapsed = Some(self.lapses).filter(|lapses| *lapses <= now);
        let practised = self.decided.map(|(at, _)| at).or(lapsed);
        self.published >= from || practised.is_none_or(|at| at >= from)
    }
}

/// All that there is, and the service that it was told to.
struct Life {
    world: World,
    now: i64,
    powers: Vec<(Stretch, Poder)>,
    assignments: Vec<(Stretch, Asignacion)>,
    successions: Vec<(Stretch, i64)>,
    acts: Vec<Act>,
}

impl Life {
    fn begin() -> Self {
        let always = |who| Stretch {
            who,
            from: ALWAYS,
            to: None,
        };
        Self {
            world: World::with(&[]),
            now: 0,
            powers: vec![(always(2), poder(EstadoPoder::Inscrito))],
            assignments: vec![(always(1), asignacion(None))],
            successions: Vec::new(),
            acts: Vec::new(),
        }
    }

    // ---- What the model says ----

    fn roles(&self, who: usize, act: &Act) -> Roles {
        let now = self.now;
        let handed_down = self
            .successions
            .iter()
            .any(|(one, _)| one.who == who && one.holds(now) && !act.inss && act.since(one.from, now));
        let by_power = self
            .powers
            .iter()
            .any(|(one, _)| one.who == who && one.holds(now) && act.since(one.from, now));
        // Who lost the company keeps what had been issued before (D-32).
        let by_red = self.assignments.iter().any(|(one, _)| {
            one.who == who
                && !act.inss
                && act.since(one.from, now)
                && (one.holds(now) || one.to.is_some_and(|to| act.published < to))
        });
        [
            (Rol::Propio, who == 0 || handed_down),
            (Rol::AutorizadoRed, by_red),
            (Rol::Apoderado, by_power),
        ]
        .into_iter()
        .filter_map(|(rol, has)| has.then_some(rol))
        .collect()
    }

    // ---- What holds after each step ----

    /// Each is listed what it reaches, by its roles, and given the documents of what of it was accepted, and no other.
    fn holds(&self) -> Result<(), TestCaseError> {
        for (at, who) in WHO.into_iter().enumerate() {
            let expected: BTreeMap<i32, Roles> = (1..)
                .zip(&self.acts)
                .map(|(number, act)| (number, self.roles(at, act)))
                .filter(|(_, roles)| !roles.is_empty())
                .collect();
            prop_assert_eq!(&self.listed(who), &expected, "{:?}", who);
            // Each answer leaves a row on the disk: of those that are not accepted the last is asked for.
            let last = self.acts.len();
            let asked = (1..).zip(&self.acts);
            let asked =
                asked.filter(|(number, act)| act.accepted() || *number == i32::try_from(last).unwrap_or(0));
            for (number, act) in asked {
                let wanted = OneNotificacion {
                    poderdante: nif(EMPRESA),
                    codigo: codigo(number),
                };
                let given = self.world.as_(who, |store, caller, around| {
                    document(store, caller, &wanted, around).is_ok()
                });
                let may = act.accepted() && expected.contains_key(&number);
                prop_assert_eq!(given, may, "{:?} is given {}", who, number);
            }
        }
        Ok(())
    }

    fn listed(&self, who: Who) -> BTreeMap<i32, Roles> {
        let request = ListRequest {
            poderdantes: std::iter::once(nif(EMPRESA)).collect(),
            roles: Roles::ALL,
            estados: Vec::new(),
            entidades: Vec::new(),
            desde: None,
            hasta: None,
            fin_antes_de: None,
            cursor: None,
            limite: PageSize::default(),
            practicada: false,
        };
        let page = self
            .world
            .as_(who, |store, caller, around| list(store, caller, &request, around));
        let listed = page.map(|page| page.notificaciones).unwrap_or_default();
        listed
            .into_iter()
            .map(|one| (one.notificacion.codigo.number(), one.roles))
            .collect()
    }

    /// Each was decided once or not at all, as the acuse and the journal say.
    fn ends(&self) -> Result<(), TestCaseError> {
        for (number, act) in (1..).zip(&self.acts) {
            let acuse = self.world.acuse(number);
            let said = acuse.map(|acuse| (acuse.instante, acuse.sentido == Sentido::Aceptacion));
            let expected = act.decided.map(|(at, accepts)| (instant(at), accepts));
            prop_assert_eq!(said, expected, "{}", number);
        }
        // Whatever the journal does not say, or says twice, is a finding, at which this panics.
        self.world.rows();
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nobody_decides_or_is_given_anything_without_a_title_at_that_instant_and_each_is_decided_once(
        steps in steps(),
    ) {
        let mut life = Life::begin();
        for (taken, step) in steps.iter().enumerate() {
            life.take(step)?;
            // It takes the longest: not after each step.
            if taken % 8 == 7 {
                life.holds()?;
            }
        }
        life.holds()?;
        life.ends()?;
    }
}
