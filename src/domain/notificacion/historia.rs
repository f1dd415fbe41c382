//! Notifications that another system had published before: what became of them there (D-20).

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;

use super::{Notificacion, Publicada, Sentido, Situacion};

/// What became of a notification before it was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desenlace {
    /// Neither decided nor out of term when it was taken over.
    Pendiente,
    /// It was accepted or rejected.
    Decidida {
        /// Which of the two.
        sentido: Sentido,
        /// The instant that the other system has on record.
        instante: DateTime<Utc>,
    },
    /// Its term ended, at the first instant out of it or in its last second.
    Caducada {
        /// The instant that the other system has on record.
        instante: DateTime<Utc>,
    },
}

/// Why what is told of a notification cannot have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoHistoria {
    /// It is told to be pending, and its term is over (D-9).
    #[error("its term ended on {0}: say what became of it")]
    TermOver(DateTime<Utc>),
    /// It was practised before it was published.
    #[error("it was practised before its puesta a disposición")]
    BeforePublication,
    /// It was decided out of its term (D-24).
    #[error("its term ended on {0}: nobody could decide then")]
    OutOfTerm(DateTime<Utc>),
    /// It lapsed within its term (D-9).
    #[error("its term ended on {0}: it cannot have lapsed before")]
    WithinTerm(DateTime<Utc>),
    /// It lapsed on a ground of which lapse practises nothing (D-8).
    #[error("a copy of what goes on paper does not lapse")]
    NeverLapses,
}

impl Notificacion {
    /// A notification that was published before, as it stands at `now`. A pending one is in term still; one that lapsed has
    /// had its ten days at least, and more where its term was suspended.
    pub fn of_before(
        publicada: Arc<Publicada>,
        desenlace: Desenlace,
        now: DateTime<Utc>,
    ) -> Result<Self, NoHistoria> {
        let published = publicada.puesta_a_disposicion;
        let end = Self::lapse_of(published, publicada.obligacion);
        let (situacion, caduca) = match desenlace {
            Desenlace::Pendiente => match end.filter(|end| *end <= now) {
                Some(end) => return Err(NoHistoria::TermOver(end)),
                None => (
                    Situacion::Pendiente {
                        acuse_solicitado: false,
                    },
                    end,
                ),
            },
            Desenlace::Decidida { instante, .. } | Desenlace::Caducada { instante }
                if instante < published =>
            {
                return Err(NoHistoria::BeforePublication);
            }
            Desenlace::Decidida { sentido, instante } => match end.filter(|end| *end <= instante) {
                Some(end) => return Err(NoHistoria::OutOfTerm(end)),
                None => (Situacion::Decidida { sentido, instante }, end),
            },
            Desenlace::Caducada { instante } => {
                let end = end.ok_or(NoHistoria::NeverLapses)?;
                if instante < end - TimeDelta::seconds(1) {
                    return Err(NoHistoria::WithinTerm(end));
                }
                (Situacion::Caducada, Some(instante.max(end)))
            }
        };
        Ok(Self {
            publicada,
            caduca,
            situacion,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{altered, published};
    use super::super::{Estado, Obligacion};
    use super::*;

    /// Published on 10 March 2026; its term ended with the 20th.
    const PUBLISHED: i64 = 1_773_130_500;

    fn told(desenlace: Desenlace, now: DateTime<Utc>) -> Result<Notificacion, NoHistoria> {
        Notificacion::of_before(published(PUBLISHED).publicada, desenlace, now)
    }

    #[test]
    fn what_is_pending_has_its_term_to_run_still() {
        let end = published(PUBLISHED).caduca.unwrap();
        let before = end - TimeDelta::microseconds(1);
        let pending = told(Desenlace::Pendiente, before).unwrap();
        assert_eq!((pending.caduca, pending.open_at(before)), (Some(end), Ok(())));
        assert_eq!(told(Desenlace::Pendiente, end), Err(NoHistoria::TermOver(end)));
    }

    #[test]
    fn what_was_decided_was_so_within_its_term() {
        let model = published(PUBLISHED);
        let (start, end) = (model.puesta_a_disposicion, model.caduca.unwrap());
        let at = |instante| {
            let sentido = Sentido::Rechazo;
            told(Desenlace::Decidida { sentido, instante }, end)
        };
        let second = TimeDelta::seconds(1);
        assert_eq!(at(start).unwrap().estado_at(end), Estado::Rechazada);
        assert!(at(end - second).is_ok());
        assert_eq!(at(end), Err(NoHistoria::OutOfTerm(end)));
        assert_eq!(at(start - second), Err(NoHistoria::BeforePublication));
    }

    #[test]
    fn what_lapsed_has_had_its_days_and_may_have_had_more() {
        let end = published(PUBLISHED).caduca.unwrap();
        let (second, later) = (TimeDelta::seconds(1), end + TimeDelta::days(2));
        let lapsed = |instante| told(Desenlace::Caducada { instante }, later);
        for (instante, practised) in [(end - second, end), (end, end), (later, later)] {
            assert_eq!(lapsed(instante).unwrap().practised_at(later), Some(practised));
        }
        assert_eq!(lapsed(end - second * 2), Err(NoHistoria::WithinTerm(end)));
        let copy = altered(published(PUBLISHED), |one| one.obligacion = Obligacion::Copia);
        let told = Notificacion::of_before(copy.publicada, Desenlace::Caducada { instante: later }, later);
        assert_eq!(told, Err(NoHistoria::NeverLapses));
    }
}
