//! Giving out an acuse to be signed: no legal effect, and nothing reserved (D-13, D-14, D-23).

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::domain::acuse_solicitado::{AcuseAFirmar, AcuseSolicitado, Destino};
use crate::domain::by_rol::RequestAcuse;
use crate::domain::clock;
use crate::domain::denial::Denial;
use crate::domain::notificacion::Huella;
use crate::store::{Durability, Store, Writer, acuses_solicitados, certificados_servicio, mensajes};

use super::caller::{Act, When, resultado_of};
use super::{Caller, Mark, Surroundings, UseCaseError, by_rol};

/// Gives out an acuse of a notification that can still be decided, and keeps it as the last one of its signer, role and
/// notification. `huella_of` gives the SHA-256 of what the signer is to sign.
///
/// The message is known again by `mensaje`. While its acuse is the last one it gives the same, which costs its sender
/// nothing if the answer was lost, and nobody who sends it for him can take a later acuse from him. That leaves no row in
/// the journal: nothing is given that was not, and whoever repeats a message need not be who signed it.
pub fn request_acuse(
    store: &Store,
    caller: &Caller<'_>,
    request: &RequestAcuse,
    mensaje: Mark,
    around: &Surroundings<'_>,
    huella_of: impl Fn(&AcuseAFirmar) -> Huella,
) -> Result<AcuseAFirmar, UseCaseError> {
    store.write(Durability::Full, |conn| {
        let held = by_rol::hold(conn, &request.cual)?;
        let at = around.decisive(&held)?;
        let given = give(conn, caller, request, mensaje, around, at, &huella_of);
        let resultado = match &given {
            Ok((_, Given::Now(_))) => "acuse_entregado",
            Err(UseCaseError::Denied(denial)) => resultado_of(*denial),
            Ok((_, Given::Before)) | Err(_) => return given.map(|(acuse, _)| Ok(acuse)),
        };
        let act = Act {
            when: When::Decided(at, held),
            poderdante: request.cual.poderdantes.uno(),
            resultado,
            detalle: match &given {
                Ok((acuse, Given::Now(datos))) => json!({
                    "codigo": request.cual.codigo.number(),
                    "rol": request.cual.rol.number(),
                    "sentido": request.sentido.code(),
                    "acuse": acuse.identificador.to_string(),
                    "datos": datos.to_string(),
                }),
                _ => by_rol::detalle(&request.cual),
            },
            evidencia: None,
        };
        caller.journal(conn, act)?;
        // A denial is an outcome, not a failure: its row must stay.
        Ok(given.map(|(acuse, _)| acuse))
    })?
}

/// When an acuse was given.
enum Given {
    /// To this message now, with the SHA-256 of what is to be signed.
    Now(Huella),
    /// To this message, and it is still the last one.
    Before,
}

fn give(
    conn: &mut Writer,
    caller: &Caller<'_>,
    request: &RequestAcuse,
    mensaje: Mark,
    around: &Surroundings<'_>,
    at: DateTime<Utc>,
    huella_of: impl Fn(&AcuseAFirmar) -> Huella,
) -> Result<(AcuseAFirmar, Given), UseCaseError> {
    let wanted = &request.cual;
    let rol = wanted.rol;
    let (reach, notificacion) = by_rol::find(conn, caller, wanted, around, at)?;
    clock::published_by(at, notificacion.puesta_a_disposicion)?;
    notificacion
        .open_at(at)
        .map_err(|finality| Denial::Final { finality, rol })?;
    // Once its term is over a notification gives no acuse to anybody, and a mark has nothing more to keep out.
    let until = notificacion
        .caduca
        .map_or(mensaje.until, |caduca| caduca.min(mensaje.until));
    let taken_before = !mensajes::see(conn, &mensaje.key, until)?;
    let firmante = caller.firmante().clone();
    let key = (
        notificacion.sujeto,
        notificacion.codigo,
        rol,
        Destino::of(&firmante),
    );
    let acuse = AcuseAFirmar {
        identificador: (around.ids)(),
        autorizacion: reach.autorizacion(rol, &notificacion),
        notificacion,
        sentido: request.sentido,
        rol,
        firmante,
        advertencia: around.advertencia.clone(),
        emitido: at,
        peticion: caller.peticion,
    };
    let mensaje = Huella(mensaje.key);
    let certificado = certificados_servicio::keep(conn, around.certificado, at)?;
    if taken_before {
        let last = acuses_solicitados::last(conn, key)?.filter(|last| last.mensaje == Some(mensaje));
        let Some((acuse, last)) = last.and_then(|last| Some((again(acuse, &last, huella_of)?, last))) else {
            return Err(UseCaseError::Superseded);
        };
        if last.certificado != Some(certificado) {
            // The same, and sealed anew: another certificate took the place of that of the first time.
            let certificado = Some(certificado);
            acuses_solicitados::keep(conn, &AcuseSolicitado { certificado, ..last })?;
        }
        return Ok((acuse, Given::Before));
    }
    let datos = huella_of(&acuse);
    acuses_solicitados::keep(conn, &acuse.record(datos, mensaje, certificado))?;
    Ok((acuse, Given::Now(datos)))
}

/// The acuse that was given before, of what would be given now; nothing where it would not say the same.
fn again(
    now: AcuseAFirmar,
    given: &AcuseSolicitado,
    huella_of: impl Fn(&AcuseAFirmar) -> Huella,
) -> Option<AcuseAFirmar> {
    let acuse = AcuseAFirmar {
        identificador: given.identificador,
        emitido: given.emitido,
        peticion: given.peticion,
        ..now
    };
    (huella_of(&acuse) == given.datos).then_some(acuse)
}
