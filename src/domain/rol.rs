//! `Rol`: by what title somebody reaches a notification, and sets of them.

use std::fmt;

/// By what title a caller acts for a poderdante; the numbers are those of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Rol {
    /// The addressee (D-28).
    Propio = 1,
    /// The holder of a RED authorisation that manages the addressee (D-29).
    AutorizadoRed = 2,
    /// The holder of a registered power in force (D-45).
    Apoderado = 3,
}

impl Rol {
    /// All of them, in the order of their numbers, which is also the order in which one is chosen when a caller
    /// reaches a notification by several and names none.
    pub const ALL: [Self; 3] = [Self::Propio, Self::AutorizadoRed, Self::Apoderado];

    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The role of a number on the wire.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|rol| i32::from(rol.number()) == number)
    }
}

/// A set of roles.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(u8);

impl Roles {
    /// By which nothing is reached.
    pub const NONE: Self = Self(0);
    /// Own, RED and power.
    pub const ALL: Self = Self(0b1110);

    /// With one more.
    #[must_use]
    pub fn with(self, rol: Rol) -> Self {
        Self(self.0 | 1 << rol.number())
    }

    /// Whether one is in it.
    #[must_use]
    pub fn contains(self, rol: Rol) -> bool {
        self.0 & 1 << rol.number() != 0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its members, in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Rol> {
        Rol::ALL.into_iter().filter(move |rol| self.contains(*rol))
    }
}

impl FromIterator<Rol> for Roles {
    fn from_iter<I: IntoIterator<Item = Rol>>(roles: I) -> Self {
        roles.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
