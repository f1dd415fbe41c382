//! Floor 8: the command line.

mod auditoria;
mod caducidades;
mod calendarios;
mod certificados;
mod cifrado;
mod cliente;
mod clocks;
mod demo;
mod explicar;
mod hashed;
mod importar;
mod incidencias;
mod instant;
mod listar;
mod log;
mod operator;
mod procedimientos;
mod reloj;
mod serve;
mod shifted;
mod sucesiones;
mod transparencia;
mod tsa_de_prueba;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::chain::Chain;
use crate::config::{Mistakes, Settings};

use self::operator::Operator;

/// What a command may fail with: it goes to the person at the terminal, who reads it and mends it.
type Failure = Box<dyn Error + Send + Sync>;

/// Serves official notifications over signed SOAP: list, accept, reject, with every act kept as evidence.
#[derive(Debug, Parser)]
#[command(name = "notess", version, max_term_width = 100, after_help = FIRST_STEPS)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const FIRST_STEPS: &str = "\
First steps:
  notess demo --datos datos       a demonstration world, served at http://127.0.0.1:8080, which
                                  prints the commands that list, accept and reject in it
  notess serve --config FILE      a service of your own; see notess.example.toml for the options
  notess COMMAND --help           what each command takes";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve, with the settings of a file and of NOTESS_… variables
    Serve(serve::Serve),
    /// Prepare a demonstration world, with certificates, people and notifications, and serve it
    Demo(demo::Demo),
    /// Load notifications, powers or RED authorisations from JSON Lines or CSV
    #[command(subcommand)]
    Importar(importar::Importar),
    /// The table of procedures: what may be published, of which body and materia
    #[command(subcommand)]
    Procedimientos(procedimientos::Procedimientos),
    /// The allowed list: which issuers of certificates are admitted
    #[command(subcommand)]
    Certificados(certificados::Certificados),
    /// The journal of what was decided, served and refused
    #[command(subcommand)]
    Auditoria(auditoria::Auditoria),
    /// The keys under which acts of a special category lie in the database
    #[command(subcommand)]
    Cifrado(cifrado::Cifrado),
    /// Powers of attorney that are on record
    #[command(subcommand)]
    Poderes(listar::Poderes),
    /// Who acts through RED, and for whom
    #[command(subcommand)]
    Red(listar::Red),
    /// Addressees that are on record
    #[command(subcommand)]
    Personas(listar::Personas),
    /// Successors of addressees, as bodies admit them
    #[command(subcommand)]
    Sucesiones(sucesiones::Sucesiones),
    /// Who may see or sign a notification, by which title and rule, or why not
    Explicar(explicar::Explicar),
    /// The calendars of días inhábiles, by which terms go on to a working day
    #[command(subcommand)]
    Calendarios(calendarios::Calendarios),
    /// Outages, which suspend the terms of what is pending
    #[command(subcommand)]
    Incidencias(incidencias::Incidencias),
    /// Lapses that were written down, and that an operator takes back
    #[command(subcommand)]
    Caducidades(caducidades::Caducidades),
    /// The clock by which terms run, and whether it may be believed
    #[command(subcommand)]
    Reloj(reloj::Reloj),
    /// The published log of acts: its key, its proofs, and whoever watches it
    #[command(subcommand)]
    Transparencia(transparencia::Transparencia),
    /// Answer as a time-stamping authority, for tests and demonstrations
    TsaDePrueba(tsa_de_prueba::TsaDePrueba),
    /// Use a service as its clients do, with a PKCS#12 certificate (in Spanish)
    #[command(subcommand)]
    Cliente(cliente::Cliente),
}

/// Where the settings are.
#[derive(Debug, Args)]
struct Config {
    /// Settings file (TOML); NOTESS_… variables come over it
    #[arg(long, env = "NOTESS_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Config {
    fn read(&self) -> Result<Settings, Failure> {
        let settings = Settings::read(self.config.as_deref())?;
        shifted::follow(&settings)?;
        Ok(settings)
    }

    /// The settings, unless anything at all keeps a service from running by them.
    fn read_to_serve(&self) -> Result<Settings, Failure> {
        let (settings, mut mistakes) = Settings::survey(self.config.as_deref())?;
        if let Some(settings) = &settings {
            let blamed: Vec<String> = mistakes.iter().map(|mistake| mistake.option.clone()).collect();
            let found = serve::mistakes(settings);
            mistakes.extend(found.into_iter().filter(|one| !blamed.contains(&one.option)));
        }
        match settings {
            Some(settings) if mistakes.is_empty() => {
                shifted::follow(&settings)?;
                Ok(settings)
            }
            _ => Err(Mistakes(mistakes).into()),
        }
    }
}

/// Every command there is, each by its words.
#[must_use]
pub fn commands() -> Vec<Vec<String>> {
    fn below(command: &clap::Command, words: &[String], found: &mut Vec<Vec<String>>) {
        let mut more = command.get_subcommands().peekable();
        if more.peek().is_none() {
            found.push(words.to_vec());
        }
        for one in more {
            below(one, &[words, &[one.get_name().to_owned()]].concat(), found);
        }
    }
    let mut found = Vec::new();
    below(&Cli::command(), &[], &mut found);
    found
}

/// The arguments, or the end of the process with what is wrong with them.
fn parsed() -> Cli {
    let command = Cli::command().mut_subcommand("cliente", cliente::in_spanish);
    let read = command
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches));
    read.unwrap_or_else(|error| {
        let of_client = std::env::args_os().nth(1).is_some_and(|name| name == "cliente");
        match cliente::told(&error).filter(|_| of_client) {
            Some(said) => {
                eprintln!("notess: {said}");
                std::process::exit(error.exit_code());
            }
            None => error.exit(),
        }
    })
}

/// Runs the command that the arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let done = match parsed().command {
        Command::Serve(serve) => serve.run(),
        Command::Demo(demo) => demo.run(),
        Command::Importar(importar) => importar.run(),
        Command::Procedimientos(procedimientos) => procedimientos.run(),
        Command::Certificados(certificados) => certificados.run(),
        Command::Cifrado(cifrado) => cifrado.run(),
        Command::Auditoria(auditoria) => auditoria.run(),
        Command::Poderes(poderes) => poderes.run(),
        Command::Red(red) => red.run(),
        Command::Personas(personas) => personas.run(),
        Command::Sucesiones(sucesiones) => sucesiones.run(),
        Command::Explicar(explicar) => explicar.run(),
        Command::Calendarios(calendarios) => calendarios.run(),
        Command::Incidencias(incidencias) => incidencias.run(),
        Command::Caducidades(caducidades) => caducidades.run(),
        Command::Reloj(reloj) => reloj.run(),
        Command::Transparencia(transparencia) => transparencia.run(),
        Command::TsaDePrueba(tsa) => tsa.run(),
        // Its errors are whole sentences in Spanish, and what led to them is libraries' English.
        Command::Cliente(cliente) => cliente.run().map_err(|failure| failure.to_string().into()),
    };
    done.unwrap_or_else(|failure| {
        eprintln!("notess: {}", Chain(&*failure));
        ExitCode::FAILURE
    })
}
