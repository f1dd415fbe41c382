//! RED authorisations: who acts through them, whom they manage, and the addressee's power to shut them out (Orden
//! ISM/903/2020 art. 6.1).

use chrono::{DateTime, Utc};

use super::coded::coded;
use super::cuenta::{AutorizacionRed, Ccc, Cuenta, Naf};
use super::nif::Nif;
use super::vigencia::Intervalo;

// ---- Accounts ----

/// The accounts by which RED knows an addressee.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CuentasRed {
    /// The main account, if it has one.
    pub ccc_principal: Option<Ccc>,
    /// Its own number, if it is a person.
    pub naf: Option<Naf>,
}

impl CuentasRed {
    /// The account whose assignment counts: the main CCC, and only failing one the NAF (D-29 c, D-30).
    #[must_use]
    pub fn counting(&self) -> Option<Cuenta> {
        self.ccc_principal
            .clone()
            .map(Cuenta::Ccc)
            .or_else(|| self.naf.clone().map(Cuenta::Naf))
    }

    /// Whether an account is the one whose assignment counts.
    #[must_use]
    pub fn counts(&self, cuenta: &Cuenta) -> bool {
        match (&self.ccc_principal, cuenta) {
            (Some(principal), Cuenta::Ccc(ccc)) => principal == ccc,
            (None, Cuenta::Naf(naf)) => self.naf.as_ref() == Some(naf),
            (Some(_), Cuenta::Naf(_)) | (None, Cuenta::Ccc(_)) => false,
        }
    }
}

/// The accounts that an addressee has from an instant on, until the next ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CuentasDesde {
    /// The first instant at which they count.
    pub desde: DateTime<Utc>,
    /// All that count from then on, and not only what changed.
    pub cuentas: CuentasRed,
}

/// For how long each of the accounts of an addressee are its accounts; they come in order of time.
pub fn each_with_its_time(cuentas: &[CuentasDesde]) -> impl Iterator<Item = (&CuentasRed, Intervalo)> {
    cuentas.iter().enumerate().map(|(at, told)| {
        let hasta = cuentas.get(at + 1).map(|next| next.desde);
        let desde = told.desde;
        (&told.cuentas, Intervalo { desde, hasta })
    })
}

// ---- Who acts through an authorisation ----

/// That somebody holds an authorisation from an instant on, until the next holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TitularRed {
    /// The authorisation, by its number.
    pub autorizacion: AutorizacionRed,
    /// Who holds it, alone.
    pub titular: Nif,
    /// The first instant at which it holds.
    pub desde: DateTime<Utc>,
}

/// That the holder of an authorisation designated somebody to act for him (ESS/484 art. 5.4; D-34).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsuarioRed {
    /// The authorisation, by its number.
    pub autorizacion: AutorizacionRed,
    /// Whom the holder designated.
    pub usuario: Nif,
    /// For how long.
    pub vigencia: Intervalo,
}

coded! {
    /// As what somebody acts through an authorisation.
    Calidad {
        /// Its holder, or whoever acts as he does.
        Titular = "titular",
        /// A user whom its holder designated.
        Usuario = "usuario",
    }
}

/// That somebody acts, or acted, through an authorisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tenencia {
    /// The authorisation through which he acts.
    pub autorizacion: AutorizacionRed,
    /// Whoever acts: the holder himself, or a user of his.
    pub nif: Nif,
    /// Whether it is his own, or another's who designated him.
    pub calidad: Calidad,
    /// For how long.
    pub vigencia: Intervalo,
    /// Since when the holder has held it for whom he acts: himself, or whoever designated him.
    pub titular_desde: DateTime<Utc>,
}

/// Who acts through an authorisation, and when: its holders one after the other, each with the users whom he designated.
/// A designation ends with the holder who made it, since the users are his (D-34). Holders come in order of time. Of one user
/// under one holder, designations that overlap or touch are one.
#[must_use]
pub fn tenencias(titulares: &[TitularRed], usuarios: &[UsuarioRed]) -> Vec<Tenencia> {
    let held: Vec<Tenencia> = titulares
        .iter()
        .enumerate()
        .map(|(at, told)| Tenencia {
            autorizacion: told.autorizacion,
            nif: told.titular,
            calidad: Calidad::Titular,
            vigencia: Intervalo {
                desde: told.desde,
                hasta: titulares.get(at + 1).map(|next| next.desde),
            },
            titular_desde: told.desde,
        })
        .collect();
    let designated = usuarios.iter().filter_map(|usuario| {
        // Whoever was designated before there was a holder on record is the first one's.
        let holder = held
            .iter()
            .find(|one| !one.vigencia.over_at(usuario.vigencia.desde))?;
        Some(Tenencia {
            nif: usuario.usuario,
            calidad: Calidad::Usuario,
            vigencia: holder.vigencia.common(usuario.vigencia)?,
            ..*holder
        })
    });
    let mut designated: Vec<Tenencia> = designated.collect();
    // By whose they are, and in order of time.
    designated.sort_by_key(|one| (one.nif, one.titular_desde, one.vigencia));
    designated.dedup_by(|next, before| {
        let of_one = (next.nif, next.titular_desde) == (before.nif, before.titular_desde);
        let joined = before.vigencia.joined(next.vigencia).filter(|_| of_one);
        before.vigencia = joined.unwrap_or(before.vigencia);
        joined.is_some()
    });
    held.into_iter().chain(designated).collect()
}

// ---- Assignments ----

/// That a RED authorisation manages an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asignacion {
    /// The authorisation, by its number.
    pub autorizacion: AutorizacionRed,
    /// The addressee to whom the account belongs.
    pub sujeto: Nif,
    /// The account that it manages: a main CCC, or a NAF.
    pub cuenta: Cuenta,
    /// The first instant at which it holds.
    pub desde: DateTime<Utc>,
    /// First instant at which it no longer does; nothing while it does.
    pub hasta: Option<DateTime<Utc>>,
}

impl Asignacion {
    /// For how long.
    #[must_use]
    pub fn vigencia(&self) -> Intervalo {
        Intervalo {
            desde: self.desde,
            hasta: self.hasta,
        }
    }
}

// ---- Declarations ----

coded! {
    /// What the addressee declared about autorizados RED (D-36): a mark on the addressee, not on one of them.
    Voluntad {
        /// They may no longer receive.
        Desasignar = "desasignar",
        /// They may again.
        Reasignar = "reasignar",
    }
}

/// A declaration of the addressee's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CambioRed {
    /// The addressee who declared it.
    pub sujeto: Nif,
    /// Whether autorizados may receive from then on.
    pub voluntad: Voluntad,
    /// When: it acts from its commit (D-43).
    pub instante: DateTime<Utc>,
}

/// Whether what was issued before an autorizado lost an addressee stays within his reach (D-32).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Emitidas {
    /// It does, as the Order says.
    #[default]
    Conservar,
    /// It does not.
    Perder,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(n * 86_400, 0).unwrap()
    }

    fn nif(text: &str) -> Nif {
        text.parse().unwrap()
    }

    #[test]
    fn holders_follow_each_other_and_a_designation_ends_with_who_made_it() {
        let autorizacion: AutorizacionRed = "7".parse().unwrap();
        let [first, second, user] = ["A99999013", "B99999120", "99999901H"].map(nif);
        let titular = |titular, desde| TitularRed {
            autorizacion,
            titular,
            desde: day(desde),
        };
        let between = |desde, hasta: Option<i64>| Intervalo {
            desde: day(desde),
            hasta: hasta.map(day),
        };
        let designated = |vigencia| UsuarioRed {
            autorizacion,
            usuario: user,
            vigencia,
        };
        let found = tenencias(
            &[titular(first, 2), titular(second, 5)],
            &[
                designated(between(1, None)),
                designated(between(3, Some(4))),
                designated(between(6, None)),
            ],
        );
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.nif, one.vigencia, one.titular_desde))
            .collect();
        assert_eq!(
            found,
            [
                (first, between(2, Some(5)), day(2)),
                (second, between(5, None), day(5)),
                (user, between(2, Some(5)), day(2)),
                (user, between(6, None), day(5)),
            ]
        );
    }

    /// None may be lost behind another that begins at the same instant: with the holder who is the first on record, or the next.
    #[test]
    fn designations_of_one_user_that_overlap_or_touch_under_a_holder_are_one() {
        let autorizacion: AutorizacionRed = "7".parse().unwrap();
        let user = nif("99999901H");
        let titular = |titular, desde| TitularRed {
            autorizacion,
            titular: nif(titular),
            desde: day(desde),
        };
        let between = |desde, hasta: Option<i64>| Intervalo {
            desde: day(desde),
            hasta: hasta.map(day),
        };
        let titulares = [titular("A99999013", 5), titular("B99999120", 40)];
        for (told, expected) in [
            // Both made before the holder was on record, the longer one first.
            (
                vec![between(1, Some(20)), between(3, Some(10))],
                vec![between(5, Some(20))],
            ),
            (
                vec![between(6, Some(9)), between(9, Some(12))],
                vec![between(6, Some(12))],
            ),
            (
                vec![between(6, Some(9)), between(8, None)],
                vec![between(6, Some(40))],
            ),
            (
                vec![between(6, Some(9)), between(10, Some(12))],
                vec![between(6, Some(9)), between(10, Some(12))],
            ),
            // Of two holders each has its own.
            (
                vec![between(6, None), between(40, Some(50)), between(41, Some(60))],
                vec![between(6, Some(40)), between(40, Some(60))],
            ),
        ] {
            let usuarios: Vec<_> = told
                .into_iter()
                .map(|vigencia| UsuarioRed {
                    autorizacion,
                    usuario: user,
                    vigencia,
                })
                .collect();
            let found: Vec<_> = tenencias(&titulares, &usuarios)
                .into_iter()
                .filter(|one| one.nif == user)
                .map(|one| one.vigencia)
                .collect();
            assert_eq!(found, expected);
        }
    }
}
