//! `notess demo`: prepares a demonstration world where there is none, serves it, and says what to try.

mod dated;
mod first_steps;
mod steered;
mod told;

use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;

use chrono::TimeDelta;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use uuid::Uuid;

use crate::chain::Chain;
use crate::channel::{StartError, cipher_keys};
use crate::config::{Entorno, Sello, Settings};
use crate::demo::{
    ADMITTED, CIPHER_KEY, Escenario, KeyKind, Options, StoreSink, Urls, is_prepared, prepare, scenario,
    write_cipher_key,
};
use crate::http::ServeError;
use crate::sandbox::DoorError;
use crate::store::{Desk, Durability, Operador, Store, StoreError, demonstration};
use crate::tlog::LogKey;
use crate::whole_file;

use super::clocks::{self, ahead, official_time, set_ahead};
use super::serve::{Serving, Steered};
use super::{Failure, serve, shifted};

/// Prepares a demonstration world and serves it.
#[derive(Debug, Clone, Args)]
pub(super) struct Demo {
    /// Folder of the world; it is prepared if it is empty or not there
    #[arg(long, value_name = "DIR")]
    datos: PathBuf,
    /// Port to listen on, at 127.0.0.1
    #[arg(long, value_name = "N", default_value_t = 8080)]
    puerto: u16,
    /// How many notifications there should be, from 0 on; without it some 1,500
    #[arg(long, value_name = "N")]
    notificaciones: Option<u64>,
    /// Another world than the usual one: each number has its own codes, people and layout, the same each time
    #[arg(long, value_name = "N")]
    semilla: Option<u64>,
    /// What key the service signs with: RSA is understood by all clients, EC costs a twentieth
    #[arg(long, value_name = "KIND", default_value = "rsa")]
    clave_servicio: KeyOf,
    /// What keys holders have: a world with EC is prepared in a third of the time
    #[arg(long, value_name = "KIND", default_value = "rsa")]
    clave_titulares: KeyOf,
    /// The official time of the world, which then goes on from there: an instant, or how far ahead of the machine's clock
    ///
    /// Terms, titles and notifications are laid out by it, and lapse by it. The messages of those who call may be dated by
    /// either clock. A world keeps the time that it was told, until it is told another one.
    #[arg(long, value_name = "INSTANT|+11d", value_parser = shifted::Told::read, allow_hyphen_values = true)]
    reloj: Option<shifted::Told>,
    /// Port of the door by which it is steered while it serves, at 127.0.0.1: its clock, how it was made, what is loaded, and
    /// faults on demand
    #[arg(long, value_name = "N")]
    control: Option<u16>,
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
enum KeyOf {
    Rsa,
    Ec,
}

impl From<KeyOf> for KeyKind {
    fn from(key: KeyOf) -> Self {
        match key {
            KeyOf::Rsa => Self::Rsa2048,
            KeyOf::Ec => Self::P256,
        }
    }
}

impl Demo {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let prepared = is_prepared(&self.datos);
        if prepared {
            self.follow_clock()?;
        } else {
            self.prepare()?;
        }
        if self.solo_preparar {
            println!("{}", self.datos.join("escenario.json").display());
            return Ok(ExitCode::SUCCESS);
        }
        // Whoever dates by the machine's clock would speak against another time.
        let sello = if self.has_its_own_time() {
            Sello::default()
        } else {
            dated::by_its_own_authority(&self.datos)?
        };
        let settings = self.settings(&sello)?;
        let mut escenario = scenario::read(&self.datos)?;
        settle(&settings, &escenario)?;
        if prepared && (self.reloj.is_some() || !ahead().is_zero()) {
            tell_time(&settings)?;
        }
        let steered = self.steered(&settings)?;
        let clocks = if steered.is_some() {
            clocks::of_demonstration()
        } else {
            clocks::followed()
        };
        let (tell, came_of_it) = mpsc::channel();
        let Self { datos, probar, .. } = &self;
        let this = self.clone();
        // A demonstration at a terminal ends when its window is closed.
        let again = (!std::io::stdin().is_terminal()).then_some(move || this.settings(&sello));
        let served = serve::serve(&settings, clocks, again, steered, |serving| {
            let Serving {
                address,
                control,
                handle,
            } = serving;
            escenario.urls = Urls {
                control: control.map(|door| format!("http://{door}")),
                ..Urls::local(address.port())
            };
            scenario::write(datos, &escenario)?;
            if *probar {
                // The service answers on other threads than this one, which must get to run it first.
                std::thread::spawn(move || {
                    drop(tell.send(first_steps::take(&escenario)));
                    drop(handle.stop(true));
                });
            } else {
                told::say_what_to_try(datos, &escenario, address);
            }
            Ok(())
        })
        .map_err(|failure| self.in_own_words(failure))?;
        match came_of_it.try_recv() {
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
        if let Some(error @ DoorError::Bind { .. }) = failure.downcast_ref() {
            return format!(
                "option `--control`: {}; name another port, or 0 for one that is free",
                Chain(error)
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

    /// Takes the time that the world was told, or is told now.
    fn follow_clock(&self) -> Result<(), Failure> {
        let settings = Settings::read_alone(&settings_path(&self.datos))?;
        shifted::follow(&settings)?;
        let Some(told) = self.reloj else {
            return Ok(());
        };
        if settings.entorno == Entorno::Produccion {
            return Err("option `--reloj`: never with `entorno = \"produccion\"`".into());
        }
        let by = told.ahead().map_err(|why| format!("option `--reloj`: {why}"))?;
        let path = settings.reloj.desfase_fichero.ok_or(
            "option `--reloj`: the settings in the folder name no `reloj.desfase_fichero`: remove it, and have it prepared anew",
        )?;
        shifted::keep(&path, by)?;
        set_ahead(TimeDelta::seconds(by.num_seconds()));
        Ok(())
    }

    /// By what it is steered, if it is to be.
    fn steered(&self, settings: &Settings) -> Result<Option<Steered>, Failure> {
        let Some(port) = self.control else {
            return Ok(None);
        };
        if settings.entorno == Entorno::Produccion {
            return Err("option `--control`: never with `entorno = \"produccion\"`".into());
        }
        steered::steered(port, &self.datos, settings).map(Some)
    }

    /// Whether its time is another than the machine's, or may come to be.
    fn has_its_own_time(&self) -> bool {
        self.control.is_some() || !ahead().is_zero()
    }

    fn settings(&self, sello: &Sello) -> Result<Settings, Failure> {
        let mut settings = Settings::read_alone(&settings_path(&self.datos))?;
        settings.servicio.direccion.set_port(self.puerto);
        if self.control.is_some() {
            // What was signed of a world that is put back would be of another one, and its log fork.
            settings.transparencia = None;
        }
        // What the folder's file says of it counts, where it can.
        if settings.sello.names_no_authority() || self.has_its_own_time() {
            let mut authorities = sello.clone();
            authorities.take_seal(&settings.sello);
            settings.sello = authorities;
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
        self.follow_clock()?;
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
        let now = official_time();
        store.use_keys(cipher_keys(&read)?, now)?;
        store.write::<_, StoreError, _>(Durability::Full, |conn| demonstration::mark(conn, now))?;
        let options = Options {
            puerto: self.puerto,
            notificaciones: self.notificaciones,
            semilla: self.semilla,
            clave_servicio: self.clave_servicio.into(),
            clave_titulares: self.clave_titulares.into(),
        };
        let bar = "preparing {bar:40} {pos}/{len} notifications, {eta} to go";
        let style = ProgressStyle::with_template(bar).unwrap_or(ProgressStyle::default_bar());
        let progress = ProgressBar::new(0).with_style(style);
        let mut sink = StoreSink {
            store: &store,
            registrado: now,
        };
        let world = prepare(&self.datos, options, now, &mut sink, &progress)?;
        progress.finish_and_clear();
        if !ahead().is_zero() {
            tell_time(&read)?;
        }
        if self.control.is_some() {
            store.keep_origin()?;
        }
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
/// keys on disk that everybody knows. What was made in another folder is at home in this one from then on.
fn settle(settings: &Settings, escenario: &Escenario) -> Result<(), Failure> {
    let store = Store::open(&settings.database_url.parse()?, 1)?;
    if store.read(demonstration::prepared)?.is_none() {
        return Err(
            "the database that the settings in the folder name was not made by a demonstration of this version: name another \
             folder, or serve it with `notess serve`"
                .into(),
        );
    }
    let crl = escenario.ca_admitida.crl.to_string_lossy();
    store.write::<_, StoreError, _>(Durability::Relaxed, |conn| {
        demonstration::look_for_crl_at(conn, ADMITTED, &crl)
    })?;
    Ok(())
}

/// Says of the clock that it is right, as an operator does whose machine's is and the others' are not: what the journal and
/// the database's server say is of another time.
fn tell_time(settings: &Settings) -> Result<(), Failure> {
    let store = Store::open(&settings.database_url.parse()?, 1)?;
    let operador = Operador {
        nombre: "demo".to_owned(),
        cuenta: None,
    };
    Desk::new(store, operador, Uuid::now_v7(), &official_time).accept_clock()?;
    Ok(())
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

[sello]
certificado = \"servicio/sello.crt.pem\"
clave = \"servicio/sello.key.pem\"
cadena = \"servicio/ca.crt.pem\"
revocacion = [\"servicio/ca.crl.pem\"]

[cifrado]
actual = \"demo\"

[cifrado.claves.demo]
fichero = \"servicio/cifrado.key\"

[transparencia]
origen = \"demo.notess.example/transparencia\"
clave = \"servicio/transparencia.key.pem\"
ancla = \"transparencia.ancla\"

[reloj]
desfase_fichero = \"reloj.txt\"

[registro]
formato = \"texto\"
nivel = \"info\"
";

fn settings_path(folder: &Path) -> PathBuf {
    folder.join("notess.toml")
}
