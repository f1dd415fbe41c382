//! What a caller reaches of one poderdante's notifications, by each role (D-28 to D-33, D-45, D-49, D-51).

use chrono::{DateTime, Utc};

use super::cuenta::AutorizacionRed;
use super::firmante::Firmante;
use super::nif::Nif;
use super::notificacion::{Categoria, Notificacion};
use super::poder::Poder;
use super::red::{Asignacion, CambioRed, CuentasRed, Emitidas, Voluntad};
use super::rol::{Rol, Roles};

/// What is on record about a caller and one poderdante. Everything in it is of these two, whatever its dates.
#[derive(Debug, Clone, Default)]
pub struct Titles {
    /// Powers that the poderdante granted to the caller.
    pub poderes: Vec<Poder>,
    /// The poderdante's accounts in RED.
    pub cuentas: CuentasRed,
    /// Assignments of the poderdante's accounts to authorisations that the caller holds.
    pub asignaciones: Vec<Asignacion>,
    /// The poderdante's declarations about autorizados, in order of time.
    pub cambios: Vec<CambioRed>,
}

/// What a caller reaches of one poderdante's notifications at one instant (D-31: never kept past the operation).
#[derive(Debug, Clone)]
pub struct Reach {
    at: DateTime<Utc>,
    own: bool,
    red: Vec<RedWindow>,
    poderes: Vec<Poder>,
}

/// Which publications an assignment to a RED authorisation reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RedWindow {
    autorizacion: AutorizacionRed,
    /// Since when it is assigned.
    desde: DateTime<Utc>,
    /// When it lost the addressee, if it has: what was issued from then on is beyond it.
    lost: Option<DateTime<Utc>>,
}

impl Reach {
    /// Weighs the titles of `firmante` over `poderdante` at `at`.
    #[must_use]
    pub fn weigh(
        firmante: &Firmante,
        poderdante: Nif,
        titles: Titles,
        emitidas: Emitidas,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            at,
            own: firmante.titular() == poderdante,
            red: red_windows(&titles, emitidas, at),
            poderes: titles
                .poderes
                .into_iter()
                .filter(|poder| poder.in_force_at(at))
                .collect(),
        }
    }

    /// The roles that reach anything at all; none means that the caller has nothing to do with the poderdante.
    #[must_use]
    pub fn roles(&self) -> Roles {
        Rol::ALL
            .into_iter()
            .filter(|rol| match rol {
                Rol::Propio => self.own,
                Rol::AutorizadoRed => !self.red.is_empty(),
                Rol::Apoderado => !self.poderes.is_empty(),
            })
            .collect()
    }

    /// The roles by which a notification of this poderdante's is reached (D-26: there may be several).
    #[must_use]
    pub fn over(&self, notificacion: &Notificacion) -> Roles {
        Rol::ALL
            .into_iter()
            .filter(|rol| match rol {
                Rol::Propio => self.own,
                Rol::AutorizadoRed => self.autorizacion_over(notificacion).is_some(),
                Rol::Apoderado => self
                    .poderes
                    .iter()
                    .any(|poder| power_covers(poder, notificacion, self.at)),
            })
            .collect()
    }

    /// The authorisation that the acuse of a notification names, which there is if it is reached by that role (D-25).
    #[must_use]
    pub fn autorizacion(&self, rol: Rol, notificacion: &Notificacion) -> Option<AutorizacionRed> {
        match rol {
            Rol::AutorizadoRed => self.autorizacion_over(notificacion),
            Rol::Propio | Rol::Apoderado => None,
        }
    }

    /// The authorisation through which RED reaches a notification, where it does: if there are several, one that still has
    /// the addressee.
    ///
    /// D-29: the addressee obliged under art. 4.1.a or b, a materia of RED, no special category (D-56).
    fn autorizacion_over(&self, notificacion: &Notificacion) -> Option<AutorizacionRed> {
        let within_red = notificacion.obligacion.within_red()
            && notificacion.procedimiento.materia.within_red()
            && notificacion.categoria == Categoria::Ordinaria;
        self.red
            .iter()
            .filter(|window| within_red && window.covers(notificacion, self.at))
            .min_by_key(|window| (window.lost.is_some(), window.autorizacion))
            .map(|window| window.autorizacion)
    }

    /// The powers in force, of which the caller may be told.
    #[must_use]
    pub fn poderes(&self) -> &[Poder] {
        &self.poderes
    }
}

impl RedWindow {
    /// What an assignment reaches at `at`, if anything. ISM/903 art. 6.1: who is assigned reaches, unless the addressee has
    /// shut autorizados out; who was assigned, or was shut out, keeps what had been issued before (D-32).
    fn of(
        asignacion: &Asignacion,
        cambios: &[CambioRed],
        emitidas: Emitidas,
        at: DateTime<Utc>,
    ) -> Option<Self> {
        let ended = asignacion.hasta.filter(|hasta| *hasta <= at);
        // Whom the addressee lets in again is whoever is assigned then, not who was before (D-36).
        let lost = match ended {
            Some(end) => Some(shut_out_since(cambios, |instante| instante < end).unwrap_or(end)),
            None => shut_out_since(cambios, |instante| instante <= at),
        };
        let keeps = |lost| match emitidas {
            // Assigned only after the addressee had shut them out: there was never anything to keep (D-36, D-40).
            Emitidas::Conservar => asignacion.desde < lost,
            Emitidas::Perder => false,
        };
        (asignacion.desde <= at && lost.is_none_or(keeps)).then_some(Self {
            autorizacion: asignacion.autorizacion,
            desde: asignacion.desde,
            lost,
        })
    }

    fn covers(&self, notificacion: &Notificacion, at: DateTime<Utc>) -> bool {
        let issued_in_time = self
            .lost
            .is_none_or(|lost| notificacion.puesta_a_disposicion < lost);
        issued_in_time && since_or_pending(notificacion, self.desde, at)
    }
}

/// ISM/903 art. 6.3: what is published from the inscription on, and what was still un-notified then (D-49).
fn power_covers(poder: &Poder, notificacion: &Notificacion, at: DateTime<Utc>) -> bool {
    poder.alcance.covers(notificacion.procedimiento.materia)
        && since_or_pending(notificacion, poder.inscrito, at)
}

/// Whether a notification was published at `since` or later, or was still to be practised then (D-33, D-49).
fn since_or_pending(notificacion: &Notificacion, since: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    notificacion.puesta_a_disposicion >= since
        || notificacion
            .practised_at(at)
            .is_none_or(|practised| practised >= since)
}

/// What each assignment of the account that counts reaches, where it reaches anything.
fn red_windows(titles: &Titles, emitidas: Emitidas, at: DateTime<Utc>) -> Vec<RedWindow> {
    let Some(counting) = titles.cuentas.counting() else {
        return Vec::new();
    };
    titles
        .asignaciones
        .iter()
        .filter(|asignacion| asignacion.cuenta == counting)
        .filter_map(|asignacion| RedWindow::of(asignacion, &titles.cambios, emitidas, at))
        .collect()
}

/// Since when the addressee has shut autorizados out, by its declarations up to some instant, if the last of them says so:
/// whoever says it again has said it already (D-36, D-38).
fn shut_out_since(cambios: &[CambioRed], counts: impl Fn(DateTime<Utc>) -> bool) -> Option<DateTime<Utc>> {
    let counting = cambios.iter().filter(|cambio| counts(cambio.instante));
    counting.fold(None, |since, cambio| match cambio.voluntad {
        Voluntad::Desasignar => since.or(Some(cambio.instante)),
        Voluntad::Reasignar => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cuenta::Cuenta;
    use crate::domain::materia::{Materia, Procedimiento};
    use crate::domain::notificacion::tests::{altered, published};
    use crate::domain::notificacion::{Obligacion, Publicada, Sentido};
    use crate::domain::poder::{Alcance, EstadoPoder};

    const DAY: i64 = 86_400;

    fn day(n: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_000_000 + n * DAY, 0).unwrap()
    }

    fn issued(n: i64) -> Notificacion {
        published(1_773_000_000 + n * DAY)
    }

    fn gestor() -> Firmante {
        Firmante::Persona {
            nif: "99999901H".parse().unwrap(),
            nombre: "MARTA ROBLES".to_owned(),
        }
    }

    fn sujeto() -> Nif {
        "B99999120".parse().unwrap()
    }

    fn assigned(cuenta: &str, desde: i64, hasta: Option<i64>) -> Asignacion {
        Asignacion {
            autorizacion: AutorizacionRed::try_from(7).unwrap(),
            sujeto: sujeto(),
            cuenta: cuenta.parse().unwrap(),
            desde: day(desde),
            hasta: hasta.map(day),
        }
    }

    fn change(voluntad: Voluntad, at: i64) -> CambioRed {
        CambioRed {
            sujeto: sujeto(),
            voluntad,
            instante: day(at),
        }
    }

    const CCC: &str = "28999990168";
    const NAF: &str = "289999990119";

    fn red(asignaciones: Vec<Asignacion>, cambios: Vec<CambioRed>) -> Titles {
        let cuentas = CuentasRed {
            ccc_principal: CCC.parse().ok(),
            naf: NAF.parse().ok(),
        };
        Titles {
            cuentas,
            asignaciones,
            cambios,
            ..Titles::default()
        }
    }

    fn by_red(titles: Titles, emitidas: Emitidas, at: i64, notificacion: &Notificacion) -> bool {
        let reach = Reach::weigh(&gestor(), sujeto(), titles, emitidas, day(at));
        reach.over(notificacion).contains(Rol::AutorizadoRed)
    }

    fn poder(inscrito: i64, fin: i64, alcance: Alcance) -> Poder {
        Poder {
            referencia: "P1".to_owned(),
            poderdante: sujeto(),
            apoderado: "99999901H".parse().unwrap(),
            alcance,
            estado: EstadoPoder::Inscrito,
            inscrito: day(inscrito),
            fin: day(fin),
        }
    }

    fn by_power(poderes: Vec<Poder>, at: i64, notificacion: &Notificacion) -> bool {
        let titles = Titles {
            poderes,
            ..Titles::default()
        };
        Reach::weigh(&gestor(), sujeto(), titles, Emitidas::Conservar, day(at))
            .over(notificacion)
            .contains(Rol::Apoderado)
    }

    #[test]
    fn one_s_own_are_those_of_the_entity_that_the_certificate_represents() {
        let representative = Firmante::Representante {
            nif: "99999912Y".parse().unwrap(),
            nombre: "PABLO LUNA".to_owned(),
            entidad: sujeto(),
            denominacion: "HORNOS DEL SUR SL".to_owned(),
        };
        let own = |nif: Nif| {
            Reach::weigh(
                &representative,
                nif,
                Titles::default(),
                Emitidas::Conservar,
                day(1),
            )
            .roles()
        };
        assert!(own(sujeto()).contains(Rol::Propio));
        assert!(own("99999912Y".parse().unwrap()).is_empty());
    }

    #[test]
    fn red_reaches_a_benefit_never_nor_what_is_flagged_nor_a_ground_outside_41a_and_b() {
        let assigned_now = || red(vec![assigned(CCC, 0, None)], vec![]);
        let reaches = |n: &Notificacion| by_red(assigned_now(), Emitidas::Conservar, 5, n);
        assert!(reaches(&issued(1)));
        let reaches_altered = |alter: fn(&mut Publicada)| reaches(&altered(issued(1), alter));
        assert!(!reaches_altered(|publicada| {
            publicada.procedimiento = Procedimiento::find("INSS-IT").unwrap();
        }));
        assert!(!reaches_altered(
            |publicada| publicada.categoria = Categoria::Especial
        ));
        assert!(!reaches_altered(
            |publicada| publicada.obligacion = Obligacion::Eleccion
        ));
    }

    #[test]
    fn with_a_main_ccc_the_naf_does_not_count_nor_does_another_ccc() {
        for other in [NAF, "08098765422"] {
            assert!(
                !by_red(
                    red(vec![assigned(other, 0, None)], vec![]),
                    Emitidas::Conservar,
                    5,
                    &issued(1)
                ),
                "{other}"
            );
        }
        let only_naf = Titles {
            cuentas: CuentasRed {
                ccc_principal: None,
                naf: NAF.parse().ok(),
            },
            asignaciones: vec![Asignacion {
                cuenta: Cuenta::Naf(NAF.parse().unwrap()),
                ..assigned(NAF, 0, None)
            }],
            ..Titles::default()
        };
        assert!(by_red(only_naf, Emitidas::Conservar, 5, &issued(1)));
    }

    #[test]
    fn who_was_shut_out_keeps_what_was_issued_before_if_the_operator_leaves_it_so() {
        let out = || {
            red(
                vec![assigned(CCC, 0, None)],
                vec![change(Voluntad::Desasignar, 3)],
            )
        };
        assert!(by_red(out(), Emitidas::Conservar, 5, &issued(1)));
        assert!(!by_red(out(), Emitidas::Conservar, 5, &issued(4)));
        assert!(!by_red(out(), Emitidas::Perder, 5, &issued(1)));
    }

    #[test]
    fn a_new_autorizado_reaches_older_pending_ones_and_the_old_one_only_those_of_his_time() {
        let new = || red(vec![assigned(CCC, 3, None)], vec![]);
        let old = || red(vec![assigned(CCC, 0, Some(3))], vec![]);
        assert!(
            by_red(new(), Emitidas::Conservar, 5, &issued(1))
                && by_red(old(), Emitidas::Conservar, 5, &issued(1))
        );
        assert!(
            by_red(new(), Emitidas::Conservar, 5, &issued(4))
                && !by_red(old(), Emitidas::Conservar, 5, &issued(4))
        );
    }

    #[test]
    fn being_assigned_after_the_addressee_opted_out_reaches_nothing_until_reasignacion() {
        let marks = vec![change(Voluntad::Desasignar, 1), change(Voluntad::Reasignar, 6)];
        let titles = || red(vec![assigned(CCC, 3, None)], marks.clone());
        assert!(!by_red(titles(), Emitidas::Conservar, 5, &issued(0)));
        assert!(by_red(titles(), Emitidas::Conservar, 7, &issued(0)));
    }

    /// D-33, D-36: letting autorizados in again is for who is assigned then.
    #[test]
    fn who_lost_the_addressee_while_shut_out_gains_nothing_by_reasignacion() {
        let marks = vec![change(Voluntad::Desasignar, 3), change(Voluntad::Reasignar, 6)];
        let former = || red(vec![assigned(CCC, 0, Some(5))], marks.clone());
        assert!(by_red(former(), Emitidas::Conservar, 7, &issued(2)));
        assert!(!by_red(former(), Emitidas::Conservar, 7, &issued(4)));
        let until_then = || red(vec![assigned(CCC, 0, Some(6))], marks.clone());
        assert!(!by_red(until_then(), Emitidas::Conservar, 7, &issued(4)));
        let present = || red(vec![assigned(CCC, 0, None)], marks.clone());
        assert!(by_red(present(), Emitidas::Conservar, 7, &issued(4)));
    }

    /// D-32, D-38.
    #[test]
    fn shutting_out_again_who_is_shut_out_gives_back_nothing() {
        let marks = vec![change(Voluntad::Desasignar, 3), change(Voluntad::Desasignar, 6)];
        let titles = || red(vec![assigned(CCC, 0, None)], marks.clone());
        assert!(by_red(titles(), Emitidas::Conservar, 7, &issued(2)));
        assert!(!by_red(titles(), Emitidas::Conservar, 7, &issued(4)));
    }

    /// D-33: what is published from then on, and what was pending.
    #[test]
    fn an_autorizado_does_not_reach_what_was_practised_before_his_time() {
        let titles = || red(vec![assigned(CCC, 3, None)], vec![]);
        let accepted = |at| issued(1).decide(Sentido::Aceptacion, day(at)).unwrap();
        assert!(!by_red(titles(), Emitidas::Conservar, 5, &accepted(2)));
        assert!(by_red(titles(), Emitidas::Conservar, 5, &accepted(4)));
        // What he received himself the first time stays within his reach.
        let twice = red(vec![assigned(CCC, 0, Some(2)), assigned(CCC, 3, None)], vec![]);
        assert!(by_red(twice, Emitidas::Conservar, 5, &accepted(2)));
    }

    /// D-25.
    #[test]
    fn the_authorisation_is_one_that_reaches_the_notification_and_rather_one_that_still_has_the_addressee() {
        let held = |number, desde, hasta| Asignacion {
            autorizacion: AutorizacionRed::try_from(number).unwrap(),
            ..assigned(CCC, desde, hasta)
        };
        let titles = red(vec![held(3, 0, Some(2)), held(5, 2, None)], vec![]);
        let reach = Reach::weigh(&gestor(), sujeto(), titles, Emitidas::Conservar, day(9));
        let through = |n: &Notificacion| {
            let named = reach.autorizacion(Rol::AutorizadoRed, n);
            named.map(AutorizacionRed::number)
        };
        assert_eq!(through(&issued(1)), Some(5));
        assert_eq!(reach.autorizacion(Rol::Apoderado, &issued(1)), None);
        let accepted = issued(0).decide(Sentido::Aceptacion, day(1)).unwrap();
        assert_eq!(through(&accepted), Some(3));
    }

    #[test]
    fn a_power_reaches_its_materias_while_in_force() {
        let imp = || vec![poder(0, 9, Alcance::Materias(vec![Materia::Imp]))];
        assert!(!by_power(imp(), 5, &issued(1)));
        let general = || vec![poder(0, 9, Alcance::General)];
        assert!(by_power(general(), 5, &issued(1)));
        assert!(!by_power(general(), 9, &issued(1)));
        let revoked = Poder {
            estado: EstadoPoder::Revocado,
            ..poder(0, 9, Alcance::General)
        };
        assert!(!by_power(vec![revoked], 5, &issued(1)));
    }

    #[test]
    fn a_power_that_is_over_reaches_nothing_not_even_what_was_accepted_by_it() {
        let accepted = issued(1).decide(Sentido::Aceptacion, day(2)).unwrap();
        let power = || poder(0, 9, Alcance::General);
        assert!(by_power(vec![power()], 5, &accepted));
        assert!(!by_power(vec![power()], 9, &accepted));
        for estado in [EstadoPoder::Revocado, EstadoPoder::Renunciado] {
            let over = Poder { estado, ..power() };
            assert!(!by_power(vec![over], 5, &accepted), "{estado:?}");
        }
    }

    #[test]
    fn a_power_reaches_what_was_pending_at_its_inscription_but_not_what_was_decided_before() {
        let later = || vec![poder(3, 90, Alcance::General)];
        assert!(by_power(later(), 5, &issued(1)));
        let accepted = issued(1).decide(Sentido::Aceptacion, day(2)).unwrap();
        assert!(!by_power(later(), 5, &accepted));
        let accepted_later = issued(1).decide(Sentido::Aceptacion, day(4)).unwrap();
        assert!(by_power(later(), 5, &accepted_later));
    }
}
