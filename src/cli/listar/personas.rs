//! `notess personas listar`.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::{Entrada, Lista, asked, since, since_json};
use crate::cli::Failure;
use crate::cli::instant::instant;
use crate::domain::cuenta::{AutorizacionRed, Ccc, Naf};
use crate::domain::nif::Nif;
use crate::store::Deed;
use crate::store::listado::{ConCuentas, PersonasPedidas, personas};

#[derive(Debug, Args)]
pub(in crate::cli) struct ListarPersonas {
    #[command(flatten)]
    lista: Lista,
    /// NIF of the one who is shown
    #[arg(long)]
    nif: Option<Nif>,
    /// Those of whom this authorisation manages an account, or did
    #[arg(long, value_name = "NUMBER")]
    autorizacion: Option<AutorizacionRed>,
    /// With the accounts of this instant; now, if it is missing. RFC 3339, or AAAA-MM-DD hh:mm:ss in Madrid
    #[arg(long, value_name = "INSTANTE", value_parser = instant)]
    en: Option<DateTime<Utc>>,
}

impl ListarPersonas {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let deed = Deed::of("listarPersonas")
            .with("autorizacion", self.autorizacion.map(AutorizacionRed::number))
            .with("en", asked(self.en));
        self.lista.show(deed, &[self.nif], |conn, ahora, pagina| {
            let pedidas = PersonasPedidas {
                nif: self.nif,
                autorizacion: self.autorizacion,
                en: self.en.unwrap_or(ahora),
            };
            personas(conn, &pedidas, pagina)
        })
    }
}

impl Entrada for ConCuentas {
    fn nifs(&self) -> Vec<Nif> {
        vec![self.0.nif]
    }

    fn line(&self) -> String {
        let (persona, desde) = self;
        let accounts = [
            persona
                .cuentas
                .ccc_principal
                .as_ref()
                .map(|ccc| format!("CCC {}", ccc.as_str())),
            persona
                .cuentas
                .naf
                .as_ref()
                .map(|naf| format!("NAF {}", naf.as_str())),
        ];
        let accounts: Vec<String> = accounts.into_iter().flatten().collect();
        let accounts = if accounts.is_empty() {
            "no account".to_owned()
        } else {
            accounts.join("  ")
        };
        let from = desde.map_or_else(String::new, |at| format!("  from {}", since(at)));
        format!(
            "{}  {}  {accounts}{from}",
            persona.nif.as_str(),
            persona.denominacion
        )
    }

    fn object(&self) -> Value {
        let (persona, desde) = self;
        json!({
            "nif": persona.nif.as_str(),
            "denominacion": persona.denominacion,
            "ccc_principal": persona.cuentas.ccc_principal.as_ref().map(Ccc::as_str),
            "naf": persona.cuentas.naf.as_ref().map(Naf::as_str),
            "desde": desde.map_or(Value::Null, since_json),
        })
    }
}
