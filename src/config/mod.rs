//! Settings: read once, from a TOML file and from the environment; what is not known is refused by name.
//!
//! `notess.example.toml`, at the top of the project, has every option with its reason and default.

mod address;
mod cea;
mod changes;
mod cifrado;
mod entorno;
mod firma;
mod gather;
mod legal;
mod limites;
mod mistake;
mod names;
mod password;
mod proxy;
mod registro;
mod reloj;
mod rsa_minimo;
mod sello;
mod servicio;
mod tls;
mod transparencia;
mod tsa_url;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use address::{Address, AddressError};
pub use cea::Cea;
pub use cifrado::{Cifrado, Clave};
pub use entorno::Entorno;
pub use firma::Firma;
pub use legal::{Compat, Plazo, Red};
pub use limites::Limites;
pub use mistake::{Mistake, Mistakes, SettingsError, named};
pub use password::Password;
pub use proxy::{Proxy, ProxyError};
pub use registro::{LineFormat, Registro};
pub use reloj::Reloj;
pub use rsa_minimo::{Dated, RsaMinimo};
pub use sello::Sello;
pub use servicio::Servicio;
pub use tls::Tls;
pub use transparencia::Transparencia;
pub use tsa_url::{TsaUrl, TsaUrlError};

/// Variables with our prefix that are no settings.
const NOT_SETTINGS: &[&str] = &["config", "test_postgres", "contrasena"];

/// The longest name of an installation: the code of the legal warning holds it, of which there are forty characters.
pub const MAX_INSTALACION: usize = 16;

/// Everything that an operator may choose.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the store is: a path of a SQLite file, `sqlite:PATH`, or `postgres://…`.
    pub database_url: String,
    /// How many connections to it are kept.
    #[serde(default = "default_connections")]
    pub database_conexiones: u32,
    /// How long the database may keep somebody waiting.
    #[serde(default)]
    pub database_limites: Limites,
    /// What the service is for; it decides names and path of contract WSCN.
    #[serde(default)]
    pub entorno: Entorno,
    /// A name of this installation, of up to [`MAX_INSTALACION`] letters and figures, where there are several: what is
    /// signed for one is then refused by the others.
    pub instalacion: Option<String>,
    /// Address, deadlines and places of the HTTP service.
    #[serde(default)]
    pub servicio: Servicio,
    /// TLS; plain HTTP without it.
    pub tls: Option<Tls>,
    /// The service's own signature.
    pub firma: Firma,
    /// Keys of what lies encrypted.
    #[serde(default)]
    pub cifrado: Cifrado,
    /// The published log; nothing is published without it.
    pub transparencia: Option<Transparencia>,
    /// Choices about RED.
    #[serde(default)]
    pub red: Red,
    /// Choices about terms.
    #[serde(default)]
    pub plazo: Plazo,
    /// Choices about programs written long ago.
    #[serde(default)]
    pub compat: Compat,
    /// When the clock is not believed.
    #[serde(default)]
    pub reloj: Reloj,
    /// With what the organisation seals, and who dates what is kept.
    #[serde(default)]
    pub sello: Sello,
    /// Bounds of the verification of issued documents.
    #[serde(default)]
    pub cea: Cea,
    /// Level and form of the log, which goes to standard error.
    #[serde(default)]
    pub registro: Registro,
}

/// Two services, each with three more to look whether it works and to number the journal, use nearly all that a PostgreSQL gives
/// which is set up as it comes, for a hundred: who gets none there waits until one of his own service's is free.
fn default_connections() -> u32 {
    48
}

/// How many who write a PostgreSQL has connections for, whatever readers need.
const LEAST_WRITERS: usize = 4;

impl Settings {
    /// Reads the file, if one is named, and `NOTESS_…` variables over it (`NOTESS_FIRMA__CLAVE` is `firma.clave`).
    /// Relative paths in it are taken from the folder of the file. All that is wrong is told at once.
    pub fn read(file: Option<&Path>) -> Result<Self, SettingsError> {
        let (settings, mistakes) = Self::survey(file)?;
        match settings {
            Some(settings) if mistakes.is_empty() => Ok(settings),
            _ => Err(Mistakes(mistakes).into()),
        }
    }

    /// The settings of a file, whatever the environment says.
    pub fn read_alone(file: &Path) -> Result<Self, SettingsError> {
        let (settings, mistakes) = gather::alone(file)?;
        match settings {
            Some(settings) if mistakes.is_empty() => {
                Ok(settings.resolved(file.parent().unwrap_or(Path::new(""))))
            }
            _ => Err(Mistakes(mistakes).into()),
        }
    }

    /// The same, for whoever looks for more that is wrong: settings with defaults in the place of what is wrong, if there
    /// can be any, and that.
    pub fn survey(file: Option<&Path>) -> Result<(Option<Self>, Vec<Mistake>), SettingsError> {
        let (settings, mut mistakes) = gather::gather(file)?;
        let folder = file.and_then(Path::parent).unwrap_or(Path::new(""));
        let settings = settings.map(|settings| settings.resolved(folder));
        mistakes.extend(settings.iter().flat_map(Self::out_of_range));
        Ok((settings, mistakes))
    }

    fn resolved(mut self, folder: &Path) -> Self {
        let Firma {
            certificado,
            clave,
            contrasena_fichero,
            ..
        } = &mut self.firma;
        let mut paths = vec![certificado, clave];
        paths.extend(contrasena_fichero);
        if let Some(tls) = &mut self.tls {
            paths.extend([&mut tls.certificado, &mut tls.clave]);
            paths.extend(&mut tls.contrasena_fichero);
        }
        if let Some(transparencia) = &mut self.transparencia {
            paths.extend([&mut transparencia.clave, &mut transparencia.ancla]);
        }
        paths.extend(self.sello.paths());
        paths.extend(&mut self.reloj.desfase_fichero);
        paths.extend(
            self.cifrado
                .claves
                .values_mut()
                .filter_map(|clave| clave.fichero.as_mut()),
        );
        for path in paths {
            *path = folder.join(&*path);
        }
        if !self.database_url.contains(':') {
            self.database_url = folder.join(&self.database_url).to_string_lossy().into_owned();
        }
        self
    }

    /// How many may write at once. On PostgreSQL each of them takes a connection, of which as many are left as may read: who only
    /// asks waits for nobody who writes.
    #[must_use]
    pub fn writers(&self) -> usize {
        let Servicio {
            escritores,
            trabajadores,
            ..
        } = self.servicio;
        let scheme = self.database_url.split_once(':').map(|(scheme, _)| scheme);
        if matches!(scheme, Some("postgres" | "postgresql")) {
            let connections = usize::try_from(self.database_conexiones).unwrap_or(usize::MAX);
            escritores.min(connections.saturating_sub(trabajadores).max(LEAST_WRITERS))
        } else {
            escritores
        }
    }

    /// Values that are of the right kind and cannot be.
    fn out_of_range(&self) -> Vec<Mistake> {
        let two = "give the password in one way, not in two";
        let twice = |given: &Option<Password>, file: &Option<PathBuf>| given.is_some() && file.is_some();
        let of_tls = self.tls.as_ref();
        let no_name = |name: &String| {
            let is_name = name.bytes().all(|c| c.is_ascii_alphanumeric());
            !is_name || name.is_empty() || name.len() > MAX_INSTALACION
        };
        let wrong = [
            (
                self.instalacion.as_ref().is_some_and(no_name),
                "instalacion",
                "must be of 1 to 16 letters without accents and figures",
            ),
            (
                self.database_conexiones == 0,
                "database_conexiones",
                "at least one connection is needed",
            ),
            (
                twice(&self.firma.contrasena, &self.firma.contrasena_fichero),
                "firma.contrasena_fichero",
                two,
            ),
            (
                of_tls.is_some_and(|tls| twice(&tls.contrasena, &tls.contrasena_fichero)),
                "tls.contrasena_fichero",
                two,
            ),
        ];
        let of_log = self.transparencia.iter().map(Transparencia::out_of_range);
        let wrong = wrong
            .into_iter()
            .chain(self.servicio.out_of_range())
            .chain(of_log)
            .chain(self.sello.wrong())
            .chain(self.cea.out_of_range());
        let wrong = wrong.filter(|(is_wrong, ..)| *is_wrong);
        let limit = self.database_limites.wrong();
        let limit = limit.map(|option| (true, option, "must be from 1 to 86400"));
        wrong
            .chain(limit)
            .map(|(_, option, reason)| Mistake::new(option, reason))
            .collect()
    }
}

#[cfg(test)]
mod tests;
