//! `notess red listar`.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::{Entrada, Lista, asked, since, since_json};
use crate::cli::Failure;
use crate::cli::instant::{instant, told};
use crate::domain::cuenta::AutorizacionRed;
use crate::domain::nif::Nif;
use crate::store::Deed;
use crate::store::red::{LineaRed, RedPedida, list};

#[derive(Debug, Args)]
pub(in crate::cli) struct ListarRed {
    #[command(flatten)]
    lista: Lista,
    /// Those that name this person or entity: who acts, or whose account is managed
    #[arg(long)]
    nif: Option<Nif>,
    /// Accounts of this addressee
    #[arg(long, value_name = "NIF")]
    poderdante: Option<Nif>,
    /// Those of this authorisation
    #[arg(long, value_name = "NUMBER")]
    autorizacion: Option<AutorizacionRed>,
    /// Those that hold at this instant. RFC 3339, or AAAA-MM-DD hh:mm:ss in Madrid
    #[arg(long, value_name = "INSTANTE", value_parser = instant)]
    en: Option<DateTime<Utc>>,
}

impl ListarRed {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let deed = Deed::of("listarRed")
            .about(self.poderdante)
            .with("autorizacion", self.autorizacion.map(AutorizacionRed::number))
            .with("en", asked(self.en));
        let pedida = RedPedida {
            nif: self.nif,
            poderdante: self.poderdante,
            autorizacion: self.autorizacion,
            en: self.en,
        };
        self.lista
            .show(deed, &[self.nif, self.poderdante], |conn, _, pagina| {
                list(conn, &pedida, pagina)
            })
    }
}

impl Entrada for LineaRed {
    fn nifs(&self) -> Vec<Nif> {
        vec![self.nif()]
    }

    fn line(&self) -> String {
        let vigencia = self.vigencia();
        let until = vigencia.hasta.map_or_else(|| "-".to_owned(), told);
        let (autorizacion, what) = match self {
            Self::Actua(one) => (one.autorizacion, one.calidad.code().to_owned()),
            Self::Gestiona(one) => (one.autorizacion, format!("manages {} of", one.cuenta.as_str())),
        };
        format!(
            "{}  {what} {}  from {}  until {until}",
            autorizacion.number(),
            self.nif().as_str(),
            since(vigencia.desde),
        )
    }

    fn object(&self) -> Value {
        let vigencia = self.vigencia();
        let (clase, autorizacion, cuenta) = match self {
            Self::Actua(one) => (one.calidad.code(), one.autorizacion, None),
            Self::Gestiona(one) => ("asignacion", one.autorizacion, Some(one.cuenta.as_str())),
        };
        json!({
            "clase": clase,
            "autorizacion": autorizacion.number(),
            "nif": self.nif().as_str(),
            "cuenta": cuenta,
            "desde": since_json(vigencia.desde),
            "hasta": vigencia.hasta.map(|at| at.to_rfc3339()),
        })
    }
}
