//! Which codes each holder reaches by one role only, told by the domain's own rule as the notifications are made.

use chrono::{DateTime, Months, Utc};

use crate::domain::notificacion::{Estado, Notificacion};
use crate::domain::reach::Reach;
use crate::domain::rol::Rol;

use super::DemoError;
use super::people::Cast;
use super::scenario::PoderdanteEscenario;

/// What has been seen so far of one addressee by one holder.
struct View {
    titular: usize,
    reach: Reach,
    by_rol: Vec<PoderdanteEscenario>,
}

/// The codes reached so far.
pub(super) struct Reached {
    now: DateTime<Utc>,
    /// Ended ones published before this are in no listing any more (D-16).
    oldest: DateTime<Utc>,
    by_addressee: Vec<Vec<View>>,
}

impl Reached {
    /// Nothing yet, for everybody in the cast.
    pub(super) fn new(cast: &Cast, now: DateTime<Utc>) -> Result<Self, DemoError> {
        let oldest = now
            .checked_sub_months(Months::new(24))
            .ok_or(DemoError::Calendar)?;
        let by_addressee = cast
            .addressees
            .iter()
            .map(|addressee| {
                let views = cast.titulares.iter().enumerate().map(|(titular, holder)| {
                    let reach = addressee.reach_of(&holder.firmante, &holder.autorizaciones, now);
                    let by_rol = reach.roles().iter().map(|rol| PoderdanteEscenario {
                        nif: addressee.persona.nif.as_str().to_owned(),
                        denominacion: addressee.persona.denominacion.clone(),
                        rol: rol.number(),
                        pendientes: Vec::new(),
                        aceptadas: Vec::new(),
                        rechazadas: Vec::new(),
                        caducadas: Vec::new(),
                    });
                    View {
                        titular,
                        by_rol: by_rol.collect(),
                        reach,
                    }
                });
                views.filter(|view| !view.by_rol.is_empty()).collect()
            })
            .collect();
        Ok(Self {
            now,
            oldest,
            by_addressee,
        })
    }

    /// Takes note of a notification of the `addressee`-th addressee.
    pub(super) fn note(&mut self, addressee: usize, notificacion: &Notificacion) {
        let estado = notificacion.estado_at(self.now);
        let open = matches!(estado, Estado::SinAcuse | Estado::AcuseSolicitado);
        if !open && notificacion.puesta_a_disposicion < self.oldest {
            return;
        }
        for view in self.by_addressee.get_mut(addressee).into_iter().flatten() {
            let mut roles = view.reach.over(notificacion).iter();
            let (Some(rol), None) = (roles.next(), roles.next()) else {
                continue;
            };
            if let Some(entry) = entry(&mut view.by_rol, rol) {
                let codes = match estado {
                    Estado::SinAcuse | Estado::AcuseSolicitado => &mut entry.pendientes,
                    Estado::Aceptada => &mut entry.aceptadas,
                    Estado::Rechazada => &mut entry.rechazadas,
                    Estado::Caducada => &mut entry.caducadas,
                };
                codes.push(notificacion.codigo.number());
            }
        }
    }

    /// The poderdantes of each of the `titulares` holders.
    #[must_use]
    pub(super) fn finish(self, titulares: usize) -> Vec<Vec<PoderdanteEscenario>> {
        let mut holders = vec![Vec::new(); titulares];
        for view in self.by_addressee.into_iter().flatten() {
            let Some(poderdantes) = holders.get_mut(view.titular) else {
                continue;
            };
            poderdantes.extend(view.by_rol.into_iter().map(|mut entry| {
                // The newest have most time left, but for copies of paper, which never end.
                entry.pendientes.reverse();
                entry
            }));
        }
        holders
    }
}

fn entry(by_rol: &mut [PoderdanteEscenario], rol: Rol) -> Option<&mut PoderdanteEscenario> {
    by_rol.iter_mut().find(|entry| entry.rol == rol.number())
}
