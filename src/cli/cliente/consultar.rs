//! `notess cliente consultar`.

use std::process::ExitCode;

use clap::Args;
use indicatif::ProgressBar;

use crate::cli::Failure;
use crate::client::calls::{self, everything};
use crate::domain::materia::Entidad;
use crate::domain::nif::Nif;
use crate::domain::notificacion::Estado;
use crate::domain::operation::ListRequest;
use crate::domain::rol::{Rol, Roles};

use super::{To, render, show, values};

#[derive(Debug, Args)]
pub(in crate::cli) struct Consultar {
    #[command(flatten)]
    to: To,
    #[arg(
        long = "poderdante",
        value_name = "NIF",
        required = true,
        value_parser = values::nif,
        help = "De quién son las notificaciones; se puede repetir, hasta mil veces"
    )]
    poderdantes: Vec<Nif>,
    #[arg(
        long = "rol",
        value_name = "N",
        value_parser = values::rol,
        help = "Sólo las que se alcanzan con este rol: 1 propio, 2 RED, 3 poder; se puede repetir"
    )]
    roles: Vec<Rol>,
    #[arg(
        long = "estado",
        value_name = "N",
        value_parser = values::estado,
        help = "Sólo las que están en este estado, de 0 a 4; se puede repetir"
    )]
    estados: Vec<Estado>,
    #[arg(
        long = "entidad",
        value_name = "CODIGO",
        value_parser = values::entidad,
        help = "Sólo las de esta entidad: TGSS, INSS, ISM; se puede repetir"
    )]
    entidades: Vec<Entidad>,
    #[arg(long, help = "Decir de las practicadas cuándo y cómo lo fueron")]
    practicada: bool,
}

impl Consultar {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let connection = self.to.connection()?;
        let roles: Roles = self.roles.into_iter().collect();
        let listing = ListRequest {
            estados: self.estados,
            entidades: self.entidades,
            practicada: self.practicada,
            roles: if roles.is_empty() { Roles::ALL } else { roles },
            ..everything(self.poderdantes, None)
        };
        let progress = ProgressBar::new_spinner();
        let mut all = Vec::new();
        for page in calls::pages(&connection, listing) {
            all.extend(page?);
            progress.set_message(format!("{} notificaciones", all.len()));
            progress.tick();
        }
        progress.finish_and_clear();
        let shown = if self.practicada && !self.to.json {
            render::practicadas(&all)
        } else {
            render::notificaciones(&all, self.to.json)
        };
        show(&shown)?;
        Ok(ExitCode::SUCCESS)
    }
}
