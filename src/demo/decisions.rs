//! Decisions of the past: who may have decided, when, and the acuse and evidence of it.

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::Madrid;
use openssl::sha::sha256;
use uuid::{Builder, Uuid};

use super::advertencia;
use crate::domain::acuse::Acuse;
use crate::domain::cuenta::AutorizacionRed;
use crate::domain::firmante::Firmante;
use crate::domain::notificacion::{Huella, Notificacion, Sentido};
use crate::domain::rol::Rol;

use super::DemoError;
use super::addressee::Addressee;
use super::people::{Cast, EstadoCertificado};
use super::random::SplitMix;
use super::sink::Decision;

/// Somebody who may decide, and by what title.
struct Actor<'a> {
    firmante: &'a Firmante,
    rol: Rol,
    autorizacion: Option<AutorizacionRed>,
}

/// Decides an open notification at some instant of its term before `now`, in the name of one who reached it then.
pub(super) fn decide(
    pending: &Notificacion,
    sentido: Sentido,
    addressee: &Addressee,
    cast: &Cast,
    random: &mut SplitMix,
    now: DateTime<Utc>,
) -> Result<Decision, DemoError> {
    let instante = instant_within(pending, random, now);
    let actors = actors(pending, addressee, cast, instante);
    let actor = random
        .pick(&actors)
        .ok_or(DemoError::Undecidable(pending.codigo))?;
    let notificacion = pending
        .clone()
        .decide(sentido, instante)
        .map_err(|_| DemoError::Undecidable(pending.codigo))?;
    let evidencia = evidence(pending, sentido, actor, instante).into_bytes();
    let reject = sentido == Sentido::Rechazo;
    let motivo = (reject && random.between(0, 1) == 0).then(|| "No se reconoce el acto".to_owned());
    let acuse = Acuse {
        identificador: identifier(instante, random),
        codigo: pending.codigo,
        poderdante: pending.sujeto,
        sentido,
        instante,
        firmante: actor.firmante.clone(),
        rol: actor.rol,
        autorizacion: actor.autorizacion,
        documento: pending.documento.huella,
        evidencia: Huella(sha256(&evidencia)),
        peticion: identifier(instante, random),
        motivo,
    };
    Ok(Decision {
        notificacion,
        acuse,
        evidencia,
    })
}

/// An instant of its term that is before today, counted in civil days: which one does not depend on the hour at which a world
/// is prepared.
fn instant_within(pending: &Notificacion, random: &mut SplitMix, now: DateTime<Utc>) -> DateTime<Utc> {
    let day_of = |at: DateTime<Utc>| at.with_timezone(&Madrid).date_naive();
    let published = pending.puesta_a_disposicion;
    let end = pending.caduca.map_or(now, |lapse| lapse.min(now));
    let since_midnight = i64::from(published.with_timezone(&Madrid).num_seconds_from_midnight());
    let civil = (day_of(end) - day_of(published)).num_days() * 86_400 - since_midnight;
    // Of the day on which clocks are put forward there is an hour less, and what ends the term is out of it (D-9).
    let room = civil - 3601;
    published + TimeDelta::seconds(random.between(room.min(600), room))
}

/// The addressee, and the holders with a good certificate who reached the notification at that instant.
fn actors<'a>(
    pending: &Notificacion,
    addressee: &'a Addressee,
    cast: &'a Cast,
    at: DateTime<Utc>,
) -> Vec<Actor<'a>> {
    let mut actors = vec![Actor {
        firmante: &addressee.firmante,
        rol: Rol::Propio,
        autorizacion: None,
    }];
    for titular in &cast.titulares {
        if titular.certificado != EstadoCertificado::Vigente {
            continue;
        }
        let reach = addressee.reach_of(&titular.firmante, &titular.autorizaciones, at);
        for rol in reach.over(pending).iter().filter(|rol| *rol != Rol::Propio) {
            actors.push(Actor {
                firmante: &titular.firmante,
                rol,
                autorizacion: titular
                    .autorizaciones
                    .first()
                    .copied()
                    .filter(|_| rol == Rol::AutorizadoRed),
            });
        }
    }
    actors
}

fn evidence(pending: &Notificacion, sentido: Sentido, actor: &Actor, at: DateTime<Utc>) -> String {
    let signer = actor
        .firmante
        .persona()
        .unwrap_or_else(|| actor.firmante.titular());
    format!(
        "Evidencia de demostración: no hay mensaje firmado detrás de este acto.\n\
         Notificación: {}\nPoderdante: {}\nSentido: {}\nInstante: {}\nFirmante: {}\nRol: {}\nAdvertencia: {}\n",
        pending.codigo,
        pending.sujeto.as_str(),
        sentido.code(),
        at.to_rfc3339(),
        signer.as_str(),
        actor.rol.number(),
        advertencia().codigo,
    )
}

/// A UUID of version 7 (RFC 9562 section 5.7) of that instant.
fn identifier(at: DateTime<Utc>, random: &mut SplitMix) -> Uuid {
    let millis = at.timestamp_millis().max(0).unsigned_abs();
    Builder::from_unix_timestamp_millis(millis, &random.ten_octets()).into_uuid()
}
