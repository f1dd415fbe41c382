//! Serving the document of an accepted notification by role, without new effect (D-15).

use crate::domain::by_rol::{OneByRol, Practicada};
use crate::domain::document::accepted;
use crate::domain::notificacion::Sentido;
use crate::store::Store;

use super::serve::{documento, serve, vouched};
use super::{Caller, Surroundings, UseCaseError, by_rol};

/// The document of an accepted notification, for everyone entitled by the role that they name.
pub fn view_by_rol(
    store: &Store,
    caller: &Caller<'_>,
    wanted: &OneByRol,
    around: &Surroundings<'_>,
) -> Result<Practicada, UseCaseError> {
    let row = (wanted.poderdantes.uno(), &by_rol::detalle(wanted));
    serve(store, caller, around, row, |conn, at| {
        let (_, notificacion) = by_rol::find(conn, caller, wanted, around, at)?;
        let instante = accepted(&notificacion, wanted.rol, at)?;
        vouched(conn, &notificacion)?;
        let contenido = documento(conn, notificacion.codigo, notificacion.documento.huella)?;
        Ok(Practicada {
            codigo: notificacion.codigo,
            sentido: Sentido::Aceptacion,
            instante,
            documento: Some(contenido),
        })
    })
}
