//! Recording decisions: what every way of deciding has in common, whatever contract it came by, and no more than that
//! takes (E-9).

use crate::domain::acuse::Acuse;
use crate::domain::notificacion::{Huella, Notificacion, Sentido};
use crate::domain::reach::Reach;
use crate::domain::rol::Rol;
use crate::store::journal::{Clase, Hoja};
use crate::store::octets::Evidencia;
use crate::store::{StoreError, Writer, decisions};

use super::act::Acting;
use super::surroundings::HuellaDeAcuse;

/// What all the notifications that are decided together share.
pub(super) struct Decision<'a> {
    /// Whoever decides, and the instant that counts (D-6).
    pub(super) acting: &'a Acting<'a>,
    /// What it reaches of the poderdante.
    pub(super) reach: &'a Reach,
    /// Accept or reject.
    pub(super) sentido: Sentido,
    /// Why they are rejected.
    pub(super) motivo: Option<&'a str>,
    /// What the signer sent, which is kept with it.
    pub(super) evidencia: Evidencia<'a>,
    /// By which each decision stands in the log: by the acuse of the contract through which it came.
    pub(super) huella_de_acuse: HuellaDeAcuse<'a>,
}

/// What the journal is told of what was decided now.
pub(super) struct Told {
    /// Hash of what the signer sent.
    pub(super) evidencia: Huella,
    /// The leaf of each decision, in the order of their codes.
    pub(super) hojas: Vec<Hoja>,
}

/// Records the decision on notifications, as [`Notificacion::decide`] made them, each with the role by which it is
/// decided, in the order of their codes (E-5); gives their acuses in the same order. All of them, or none (D-22).
pub(super) fn record(
    conn: &mut Writer,
    decision: &Decision<'_>,
    decided: Vec<(Notificacion, Rol)>,
) -> Result<(Vec<Acuse>, Told), StoreError> {
    let (decided, acuses): (Vec<Notificacion>, Vec<Acuse>) = decided
        .into_iter()
        .map(|(notificacion, rol)| {
            let acuse = decision.acuse_of(&notificacion, rol);
            (notificacion, acuse)
        })
        .unzip();
    decisions::record_with_evidence(conn, &decided, &acuses, &decision.evidencia)?;
    let leaf = |(acuse, notificacion): (&Acuse, &Notificacion)| Hoja {
        clase: Clase::Decision,
        referencia: acuse.codigo.to_string(),
        huella: (decision.huella_de_acuse)(acuse, notificacion),
    };
    let told = Told {
        evidencia: decision.evidencia.huella(),
        hojas: acuses.iter().zip(&decided).map(leaf).collect(),
    };
    Ok((acuses, told))
}

impl Decision<'_> {
    fn acuse_of(&self, notificacion: &Notificacion, rol: Rol) -> Acuse {
        let Acting { caller, around, at } = *self.acting;
        Acuse {
            identificador: (around.ids)(),
            codigo: notificacion.codigo,
            poderdante: notificacion.sujeto,
            sentido: self.sentido,
            instante: at,
            firmante: caller.firmante().clone(),
            rol,
            autorizacion: self.reach.autorizacion(rol, notificacion),
            documento: notificacion.documento.huella,
            evidencia: self.evidencia.huella(),
            peticion: caller.peticion,
            motivo: self.motivo.map(str::to_owned),
        }
    }
}
