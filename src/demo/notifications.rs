//! From plan to notification: its act, its document, and what became of it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use openssl::sha::sha256;

use crate::domain::notificacion::{Codigo, Documento, Huella, Notificacion, Publicada, Sentido, Situacion};

use super::DemoError;
use super::acts::Acto;
use super::decisions::decide;
use super::pdf::{Printed, render};
use super::people::Cast;
use super::plan::{Destino, Plan};
use super::random::SplitMix;
use super::sink::Decision;

/// A notification as published, its document, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    /// As it was published; for some an acuse has been asked.
    pub publicada: Notificacion,
    /// The PDF that the notification's hash is of.
    pub documento: Vec<u8>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing that is on record.
    Ninguno,
    /// Somebody accepted or rejected it within its term.
    Decidida(Box<Decision>),
    /// Its lapse is on record.
    Caducada(Notificacion),
}

impl Made {
    /// Makes the notification of a plan.
    pub(super) fn new(
        plan: &Plan,
        codigo: Codigo,
        cast: &Cast,
        seed: u64,
        now: DateTime<Utc>,
    ) -> Result<Self, DemoError> {
        let mut random = SplitMix::of(seed, u64::from(codigo.number().unsigned_abs()));
        let index = usize::try_from(plan.addressee).map_err(|_| DemoError::TooMany)?;
        let addressee = cast.addressees.get(index).ok_or(DemoError::TooMany)?;
        let acto = Acto::invent(addressee, plan.destino, plan.publicada, &mut random)?;
        let documento = render(&Printed {
            codigo,
            denominacion: &addressee.persona.denominacion,
            acto: &acto,
            publicada: plan.publicada,
        });
        let publicada = Notificacion {
            publicada: Arc::new(Publicada {
                codigo,
                sujeto: addressee.persona.nif,
                denominacion: addressee.persona.denominacion.clone(),
                tipo_destinatario: acto.tipo_destinatario,
                destinatario: acto.destinatario,
                procedimiento: acto.procedimiento,
                asunto: acto.asunto,
                obligacion: acto.obligacion,
                categoria: acto.categoria,
                puesta_a_disposicion: plan.publicada,
                documento: Documento {
                    huella: Huella(sha256(&documento)),
                    tamano: u32::try_from(documento.len()).map_err(|_| DemoError::Encoding)?,
                },
            }),
            caduca: Notificacion::lapse_of(plan.publicada, acto.obligacion),
            situacion: Situacion::Pendiente {
                acuse_solicitado: plan.destino == Destino::AcuseSolicitado,
            },
        };
        let sentido = match plan.destino {
            Destino::Aceptada => Some(Sentido::Aceptacion),
            Destino::Rechazada => Some(Sentido::Rechazo),
            _ => None,
        };
        let outcome = if let Some(sentido) = sentido {
            let decision = decide(&publicada, sentido, addressee, cast, &mut random, now)?;
            Outcome::Decidida(Box::new(decision))
        } else if plan.destino == Destino::CaducadaRegistrada {
            Outcome::Caducada(Notificacion {
                situacion: Situacion::Caducada,
                ..publicada.clone()
            })
        } else {
            Outcome::Ninguno
        };
        Ok(Self {
            publicada,
            documento,
            outcome,
        })
    }

    /// The notification as it stands.
    #[must_use]
    pub(super) fn actual(&self) -> &Notificacion {
        match &self.outcome {
            Outcome::Ninguno => &self.publicada,
            Outcome::Decidida(decision) => &decision.notificacion,
            Outcome::Caducada(caducada) => caducada,
        }
    }
}
