//! `notess demo`: prepares a demonstration world where there is none, serves it, and says what to try.

mod dated;
mod first_steps;

use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;

use chrono::{SubsecRound, Utc};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::chain::Chain;
use crate::channel::{StartError, cipher_keys};
use crate::config::{Sello, Settings};
use crate::demo::{
    CIPHER_KEY, Escenario, KeyKind, Options, PASSWORD, StoreSink, TitularEscenario, Urls, is_prepared,
    prepare, scenario, write_cipher_key,
};
use crate::http::ServeError;
use crate::store::{Durability, Store, StoreError, demonstration};
use crate::tlog::LogKey;
use crate::whole_file;

use super::{Failure, serve};

/// Prepares a demonstration world and serves it.
#[derive(Debug, Clone, Args)]
pub(super) struct Demo {
    /// Folder of the world; it is prepared if it is empty or not there
    #[arg(long, value_name = "DIR")]
    datos: PathBuf,
    /// Port to listen on, at 127.0.0.1
    #[arg(long, value_name = "N", default_value_t = 8080)]
    puerto: u16,
    /// How many notifications there should be: some 1,500 are always there
    #[arg(long, value_name = "N")]
    notificaciones: Option<u64>,
    /// What key the service signs with: RSA is understood by all clients, EC costs a twentieth
    #[arg(long, value_name = "KIND", default_value = "rsa")]
    clave_servicio: ServiceKey,
    /// Where to keep it, instead of a SQLite file in the folder: an empty database of its own
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Prepare the world and do not serve it
    #[arg(long)]
    solo_preparar: bool,
    /// Serve it just long enough to accept a first notification with the bundled client
    #[arg(long, conflicts_with = "solo_preparar")]
    probar: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ServiceKey {
    Rsa,
    Ec,
}

impl Demo {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        if !is_prepared(&self.datos) {
            self.prepare()?;
        }
        if self.solo_preparar {
            println!("{}", self.datos.join("escenario.json").display());
            return Ok(ExitCode::SUCCESS);
        }
        let sello = dated::by_its_own_authority(&self.datos)?;
        let settings = self.settings(&sello)?;
        invented(&settings)?;
        let mut escenario = scenario::read(&self.datos)?;
        let (tell, told) = mpsc::channel();
        let Self { datos, probar, .. } = &self;
        let this = self.clone();
        // A demonstration at a terminal ends when its window is closed.
        let again = (!std::io::stdin().is_terminal()).then_some(move || this.settings(&sello));
        let served = serve::serve(&settings, again, |address, handle| {
            escenario.urls = Urls::local(address.port());
            scenario::write(datos, &escenario)?;
            if *probar {
                // The service answers on other threads than this one, which must get to run it first.
                std::thread::spawn(move || {
                    drop(tell.send(first_steps::take(&escenario)));
                    drop(handle.stop(true));
                });
            } else {
                say_what_to_try(datos, &escenario, address);
            }
            Ok(())
        })
        .map_err(|failure| self.in_own_words(failure))?;
        match told.try_recv() {
            Ok(Err(failure)) => Err(failure),
            _ => Ok(served),
        }
    }

    /// What stops the start, by the options of this command where it is one of them that can mend it: who tries the
    /// demonstration has written no settings.
    fn in_own_words(&self, failure: Failure) -> Failure {
        let datos = self.datos.display();
        if let Some(ServeError::Bind { address, reason }) = failure.downcast_ref() {
            return format!(
                "option `--puerto`: cannot listen on {address}: {reason}; name another port, or 0 for one that is free"
            )
            .into();
        }
        match failure.downcast_ref() {
            Some(StartError::Store(StoreError::Claimed)) => format!(
                "option `--datos`: {datos} is being served already; stop that one, or name another folder"
            )
            .into(),
            Some(StartError::Store(error)) => format!(
                "option `--datos`: the world in {datos} cannot be served: {}",
                Chain(error)
            )
            .into(),
            _ => failure,
        }
    }

    fn settings(&self, sello: &Sello) -> Result<Settings, Failure> {
        let mut settings = Settings::read_alone(&settings_path(&self.datos))?;
        settings.servicio.direccion.set_port(self.puerto);
        // What the folder's file says of it counts.
        if settings.sello == Sello::default() {
            settings.sello = sello.clone();
        }
        // Whoever tries it has not asked how the HTTP library starts; what the file says of it counts.
        settings.registro.nivel = format!("actix_server=warn,{}", settings.registro.nivel);
        Ok(settings)
    }

    fn prepare(&self) -> Result<(), Failure> {
        fs::create_dir_all(&self.datos).map_err(|error| format!("{}: {error}", self.datos.display()))?;
        if fs::read_dir(&self.datos)?.next().is_some() {
            let why = "is neither empty nor a whole demonstration: remove it, or name another folder";
            return Err(format!("{} {why}", self.datos.display()).into());
        }
        let settings = settings_path(&self.datos);
        let text = SETTINGS.replace(DATABASE, self.database_url.as_deref().unwrap_or(DATABASE));
        fs::write(&settings, text).map_err(|error| format!("{}: {error}", settings.display()))?;
        write_cipher_key(&self.datos)?;
        write_log_key(&self.datos)?;
        let read = Settings::read_alone(&settings)?;
        let store = Store::open(&read.database_url.parse()?, 2)?;
        if !store.is_new()? {
            fs::remove_file(&settings)?;
            fs::remove_dir_all(self.datos.join(CIPHER_KEY).with_file_name(""))?;
            return Err(
                "option `--database-url`: that database is in use; a demonstration takes an empty one".into(),
            );
        }
        store.migrate()?;
        store.use_keys(cipher_keys(&read)?, Utc::now())?;
        store.write::<_, StoreError, _>(Durability::Full, |conn| demonstration::mark(conn, Utc::now()))?;
        let options = Options {
            puerto: self.puerto,
            notificaciones: self.notificaciones,
            clave_servicio: match self.clave_servicio {
                ServiceKey::Rsa => KeyKind::Rsa2048,
                ServiceKey::Ec => KeyKind::P256,
            },
        };
        let bar = "preparing {bar:40} {pos}/{len} notifications, {eta} to go";
        let style = ProgressStyle::with_template(bar).unwrap_or(ProgressStyle::default_bar());
        let progress = ProgressBar::new(0).with_style(style);
        let now = Utc::now().trunc_subsecs(6);
        let mut sink = StoreSink {
            store: &store,
            registrado: now,
        };
        let world = prepare(&self.datos, options, now, &mut sink, &progress)?;
        progress.finish_and_clear();
        eprintln!(
            "{} notifications prepared in {}",
            world.notificaciones,
            world.dir.display()
        );
        Ok(())
    }
}

/// The key of the world's log, under the name that its settings have.
fn write_log_key(datos: &Path) -> Result<(), Failure> {
    let settings = Settings::read_alone(&settings_path(datos))?;
    if let Some(log) = settings.transparencia {
        let pem = LogKey::generate(&log.origen)?.to_pem()?;
        whole_file::write_new(&log.clave, &pem, whole_file::OWNER)
            .map_err(|error| format!("{}: {error}", log.clave.display()))?;
    }
    Ok(())
}

/// Refuses to serve what no demonstration made: who points its settings at a real database has it shown as invented, with
/// keys on disk that everybody knows.
fn invented(settings: &Settings) -> Result<(), Failure> {
    let store = Store::open(&settings.database_url.parse()?, 1)?;
    store.read(demonstration::prepared)?.map(drop).ok_or_else(|| {
        "the database that the settings in the folder name was not made by a demonstration of this version: name another \
         folder, or serve it with `notess serve`"
            .into()
    })
}

/// Where a demonstration keeps what it invents, if nothing else is said.
const DATABASE: &str = "notess.sqlite3";

/// The settings of a demonstration.
const SETTINGS: &str = "\
# The settings of this demonstration. notess.example.toml, in the project, explains every option.
database_url = \"notess.sqlite3\"
entorno = \"pruebas\"

[firma]
certificado = \"servicio/servicio.crt.pem\"
clave = \"servicio/servicio.key.pem\"

[cifrado]
actual = \"demo\"

[cifrado.claves.demo]
fichero = \"servicio/cifrado.key\"

[transparencia]
origen = \"demo.notess.example/transparencia\"
clave = \"servicio/transparencia.key.pem\"
ancla = \"transparencia.ancla\"

[registro]
formato = \"texto\"
nivel = \"info\"
";

fn settings_path(folder: &Path) -> PathBuf {
    folder.join("notess.toml")
}

/// The next commands, ready to be copied.
fn say_what_to_try(folder: &Path, escenario: &Escenario, address: std::net::SocketAddr) {
    let url = format!("http://{address}/canal/v1");
    println!("\nServing at http://{address}   ready: http://{address}/health/ready");
    println!("Contract canal: {url}?wsdl");
    println!("Contract WSCN:  {}", escenario.urls.wscn_wsdl);
    println!("Published log:  http://{address}/transparencia");
    println!("Certificates (password of every .p12: {PASSWORD}):");
    for titular in &escenario.titulares {
        let roles: Vec<String> = (1..=3)
            .filter(|rol| titular.poderdantes.iter().any(|of| of.rol == *rol))
            .map(|rol: u8| rol.to_string())
            .collect();
        let roles = if roles.is_empty() {
            "-".to_owned()
        } else {
            roles.join(",")
        };
        println!(
            "  {:<11} roles {roles:<6} {}",
            titular.estado_certificado,
            titular.p12.display()
        );
    }
    let Some((titular, nif, codes)) = example(escenario) else {
        return;
    };
    let program =
        std::env::current_exe().map_or_else(|_| "notess".to_owned(), |path| path.display().to_string());
    let who = format!(
        "--url {url} --p12 {} --contrasena {} --servicio {}",
        titular.p12.display(),
        titular.contrasena,
        escenario.servicio.certificado.display()
    );
    let declared = &escenario.advertencia;
    let [first, second] = codes;
    println!(
        "\nTry, in another terminal (everything is described in {}/escenario.json):",
        folder.display()
    );
    println!("  {program} cliente poderdantes {who}");
    println!("  {program} cliente consultar {who} --poderdante {nif} --estado 0");
    println!("  {program} cliente firmar {who} --poderdante {nif} --advertencia {declared} {first}");
    println!("  {program} cliente rechazar {who} --poderdante {nif} --advertencia {declared} {second}");
    println!("  {program} cliente documento {who} --poderdante {nif} {first}");
    println!("  {program} cliente acuse {who} --poderdante {nif} {first}\n");
}

/// A holder with something pending of somebody's, by as many roles as there are.
pub(super) fn example(escenario: &Escenario) -> Option<(&TitularEscenario, &str, [i32; 2])> {
    let valid = escenario
        .titulares
        .iter()
        .filter(|titular| titular.estado_certificado == "vigente");
    let titular = valid.max_by_key(|titular| titular.poderdantes.len())?;
    let of = titular.poderdantes.iter().max_by_key(|of| of.pendientes.len())?;
    match of.pendientes.as_slice() {
        [first, second, ..] => Some((titular, of.nif.as_str(), [*first, *second])),
        _ => None,
    }
}
