//! `Suceso`: each thing that happens to a power, found by holding what is told of it against what was told before.

use chrono::{DateTime, Utc};

use super::{Alcance, EstadoPoder, PoderDicho};
use crate::domain::calendario::Calendarios;
use crate::domain::coded::coded;
use crate::domain::contradiccion::Contradiccion;

coded! {
    /// What happens to a power.
    ClaseSuceso {
        /// It is granted, and its inscription asked for.
        Solicitud = "solicitud",
        /// The apoderado accepts it.
        Aceptacion = "aceptacion",
        /// The apoderado makes its declaración responsable.
        Declaracion = "declaracion",
        /// It is inscribed.
        Inscripcion = "inscripcion",
        /// It is extended.
        Prorroga = "prorroga",
        /// What it covers or how long it lasts is changed.
        Modificacion = "modificacion",
        /// It is revoked or renounced in part.
        RevocacionParcial = "revocacion_parcial",
        /// It is revoked.
        Revocacion = "revocacion",
        /// It is renounced.
        Renuncia = "renuncia",
        /// It ends by time.
        Caducidad = "caducidad",
        /// It was not accepted in time.
        NoAceptacion = "no_aceptacion",
        /// What had been told of it was wrong.
        Rectificacion = "rectificacion",
    }
}

/// A thing that happened to a power, and how it left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suceso {
    /// What happened to the power.
    pub clase: ClaseSuceso,
    /// From when it has effect.
    pub efecto: DateTime<Utc>,
    /// The power from then on.
    pub queda: PoderDicho,
}

impl PoderDicho {
    /// What has happened to the power, told now, beside what was told of it before; nothing where it says the same. What
    /// cannot be, beside that, is a contradiction (D-44, D-47 to D-52).
    pub fn sucesos(
        &self,
        before: Option<&Self>,
        registrado: DateTime<Utc>,
        calendarios: &Calendarios,
    ) -> Result<Vec<Suceso>, Contradiccion> {
        if self.poder.baja.is_some() && !self.poder.estado.is_final() {
            return Err(Contradiccion::BajaDeVigente);
        }
        let Some(before) = before else {
            self.check(registrado, calendarios)?;
            return Ok(self.first());
        };
        let told = self.completed(before);
        if told == *before {
            return Ok(Vec::new());
        }
        told.check(registrado, calendarios)?;
        told.can_follow(before, registrado)?;
        if before.poder.estado.is_final() {
            return Ok(told.corrected_end(before, registrado));
        }
        let mut found = told.steps_to_inscription(before);
        let (clase, efecto) = told.change(before, registrado);
        let mut queda = told;
        if matches!(
            queda.poder.estado,
            EstadoPoder::Revocado | EstadoPoder::Renunciado
        ) {
            queda.poder.baja.get_or_insert(efecto);
        }
        found.push(Suceso { clase, efecto, queda });
        Ok(found)
    }

    /// With the dates that an earlier line told, where this one does not: a line tells where the power stands, and need not
    /// repeat its life.
    fn completed(&self, before: &Self) -> Self {
        let mut told = self.clone();
        told.solicitado = told.solicitado.or(before.solicitado);
        if told.solicitado.is_none()
            && before.poder.estado.is_before_inscription()
            && !self.poder.estado.is_before_inscription()
        {
            // Until the inscription, its date is that of the request.
            told.solicitado = Some(before.poder.inscrito);
        }
        told.aceptado = told.aceptado.or(before.aceptado);
        told.declarado = told.declarado.or(before.declarado);
        told.prorrogado = told.prorrogado.or(before.prorrogado);
        told.modificado = told.modificado.or(before.modificado);
        told.poder.baja = told.poder.baja.or(before.poder.baja);
        told
    }

    /// What is known of a power of which nothing was told before.
    fn first(&self) -> Vec<Suceso> {
        let inscrito = self.poder.inscrito;
        let (clase, dead) = match self.poder.estado {
            EstadoPoder::Inscrito => (ClaseSuceso::Inscripcion, false),
            estado if estado.is_before_inscription() => (ClaseSuceso::Solicitud, false),
            estado => (end_of(estado), true),
        };
        let first = |clase, efecto, queda| Suceso { clase, efecto, queda };
        let by_time = Some(self.poder.fin).filter(|_| self.poder.estado == EstadoPoder::Caducado);
        match self.poder.baja.or(by_time).filter(|_| dead) {
            // It had effect until then.
            Some(baja) => {
                let mut alive = self.clone();
                alive.poder.estado = EstadoPoder::Inscrito;
                alive.poder.baja = None;
                vec![
                    first(ClaseSuceso::Inscripcion, inscrito, alive),
                    first(clase, baja, self.clone()),
                ]
            }
            // Where nobody knows how long it had effect, it had none.
            None => vec![first(clase, inscrito, self.clone())],
        }
    }

    fn can_follow(&self, before: &Self, registrado: DateTime<Utc>) -> Result<(), Contradiccion> {
        let (now, then) = (&self.poder, &before.poder);
        if (now.poderdante, now.apoderado, self.registro)
            != (then.poderdante, then.apoderado, before.registro)
        {
            return Err(Contradiccion::OtrasPartes);
        }
        if then.estado.is_final() {
            let same_end = now.estado == then.estado && now.fin <= then.fin && now.alcance == then.alcance;
            // The date of an extension that was on record without it is no new extension.
            let extended = before.prorrogado.is_some() && self.prorrogado != before.prorrogado;
            let corrected = same_end && !extended;
            return if corrected {
                Ok(())
            } else if now.estado == then.estado {
                Err(Contradiccion::PoderMuerto)
            } else {
                Err(Contradiccion::Resucitado(then.estado))
            };
        }
        if then.estado == EstadoPoder::Inscrito
            && (now.estado.is_before_inscription() || now.estado == EstadoPoder::NoAceptado)
        {
            return Err(Contradiccion::Retrocede);
        }
        // What was only asked for takes nothing from the apoderado: it is inscribed as it is granted in the end.
        if then.estado == EstadoPoder::Inscrito
            && now.alcance.is_part_of(&then.alcance)
            && !matches!(then.alcance, Alcance::Tramites(_))
        {
            return Err(Contradiccion::SoloTramitesEnParte);
        }
        if now.estado == EstadoPoder::Inscrito && then.estado == EstadoPoder::Inscrito && now.fin > then.fin {
            // Art. 8: before the end; an ended power is granted anew.
            let extended = self
                .prorrogado
                .filter(|_| self.prorrogado != before.prorrogado)
                .unwrap_or(registrado);
            if extended >= then.fin {
                return Err(Contradiccion::ProrrogaTardia);
            }
        }
        Ok(())
    }

    /// What is said anew of a power that is over. If it ended later than had been told, it had effect until then.
    fn corrected_end(self, before: &Self, registrado: DateTime<Utc>) -> Vec<Suceso> {
        let clase = ClaseSuceso::Rectificacion;
        let (Some(ended), Some(now)) = (before.ended(registrado), self.ended(registrado)) else {
            let efecto = self.poder.baja.unwrap_or(registrado);
            let queda = self;
            return vec![Suceso { clase, efecto, queda }];
        };
        let mut alive = before.clone();
        alive.poder.estado = EstadoPoder::Inscrito;
        alive.poder.baja = None;
        let longer = (ended < now).then_some(Suceso {
            clase,
            efecto: ended,
            queda: alive,
        });
        let end = Suceso {
            clase,
            efecto: now,
            queda: self,
        };
        longer.into_iter().chain([end]).collect()
    }

    /// Since when a power that is over has no effect: where nobody knows, it never had any. Nothing of one that was never
    /// inscribed.
    fn ended(&self, registrado: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let poder = &self.poder;
        match poder.estado {
            EstadoPoder::Revocado | EstadoPoder::Renunciado => Some(poder.baja.unwrap_or(poder.inscrito)),
            EstadoPoder::Caducado => Some(poder.baja.unwrap_or(poder.fin.min(registrado))),
            _ => None,
        }
    }

    /// Acceptance and declaration, where they are told by now.
    fn steps_to_inscription(&self, before: &Self) -> Vec<Suceso> {
        if !before.poder.estado.is_before_inscription() {
            return Vec::new();
        }
        let mut queda = before.clone();
        let mut steps = Vec::new();
        let new = |told: Option<DateTime<Utc>>, known| told.filter(|_| told != known);
        if let Some(efecto) = new(self.aceptado, before.aceptado) {
            queda.aceptado = self.aceptado;
            steps.push((ClaseSuceso::Aceptacion, efecto, queda.clone()));
        }
        if let Some(efecto) = new(self.declarado, before.declarado) {
            queda.declarado = self.declarado;
            steps.push((ClaseSuceso::Declaracion, efecto, queda));
        }
        let steps = steps.into_iter();
        steps
            .map(|(clase, efecto, queda)| Suceso { clase, efecto, queda })
            .collect()
    }

    /// What has changed, and since when.
    fn change(&self, before: &Self, registrado: DateTime<Utc>) -> (ClaseSuceso, DateTime<Utc>) {
        let (now, then) = (&self.poder, &before.poder);
        let extended = self.prorrogado.filter(|_| self.prorrogado != before.prorrogado);
        match now.estado {
            EstadoPoder::Inscrito if then.estado.is_before_inscription() => {
                (ClaseSuceso::Inscripcion, now.inscrito)
            }
            EstadoPoder::Inscrito if now.inscrito != then.inscrito => {
                (ClaseSuceso::Rectificacion, now.inscrito.min(then.inscrito))
            }
            EstadoPoder::Inscrito if now.alcance.is_part_of(&then.alcance) => {
                (ClaseSuceso::RevocacionParcial, self.changed(before, registrado))
            }
            EstadoPoder::Inscrito if now.alcance != then.alcance => {
                (ClaseSuceso::Modificacion, self.changed(before, registrado))
            }
            EstadoPoder::Inscrito => match extended {
                Some(prorrogado) => (ClaseSuceso::Prorroga, prorrogado),
                None => (ClaseSuceso::Modificacion, self.changed(before, registrado)),
            },
            EstadoPoder::Caducado => (ClaseSuceso::Caducidad, now.fin),
            estado if estado.is_final() => (end_of(estado), now.baja.unwrap_or(registrado)),
            _ if now.estado == then.estado => (ClaseSuceso::Rectificacion, now.inscrito.min(then.inscrito)),
            _ => (ClaseSuceso::Modificacion, registrado),
        }
    }

    /// When what it covers was changed: as it is told, or by the time that it is.
    fn changed(&self, before: &Self, registrado: DateTime<Utc>) -> DateTime<Utc> {
        self.modificado
            .filter(|_| self.modificado != before.modificado)
            .unwrap_or(registrado)
    }
}

/// How a power ends in a state.
fn end_of(estado: EstadoPoder) -> ClaseSuceso {
    match estado {
        EstadoPoder::Renunciado => ClaseSuceso::Renuncia,
        EstadoPoder::Caducado => ClaseSuceso::Caducidad,
        EstadoPoder::NoAceptado => ClaseSuceso::NoAceptacion,
        _ => ClaseSuceso::Revocacion,
    }
}
