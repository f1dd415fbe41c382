//! `AcuseSolicitado`: an acuse that was given out to be signed, and what comes back of it (D-13, D-14, D-23).
//!
//! Giving one out has no legal effect and reserves nothing: of those that are out, the first to come back decides.

use chrono::{DateTime, Utc};
use thiserror::Error;
use uuid::Uuid;

use super::advertencia::Advertencia;
use super::cuenta::AutorizacionRed;
use super::firmante::Firmante;
use super::nif::Nif;
use super::notificacion::{Codigo, Huella, Notificacion, Sentido};
use super::rol::Rol;

/// All that an acuse says to the one who is to sign it (D-4, D-25, D-103).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcuseAFirmar {
    /// UUID of version 7, made when it was asked for.
    pub identificador: Uuid,
    /// The notification, as it stood when the acuse was given out.
    pub notificacion: Notificacion,
    /// What signing it will say.
    pub sentido: Sentido,
    /// By what title the signer acts.
    pub rol: Rol,
    /// Through which RED authorisation, where it is through one (D-25, D-34).
    pub autorizacion: Option<AutorizacionRed>,
    /// Who is to sign.
    pub firmante: Firmante,
    /// The warning that it carries (D-4).
    pub advertencia: Advertencia,
    /// When it was given out.
    pub emitido: DateTime<Utc>,
    /// The request in which it was asked for (D-114).
    pub peticion: Uuid,
}

impl AcuseAFirmar {
    /// What is kept of it, given the SHA-256 of what the signer is to sign, what tells the message that asked for it from
    /// every other, and the SHA-256 of the certificate with which the service gives it out.
    #[must_use]
    pub fn record(&self, datos: Huella, mensaje: Huella, certificado: Huella) -> AcuseSolicitado {
        AcuseSolicitado {
            identificador: self.identificador,
            codigo: self.notificacion.codigo,
            poderdante: self.notificacion.sujeto,
            sentido: self.sentido,
            rol: self.rol,
            destino: Destino::of(&self.firmante),
            advertencia: self.advertencia.codigo.clone(),
            emitido: self.emitido,
            peticion: self.peticion,
            datos,
            mensaje: Some(mensaje),
            certificado: Some(certificado),
        }
    }
}

/// To whom an acuse was given: the pair of person and entity that must sign it, whatever the certificate (D-70).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destino {
    /// The natural person, unless it is a seal.
    pub persona: Option<Nif>,
    /// The entity, if any.
    pub entidad: Option<Nif>,
}

impl Destino {
    /// The pair of a signer.
    #[must_use]
    pub fn of(firmante: &Firmante) -> Self {
        Self {
            persona: firmante.persona(),
            entidad: firmante.entidad(),
        }
    }
}

/// What is kept of an acuse that was given out. Of each signer, role and notification only the last one counts (D-14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcuseSolicitado {
    /// UUID of version 7, made when it was asked for.
    pub identificador: Uuid,
    /// Of which notification.
    pub codigo: Codigo,
    /// NIF of the addressee in whose name it was asked for.
    pub poderdante: Nif,
    /// What signing it will say.
    pub sentido: Sentido,
    /// By what title.
    pub rol: Rol,
    /// To whom it was given.
    pub destino: Destino,
    /// Code of the warning that it carries (D-4).
    pub advertencia: String,
    /// When it was given out.
    pub emitido: DateTime<Utc>,
    /// The request in which it was asked for.
    pub peticion: Uuid,
    /// SHA-256 of what the signer is to sign, in exclusive canonical form.
    pub datos: Huella,
    /// SHA-256 of the signature value of the message that asked for it; nothing of those given before it was kept.
    pub mensaje: Option<Huella>,
    /// SHA-256 of the service's certificate under which it was given out; nothing for those of before that was kept.
    pub certificado: Option<Huella>,
}

/// An acuse that came back, whose two signatures hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcuseDevuelto {
    /// Its identifier, as the service signed it.
    pub identificador: Uuid,
    /// Of which notification, as the service signed it.
    pub codigo: Codigo,
    /// Code of the warning that it carries, as the service signed it.
    pub advertencia: String,
    /// SHA-256 of what both signed, in exclusive canonical form.
    pub datos: Huella,
    /// SHA-256 of the service's certificate by which its seal holds.
    pub certificado: Huella,
    /// Who signed it beside the service.
    pub firmante: Firmante,
    /// The whole document as it was received: the evidence of the act (D-104).
    pub octetos: Vec<u8>,
}

impl AcuseDevuelto {
    /// Whether this is what came of `solicitado`, unaltered.
    #[must_use]
    pub fn answers(&self, solicitado: &AcuseSolicitado) -> bool {
        self.identificador == solicitado.identificador
            && self.codigo == solicitado.codigo
            && self.datos == solicitado.datos
            && solicitado
                .certificado
                .is_none_or(|certificado| certificado == self.certificado)
            && Destino::of(&self.firmante) == solicitado.destino
    }
}

/// Why an acuse whose signatures hold decides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AcuseRefusal {
    /// Somebody else signed it than signed the message that brings it (D-70).
    #[error("the acuse was signed by another than its bearer")]
    OtherSigner,
    /// It is not the last one given to this signer for this role and notification (D-14).
    #[error("the acuse is not the last one given to its bearer")]
    NotTheLast,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::advertencia::tests::de_pruebas;
    use crate::domain::notificacion::tests::published;

    fn person(nif: &str) -> Firmante {
        Firmante::Persona {
            nif: nif.parse().unwrap(),
            nombre: "MARTA ROBLES IBARRA".to_owned(),
        }
    }

    /// One given to a person, of a notification published on 2026-03-10.
    pub(crate) fn to_sign(sentido: Sentido, rol: Rol) -> AcuseAFirmar {
        let notificacion = published(1_773_130_500);
        AcuseAFirmar {
            identificador: Uuid::from_u128(1),
            emitido: notificacion.puesta_a_disposicion + chrono::TimeDelta::hours(1),
            notificacion,
            sentido,
            rol,
            autorizacion: (rol == Rol::AutorizadoRed).then(|| "123456".parse().unwrap()),
            firmante: person("99999901H"),
            advertencia: de_pruebas(),
            peticion: Uuid::from_u128(2),
        }
    }

    #[test]
    fn only_the_very_acuse_given_out_answers_it() {
        let solicitado =
            to_sign(Sentido::Rechazo, Rol::Propio).record(Huella([1; 32]), Huella([9; 32]), Huella([3; 32]));
        let devuelto = AcuseDevuelto {
            identificador: solicitado.identificador,
            codigo: solicitado.codigo,
            advertencia: solicitado.advertencia.clone(),
            datos: solicitado.datos,
            certificado: Huella([3; 32]),
            firmante: person("99999901H"),
            octetos: Vec::new(),
        };
        assert!(devuelto.answers(&solicitado));
        let spoilt = [
            AcuseDevuelto {
                identificador: Uuid::from_u128(9),
                ..devuelto.clone()
            },
            AcuseDevuelto {
                codigo: Codigo::new(9).unwrap(),
                ..devuelto.clone()
            },
            AcuseDevuelto {
                datos: Huella([2; 32]),
                ..devuelto.clone()
            },
            AcuseDevuelto {
                certificado: Huella([4; 32]),
                ..devuelto.clone()
            },
            AcuseDevuelto {
                firmante: person("99999912Y"),
                ..devuelto
            },
        ];
        for other in spoilt {
            assert!(!other.answers(&solicitado), "{other:?}");
        }
    }
}
