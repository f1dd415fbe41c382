//! `Wscn`: what the requests of contract WSCN share, made once at the start.

use openssl::pkey::{PKey, Public};

use crate::config::{self, Settings};
use crate::contract::wscn::decode::PoderdanteVacio;
use crate::contract::wscn::{self, Entorno};
use crate::domain::operation::PageSize;
use crate::signature::{Policy, SigningKey};
use crate::soap::wsdl::Contract;

use super::service::StartError;

/// What requests of this contract share.
pub(super) struct Wscn {
    /// Names, path and form of the answers.
    pub(super) entorno: Entorno,
    /// The contract that is served.
    pub(super) contract: Contract,
    /// The schema that its WSDL imports.
    pub(super) schema: String,
    /// What is accepted of messages and of the client's signature in an acuse.
    pub(super) policy: Policy,
    /// What is done with a request that names nobody (D-78).
    pub(super) vacio: PoderdanteVacio,
    /// How many notifications a page holds.
    pub(super) page: PageSize,
    /// The service's certificate, in DER, by which its seal is known.
    pub(super) own_certificate: Vec<u8>,
    /// The key of its seal.
    pub(super) own_key: PKey<Public>,
}

impl Wscn {
    /// The contract of the environment that the settings name, sealed with `key`.
    pub(super) fn new(settings: &Settings, policy: Policy, key: &SigningKey) -> Result<Self, StartError> {
        let entorno = match settings.entorno {
            config::Entorno::Pruebas => Entorno::Pruebas,
            config::Entorno::Produccion => Entorno::Produccion,
        };
        let own_certificate = key.certificate().to_der().map_err(|error| StartError::Key {
            option: "firma.certificado",
            reason: error.to_string(),
        })?;
        let own_key = key.public_key().map_err(|error| StartError::Key {
            option: "firma.certificado",
            reason: error.to_string(),
        })?;
        Ok(Self {
            entorno,
            contract: wscn::contract(entorno)?,
            schema: entorno.derive(wscn::SCHEMA),
            policy,
            vacio: if settings.compat.poderdante_vacio {
                PoderdanteVacio::Todos
            } else {
                PoderdanteVacio::Rechazar
            },
            page: PageSize::new(settings.servicio.pagina_wscn).ok_or(StartError::Value {
                option: "servicio.pagina_wscn",
                reason: "must be from 1 to 1000",
            })?,
            own_certificate,
            own_key,
        })
    }
}
