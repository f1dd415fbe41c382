//! Giving out an acuse to be signed: no legal effect, and nothing reserved (D-13, D-14, D-23).

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::domain::acuse_solicitado::{AcuseAFirmar, AcuseSolicitado, Destino};
use crate::domain::by_rol::RequestAcuse;
use crate::domain::clock;
use crate::domain::denial::Denial;
use crate::domain::notificacion::Huella;
use crate::store::journal::Held;
use crate::store::{Reader, Store, StoreError, Writer, acuses_solicitados, certificados_servicio, mensajes};

use super::find::{self, Suya};
use crate::usecase::act::{Act, Acting, Row, carry_out};
use crate::usecase::{Caller, Surroundings, UseCaseError};

/// Gives out an acuse of a notification that can still be decided, and keeps it as the last one of its signer, role and
/// notification. `huella_of` gives the SHA-256 of what the signer is to sign.
///
/// The message is known again by its mark. While its acuse is the last one it gives the same, which costs its sender
/// nothing if the answer was lost, and nobody who sends it for him can take a later acuse from him. That leaves no row in
/// the journal: nothing is given that was not, and whoever repeats a message need not be who signed it.
pub fn request_acuse(
    store: &Store,
    caller: &Caller<'_>,
    request: &RequestAcuse,
    around: &Surroundings<'_>,
    huella_of: impl Fn(&AcuseAFirmar) -> Huella,
) -> Result<AcuseAFirmar, UseCaseError> {
    let asking = Asking { request, huella_of };
    carry_out(store, caller, around, &asking).map(|(acuse, _)| acuse)
}

/// An acuse that is asked for.
struct Asking<'a, F> {
    request: &'a RequestAcuse,
    huella_of: F,
}

/// When an acuse was given.
enum Given {
    /// To this message now, with the SHA-256 of what is to be signed.
    Now(Huella),
    /// To this message, and it is still the last one.
    Before,
}

impl<F: Fn(&AcuseAFirmar) -> Huella> Act for Asking<'_, F> {
    type Taken = Suya;
    type Given = (AcuseAFirmar, Given);
    type Error = UseCaseError;

    fn hold(&self, conn: &mut Writer) -> Result<(Suya, Option<Held>), StoreError> {
        find::hold(conn, &self.request.cual)
    }

    fn run(&self, conn: &mut Writer, acting: &Acting<'_>, suya: Suya) -> Result<Self::Given, UseCaseError> {
        let (acuse, until) = self.weigh(conn, acting, suya)?;
        let Acting { caller, around, at } = *acting;
        let mark = caller.mark;
        let taken_before = !mensajes::see(conn, &mark.key, until.min(mark.until))?;
        let mensaje = Huella(mark.key);
        let certificado = certificados_servicio::keep(conn, around.certificado, at)?;
        if taken_before {
            return self.again(conn, acuse, mensaje, certificado);
        }
        let datos = (self.huella_of)(&acuse);
        acuses_solicitados::keep(conn, &acuse.record(datos, mensaje, certificado))?;
        Ok((acuse, Given::Now(datos)))
    }

    fn row<'a>(&self, came: Result<&'a Self::Given, &UseCaseError>) -> Option<Row<'a>> {
        let RequestAcuse { cual, sentido } = self.request;
        let poderdante = cual.poderdantes.uno();
        match came {
            Ok((acuse, Given::Now(datos))) => Some(Row {
                detalle: json!({
                    "codigo": cual.codigo.number(),
                    "rol": cual.rol.number(),
                    "sentido": sentido.code(),
                    "acuse": acuse.identificador.to_string(),
                    "datos": datos.to_string(),
                }),
                ..Row::of(poderdante, "acuse_entregado")
            }),
            Err(UseCaseError::Denied(denial)) => Some(Row {
                detalle: find::detalle(cual),
                ..Row::denied(poderdante, *denial)
            }),
            Ok((_, Given::Before)) | Err(_) => None,
        }
    }
}

impl<F: Fn(&AcuseAFirmar) -> Huella> Asking<'_, F> {
    /// The acuse that would be given now, and until when its notification can give one: past its term it gives none to
    /// anybody, and a mark has nothing more to keep out.
    fn weigh(
        &self,
        conn: &mut Reader,
        acting: &Acting<'_>,
        suya: Suya,
    ) -> Result<(AcuseAFirmar, DateTime<Utc>), UseCaseError> {
        let Acting { caller, around, at } = *acting;
        let RequestAcuse { cual, sentido } = *self.request;
        let rol = cual.rol;
        let (reach, notificacion) = find::held(conn, acting, &cual, suya)?;
        clock::published_by(at, notificacion.puesta_a_disposicion)?;
        notificacion
            .open_at(at)
            .map_err(|finality| Denial::Final { finality, rol })?;
        let until = notificacion.caduca.unwrap_or(DateTime::<Utc>::MAX_UTC);
        let acuse = AcuseAFirmar {
            identificador: (around.ids)(),
            autorizacion: reach.autorizacion(rol, &notificacion),
            notificacion,
            sentido,
            rol,
            firmante: caller.firmante().clone(),
            advertencia: around.advertencia.clone(),
            emitido: at,
            peticion: caller.peticion,
        };
        Ok((acuse, until))
    }

    /// The acuse that this message was given before, instead of what would be given now; nothing where another one has been
    /// given since, or it would not say the same.
    fn again(
        &self,
        conn: &mut Writer,
        now: AcuseAFirmar,
        mensaje: Huella,
        certificado: Huella,
    ) -> Result<(AcuseAFirmar, Given), UseCaseError> {
        let key = (
            now.notificacion.sujeto,
            now.notificacion.codigo,
            now.rol,
            Destino::of(&now.firmante),
        );
        let last = acuses_solicitados::last(conn, key)?
            .filter(|last| last.mensaje == Some(mensaje))
            .ok_or(UseCaseError::Superseded)?;
        let acuse = AcuseAFirmar {
            identificador: last.identificador,
            emitido: last.emitido,
            peticion: last.peticion,
            ..now
        };
        if (self.huella_of)(&acuse) != last.datos {
            return Err(UseCaseError::Superseded);
        }
        if last.certificado != Some(certificado) {
            // The same, and sealed anew: another certificate took the place of that of the first time.
            let certificado = Some(certificado);
            acuses_solicitados::keep(conn, &AcuseSolicitado { certificado, ..last })?;
        }
        Ok((acuse, Given::Before))
    }
}
