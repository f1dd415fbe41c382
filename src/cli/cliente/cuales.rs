//! `Cuales`: of which notifications of somebody's something is asked.

use clap::Args;

use crate::client::calls::{self, AnswerError, everything};
use crate::client::connection::Connection;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Estado};
use crate::domain::operation::ListRequest;
use crate::domain::rol::Rol;

use super::values;

/// Codes, or all that there are.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Cuales {
    #[arg(long, help = "Todas las que admiten la operación")]
    todas: bool,
    #[arg(
        value_name = "CODIGO",
        value_parser = values::codigo,
        help = "Códigos de las notificaciones"
    )]
    codigos: Vec<Codigo>,
}

impl Cuales {
    /// The codes: those that were named, or all in some states that are reached by a role, or by any.
    pub(super) fn codigos(
        &self,
        connection: &Connection,
        poderdante: Nif,
        rol: Option<Rol>,
        estados: &[Estado],
    ) -> Result<Vec<Codigo>, AnswerError> {
        if !self.todas {
            return Ok(self.codigos.clone());
        }
        let listing = ListRequest {
            estados: estados.to_vec(),
            ..everything(vec![poderdante], rol)
        };
        let mut codigos = Vec::new();
        for page in calls::pages(connection, listing) {
            for one in page? {
                codigos.push(calls::codigo(one.codigo)?);
            }
        }
        Ok(codigos)
    }
}
