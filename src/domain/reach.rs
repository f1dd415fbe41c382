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
    red: RedWindow,
    autorizacion: Option<AutorizacionRed>,
    poderes: Vec<Poder>,
}

/// Which publications a RED authorisation reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RedWindow {
    Nothing,
    IssuedBefore(DateTime<Utc>),
    Everything,
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
        let (red, autorizacion) = widest_window(&titles, emitidas, at);
        Self {
            at,
            own: firmante.titular() == poderdante,
            red,
            autorizacion,
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
                Rol::AutorizadoRed => self.red > RedWindow::Nothing,
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
                Rol::AutorizadoRed => self.red_covers(notificacion),
                Rol::Apoderado => self
                    .poderes
                    .iter()
                    .any(|poder| power_covers(poder, notificacion, self.at)),
            })
            .collect()
    }

    /// The authorisation through which RED reaches, where it does (D-25).
    #[must_use]
    pub fn autorizacion(&self) -> Option<AutorizacionRed> {
        self.autorizacion
    }

    /// The powers in force, of which the caller may be told.
    #[must_use]
    pub fn poderes(&self) -> &[Poder] {
        &self.poderes
    }

    /// D-29: the addressee obliged under art. 4.1.a or b, a materia of RED, no special category (D-56).
    fn red_covers(&self, notificacion: &Notificacion) -> bool {
        let within = match self.red {
            RedWindow::Nothing => false,
            RedWindow::IssuedBefore(lost) => notificacion.puesta_a_disposicion < lost,
            RedWindow::Everything => true,
        };
        within
            && notificacion.obligacion.within_red()
            && notificacion.procedimiento.materia.within_red()
            && notificacion.categoria == Categoria::Ordinaria
    }
}

/// ISM/903 art. 6.3: what is published from the inscription on, and what was still un-notified then (D-49).
fn power_covers(poder: &Poder, notificacion: &Notificacion, at: DateTime<Utc>) -> bool {
    poder.alcance.covers(notificacion.procedimiento.materia)
        && (notificacion.puesta_a_disposicion >= poder.inscrito
            || notificacion
                .practised_at(at)
                .is_none_or(|practised| practised >= poder.inscrito))
}

/// The widest window that one of the caller's authorisations opens, and which one it is.
fn widest_window(
    titles: &Titles,
    emitidas: Emitidas,
    at: DateTime<Utc>,
) -> (RedWindow, Option<AutorizacionRed>) {
    let Some(counting) = titles.cuentas.counting() else {
        return (RedWindow::Nothing, None);
    };
    let opted_out = titles
        .cambios
        .iter()
        .filter(|cambio| cambio.instante <= at)
        .max_by_key(|cambio| cambio.instante)
        .filter(|cambio| cambio.voluntad == Voluntad::Desasignar)
        .map(|cambio| cambio.instante);
    titles
        .asignaciones
        .iter()
        .filter(|asignacion| asignacion.cuenta == counting && asignacion.desde <= at)
        .map(|asignacion| {
            (
                window_of(asignacion, opted_out, emitidas, at),
                asignacion.autorizacion,
            )
        })
        .max()
        .filter(|(window, _)| *window > RedWindow::Nothing)
        .map_or((RedWindow::Nothing, None), |(window, autorizacion)| {
            (window, Some(autorizacion))
        })
}

/// ISM/903 art. 6.1: whoever is assigned now reaches everything (D-33), unless the addressee opted out; who was
/// assigned, or was shut out, keeps what had been issued before (D-32).
fn window_of(
    asignacion: &Asignacion,
    opted_out: Option<DateTime<Utc>>,
    emitidas: Emitidas,
    at: DateTime<Utc>,
) -> RedWindow {
    let ended = asignacion.hasta.filter(|hasta| *hasta <= at);
    let Some(lost) = ended.into_iter().chain(opted_out).min() else {
        return RedWindow::Everything;
    };
    match emitidas {
        // Assigned only after the addressee had opted out: there was never anything to keep (D-36, D-40).
        Emitidas::Conservar if asignacion.desde < lost => RedWindow::IssuedBefore(lost),
        Emitidas::Conservar | Emitidas::Perder => RedWindow::Nothing,
    }
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
    fn a_power_reaches_what_was_pending_at_its_inscription_but_not_what_was_decided_before() {
        let later = || vec![poder(3, 90, Alcance::General)];
        assert!(by_power(later(), 5, &issued(1)));
        let accepted = issued(1).decide(Sentido::Aceptacion, day(2)).unwrap();
        assert!(!by_power(later(), 5, &accepted));
        let accepted_later = issued(1).decide(Sentido::Aceptacion, day(4)).unwrap();
        assert!(by_power(later(), 5, &accepted_later));
    }
}
