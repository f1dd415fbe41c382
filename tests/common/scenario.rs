//! `escenario.json`, as a test harness reads it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub struct Scenario {
    pub advertencia: String,
    pub ca_admitida: Ca,
    pub ca_no_admitida: Ca,
    pub servicio: Servicio,
    pub titulares: Vec<Titular>,
}

#[derive(Debug, Deserialize)]
pub struct Ca {
    pub certificado: PathBuf,
    pub clave: PathBuf,
    pub crl: PathBuf,
}

#[derive(Debug, Deserialize)]
pub struct Servicio {
    pub certificado: PathBuf,
}

#[derive(Debug, Deserialize)]
pub struct Titular {
    pub nombre: String,
    pub nif: String,
    pub nif_representado: Option<String>,
    pub p12: PathBuf,
    pub certificado: PathBuf,
    pub clave: PathBuf,
    pub contrasena: String,
    pub estado_certificado: String,
    pub poderdantes: Vec<Alcance>,
}

#[derive(Debug, Deserialize)]
pub struct Alcance {
    pub nif: String,
    pub rol: u8,
    pub pendientes: Vec<i32>,
    pub aceptadas: Vec<i32>,
    pub rechazadas: Vec<i32>,
    pub caducadas: Vec<i32>,
}

impl Scenario {
    /// Its paths are relative to where it lies.
    pub fn read(path: &Path) -> Self {
        let mut scenario: Self = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let folder = path.parent().unwrap();
        let paths = scenario
            .titulares
            .iter_mut()
            .flat_map(|t| [&mut t.p12, &mut t.certificado, &mut t.clave])
            .chain(
                [&mut scenario.ca_admitida, &mut scenario.ca_no_admitida]
                    .into_iter()
                    .flat_map(|ca| [&mut ca.certificado, &mut ca.clave, &mut ca.crl]),
            )
            .chain([&mut scenario.servicio.certificado]);
        for path in paths {
            *path = folder.join(&*path);
        }
        scenario
    }

    /// The first holder whose certificate is in this state.
    pub fn with_certificate(&self, estado: &str) -> &Titular {
        self.titulares
            .iter()
            .find(|t| t.estado_certificado == estado)
            .expect(estado)
    }

    /// The holder that reaches all three roles.
    pub fn all_roles(&self) -> &Titular {
        let all = |t: &&Titular| {
            (1..=3).all(|rol| {
                t.poderdantes
                    .iter()
                    .any(|p| p.rol == rol && p.pendientes.len() >= 40)
            })
        };
        self.titulares
            .iter()
            .filter(|t| t.estado_certificado == "vigente")
            .find(all)
            .expect("a holder with all roles")
    }
}

impl Titular {
    /// What the holder reaches by a role, with enough pending ones for any test.
    pub fn by_role(&self, rol: u8) -> &Alcance {
        self.poderdantes
            .iter()
            .filter(|p| p.rol == rol)
            .max_by_key(|p| p.pendientes.len())
            .expect("a poderdante of that role")
    }
}
