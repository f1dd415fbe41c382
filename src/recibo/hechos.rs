//! `Hechos`: everything that a receipt tells, whoever reads it from wherever.

use chrono::{DateTime, Utc};

use crate::domain::acuse::Acuse;
use crate::domain::notificacion::Notificacion;

/// The facts of one paper.
#[derive(Debug, Clone, Copy)]
pub struct Hechos<'a> {
    /// The notification.
    pub notificacion: &'a Notificacion,
    /// What the paper is about.
    pub hecho: Hecho<'a>,
    /// The number of the act among all, where acts of its kind have one.
    pub numero: Option<u64>,
    /// Where the act stands in the published log, if it is published.
    pub anotacion: Option<Anotacion<'a>>,
    /// By what the paper is verified.
    pub verificacion: Verificacion<'a>,
    /// Who hands it over: the organisation whose seal it bears.
    pub organismo: &'a str,
    /// Whether it is of an environment of tests, and has no value.
    pub pruebas: bool,
    /// When it is made.
    pub emitido: DateTime<Utc>,
}

/// What a paper is about.
#[derive(Debug, Clone, Copy)]
pub enum Hecho<'a> {
    /// A decision, which somebody signed: a receipt of acceptance or of rejection.
    Decision {
        /// Its acuse.
        acuse: &'a Acuse,
        /// The certificate by which it was signed.
        firma: Firma<'a>,
        /// The reference of the poder that was used, where it is known.
        poder: Option<&'a str>,
    },
    /// That the term was over without a decision: a certificate of lapse.
    Caducidad {
        /// First instant out of term.
        caduca: DateTime<Utc>,
        /// When that was recorded.
        registrada: DateTime<Utc>,
    },
}

/// The certificate of whoever signed, as the journal has it.
#[derive(Debug, Clone, Copy)]
pub struct Firma<'a> {
    /// Name of who issued it.
    pub emisor: &'a str,
    /// Its serial number.
    pub serie: &'a str,
}

/// Where something stands in the published log.
#[derive(Debug, Clone, Copy)]
pub struct Anotacion<'a> {
    /// Name of the log.
    pub origen: &'a str,
    /// Index of the leaf.
    pub indice: u64,
}

/// The código electrónico de autenticidad, as it is printed.
#[derive(Debug, Clone, Copy)]
pub struct Verificacion<'a> {
    /// Identifier of the paper.
    pub id: &'a str,
    /// Day of its making, `ddMMyyyy`.
    pub fecha: &'a str,
    /// The code in its groups.
    pub codigo: &'a str,
    /// Address at which it is verified.
    pub direccion: &'a str,
}
