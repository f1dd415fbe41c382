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
    /// Those that have effect and whose last day comes within so many, each with how many are left: for telling both parties 90
    /// and 30 days before
    #[arg(long, value_name = "DIAS", value_parser = clap::value_parser!(u16).range(0..=3660))]
    por_caducar: Option<u16>,
}

/// A power, and how many days are left of it where that is asked for.
struct Fila {
    poder: Poder,
    quedan: Option<i64>,
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
            .with("en", asked(self.en))
            .with("por_caducar", self.por_caducar);
        self.lista
            .show(deed, &[self.nif, self.poderdante], |conn, ahora, pagina| {
                let pedidos = PoderesPedidos {
                    nif: self.nif,
                    poderdante: self.poderdante,
                    estado: self.estado,
                    en: self.en,
                    por_caducar: self.por_caducar.map(i64::from),
                    ahora,
                };
                let page = list(conn, &pedidos, pagina)?;
                Ok(page.map(|poder| Fila {
                    quedan: self.por_caducar.and_then(|_| pedidos.days_left(&poder)),
                    poder,
                }))
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

impl Entrada for Fila {
    fn nifs(&self) -> Vec<Nif> {
        vec![self.poder.poderdante, self.poder.apoderado]
    }

    fn line(&self) -> String {
        let poder = &self.poder;
        let (kind, codes) = covers(&poder.alcance);
        let baja = poder
            .baja
            .map_or_else(String::new, |baja| format!("  ended {}", told(baja)));
        let left = self
            .quedan
            .map_or_else(String::new, |days| format!("  {days} days left"));
        format!(
            "{}  {}  from {} to {}  {kind} {}\n    inscribed {}  until {}{baja}{left}",
            poder.referencia,
            poder.estado.code(),
            poder.poderdante.as_str(),
            poder.apoderado.as_str(),
            codes.join(" "),
            told(poder.inscrito),
            told(poder.fin),
        )
    }

    fn object(&self) -> Value {
        let poder = &self.poder;
        let (tipo, codes) = covers(&poder.alcance);
        let mut told = json!({
            "referencia": poder.referencia,
            "poderdante": poder.poderdante.as_str(),
            "apoderado": poder.apoderado.as_str(),
            "tipo": tipo,
            "alcance": codes,
            "estado": poder.estado.code(),
            "inscrito": poder.inscrito.to_rfc3339(),
            "fin": poder.fin.to_rfc3339(),
            "baja": poder.baja.map(|baja| baja.to_rfc3339()),
        });
        if let Some(days) = self.quedan {
            told["dias_restantes"] = json!(days);
        }
        told
    }
}
