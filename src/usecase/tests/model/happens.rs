//! What happens in a life, told to the service and noted in the model.

use super::*;
use crate::domain::materia::Entidad;
use crate::domain::notificacion::Notificacion;
use crate::domain::notificacion::tests::altered;
use crate::domain::operation::DecideRequest;
use crate::domain::sucesion::{ClaseSucesion, Sucesion};
use crate::domain::vigencia::Intervalo;
use crate::store::sucesiones::{self, Dicho};
use crate::store::{Durability, StoreError, notificaciones, poderes, red};
use crate::usecase::by_poderdante::decide;
use crate::usecase::lapse::record_lapsed;

impl Life {
    pub(super) fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        self.wait(HOUR);
        match *step {
            Step::Wait(hours) => self.wait(hours * HOUR),
            Step::Publish { inss } => self.publish(inss),
            Step::Grant { who, days } => self.grant(who, days),
            Step::Revoke(which) => self.revoke(which),
            Step::Assign(given) => self.assign(given),
            Step::Succeed { who, ago } => self.succeed(who, ago * HOUR)?,
            Step::TakeBack(which) => self.take_back(which),
            Step::Decide { who, which, accepts } => self.decide(who, which, accepts)?,
            Step::Sweep => {
                let swept = self
                    .world
                    .as_(Who::Empresa, |store, _, around| record_lapsed(store, around));
                prop_assert!(swept.is_ok());
            }
        }
        Ok(())
    }

    fn wait(&mut self, seconds: i64) {
        self.now += seconds;
        self.world.now.set(instant(self.now));
    }

    fn publish(&mut self, inss: bool) {
        let number = i32::try_from(self.acts.len()).unwrap() + 1;
        let one = if inss {
            of_the_inss(number)
        } else {
            notificacion(number)
        };
        let at = instant(self.now);
        let one = altered(one, |publicada| publicada.puesta_a_disposicion = at);
        let caduca = Notificacion::lapse_of(at, one.obligacion);
        let one = Notificacion { caduca, ..one };
        self.world
            .write(|conn| notificaciones::insert_notificaciones(conn, std::slice::from_ref(&one)));
        self.acts.push(Act {
            inss,
            published: self.now,
            lapses: caduca.unwrap().timestamp() - PUBLISHED,
            decided: None,
        });
    }

    fn grant(&mut self, who: usize, days: i64) {
        let to = self.now + days * DAY;
        let granted = Poder {
            referencia: format!("P-{}", self.powers.len() + 1),
            apoderado: nif(NIFS[who]),
            inscrito: instant(self.now),
            fin: instant(to),
            ..poder(EstadoPoder::Inscrito)
        };
        self.tell_power(&granted);
        let stretch = Stretch {
            who,
            from: self.now,
            to: Some(to),
        };
        self.powers.push((stretch, granted));
    }

    fn revoke(&mut self, which: usize) {
        let now = self.now;
        let Some((stretch, granted)) = self.powers.get_mut(which).filter(|(one, _)| one.holds(now)) else {
            return;
        };
        stretch.to = Some(now);
        granted.estado = EstadoPoder::Revocado;
        granted.baja = Some(instant(now));
        let granted = granted.clone();
        self.tell_power(&granted);
    }

    fn tell_power(&self, granted: &Poder) {
        let at = instant(self.now);
        let dicho = granted.clone().into();
        self.world
            .write(|conn| poderes::tell_poderes(conn, std::slice::from_ref(&dicho), at));
    }

    fn assign(&mut self, given: bool) {
        let (now, at) = (self.now, instant(self.now));
        let standing = self.assignments.iter_mut().find(|(one, _)| one.holds(now));
        let told = match (given, standing) {
            (true, None) => {
                let new = Asignacion {
                    desde: at,
                    ..asignacion(None)
                };
                let stretch = Stretch {
                    who: 1,
                    from: now,
                    to: None,
                };
                self.assignments.push((stretch, new.clone()));
                new
            }
            (false, Some((stretch, told))) => {
                stretch.to = Some(now);
                told.hasta = Some(at);
                told.clone()
            }
            _ => return,
        };
        self.world
            .write(|conn| red::tell_asignaciones(conn, std::slice::from_ref(&told), at));
    }

    fn succeed(&mut self, who: usize, ago: i64) -> Result<(), TestCaseError> {
        let from = self.now - ago;
        let stretch = Stretch { who, from, to: None };
        let told = Sucesion {
            antecesor: nif(EMPRESA),
            sucesor: nif(NIFS[who]),
            clase: ClaseSucesion::InterVivos,
            entidad: Entidad::Tgss,
            vigencia: Intervalo {
                desde: instant(from),
                hasta: None,
            },
        };
        let done = self.world.store.write(Durability::Relaxed, |conn| {
            sucesiones::declare(conn, &told, &self.dicho())
        });
        // It goes on without an end: whatever of the same one ends after its beginning is at the same time.
        let twice = self
            .successions
            .iter()
            .any(|(one, _)| one.who == who && one.to.is_none_or(|to| to > from && to > one.from));
        prop_assert_eq!(matches!(done, Err(StoreError::Contradiction(_))), twice);
        if let Ok(numero) = done {
            self.successions.push((stretch, numero));
        }
        Ok(())
    }

    fn take_back(&mut self, which: usize) {
        let dicho = self.dicho();
        let (now, at) = (self.now, instant(self.now));
        if let Some((stretch, numero)) = self.successions.get_mut(which).filter(|(one, _)| one.holds(now)) {
            stretch.to = Some(now);
            let numero = *numero;
            self.world
                .write(|conn| sucesiones::annul(conn, numero, at, &dicho).map(drop));
        }
    }

    fn dicho(&self) -> Dicho {
        Dicho {
            motivo: "prueba".to_owned(),
            referencia: "1".to_owned(),
            registrado: instant(self.now),
        }
    }

    /// Who has a title at that instant decides what is open, and nobody else anything.
    fn decide(&mut self, who: usize, which: usize, accepts: bool) -> Result<(), TestCaseError> {
        let Some(act) = self.acts.get(which) else {
            return Ok(());
        };
        let may = !self.roles(who, act).is_empty() && act.open(self.now);
        let request = DecideRequest {
            sentido: if accepts {
                Sentido::Aceptacion
            } else {
                Sentido::Rechazo
            },
            poderdante: nif(EMPRESA),
            rol: None,
            advertencia: self.world.advertencia.codigo.clone(),
            codigos: vec![codigo(i32::try_from(which).unwrap() + 1)],
            motivo: None,
        };
        let came = self.world.as_(WHO[who], |store, caller, around| {
            decide(store, caller, &request, around)
        });
        let done = came.is_ok_and(|came| {
            let result = came.into_iter().next().map(|one| one.result);
            result.is_some_and(|result| result.is_ok_and(|recorded| !recorded.repetida))
        });
        prop_assert_eq!(done, may, "{:?} decides {}", WHO[who], which);
        if done {
            self.acts[which].decided = Some((self.now, accepts));
        }
        Ok(())
    }
}
