//! Serving the document of an accepted notification by role, without new effect (D-15).

use crate::domain::by_rol::{OneByRol, Practicada};
use crate::domain::document::accepted;
use crate::domain::notificacion::Sentido;
use crate::store::{Reader, Store};

use super::find;
use crate::usecase::act::{Acting, carry_out};
use crate::usecase::serve::{Serving, decided, documento};
use crate::usecase::{Caller, Surroundings, UseCaseError};

/// The document of an accepted notification, for everyone entitled by the role that they name.
pub fn view(
    store: &Store,
    caller: &Caller<'_>,
    wanted: &OneByRol,
    around: &Surroundings<'_>,
) -> Result<Practicada, UseCaseError> {
    let give = |conn: &mut Reader, acting: &Acting<'_>| {
        let (_, notificacion) = find::find(conn, acting, wanted)?;
        let instante = accepted(&notificacion, wanted.rol, acting.at)?;
        decided(conn, &notificacion)?;
        let contenido = documento(conn, notificacion.codigo, notificacion.documento.huella)?;
        Ok(Practicada {
            codigo: notificacion.codigo,
            sentido: Sentido::Aceptacion,
            instante,
            documento: Some(contenido),
        })
    };
    let serving = Serving {
        poderdante: wanted.poderdantes.uno(),
        detalle: find::detalle(wanted),
        give,
    };
    carry_out(store, caller, around, &serving)
}
