//! `notess sucesiones listar`.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::{Entrada, Lista, asked};
use crate::cli::Failure;
use crate::cli::instant::{instant, told};
use crate::domain::nif::Nif;
use crate::store::Deed;
use crate::store::sucesiones::{Declarada, Dicho, SucesionesPedidas, list};

#[derive(Debug, Args)]
pub(in crate::cli) struct ListarSucesiones {
    #[command(flatten)]
    lista: Lista,
    /// Those of which this person or entity is a party
    #[arg(long)]
    nif: Option<Nif>,
    /// Those in which this person or entity is succeeded
    #[arg(long, value_name = "NIF")]
    antecesor: Option<Nif>,
    /// Those that have effect at this instant. RFC 3339, or AAAA-MM-DD hh:mm:ss in Madrid
    #[arg(long, value_name = "INSTANTE", value_parser = instant)]
    en: Option<DateTime<Utc>>,
}

impl ListarSucesiones {
    pub(in crate::cli) fn run(self) -> Result<ExitCode, Failure> {
        let deed = Deed::of("listarSucesiones")
            .about(self.antecesor)
            .with("en", asked(self.en));
        let pedidas = SucesionesPedidas {
            nif: self.nif,
            antecesor: self.antecesor,
            en: self.en,
        };
        self.lista
            .show(deed, &[self.nif, self.antecesor], |conn, _, pagina| {
                list(conn, &pedidas, pagina)
            })
    }
}

impl Entrada for Declarada {
    fn nifs(&self) -> Vec<Nif> {
        vec![self.sucesion.antecesor, self.sucesion.sucesor]
    }

    fn line(&self) -> String {
        let sucesion = &self.sucesion;
        let until = sucesion.vigencia.hasta.map_or_else(|| "-".to_owned(), told);
        let annulled = self.anulada.as_ref().map_or_else(String::new, |(from, dicho)| {
            format!("\n    ANNULLED from {} on; {}", told(*from), why(dicho))
        });
        format!(
            "{}  {} succeeds {}  {}  {}  from {}  until {until}\n    {}{annulled}",
            self.numero,
            sucesion.sucesor.as_str(),
            sucesion.antecesor.as_str(),
            sucesion.entidad.code(),
            sucesion.clase.code(),
            told(sucesion.vigencia.desde),
            why(&self.dicho),
        )
    }

    fn object(&self) -> Value {
        let sucesion = &self.sucesion;
        let annulled = self
            .anulada
            .as_ref()
            .map(|(desde, dicho)| with(dicho, json!({ "desde": desde.to_rfc3339() })));
        let told = json!({
            "numero": self.numero,
            "antecesor": sucesion.antecesor.as_str(),
            "sucesor": sucesion.sucesor.as_str(),
            "entidad": sucesion.entidad.code(),
            "causa": sucesion.clase.code(),
            "desde": sucesion.vigencia.desde.to_rfc3339(),
            "hasta": sucesion.vigencia.hasta.map(|at| at.to_rfc3339()),
            "anulada": annulled,
        });
        with(&self.dicho, told)
    }
}

/// How something was told, for a person.
fn why(dicho: &Dicho) -> String {
    format!(
        "recorded {}  {}: {}",
        told(dicho.registrado),
        dicho.referencia,
        dicho.motivo
    )
}

/// The same for a program, beside what it is.
fn with(dicho: &Dicho, mut what: Value) -> Value {
    what["motivo"] = json!(dicho.motivo);
    what["referencia"] = json!(dicho.referencia);
    what["registrado"] = json!(dicho.registrado.to_rfc3339());
    what
}
