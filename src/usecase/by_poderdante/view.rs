//! Serving the document of an accepted notification, and the acuse of a decided one (D-15). Each leaves its row in
//! the journal before it leaves the house.

use serde_json::json;

use crate::domain::denial::Denial;
use crate::domain::document::accepted;
use crate::domain::notificacion::{Estado, Notificacion, Situacion};
use crate::domain::operation::{AcuseServido, DocumentoServido, OneNotificacion};
use crate::domain::rol::Rol;
use crate::store::{Reader, Store, acuses_sellados, notificaciones};

use crate::usecase::act::{Acting, carry_out};
use crate::usecase::seal::{Sealed, Sealer, seal};
use crate::usecase::serve::{Decidida, Serving, decided, documento};
use crate::usecase::{Caller, Surroundings, UseCaseError, access};

/// The document of an accepted notification, for everyone entitled.
pub fn document(
    store: &Store,
    caller: &Caller<'_>,
    wanted: &OneNotificacion,
    around: &Surroundings<'_>,
) -> Result<DocumentoServido, UseCaseError> {
    serve_found(
        store,
        caller,
        wanted,
        around,
        |conn, acting, notificacion, rol| {
            accepted(&notificacion, rol, acting.at)?;
            decided(conn, &notificacion)?;
            let huella = notificacion.documento.huella;
            Ok(DocumentoServido {
                codigo: notificacion.codigo,
                contenido: documento(conn, notificacion.codigo, huella)?,
                huella,
            })
        },
    )
}

/// The sealed acuse of a decided notification, for everyone entitled: the same octets always, whoever asks (D-104). Whoever asks
/// before it is sealed has it sealed, and is given what is kept then, be it what another one sealed at the same time.
pub fn acuse(
    store: &Store,
    caller: &Caller<'_>,
    wanted: &OneNotificacion,
    around: &Surroundings<'_>,
    sealer: &Sealer<'_>,
) -> Result<(AcuseServido, Vec<u8>), UseCaseError> {
    match sealed_acuse(store, caller, wanted, around) {
        Err(UseCaseError::Unsealed(codigo)) => {
            let Sealed { refused, .. } = seal(store, sealer, &[codigo], None)?;
            match refused.into_iter().next() {
                Some(error) => Err(error.into()),
                None => sealed_acuse(store, caller, wanted, around),
            }
        }
        given => given,
    }
}

/// The same, if it is sealed.
fn sealed_acuse(
    store: &Store,
    caller: &Caller<'_>,
    wanted: &OneNotificacion,
    around: &Surroundings<'_>,
) -> Result<(AcuseServido, Vec<u8>), UseCaseError> {
    serve_found(
        store,
        caller,
        wanted,
        around,
        |conn, acting, notificacion, rol| {
            acting.around.seal.check(acting.at)?;
            match notificacion.situacion {
                Situacion::Decidida { sentido, .. } => match decided(conn, &notificacion)? {
                    Decidida::Aqui(acuse) => {
                        let codigo = notificacion.codigo;
                        let octets = acuses_sellados::find(conn, codigo)?;
                        let octets = octets.ok_or(UseCaseError::Unsealed(codigo))?;
                        let acuse = *acuse;
                        Ok((AcuseServido { acuse, notificacion }, octets))
                    }
                    Decidida::Fuera(medio) => Err(Denial::Elsewhere { medio, sentido, rol }.into()),
                },
                _ if notificacion.estado_at(acting.at) == Estado::Caducada => {
                    Err(Denial::Lapsed { rol }.into())
                }
                _ => Err(Denial::Undecided { rol }.into()),
            }
        },
    )
}

/// Serves something of the notification within the caller's reach.
fn serve_found<T>(
    store: &Store,
    caller: &Caller<'_>,
    wanted: &OneNotificacion,
    around: &Surroundings<'_>,
    give: impl Fn(&mut Reader, &Acting<'_>, Notificacion, Rol) -> Result<T, UseCaseError>,
) -> Result<T, UseCaseError> {
    let give = |conn: &mut Reader, acting: &Acting<'_>| {
        let (notificacion, rol) = find(conn, acting, wanted)?;
        give(conn, acting, notificacion, rol)
    };
    let serving = Serving {
        poderdante: Some(wanted.poderdante),
        detalle: json!({ "codigo": wanted.codigo.number() }),
        give,
    };
    carry_out(store, caller, around, &serving)
}

/// The notification within the caller's reach, and the role by which it is seen.
fn find(
    conn: &mut Reader,
    acting: &Acting<'_>,
    wanted: &OneNotificacion,
) -> Result<(Notificacion, Rol), UseCaseError> {
    let reach = access::reach_one(conn, acting, wanted.poderdante, None)?;
    let notificacion = notificaciones::find(conn, wanted.poderdante, &[wanted.codigo])?.pop();
    notificacion
        .and_then(|notificacion| Some((reach.over(&notificacion).iter().next()?, notificacion)))
        .map(|(rol, notificacion)| (notificacion, rol))
        .ok_or(Denial::Unknown { rol: None }.into())
}
