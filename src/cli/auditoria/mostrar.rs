//! `notess auditoria mostrar`.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::cli::explicar::codigo;
use crate::cli::instant::{beginning, end, told};
use crate::cli::{Failure, Operator};
use crate::domain::nif::Nif;
use crate::domain::notificacion::Codigo;
use crate::store::journal::{Fila, Filas, Search, search};
use crate::store::{Deed, StoreError};

/// Longest particulars in a table, in characters.
const LONGEST: usize = 300;

/// Rows of which all that is asked holds, oldest first. That they were shown is a row as well.
#[derive(Debug, Args)]
pub(in crate::cli) struct Mostrar {
    #[command(flatten)]
    operator: Operator,
    /// Those that tell of this notification
    #[arg(long, value_parser = codigo)]
    codigo: Option<Codigo>,
    /// Those of this person or entity: who did it, whose notifications it was about, or who is named in it
    #[arg(long)]
    nif: Option<Nif>,
    /// Those of this request, by the identifier that its answer bore
    #[arg(long, value_name = "UUID")]
    peticion: Option<Uuid>,
    /// From this day (of Madrid) or instant on
    #[arg(long, value_name = "INSTANTE", value_parser = beginning)]
    desde: Option<DateTime<Utc>>,
    /// Until the end of this day (of Madrid), or before this instant
    #[arg(long, value_name = "INSTANTE", value_parser = end)]
    hasta: Option<DateTime<Utc>>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    limite: u16,
    /// Those behind this row, as the last line of the page before names it
    #[arg(long, value_name = "FILA", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
    tras: i64,
    /// One JSON object a line: each row, and last how many and behind which row there are more
    #[arg(long)]
    json: bool,
}

impl Mostrar {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let asked = Search {
            codigo: self.codigo,
            nif: self.nif,
            peticion: self.peticion,
            operacion: None,
            desde: self.desde,
            hasta: self.hasta,
            tras: self.tras,
        };
        let desk = self.operator.desk()?;
        let found = desk.read::<_, StoreError, _>(|conn| {
            let found = search(conn, &asked, usize::from(self.limite))?;
            let deed = reading(&asked, &found);
            Ok((found, deed))
        })?;
        for fila in &found.filas {
            println!("{}", if self.json { as_json(fila) } else { lines(fila) });
        }
        println!("{}", ending(&found, self.json));
        Ok(ExitCode::SUCCESS)
    }
}

/// What the journal says of its own reading: all that was asked, and how much was shown.
fn reading(asked: &Search, found: &Filas) -> Deed {
    let instant = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339());
    let deed = Deed::of("mostrarAuditoria")
        .count(found.filas.len())
        .with("desde", instant(asked.desde))
        .with("hasta", instant(asked.hasta))
        .with("tras", asked.tras)
        .with("peticion", asked.peticion.map(|id| id.to_string()));
    let deed = deed.codes(asked.codigo);
    deed.persons(asked.nif)
}

fn lines(fila: &Fila) -> String {
    let Fila {
        secuencia,
        instante,
        peticion,
        operacion,
        persona,
        entidad,
        serie,
        emisor,
        poderdante,
        resultado,
        detalle,
        evidencia: _,
        intacta,
    } = fila;
    let text = |column: &Option<String>| column.clone().unwrap_or_else(|| "?".to_owned());
    let by = match (persona, entidad) {
        (Some(persona), Some(entidad)) => format!("{persona} for {entidad}"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => format!("{} {}", text(emisor), text(serie)),
    };
    let about = poderdante
        .as_ref()
        .map_or_else(String::new, |nif| format!("  about {nif}"));
    let altered = if *intacta { "" } else { "  ALTERED" };
    let detalle = detalle.as_ref().map_or_else(String::new, shortened);
    let secuencia = secuencia.map_or_else(|| "-".to_owned(), |number| number.to_string());
    format!(
        "{secuencia}  {}  {}  {}  by {by}{about}{altered}\n    {}  {detalle}",
        instante.map_or_else(|| "?".to_owned(), told),
        text(operacion),
        text(resultado),
        peticion.map_or_else(|| "?".to_owned(), |id| id.to_string()),
    )
}

fn shortened(detalle: &Value) -> String {
    let text = detalle.to_string();
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some((end, _)) => format!("{}… (--json has the whole)", text.get(..end).unwrap_or_default()),
    }
}

fn as_json(fila: &Fila) -> String {
    json!({
        "secuencia": fila.secuencia,
        "instante": fila.instante.map(|at| at.to_rfc3339()),
        "peticion": fila.peticion.map(|id| id.to_string()),
        "operacion": fila.operacion,
        "persona": fila.persona,
        "entidad": fila.entidad,
        "emisor": fila.emisor,
        "serie": fila.serie,
        "poderdante": fila.poderdante,
        "resultado": fila.resultado,
        "detalle": fila.detalle,
        "evidencia": fila.evidencia.map(|huella| huella.to_string()),
        "intacta": fila.intacta,
    })
    .to_string()
}

fn ending(found: &Filas, as_json: bool) -> String {
    let (filas, siguiente) = (found.filas.len(), found.siguiente);
    if as_json {
        return json!({ "filas": filas, "siguiente": siguiente }).to_string();
    }
    match siguiente {
        Some(last) => format!("{filas} rows; there are more: --tras {last}"),
        None => format!("{filas} rows"),
    }
}
