//! Giving out an acuse to be signed: no legal effect, and nothing reserved (D-13, D-14, D-23).

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::domain::acuse_solicitado::AcuseAFirmar;
use crate::domain::by_rol::RequestAcuse;
use crate::domain::denial::Denial;
use crate::domain::notificacion::Huella;
use crate::store::{Durability, Store, Writer, acuses_solicitados};

use super::caller::{Act, resultado_of};
use super::{Caller, Surroundings, UseCaseError, by_rol};

/// Gives out an acuse of a notification that can still be decided, and keeps it as the last one of its signer, role and
/// notification. `huella_of` gives the SHA-256 of what the signer is to sign.
///
/// Messages of this contract are not marked as taken: old clients send no timestamp, and asking again is lawful.
pub fn request_acuse(
    store: &Store,
    caller: &Caller<'_>,
    request: &RequestAcuse,
    around: &Surroundings<'_>,
    huella_of: impl Fn(&AcuseAFirmar) -> Huella,
) -> Result<AcuseAFirmar, UseCaseError> {
    store.write(Durability::Full, |conn| {
        by_rol::hold(conn, &request.cual)?;
        let at = (around.clock)();
        around.seal.check(at)?;
        let given = give(conn, caller, request, around, at, &huella_of);
        let resultado = match &given {
            Ok(_) => "acuse_entregado",
            Err(UseCaseError::Denied(denial)) => resultado_of(*denial),
            Err(_) => return given.map(|(acuse, _)| Ok(acuse)),
        };
        let act = Act {
            at: Some(at),
            poderdante: request.cual.poderdantes.uno(),
            resultado,
            detalle: match &given {
                Ok((acuse, datos)) => json!({
                    "codigo": request.cual.codigo.number(),
                    "rol": request.cual.rol.number(),
                    "sentido": request.sentido.code(),
                    "acuse": acuse.identificador.to_string(),
                    "datos": datos.to_string(),
                }),
                Err(_) => by_rol::detalle(&request.cual),
            },
            evidencia: None,
        };
        caller.journal(conn, around.clock, act)?;
        // A denial is an outcome, not a failure: its row must stay.
        Ok(given.map(|(acuse, _)| acuse))
    })?
}

fn give(
    conn: &mut Writer,
    caller: &Caller<'_>,
    request: &RequestAcuse,
    around: &Surroundings<'_>,
    at: DateTime<Utc>,
    huella_of: impl Fn(&AcuseAFirmar) -> Huella,
) -> Result<(AcuseAFirmar, Huella), UseCaseError> {
    let wanted = &request.cual;
    let rol = wanted.rol;
    let (reach, notificacion) = by_rol::find(conn, caller, wanted, around, at)?;
    notificacion
        .open_at(at)
        .map_err(|finality| Denial::Final { finality, rol })?;
    let acuse = AcuseAFirmar {
        identificador: (around.ids)(),
        autorizacion: reach.autorizacion(rol, &notificacion),
        notificacion,
        sentido: request.sentido,
        rol,
        firmante: caller.firmante().clone(),
        advertencia: around.advertencia.clone(),
        emitido: at,
        peticion: caller.peticion,
    };
    let datos = huella_of(&acuse);
    acuses_solicitados::keep(conn, &acuse.record(datos))?;
    Ok((acuse, datos))
}
