//! `escenario.json`: what a test harness must know about the demonstration, to drive the service.
//!
//! On disk its paths are relative to its folder, which can so be copied to wherever it is served.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::contract::wscn::Entorno;

use super::DemoError;
use super::files::{self, Readers};

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escenario {
    /// Where the service answers.
    pub urls: Urls,
    /// Its environment, «pruebas».
    pub entorno: String,
    /// Where the numbers of the invented data start: worlds of one seed have the same codes, people and layout.
    #[serde(default)]
    pub semilla: u64,
    /// The instant of preparation, RFC 3339 in UTC, by the official time of the world.
    #[serde(default)]
    pub preparado: String,
    /// Code of the legal warning in force, which every decision must carry (D-4).
    pub advertencia: String,
    /// The authority of the allowed list.
    pub ca_admitida: Ca,
    /// One that is not in it.
    pub ca_no_admitida: Ca,
    /// The service's own certificate.
    pub servicio: Servicio,
    /// Holders of certificates.
    pub titulares: Vec<TitularEscenario>,
}

/// Where the service answers, as whole URLs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Urls {
    /// Scheme, host and port.
    pub base: String,
    /// Address of contract canal.
    pub canal: String,
    /// Address of canal's WSDL.
    pub canal_wsdl: String,
    /// Address of contract WSCN, that of its environment.
    pub wscn: String,
    /// Address of WSCN's WSDL.
    pub wscn_wsdl: String,
    /// Whether the process lives.
    pub salud_viva: String,
    /// Whether it can serve.
    pub salud_lista: String,
    /// Address of the metrics in Prometheus' form.
    pub metricas: String,
    /// Address of the door by which it is steered, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
}

impl Urls {
    /// The addresses of a service on this port of the local machine.
    #[must_use]
    pub fn local(puerto: u16) -> Self {
        let base = format!("http://127.0.0.1:{puerto}");
        let wscn = format!("{base}{}", Entorno::Pruebas.path());
        Self {
            canal: format!("{base}/canal/v1"),
            canal_wsdl: format!("{base}/canal/v1?wsdl"),
            wscn_wsdl: format!("{wscn}?wsdl"),
            wscn,
            salud_viva: format!("{base}/health/live"),
            salud_lista: format!("{base}/health/ready"),
            metricas: format!("{base}/metrics"),
            control: None,
            base,
        }
    }
}

/// Files of an authority, PEM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ca {
    /// File of the certificate, PEM.
    pub certificado: PathBuf,
    /// File of the private key, PEM, not encrypted.
    pub clave: PathBuf,
    /// CRL.
    pub crl: PathBuf,
}

/// Files of the service, PEM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Servicio {
    /// Certificate with which it signs its answers.
    pub certificado: PathBuf,
    /// Certificate of the authority that issued it.
    pub ca: PathBuf,
}

/// A holder of a certificate, with what a test finds through it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitularEscenario {
    /// By what name it is known here.
    pub nombre: String,
    /// NIF of the person.
    pub nif: String,
    /// NIF of the entity that the certificate represents, if any.
    pub nif_representado: Option<String>,
    /// PKCS#12.
    pub p12: PathBuf,
    /// Certificate, PEM.
    pub certificado: PathBuf,
    /// Key, PEM.
    pub clave: PathBuf,
    /// Password of the PKCS#12.
    pub contrasena: String,
    /// `vigente`, `caducado`, `revocado` or `no_admitido`.
    pub estado_certificado: String,
    /// Whom it represents, and what it reaches by each role only. For a certificate that the service refuses, what
    /// it would reach if it were good.
    pub poderdantes: Vec<PoderdanteEscenario>,
}

/// A poderdante by one role. A notification that the holder reaches by two roles is in neither's codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoderdanteEscenario {
    /// NIF of those whose notifications are reached.
    pub nif: String,
    /// Name, as it is on record.
    pub denominacion: String,
    /// Role: 1 own, 2 autorizado RED, 3 apoderado.
    pub rol: u8,
    /// Codes in states 0 and 1, the newest first, so that those about to end come late.
    pub pendientes: Vec<i32>,
    /// Codes in state 2.
    pub aceptadas: Vec<i32>,
    /// Codes in state 3.
    pub rechazadas: Vec<i32>,
    /// Codes in state 4, whether or not their lapse has been recorded.
    pub caducadas: Vec<i32>,
}

/// Where the file lies in a data folder.
#[must_use]
pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join("escenario.json")
}

/// Reads it from a data folder; its paths are then absolute.
pub fn read(dir: &Path) -> Result<Escenario, DemoError> {
    let path = path(dir);
    let failed = |source| DemoError::Read {
        path: path.clone(),
        source,
    };
    let text = fs::read(&path).map_err(failed)?;
    let folder = fs::canonicalize(dir).map_err(failed)?;
    let mut escenario: Escenario = serde_json::from_slice(&text)?;
    escenario.each_path(|path| *path = folder.join(&*path));
    Ok(escenario)
}

/// Writes it into a data folder, with the paths of what lies in there relative to it.
pub fn write(dir: &Path, escenario: &Escenario) -> Result<(), DemoError> {
    let folder = fs::canonicalize(dir).map_err(|source| DemoError::Read {
        path: dir.to_owned(),
        source,
    })?;
    let mut escenario = escenario.clone();
    escenario.each_path(|path| {
        if let Ok(within) = path.strip_prefix(&folder) {
            *path = within.to_owned();
        }
    });
    files::write(path(dir), &serde_json::to_vec(&escenario)?, Readers::Owner).map(drop)
}

impl Escenario {
    /// Does something to the path of each file.
    fn each_path(&mut self, mut change: impl FnMut(&mut PathBuf)) {
        for Ca {
            certificado,
            clave,
            crl,
        } in [&mut self.ca_admitida, &mut self.ca_no_admitida]
        {
            [certificado, clave, crl].into_iter().for_each(&mut change);
        }
        let Servicio { certificado, ca } = &mut self.servicio;
        [certificado, ca].into_iter().for_each(&mut change);
        for TitularEscenario {
            p12,
            certificado,
            clave,
            ..
        } in &mut self.titulares
        {
            [p12, certificado, clave].into_iter().for_each(&mut change);
        }
    }
}
