//! Operations that are asked for by one role at a time, and the pages of their listings.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::acuse_solicitado::AcuseDevuelto;
use super::nif::Nif;
use super::notificacion::{Codigo, Medio, Notificacion, Sentido};
use super::operation::PageSize;
use super::rol::Rol;

/// Whose notifications are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Poderdantes {
    /// One person's or entity's.
    Uno(Nif),
    /// Those of whoever the caller reaches by the role, where the operator lets nobody be named (D-78).
    Todos,
}

impl Poderdantes {
    /// The one, if one is named.
    #[must_use]
    pub fn uno(self) -> Option<Nif> {
        match self {
            Self::Uno(nif) => Some(nif),
            Self::Todos => None,
        }
    }
}

/// Something for each role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PerRol<T> {
    /// For the addressee.
    pub propio: T,
    /// For the holder of a RED authorisation.
    pub autorizado_red: T,
    /// For the holder of a power.
    pub apoderado: T,
}

impl<T> PerRol<T> {
    /// What there is for a role.
    #[must_use]
    pub fn get(&self, rol: Rol) -> &T {
        match rol {
            Rol::Propio => &self.propio,
            Rol::AutorizadoRed => &self.autorizado_red,
            Rol::Apoderado => &self.apoderado,
        }
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, rol: Rol) -> &mut T {
        match rol {
            Rol::Propio => &mut self.propio,
            Rol::AutorizadoRed => &mut self.autorizado_red,
            Rol::Apoderado => &mut self.apoderado,
        }
    }
}

/// Which notifications to list, role by role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListByRol {
    /// Those whose notifications are meant, as the request names them.
    pub poderdantes: Poderdantes,
    /// By which role; nothing means all three lists.
    pub rol: Option<Rol>,
    /// From which code on, that one included; zero or less means from the start.
    pub desde: PerRol<i32>,
    /// How many at most in all the lists together.
    pub limite: PageSize,
}

/// A page of the three lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageByRol {
    /// The notifications, by code; one reached by two roles is in both lists (D-26).
    pub notificaciones: PerRol<Vec<Notificacion>>,
    /// From which code on to ask for the next page.
    pub siguiente: PerRol<i32>,
    /// Whether any of the lists goes on.
    pub hay_mas: bool,
    /// Of those that were practised elsewhere, by which way (D-18).
    pub fuera: HashMap<Codigo, Medio>,
    /// The instant at which the states of the page are true.
    pub at: DateTime<Utc>,
}

/// One notification, by one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneByRol {
    /// Those whose notifications are meant, as the request names them.
    pub poderdantes: Poderdantes,
    /// By which role.
    pub rol: Rol,
    /// Code of the notification.
    pub codigo: Codigo,
}

/// A request for an acuse to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestAcuse {
    /// Of which notification.
    pub cual: OneByRol,
    /// What signing it will say.
    pub sentido: Sentido,
}

/// An acuse that came back, to be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitAcuse {
    /// Those of whom one must be its addressee.
    pub poderdantes: Poderdantes,
    /// By which role.
    pub rol: Rol,
    /// The acuse with the client's signature, which was verified.
    pub devuelto: AcuseDevuelto,
}

impl SubmitAcuse {
    /// The notification on which it decides.
    #[must_use]
    pub fn cual(&self) -> OneByRol {
        OneByRol {
            poderdantes: self.poderdantes,
            rol: self.rol,
            codigo: self.devuelto.codigo,
        }
    }
}

/// A notification that somebody decided, for whoever is entitled to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practicada {
    /// Code of the notification.
    pub codigo: Codigo,
    /// What was decided.
    pub sentido: Sentido,
    /// When: the instant that counts (D-6).
    pub instante: DateTime<Utc>,
    /// The document, a PDF; there is none to give after a rejection (D-7, D-15).
    pub documento: Option<Vec<u8>>,
}
