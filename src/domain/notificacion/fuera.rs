//! Notifications that are practised elsewhere: on paper, or in the DEHú (ISM/903 art. 9; RD 203/2021 arts. 42.1, 42.5; D-18, D-19).

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::{Codigo, Estado, Notificacion, Sentido, Situacion};
use crate::domain::coded::coded;

coded! {
    /// By which way a notification is practised elsewhere.
    Medio {
        /// On paper, by post or by hand (LPAC art. 42).
        Papel = "papel",
        /// In the Dirección Electrónica Habilitada única.
        Dehu = "dehu",
    }
}

impl Medio {
    /// The words for a state to which it led that are shown to people.
    #[must_use]
    pub fn descripcion(self, estado: Estado) -> &'static str {
        match (self, estado) {
            (Self::Papel, Estado::Aceptada) => "Notificada por aceptación, en papel",
            (Self::Papel, Estado::Rechazada) => "Notificada por rechazo, en papel",
            (Self::Dehu, Estado::Aceptada) => "Notificada por aceptación, en la DEHú",
            (Self::Dehu, Estado::Rechazada) => "Notificada por rechazo, en la DEHú",
            (_, other) => other.descripcion(),
        }
    }
}

/// That a notification was practised elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Practica {
    /// Of which notification.
    pub codigo: Codigo,
    /// By which way.
    pub medio: Medio,
    /// Whether it was accepted there, or rejected.
    pub sentido: Sentido,
    /// The instant of the practice, neither before the puesta a disposición nor to come.
    pub instante: DateTime<Utc>,
    /// By what it is known there.
    pub referencia: Option<String>,
}

/// What such news does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Efecto {
    /// It practises what was pending.
    Practica,
    /// It comes late: somebody had decided here, or the term had ended, and this was earlier. It takes the place of that.
    Sustituye,
    /// What stands was as early, or earlier.
    Ninguno,
}

/// Why such news cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoPractica {
    /// It was practised before it was published.
    #[error("it was practised before its puesta a disposición, on {0}")]
    BeforePublication(DateTime<Utc>),
}

impl Notificacion {
    /// The notification after the news, which comes at `now`, that it was practised elsewhere: of all practices the earliest counts,
    /// with its sense.
    pub fn practised_elsewhere(
        self,
        (sentido, instante): (Sentido, DateTime<Utc>),
        now: DateTime<Utc>,
    ) -> Result<(Self, Efecto), NoPractica> {
        if instante < self.puesta_a_disposicion {
            return Err(NoPractica::BeforePublication(self.puesta_a_disposicion));
        }
        let efecto = match self.practised_at(now) {
            None => Efecto::Practica,
            Some(stands) if instante < stands => Efecto::Sustituye,
            Some(_) => return Ok((self, Efecto::Ninguno)),
        };
        let situacion = Situacion::Decidida { sentido, instante };
        Ok((Self { situacion, ..self }, efecto))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::published;
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn pending() -> Notificacion {
        published(1_773_130_500)
    }

    #[test]
    fn what_is_pending_is_practised_and_what_lapsed_only_by_what_was_in_its_term() {
        let start = pending().puesta_a_disposicion;
        let lapse = pending().caduca.unwrap();
        let second = TimeDelta::seconds(1);
        let told = |instante, now| pending().practised_elsewhere((Sentido::Rechazo, instante), now);
        let (after, efecto) = told(start, lapse - second).unwrap();
        assert_eq!(
            (after.estado_at(lapse), efecto),
            (Estado::Rechazada, Efecto::Practica)
        );
        let (after, efecto) = told(lapse - second, lapse).unwrap();
        assert_eq!(
            (after.estado_at(lapse), efecto),
            (Estado::Rechazada, Efecto::Sustituye)
        );
        let (after, efecto) = told(lapse, lapse + second).unwrap();
        assert_eq!(
            (after.estado_at(lapse), efecto),
            (Estado::Caducada, Efecto::Ninguno)
        );
        let before = NoPractica::BeforePublication(start);
        assert_eq!(told(start - second, lapse), Err(before));
    }

    proptest! {
        /// In whatever order news comes, the earliest practice stands in the end, with its sense; of two at once the first told.
        #[test]
        fn of_all_practices_the_earliest_stands(
            news in prop::collection::vec((any::<bool>(), 0_i64..1_500_000), 1..8),
            decided in prop::option::of((any::<bool>(), 0_i64..900_000)),
        ) {
            let start = pending().puesta_a_disposicion;
            let sense = |accepted| if accepted { Sentido::Aceptacion } else { Sentido::Rechazo };
            let at = |seconds| start + TimeDelta::seconds(seconds);
            let now = at(2_000_000);
            let mut one = pending();
            let mut all = Vec::new();
            if let Some((accepted, seconds)) = decided {
                one = one.decide(sense(accepted), at(seconds)).unwrap();
                all.push((at(seconds), sense(accepted)));
            }
            for (accepted, seconds) in news {
                let practica = (sense(accepted), at(seconds));
                one = one.practised_elsewhere(practica, now).unwrap().0;
                all.push((at(seconds), sense(accepted)));
            }
            let lapse = pending().caduca.unwrap();
            let earliest = all.iter().min_by_key(|(instante, _)| *instante).copied();
            let expected = earliest.filter(|(instante, _)| *instante < lapse);
            let stands = match one.situacion {
                Situacion::Decidida { sentido, instante } => Some((instante, sentido)),
                _ => None,
            };
            prop_assert_eq!(stands, expected);
        }
    }
}
