//! Why a title reaches a notification, or does not: each reason a value, with its rule and its dates.

use chrono::{DateTime, Utc};

use crate::domain::materia::{Entidad, Materia};
use crate::domain::nif::Nif;
use crate::domain::notificacion::Obligacion;
use crate::domain::poder::{EstadoPoder, Poder};
use crate::domain::red::{Asignacion, Tenencia};
use crate::domain::rol::Rol;
use crate::domain::sucesion::Sucesion;

/// What a title says of one notification.
pub type Juicio = Result<Alcanza, Impide>;

/// A title weighed against a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// By which role.
    pub rol: Rol,
    /// The title; nothing where there is none of that role.
    pub titulo: Option<Titulo>,
    /// What it says.
    pub juicio: Juicio,
}

/// What somebody may act by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Titulo {
    /// Being the addressee.
    Destinatario(Nif),
    /// Succeeding the addressee.
    Sucesion(Sucesion),
    /// Acting through an authorisation that manages an account of the addressee.
    Red(Asignacion, Tenencia),
    /// Acting by a power that the addressee gave.
    Poder(Poder),
}

/// Why a title reaches a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alcanza {
    /// It is addressed to him.
    Destinatario,
    /// It was published while he had the title.
    Publicada {
        /// Since when he has it.
        desde: DateTime<Utc>,
    },
    /// It was published before, and still to be practised when he got the title.
    Pendiente {
        /// Since when he has it.
        desde: DateTime<Utc>,
    },
    /// He lost the addressee, and it had been issued before.
    EmitidaAntes {
        /// When he lost it.
        perdida: DateTime<Utc>,
    },
    /// He no longer holds the authorisation, and it was accepted while he did: it is his to see.
    AceptadaEntonces {
        /// When he ceased to hold it.
        cese: DateTime<Utc>,
    },
}

/// How an autorizado loses an addressee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// The assignment ended, or the account is no longer the one that counts.
    Desvinculacion(DateTime<Utc>),
    /// The addressee shut autorizados out.
    Desasignacion(DateTime<Utc>),
}

impl Loss {
    /// The first instant at which he no longer has the addressee.
    #[must_use]
    pub fn instante(self) -> DateTime<Utc> {
        match self {
            Self::Desvinculacion(at) | Self::Desasignacion(at) => at,
        }
    }
}

/// Why a title does not reach a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impide {
    /// There is no title of the role on record.
    SinTitulo(Rol),
    /// The ground on which the addressee is notified is none of those of RED.
    FueraDeObligacion(Obligacion),
    /// Its materia is none of those of RED.
    FueraDeRed(Materia),
    /// It holds special-category data, which RED never reaches.
    CategoriaEspecial,
    /// The body that admits the succession does not notify it.
    DeOtroOrgano(Entidad),
    /// The body has ended the succession.
    SucesionTerminada {
        /// The first instant at which it no longer has effect.
        fin: DateTime<Utc>,
    },
    /// The account managed never was the one that counts while it was managed.
    OtraCuenta,
    /// The title begins later.
    AunNo {
        /// The first instant at which it has effect.
        desde: DateTime<Utc>,
    },
    /// The user's designation is over.
    UsuarioCesado {
        /// The first instant at which he is no longer a user.
        hasta: DateTime<Utc>,
    },
    /// He held the authorisation only when it no longer managed the addressee, or not yet.
    NuncaALaVez,
    /// The addressee had shut autorizados out before he got the title: there was never anything to keep.
    ExcluidoDesdeAntes(Loss),
    /// He lost the addressee, and the operator has chosen that nothing is kept.
    NadaSeConserva(Loss),
    /// It was issued after he lost the addressee.
    EmitidaDespues(Loss),
    /// It had been practised before he got the title.
    PracticadaAntes {
        /// When it was practised.
        practicada: DateTime<Utc>,
        /// Since when he has the title.
        desde: DateTime<Utc>,
    },
    /// He no longer holds the authorisation, and it was not accepted while he did.
    NoAceptadaEntonces {
        /// When he ceased to hold it.
        cese: DateTime<Utc>,
    },
    /// The power does not cover its materia.
    FueraDelPoder(Materia),
    /// The power is in a state without effect.
    SinEfecto(EstadoPoder),
    /// The power is over, and since when is not on record: it counts as having had no effect.
    SinEfectoNoConstaDesdeCuando(EstadoPoder),
    /// The power has ended.
    Caducado {
        /// The first instant at which it no longer has effect.
        fin: DateTime<Utc>,
    },
}

/// A rule of the rule book, by its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule(u32);

impl Rule {
    /// Its number in the rule book.
    #[must_use]
    pub fn numero(self) -> u32 {
        self.0
    }

    /// The law whence it comes, with the numbers of its articles.
    #[must_use]
    pub fn norma(self) -> &'static str {
        match self.0 {
            20 => "RD 203/2021: 42.4",
            28 => "RD 203/2021: 27.2, 32.4, 34.1",
            32 => "Orden ISM/903/2020: 6.1 §2",
            33 => "Orden ISM/903/2020: 6.1, 7.1",
            34 => "Orden ESS/484/2013: 5.4",
            45 => "Orden ISM/189/2021: 2, 9.1",
            47 => "Orden ISM/189/2021: 9",
            48 => "Orden ISM/189/2021: 6.4",
            49 => "Orden ISM/189/2021: 6.3; Orden ISM/903/2020: 6.3",
            50 => "Orden ISM/189/2021: 8",
            51 => "Orden ISM/189/2021: 10; Orden ISM/903/2020: 6.3",
            52 => "Orden ISM/189/2021: 7.2",
            56 => "RGPD: 9; Orden ISM/903/2020: 6.1",
            _ => "TRLGSS: 132.2; Orden ISM/903/2020: 6.1",
        }
    }
}

impl Alcanza {
    /// The rule that says so, for a role.
    #[must_use]
    pub fn regla(self, rol: Rol) -> Rule {
        match (self, rol) {
            (Self::Destinatario, _) => Rule(28),
            (Self::EmitidaAntes { .. } | Self::AceptadaEntonces { .. }, _) => Rule(32),
            (_, Rol::Apoderado) => Rule(49),
            (_, Rol::Propio) => Rule(20),
            (Self::Publicada { .. }, _) => Rule(29),
            (Self::Pendiente { .. }, _) => Rule(33),
        }
    }
}

impl Impide {
    /// The rule that says so, for a role.
    #[must_use]
    pub fn regla(self, rol: Rol) -> Rule {
        match self {
            Self::SinTitulo(Rol::Propio) => Rule(28),
            Self::SinTitulo(Rol::AutorizadoRed) | Self::FueraDeObligacion(_) | Self::FueraDeRed(_) => {
                Rule(29)
            }
            Self::SinTitulo(Rol::Apoderado) | Self::FueraDelPoder(_) => Rule(45),
            Self::CategoriaEspecial => Rule(56),
            Self::OtraCuenta => Rule(30),
            Self::DeOtroOrgano(_) | Self::SucesionTerminada { .. } => Rule(20),
            Self::AunNo { .. } | Self::PracticadaAntes { .. } => match rol {
                Rol::Propio => Rule(20),
                Rol::AutorizadoRed => Rule(33),
                Rol::Apoderado => Rule(49),
            },
            Self::UsuarioCesado { .. } => Rule(34),
            Self::NuncaALaVez
            | Self::ExcluidoDesdeAntes(Loss::Desvinculacion(_))
            | Self::NadaSeConserva(_)
            | Self::NoAceptadaEntonces { .. }
            | Self::EmitidaDespues(Loss::Desvinculacion(_)) => Rule(32),
            Self::ExcluidoDesdeAntes(Loss::Desasignacion(_))
            | Self::EmitidaDespues(Loss::Desasignacion(_)) => Rule(36),
            Self::SinEfecto(estado) | Self::SinEfectoNoConstaDesdeCuando(estado) => match estado {
                EstadoPoder::Revocado | EstadoPoder::Renunciado => Rule(51),
                EstadoPoder::PendienteAceptacion | EstadoPoder::NoAceptado => Rule(47),
                EstadoPoder::PendienteDeclaracion => Rule(48),
                _ => Rule(52),
            },
            Self::Caducado { .. } => Rule(50),
        }
    }
}
