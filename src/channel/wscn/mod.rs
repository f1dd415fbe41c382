//! Contract WSCN: what its requests share, made once at the start; their way, and how they are refused.

mod acuse;
mod refusal;
pub(super) mod way;

use crate::config::{self, Settings};
use crate::contract::wscn::decode::PoderdanteVacio;
use crate::contract::wscn::{self, Entorno};
use crate::domain::operation::PageSize;
use crate::signature::Policy;
use crate::soap::wsdl::Contract;

use super::open::policy;
use super::start::StartError;

/// The environment that the settings name.
fn entorno(settings: &Settings) -> Entorno {
    match settings.entorno {
        config::Entorno::Pruebas => Entorno::Pruebas,
        config::Entorno::Produccion => Entorno::Produccion,
    }
}

/// What requests of this contract share.
pub(crate) struct Wscn {
    /// Names, path and form of the answers.
    pub(crate) entorno: Entorno,
    /// The contract that is served.
    pub(crate) contract: Contract,
    /// The schema that its WSDL imports.
    pub(crate) schema: String,
    /// What is accepted of messages and of the client's signature in an acuse.
    policy: Policy,
    /// What is done with a request that names nobody (D-78).
    vacio: PoderdanteVacio,
    /// How many notifications a page holds.
    page: PageSize,
}

impl Wscn {
    /// The contract of the environment that the settings name.
    pub(in crate::channel) fn new(settings: &Settings) -> Result<Self, StartError> {
        let entorno = entorno(settings);
        Ok(Self {
            entorno,
            contract: wscn::contract(entorno)?,
            schema: entorno.derive(wscn::SCHEMA),
            policy: policy(Policy::wscn(), &settings.firma),
            vacio: if settings.compat.poderdante_vacio {
                PoderdanteVacio::Todos
            } else {
                PoderdanteVacio::Rechazar
            },
            page: PageSize::new(settings.servicio.pagina_wscn).ok_or(StartError::Value {
                option: "servicio.pagina_wscn",
                reason: "must be from 1 to 1000",
            })?,
        })
    }
}
