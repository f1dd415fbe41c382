//! Settings: read once, from a TOML file and from the environment; what is not known is refused by name.
//!
//! `notess.example.toml`, at the top of the project, has every option with its reason and default.

mod changes;
mod contrasena;
mod direccion;
mod gather;
mod limites;
mod mistake;
mod names;
mod servicio;

use std::path::{Path, PathBuf};

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

pub use contrasena::Contrasena;
pub use direccion::{Direccion, DireccionError};
pub use limites::Limites;
pub use mistake::{Mistake, Mistakes, SettingsError, named};
pub use servicio::Servicio;

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
    /// HTTP.
    #[serde(default)]
    pub servicio: Servicio,
    /// TLS; plain HTTP without it.
    pub tls: Option<Tls>,
    /// The service's own signature.
    pub firma: Firma,
    /// Choices about RED.
    #[serde(default)]
    pub red: Red,
    /// Choices about programs written long ago.
    #[serde(default)]
    pub compat: Compat,
    /// When the clock is not believed.
    #[serde(default)]
    pub reloj: Reloj,
    /// Logging.
    #[serde(default)]
    pub registro: Registro,
}

/// What a running service is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Entorno {
    /// For trying: what is done has no legal effect.
    #[default]
    Pruebas,
    /// For what has legal effect.
    Produccion,
}

/// Certificate and key of the HTTPS service, both PEM.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Chain, the server's own first.
    pub certificado: PathBuf,
    /// Private key.
    pub clave: PathBuf,
    /// What opens the key, if it is encrypted; better given by the environment than written in a file.
    #[serde(skip_serializing)]
    pub contrasena: Option<Contrasena>,
    /// A file with it instead.
    pub contrasena_fichero: Option<PathBuf>,
}

impl Tls {
    /// A certificate and a key that is not encrypted.
    #[must_use]
    pub fn new(certificado: PathBuf, clave: PathBuf) -> Self {
        Self {
            certificado,
            clave,
            contrasena: None,
            contrasena_fichero: None,
        }
    }
}

/// Certificate and key with which responses and acuses are signed, both PEM; what signatures are taken.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Firma {
    /// The certificate.
    pub certificado: PathBuf,
    /// Its private key: RSA of 2048 bits or more, or EC on P-256 or P-384.
    pub clave: PathBuf,
    /// What opens the key, if it is encrypted; better given by the environment than written in a file.
    #[serde(skip_serializing)]
    pub contrasena: Option<Contrasena>,
    /// A file with it instead.
    pub contrasena_fichero: Option<PathBuf>,
    /// Whether signatures of clients may use SHA-1. It is broken: only for clients that cannot be mended.
    #[serde(default)]
    pub sha1: bool,
    /// How many bits RSA keys must have, those of clients and the service's own.
    #[serde(default)]
    pub rsa_minimo: RsaMinimo,
}

/// How many bits RSA keys must have; 2048 if nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(
    untagged,
    expecting = "neither a number of bits nor a list of { desde, bits }"
)]
pub enum RsaMinimo {
    /// So many, always.
    Bits(u32),
    /// So many, from days on.
    Fechado(Vec<Fechado>),
}

/// So many bits, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fechado {
    /// The day, of Madrid; nothing for those that hold before any day.
    #[serde(default)]
    pub desde: Option<NaiveDate>,
    /// How many.
    pub bits: u32,
}

impl Default for RsaMinimo {
    fn default() -> Self {
        Self::Fechado(Vec::new())
    }
}

impl RsaMinimo {
    /// Bits, each with the day on which they begin.
    #[must_use]
    pub fn parts(&self) -> Vec<(Option<NaiveDate>, u32)> {
        match self {
            Self::Bits(bits) => vec![(None, *bits)],
            Self::Fechado(parts) => parts.iter().map(|part| (part.desde, part.bits)).collect(),
        }
    }
}

/// Choices about RED.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Red {
    /// Whether an autorizado keeps what was issued before he lost the addressee (ISM/903 art. 6.1; D-32).
    pub conservar_emitidas: bool,
}

impl Default for Red {
    fn default() -> Self {
        Self {
            conservar_emitidas: true,
        }
    }
}

/// Choices about programs written long ago.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Compat {
    /// Whether a request of contract WSCN may name no poderdante, and then means all whom the caller reaches (D-78).
    pub poderdante_vacio: bool,
}

/// When the machine's clock is not believed (D-100).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reloj {
    /// By how many seconds it may differ from what speaks against it, ahead or behind.
    pub salto_maximo: u32,
    /// After how many seconds of having been stopped, across a boot of the machine, an operator must say that the clock is
    /// right; without it nobody need.
    pub parada_maxima: Option<u32>,
}

impl Reloj {
    /// By how much the clock may differ.
    #[must_use]
    pub fn salto_maximo(&self) -> TimeDelta {
        TimeDelta::seconds(self.salto_maximo.into())
    }

    /// How long the service may have been stopped.
    #[must_use]
    pub fn parada_maxima(&self) -> Option<TimeDelta> {
        self.parada_maxima
            .map(|seconds| TimeDelta::seconds(seconds.into()))
    }
}

impl Default for Reloj {
    fn default() -> Self {
        Self {
            salto_maximo: 120,
            parada_maxima: None,
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Formato {
    /// One JSON object a line.
    Json,
    /// For people.
    Texto,
}

/// Logging.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Registro {
    /// How lines look.
    pub formato: Formato,
    /// Which lines: `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,notess=debug`.
    pub nivel: String,
}

impl Default for Registro {
    fn default() -> Self {
        Self {
            formato: Formato::Json,
            nivel: "info".to_owned(),
        }
    }
}

fn default_connections() -> u32 {
    16
}

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
        for path in paths {
            *path = folder.join(&*path);
        }
        if !self.database_url.contains(':') {
            self.database_url = folder.join(&self.database_url).to_string_lossy().into_owned();
        }
        self
    }

    /// Values that are of the right kind and cannot be.
    fn out_of_range(&self) -> Vec<Mistake> {
        let two = "give the password in one way, not in two";
        let twice = |given: &Option<Contrasena>, file: &Option<PathBuf>| given.is_some() && file.is_some();
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
        let wrong = wrong.into_iter().chain(self.servicio.out_of_range());
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
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notess.toml");
        std::fs::write(&file, text).unwrap();
        Settings::read(Some(&file)).map_err(|error| error.to_string())
    }

    const LEAST: &str = "database_url = 'n.sqlite3'\n[firma]\ncertificado = 'c.pem'\nclave = 'k.pem'\n";

    #[test]
    fn paths_are_taken_from_the_folder_of_the_file() {
        let settings = read(LEAST).unwrap();
        assert!(settings.firma.clave.is_absolute() && settings.firma.clave.ends_with("k.pem"));
        assert!(settings.database_url.ends_with("/n.sqlite3"));
    }

    #[test]
    fn an_unknown_option_is_refused_by_name() {
        let error = read(&format!("{LEAST}sha2 = true\n")).unwrap_err();
        assert!(error.contains("sha2"), "{error}");
    }

    #[test]
    fn a_missing_option_and_a_value_out_of_range_are_refused_by_name() {
        assert!(
            read("[firma]\ncertificado = 'c'\nclave = 'k'\n")
                .unwrap_err()
                .contains("database_url")
        );
        let none = format!("{LEAST}[servicio]\ntrabajadores = 0\n");
        assert!(read(&none).unwrap_err().contains("servicio.trabajadores"));
        let typed = format!("{LEAST}[servicio]\ncola = 'many'\n");
        assert!(read(&typed).unwrap_err().contains("servicio.cola"));
        let page = format!("{LEAST}[servicio]\npagina_wscn = 1001\n");
        assert!(read(&page).unwrap_err().contains("servicio.pagina_wscn"));
        for name in ["", "sede 2", "sede-2", "sedé", "12345678901234567"] {
            let named = read(&format!("instalacion = '{name}'\n{LEAST}")).unwrap_err();
            assert!(named.contains("instalacion"), "{named}");
        }
        assert!(read(&format!("instalacion = 'Sede2'\n{LEAST}")).is_ok());
        let short = format!("{LEAST}[servicio]\npeticion_segundos = 9\n");
        assert!(read(&short).unwrap_err().contains("servicio.peticion_segundos"));
        let other = read(&format!("entorno = 'preproduccion'\n{LEAST}")).unwrap_err();
        assert!(other.contains("preproduccion"), "{other}");
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_by_the_names_of_its_options() {
        let error = read(
            "database_conexiones = 0\nentorno = 'preproduccion'\ntrabajadores = 4\n\
             [servico]\ncola = 1\n\
             [servicio]\ndireccion = 'localhost'\ncola = 'many'\npagina_wscn = 70000\ncierre_segundos = -1\n\
             url_publica = 'ftp://x'\ncaducidad_segundo = 3\n\
             [firma]\nclave = 5\nsha1 = 'no'\nzapato = 1\n\
             [tls]\ncertificado = 'c'\n[red]\n[compat]\nponderdante_vacio = true\n",
        )
        .unwrap_err();
        assert!(!error.contains("default."), "{error}");
        let lines: Vec<&str> = error.lines().collect();
        assert_eq!(lines[0], format!("{} mistakes in the settings:", lines.len() - 1));
        for (option, said) in [
            ("database_url", "is missing"),
            ("database_conexiones", "at least one"),
            (
                "entorno",
                "must be one of pruebas, produccion, not \"preproduccion\"",
            ),
            ("trabajadores", "`servicio.trabajadores`"),
            ("servico", "`servicio`"),
            ("servicio.direccion", "names no port"),
            (
                "servicio.cola",
                "a whole number, 0 or more is expected, not \"many\"",
            ),
            (
                "servicio.pagina_wscn",
                "a whole number from 0 to 65535 is expected, not 70000",
            ),
            ("servicio.cierre_segundos", "not -1"),
            ("servicio.url_publica", "must begin with http"),
            (
                "servicio.caducidad_segundo",
                "`servicio.caducidad_segundos` (NOTESS_SERVICIO__CADUCIDAD_SEGUNDOS)",
            ),
            ("firma.certificado", "is missing"),
            ("firma.clave", "a text is expected, not 5"),
            ("firma.sha1", "true or false is expected, not \"no\""),
            ("firma.zapato", "there are certificado, clave"),
            ("tls.clave", "is missing"),
            ("compat.ponderdante_vacio", "`compat.poderdante_vacio`"),
        ] {
            let told = lines
                .iter()
                .find(|line| line.contains(&format!("option `{option}`:")));
            assert!(told.is_some_and(|line| line.contains(said)), "{option}: {error}");
        }
        assert_eq!(lines.len() - 1, 17, "{error}");
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        let error = read("database_url = 'n'\n[firma\n").unwrap_err();
        assert!(
            error.contains("notess.toml") && error.contains("line 2"),
            "{error}"
        );
    }

    #[test]
    fn every_option_is_in_the_example_file() {
        let settings = read(LEAST).unwrap();
        let written = names::all();
        for option in changes::options(&settings) {
            assert!(written.contains(&option), "{option}");
        }
    }

    #[test]
    fn the_example_file_holds_every_option_with_its_default() {
        let example = include_str!("../notess.example.toml");
        let uncommented: String = example
            .lines()
            .map(|line| line.strip_prefix("#: ").unwrap_or(line))
            .fold(String::new(), |all, line| all + line + "\n");
        let settings = read(&uncommented).unwrap();
        assert_eq!(settings.servicio.cola, Servicio::default().cola);
        assert_eq!(settings.servicio.pagina_wscn, Servicio::default().pagina_wscn);
        assert_eq!(settings.entorno, Entorno::default());
        assert_eq!(
            settings.compat.poderdante_vacio,
            Compat::default().poderdante_vacio
        );
        for option in [
            "url_publica",
            "trabajadores",
            "cabecera_segundos",
            "peticion_segundos",
            "octetos_por_segundo",
            "cierre_segundos",
            "caducidad_segundos",
            "conservar_emitidas",
            "sha1",
        ] {
            assert!(example.contains(option), "{option}");
        }
    }
}
