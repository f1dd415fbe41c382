//! Serving something of a notification: what every way of asking for it has in common (D-15).

use serde_json::Value;

use crate::domain::acuse::Acuse;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Huella, Medio, Notificacion, Situacion};
use crate::store::journal::{self, Held};
use crate::store::{Reader, StoreError, Writer, acuses, historicas, octets, practicadas};

use super::UseCaseError;
use super::act::{Act, Acting, Row};

/// What is served of a notification, with what its row in the journal says.
pub(super) struct Serving<F> {
    /// Whose notification it is, if one person's is asked for.
    pub(super) poderdante: Option<Nif>,
    /// Which one is asked for.
    pub(super) detalle: Value,
    /// Finds what is asked for, or says why it is not given.
    pub(super) give: F,
}

impl<T, F> Act for Serving<F>
where
    F: Fn(&mut Reader, &Acting<'_>) -> Result<T, UseCaseError>,
{
    type Taken = ();
    type Given = T;
    type Error = UseCaseError;

    fn hold(&self, _: &mut Writer) -> Result<((), Option<Held>), StoreError> {
        Ok(((), None))
    }

    fn run(&self, conn: &mut Writer, acting: &Acting<'_>, (): ()) -> Result<T, UseCaseError> {
        (self.give)(conn, acting)
    }

    fn row<'a>(&self, came: Result<&'a T, &UseCaseError>) -> Option<Row<'a>> {
        let row = match came {
            Ok(_) => Row::of(self.poderdante, "servido"),
            Err(UseCaseError::Denied(denial)) => Row::denied(self.poderdante, *denial),
            Err(_) => return None,
        };
        let detalle = self.detalle.clone();
        Some(Row { detalle, ..row })
    }
}

/// The acuse of a decided notification, if row, acuse and journal say the same of the decision: the service puts its name
/// to nothing that somebody altered.
fn vouched(conn: &mut Reader, notificacion: &Notificacion) -> Result<Acuse, StoreError> {
    let codigo = notificacion.codigo;
    let acuse = acuses::acuses_of(conn, notificacion.sujeto, &[codigo])?
        .pop()
        .filter(|acuse| counts(acuse, notificacion) && notificacion.documento.huella == acuse.documento)
        .ok_or(StoreError::Unvouched {
            codigo: codigo.number(),
        })?;
    journal::vouch(conn, [&acuse])?;
    Ok(acuse)
}

/// Whether a notification stands by an acuse, and not by an earlier practice elsewhere (D-19).
pub(super) fn counts(acuse: &Acuse, notificacion: &Notificacion) -> bool {
    let Acuse {
        sentido, instante, ..
    } = *acuse;
    notificacion.situacion == Situacion::Decidida { sentido, instante }
}

/// What there is of a decision.
pub(super) enum Decidida {
    /// It was taken here.
    Aqui(Box<Acuse>),
    /// It was taken before it was loaded, or elsewhere by that way, so that it has no acuse here.
    Fuera(Option<Medio>),
}

/// What there is of a decided notification: its acuse, vouched for as [`vouched`] does, unless the journal says that it was decided
/// before it was loaded, or elsewhere.
pub(super) fn decided(conn: &mut Reader, notificacion: &Notificacion) -> Result<Decidida, StoreError> {
    match vouched(conn, notificacion) {
        Err(unvouched @ StoreError::Unvouched { .. }) => {
            if historicas::vouch(conn, notificacion)? {
                return Ok(Decidida::Fuera(None));
            }
            match practicadas::vouch(conn, notificacion)? {
                Some(medio) => Ok(Decidida::Fuera(Some(medio))),
                None => Err(unvouched),
            }
        }
        acuse => acuse.map(|acuse| Decidida::Aqui(Box::new(acuse))),
    }
}

/// The document of a notification on record, which cannot be without it.
pub(super) fn documento(conn: &mut Reader, codigo: Codigo, huella: Huella) -> Result<Vec<u8>, StoreError> {
    octets::documento(conn, huella)?.ok_or_else(|| StoreError::Corrupt {
        table: "documentos",
        key: codigo.to_string(),
    })
}
