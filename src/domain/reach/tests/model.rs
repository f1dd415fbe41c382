//! RED against a model that is slow and obvious: it asks each day anew what holds on it.

use proptest::prelude::*;

use super::sucesiones::sucesion;
use super::*;
use crate::domain::materia::Entidad;

/// Days that are looked at.
const DAYS: i64 = 14;
const AUTORIZACIONES: [i32; 2] = [7, 8];
const CUENTAS: [&str; 3] = [CCC, NEW_CCC, NAF];

/// A life, by days.
#[derive(Debug, Clone)]
struct Life {
    /// From which day on which accounts: none, one CCC or the other, beside a NAF.
    accounts: Vec<(i64, usize)>,
    /// From which day on the gestor holds each authorisation, or somebody else.
    holders: [Vec<(i64, bool)>; 2],
    /// When the gestor is a user of each.
    users: [Vec<(i64, i64)>; 2],
    /// Which authorisation manages which account, from when until when.
    assignments: Vec<(usize, usize, i64, i64)>,
    /// When the addressee shuts autorizados out, or lets them in.
    will: Vec<(i64, bool)>,
}

fn lives() -> impl Strategy<Value = Life> {
    let days = || 0..DAYS;
    let holders = || prop::collection::vec((days(), any::<bool>()), 1..4);
    let users = || prop::collection::vec((days(), 1..6_i64), 0..2);
    (
        prop::collection::vec((days(), 0..3_usize), 1..4),
        [holders(), holders()],
        [users(), users()],
        prop::collection::vec((0..2_usize, 0..3_usize, days(), 1..DAYS), 0..5),
        prop::collection::vec((days(), any::<bool>()), 0..4),
    )
        .prop_map(|(accounts, holders, users, assignments, will)| Life {
            accounts: steps(accounts),
            holders: holders.map(steps),
            users,
            assignments,
            will: steps(will),
        })
}

/// In order of time, one of each day, the first of them holding always.
fn steps<T: PartialEq>(told: Vec<(i64, T)>) -> Vec<(i64, T)> {
    let by_day: std::collections::BTreeMap<i64, T> = told.into_iter().collect();
    by_day.into_iter().collect()
}

impl Life {
    /// As it lies on record.
    fn titles(&self) -> Titles {
        let begins = |at: usize, since: i64| if at == 0 { SIEMPRE } else { day(since) };
        let cuentas = self.accounts.iter().enumerate().map(|(at, (since, which))| {
            let ccc = [Some(CCC), Some(NEW_CCC), None][*which];
            accounts(begins(at, *since), ccc, Some(NAF))
        });
        let red = self
            .assignments
            .iter()
            .flat_map(|&(which, cuenta, from, length)| {
                let asignacion = Asignacion {
                    autorizacion: AutorizacionRed::try_from(AUTORIZACIONES[which]).unwrap(),
                    ..assigned(CUENTAS[cuenta], from, Some(from + length))
                };
                let held = self.holders[which].iter().enumerate();
                let titulares: Vec<_> = held
                    .map(|(at, (since, own))| TitularRed {
                        autorizacion: asignacion.autorizacion,
                        titular: if *own { gestor() } else { nif("99999945Q") },
                        desde: begins(at, *since),
                    })
                    .collect();
                let titulares = deduped(titulares);
                let usuarios: Vec<_> = self.users[which]
                    .iter()
                    .map(|(from, length)| UsuarioRed {
                        autorizacion: asignacion.autorizacion,
                        usuario: gestor(),
                        vigencia: Intervalo {
                            desde: day(*from),
                            hasta: Some(day(from + length)),
                        },
                    })
                    .collect();
                let through = tenencias(&titulares, &usuarios).into_iter();
                let own: Vec<_> = through.filter(|one| one.nif == gestor()).collect();
                own.into_iter().map(move |tenencia| TituloRed {
                    asignacion: asignacion.clone(),
                    tenencia,
                })
            });
        let cambios = self.will.iter().map(|(at, out)| {
            let voluntad = if *out {
                Voluntad::Desasignar
            } else {
                Voluntad::Reasignar
            };
            change(voluntad, *at)
        });
        Titles {
            cuentas: cuentas.collect(),
            red: red.collect(),
            cambios: cambios.collect(),
            ..Titles::default()
        }
    }

    fn managed(&self, which: usize, on: i64) -> bool {
        let counting = self
            .accounts
            .iter()
            .rfind(|(since, _)| *since <= on)
            .or(self.accounts.first())
            .map(|(_, which)| *which);
        self.assignments.iter().any(|&(by, cuenta, from, length)| {
            by == which && Some(cuenta) == counting && from <= on && on < from + length
        })
    }

    /// Who holds an authorisation on a day, and since when without a change; the first holds since before all days.
    fn holder(&self, which: usize, on: i64) -> (bool, i64) {
        let of = |day: i64| {
            let held = &self.holders[which];
            held.iter()
                .rfind(|(since, _)| *since <= day)
                .or(held.first())
                .unwrap()
                .1
        };
        let mut since = on;
        while since > -1 && of(since - 1) == of(on) {
            since -= 1;
        }
        (of(on), since)
    }

    /// Since when autorizados are shut out, by what was declared up to a day.
    fn shut_out(&self, until: i64) -> Option<i64> {
        let mut since = None;
        for (at, out) in self.will.iter().filter(|(at, _)| *at <= until) {
            since = if *out { since.or(Some(*at)) } else { None };
        }
        since
    }

    /// Since when the gestor acts for whom he acts on a day, and until when, if that is over.
    fn capacities(&self, which: usize, on: i64) -> Vec<(i64, Option<i64>)> {
        let (own, since) = self.holder(which, on);
        let designated = self.users[which].iter().any(|&(from, length)| {
            // Of whom the designation is, and whether he still holds.
            from <= on && on < from + length && self.holder(which, from).1 == since
        });
        let mut found = Vec::new();
        if own || designated {
            found.push((since, None));
        }
        for ended in 0..=on {
            let (before, began) = self.holder(which, ended - 1);
            if before && !self.holder(which, ended).0 {
                found.push((began, Some(ended)));
            }
        }
        found
    }

    fn reaches(&self, one: &Act, emitidas: Emitidas, on: i64) -> bool {
        (0..2).any(|which| {
            self.capacities(which, on)
                .into_iter()
                .any(|(since, ceased)| self.reaches_by(which, since, ceased, one, emitidas, on))
        })
    }

    fn reaches_by(
        &self,
        which: usize,
        since: i64,
        ceased: Option<i64>,
        one: &Act,
        emitidas: Emitidas,
        on: i64,
    ) -> bool {
        let as_of = ceased.unwrap_or(on);
        if ceased.is_some()
            && (emitidas == Emitidas::Perder || one.accepted.is_none_or(|at| Some(at) >= ceased))
        {
            return false;
        }
        // Days on which it manages the addressee, who lets autorizados in.
        let reaches = |day| self.managed(which, day) && self.shut_out(day).is_none();
        let managed_until = |day| (day..3 * DAYS).find(|next| !self.managed(which, *next)).unwrap();
        let begins = (0..=on).filter(|day| reaches(*day) && !reaches(*day - 1));
        begins.into_iter().any(|begin| {
            let end = (begin..3 * DAYS).find(|day| !reaches(*day)).unwrap();
            let start = begin.max(since);
            if start >= end || start > on || ceased.is_some_and(|ceased| ceased <= start) {
                return false;
            }
            // Whoever is let in again has lost nothing.
            let lost = managed_until(begin) <= as_of || self.shut_out(as_of).is_some();
            let over = end <= as_of;
            (!lost || emitidas == Emitidas::Conservar)
                && (!over || one.published < end)
                && (one.published >= start || one.practised.is_none_or(|at| at >= start))
        })
    }
}

fn deduped(mut titulares: Vec<TitularRed>) -> Vec<TitularRed> {
    titulares.dedup_by_key(|one| one.titular);
    titulares
}

/// A notification, by days.
#[derive(Debug, Clone)]
struct Act {
    published: i64,
    accepted: Option<i64>,
    practised: Option<i64>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn red_reaches_what_an_obvious_model_says_day_by_day(
        life in lives(),
        published in 0..DAYS - 6,
        decided in prop::option::of((0..5_i64, any::<bool>())),
        wait in 0..6_i64,
        keep in any::<bool>(),
    ) {
        let emitidas = if keep { Emitidas::Conservar } else { Emitidas::Perder };
        let at = decided.map(|(after, accepts)| (published + after, accepts));
        // Never so late that the term would be over.
        let on = at.map_or(published, |(at, _)| at) + wait;
        let pending = issued(published);
        let notificacion = match at {
            Some((at, accepts)) => {
                let sentido = if accepts { Sentido::Aceptacion } else { Sentido::Rechazo };
                pending.decide(sentido, day(at)).unwrap()
            }
            None => pending,
        };
        let act = Act {
            published,
            accepted: at.filter(|(_, accepts)| *accepts).map(|(at, _)| at),
            practised: at.map(|(at, _)| at),
        };
        let found = by_red(life.titles(), emitidas, on, &notificacion);
        prop_assert_eq!(found, life.reaches(&act, emitidas, on));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// D-31: what is remembered of whom somebody represents is the same as if it were weighed anew.
    #[test]
    fn until_the_instant_that_titles_tell_the_roles_that_are_listed_are_the_same(life in lives(), perder in any::<bool>()) {
        let emitidas = if perder { Emitidas::Perder } else { Emitidas::Conservar };
        let titles = life.titles();
        let listed = |at| Reach::weigh(gestor(), sujeto(), titles.clone(), emitidas, at).listed_roles();
        // What is lost ceases to be listed two years later.
        let quarters = (0..DAYS * 4).chain(720 * 4..760 * 4).map(|quarter| day(0) + chrono::TimeDelta::hours(6 * quarter));
        let quarters: Vec<_> = quarters.collect();
        for (number, at) in quarters.iter().enumerate() {
            let Some(until) = titles.same_until(*at) else { continue };
            prop_assert!(until >= *at);
            let meanwhile = quarters[number..].iter().take_while(|later| **later < until);
            for later in meanwhile {
                prop_assert_eq!(listed(*at), listed(*later), "from {} to {}, until {}", at, later, until);
            }
        }
        // After all of it nothing changes, and that is told too.
        prop_assert_eq!(titles.same_until(day(2000)), None);
        prop_assert_eq!(listed(day(2000)), listed(day(9000)));
    }
}

#[test]
fn a_power_and_a_succession_change_when_they_begin_and_end() {
    let titles = Titles {
        poderes: vec![poder(2, 5, Alcance::General)],
        sucesiones: vec![sucesion(Entidad::Tgss, 3, Some(9))],
        ..Titles::default()
    };
    for (at, until) in [(0, Some(2)), (2, Some(3)), (3, Some(5)), (5, Some(9)), (9, None)] {
        assert_eq!(titles.same_until(day(at)), until.map(day), "day {at}");
    }
    assert_eq!(Titles::default().same_until(day(0)), None);
}
