//! `Notificacion`, its states and the lawful steps between them (D-13); [`Publicada`] is what never changes of it.

mod fuera;
mod historia;
mod publicada;

pub use fuera::{Efecto, Medio, NoPractica, Practica};
pub use historia::{Desenlace, NoHistoria};
pub use publicada::{Categoria, Documento, Huella, HuellaError, Obligacion, Publicada, TipoDestinatario};

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::coded::coded;
use super::denial::Finality;
use super::plazo;

/// The number by which a notification is known on the wire: positive, and growing with publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Codigo(i32);

impl Codigo {
    /// The code of a number, if it is positive.
    #[must_use]
    pub fn new(number: i32) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// The number, always positive, as listings and files write it.
    #[must_use]
    pub fn number(self) -> i32 {
        self.0
    }
}

impl fmt::Display for Codigo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The states, with the numbers of the wire (D-13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Estado {
    /// Nobody has asked for its acuse.
    SinAcuse = 0,
    /// Somebody asked for its acuse and has not returned it: no legal effect.
    AcuseSolicitado = 1,
    /// Practised by acceptance.
    Aceptada = 2,
    /// Practised by express rejection.
    Rechazada = 3,
    /// Practised by lapse of the term.
    Caducada = 4,
}

impl Estado {
    /// All, by number.
    pub const ALL: [Self; 5] = [
        Self::SinAcuse,
        Self::AcuseSolicitado,
        Self::Aceptada,
        Self::Rechazada,
        Self::Caducada,
    ];

    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The state of a number.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|estado| i32::from(estado.number()) == number)
    }

    /// The words for it that are shown to people.
    #[must_use]
    pub fn descripcion(self) -> &'static str {
        match self {
            Self::SinAcuse => "Sin acuse",
            Self::AcuseSolicitado => "Acuse solicitado",
            Self::Aceptada => "Notificada por aceptación",
            Self::Rechazada => "Notificada por rechazo",
            Self::Caducada => "Notificada por transcurso de plazo",
        }
    }
}

coded! {
    /// What a decision says.
    Sentido {
        /// The content is accessed.
        Aceptacion = "aceptacion",
        /// It is expressly rejected (LPAC art. 41.5).
        Rechazo = "rechazo",
    }
}

impl Sentido {
    /// The state to which the decision leads.
    #[must_use]
    pub fn estado(self) -> Estado {
        match self {
            Self::Aceptacion => Estado::Aceptada,
            Self::Rechazo => Estado::Rechazada,
        }
    }

    /// The decision that led to a state, if one does.
    #[must_use]
    pub fn of(estado: Estado) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.estado() == estado)
    }
}

/// Where a notification stands, as recorded. Whether its term is over is asked with [`Notificacion::estado_at`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Situacion {
    /// Nobody has decided.
    Pendiente {
        /// Whether somebody holds an acuse that has not come back.
        acuse_solicitado: bool,
    },
    /// It was accepted or rejected, here or elsewhere.
    Decidida {
        /// Which of the two.
        sentido: Sentido,
        /// When (D-6).
        instante: DateTime<Utc>,
    },
    /// The lapse of its term was recorded, dated at its first instant out of term (D-9).
    Caducada,
}

/// A notification: what was published, its term, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notificacion {
    /// What was published. Its parts are read as if they were the notification's own.
    pub publicada: Arc<Publicada>,
    /// First instant at which it is out of term; nothing where lapse does not practise it (D-8).
    pub caduca: Option<DateTime<Utc>>,
    /// Where it stands.
    pub situacion: Situacion,
}

impl Deref for Notificacion {
    type Target = Publicada;

    fn deref(&self) -> &Publicada {
        &self.publicada
    }
}

impl Notificacion {
    /// The first instant out of term of one published at `published` on this ground (D-8, D-9).
    #[must_use]
    pub fn lapse_of(published: DateTime<Utc>, obligacion: Obligacion) -> Option<DateTime<Utc>> {
        obligacion.lapses().then(|| plazo::lapse_of(published))
    }

    /// Its state at an instant: the term is over when it is over, whether or not a task has recorded it (D-24).
    #[must_use]
    pub fn estado_at(&self, at: DateTime<Utc>) -> Estado {
        match self.situacion {
            Situacion::Decidida { sentido, .. } => sentido.estado(),
            Situacion::Caducada => Estado::Caducada,
            Situacion::Pendiente { .. } if self.lapsed_at(at) => Estado::Caducada,
            Situacion::Pendiente {
                acuse_solicitado: true,
            } => Estado::AcuseSolicitado,
            Situacion::Pendiente {
                acuse_solicitado: false,
            } => Estado::SinAcuse,
        }
    }

    /// Since when it is no longer un-notified; nothing while it is at `at`.
    #[must_use]
    pub fn practised_at(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.situacion {
            Situacion::Decidida { instante, .. } => Some(instante),
            Situacion::Caducada => self.caduca,
            Situacion::Pendiente { .. } => self.caduca.filter(|_| self.lapsed_at(at)),
        }
    }

    /// Whether it can be decided at an instant, and if not, why (D-13, D-24).
    pub fn open_at(&self, at: DateTime<Utc>) -> Result<(), Finality> {
        match self.estado_at(at) {
            Estado::SinAcuse | Estado::AcuseSolicitado => Ok(()),
            Estado::Aceptada => Err(Finality::Aceptada),
            Estado::Rechazada => Err(Finality::Rechazada),
            Estado::Caducada => Err(Finality::Caducada),
        }
    }

    /// The same notification, decided: the only way from open to practised by an act (D-5, D-7, D-13).
    pub fn decide(self, sentido: Sentido, at: DateTime<Utc>) -> Result<Self, Finality> {
        self.open_at(at)?;
        Ok(Self {
            situacion: Situacion::Decidida {
                sentido,
                instante: at,
            },
            ..self
        })
    }

    /// The same notification as it stood at an instant, by what is on record now; nothing where it was not published yet.
    #[must_use]
    pub fn as_of(self, at: DateTime<Utc>) -> Option<Self> {
        let situacion = match self.situacion {
            Situacion::Decidida { instante, .. } if instante > at => Situacion::Pendiente {
                acuse_solicitado: false,
            },
            Situacion::Caducada if !self.lapsed_at(at) => Situacion::Pendiente {
                acuse_solicitado: false,
            },
            situacion => situacion,
        };
        (self.puesta_a_disposicion <= at).then_some(Self { situacion, ..self })
    }

    fn lapsed_at(&self, at: DateTime<Utc>) -> bool {
        self.caduca.is_some_and(|caduca| caduca <= at)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::materia::Procedimiento;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    pub(crate) fn published(seconds: i64) -> Notificacion {
        let puesta_a_disposicion = DateTime::from_timestamp(seconds, 0).unwrap();
        let publicada = Publicada {
            codigo: Codigo::new(1).unwrap(),
            sujeto: "B99999120".parse().unwrap(),
            denominacion: "HORNOS DEL SUR SL".to_owned(),
            tipo_destinatario: TipoDestinatario::Nif,
            destinatario: "B99999120".to_owned(),
            procedimiento: Procedimiento::find("TGSS-RD").unwrap(),
            asunto: "Reclamación de deuda".to_owned(),
            obligacion: Obligacion::Articulo41a,
            categoria: Categoria::Ordinaria,
            puesta_a_disposicion,
            documento: Documento {
                huella: Huella([7; 32]),
                tamano: 1,
            },
        };
        Notificacion {
            publicada: Arc::new(publicada),
            caduca: Notificacion::lapse_of(puesta_a_disposicion, Obligacion::Articulo41a),
            situacion: Situacion::Pendiente {
                acuse_solicitado: false,
            },
        }
    }

    /// One of which something else was published.
    pub(crate) fn altered(
        mut notificacion: Notificacion,
        alter: impl FnOnce(&mut Publicada),
    ) -> Notificacion {
        alter(Arc::make_mut(&mut notificacion.publicada));
        notificacion
    }

    #[test]
    fn the_last_second_of_the_term_still_accepts_and_the_next_does_not() {
        let pending = published(1_773_130_500);
        let lapse = pending.caduca.unwrap();
        let second = TimeDelta::seconds(1);
        assert!(
            pending
                .clone()
                .decide(Sentido::Aceptacion, lapse - second)
                .is_ok()
        );
        assert_eq!(
            pending.clone().decide(Sentido::Aceptacion, lapse),
            Err(Finality::Caducada)
        );
        assert_eq!(pending.estado_at(lapse), Estado::Caducada);
    }

    #[test]
    fn what_is_decided_on_a_sunday_is_dated_that_sunday() {
        let sunday = "2026-03-15T11:30:00Z".parse::<DateTime<Utc>>().unwrap();
        for sentido in Sentido::ALL.iter().copied() {
            let decided = published(1_773_130_500).decide(sentido, sunday).unwrap();
            assert_eq!(decided.practised_at(sunday), Some(sunday));
        }
    }

    #[test]
    fn a_copy_of_what_goes_on_paper_never_lapses() {
        let mut copy = altered(published(0), |publicada| publicada.obligacion = Obligacion::Copia);
        copy.caduca = Notificacion::lapse_of(copy.puesta_a_disposicion, copy.obligacion);
        assert_eq!(copy.estado_at(DateTime::<Utc>::MAX_UTC), Estado::SinAcuse);
    }

    proptest! {
        /// D-13: whatever is tried and whenever, a final state never changes.
        #[test]
        fn what_is_final_stays_final(steps in prop::collection::vec((any::<bool>(), 0_i64..2_000_000), 1..20)) {
            let mut notificacion = published(1_773_130_500);
            let start = notificacion.puesta_a_disposicion;
            let mut at = start;
            let mut last = Estado::SinAcuse;
            for (accept, wait) in steps {
                at += TimeDelta::seconds(wait);
                let before = notificacion.estado_at(at);
                prop_assert!(last < Estado::Aceptada || before == last);
                let sentido = if accept { Sentido::Aceptacion } else { Sentido::Rechazo };
                if let Ok(decided) = notificacion.clone().decide(sentido, at) {
                    prop_assert!(before < Estado::Aceptada);
                    prop_assert_eq!(decided.practised_at(at), Some(at));
                    notificacion = decided;
                }
                last = notificacion.estado_at(at);
            }
        }
    }
}
