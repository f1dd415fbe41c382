//! `notess poderes listar`.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::{Entrada, Lista, asked};
use crate::cli::Failure;
use crate::cli::instant::{instant, told};
use crate::domain::nif::Nif;
use crate::domain::poder::{Alcance, EstadoPoder, Poder, Tramite};
use crate::store::Deed;
use crate::store::poderes::{PoderesPedidos, list};

#[derive(Debug, Args)]
pub(in crate::cli) struct ListarPoderes {
    #[command(flatten)]
    lista: Lista,
    /// Those of which this person or entity is a party
    #[arg(long)]
    nif: Option<Nif>,
    /// Those that this person or entity granted
    #[arg(long, value_name = "NIF")]
    poderdante: Option<Nif>,
    /// Those that stand so: inscrito, revocado, …
    #[arg(long, value_parser = estado)]
    estado: Option<EstadoPoder>,
    /// Those that have effect at this instant, as they stood then. RFC 3339, or AAAA-MM-DD hh:mm:ss in Madrid
    #[arg(long, value_name = "INSTANTE", value_parser = instant)]
    en: Option<DateTime<Utc>>,
}

fn estado(text: &str) -> Result<EstadoPoder, String> {
    EstadoPoder::from_code(text).ok_or_else(|| {
        let each: Vec<&str> = EstadoPoder::ALL.iter().map(|one| one.code()).collect();
        format!("it is none of {}", each.join(", "))
    })
}

impl ListarPoderes {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let deed = Deed::of("listarPoderes")
            .about(self.poderdante)
            .with("estado", self.estado.map(EstadoPoder::code))
            .with("en", asked(self.en));
        self.lista
            .show(deed, &[self.nif, self.poderdante], |conn, ahora, pagina| {
                let pedidos = PoderesPedidos {
                    nif: self.nif,
                    poderdante: self.poderdante,
                    estado: self.estado,
                    en: self.en,
                    ahora,
                };
                list(conn, &pedidos, pagina)
            })
    }
}

/// What it covers: nothing inside is everything.
fn covers(alcance: &Alcance) -> (&'static str, Vec<&str>) {
    match alcance {
        Alcance::General => ("general", Vec::new()),
        Alcance::Materias(materias) => ("materias", materias.iter().map(|one| one.code()).collect()),
        Alcance::Tramites(tramites) => ("tramites", tramites.iter().map(Tramite::code).collect()),
    }
}

impl Entrada for Poder {
    fn nifs(&self) -> Vec<Nif> {
        vec![self.poderdante, self.apoderado]
    }

    fn line(&self) -> String {
        let (kind, codes) = covers(&self.alcance);
        let baja = self
            .baja
            .map_or_else(String::new, |baja| format!("  ended {}", told(baja)));
        format!(
            "{}  {}  from {} to {}  {kind} {}\n    inscribed {}  until {}{baja}",
            self.referencia,
            self.estado.code(),
            self.poderdante.as_str(),
            self.apoderado.as_str(),
            codes.join(" "),
            told(self.inscrito),
            told(self.fin),
        )
    }

    fn object(&self) -> Value {
        let (tipo, codes) = covers(&self.alcance);
        json!({
            "referencia": self.referencia,
            "poderdante": self.poderdante.as_str(),
            "apoderado": self.apoderado.as_str(),
            "tipo": tipo,
            "alcance": codes,
            "estado": self.estado.code(),
            "inscrito": self.inscrito.to_rfc3339(),
            "fin": self.fin.to_rfc3339(),
            "baja": self.baja.map(|baja| baja.to_rfc3339()),
        })
    }
}
