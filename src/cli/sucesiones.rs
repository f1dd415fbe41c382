//! `notess sucesiones`.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use crate::domain::clock::not_before;
use crate::domain::materia::Entidad;
use crate::domain::nif::Nif;
use crate::domain::sucesion::{ClaseSucesion, Sucesion};
use crate::domain::vigencia::Intervalo;
use crate::store::hold::hold_titles;
use crate::store::sucesiones::{self, Dicho};
use crate::store::{Deed, Desk, StoreError, Writer, journal, to_the_microsecond};

use super::incidencias::reason;
use super::instant::{beginning, end, instant};
use super::listar::ListarSucesiones;
use super::{Failure, Operator};

#[derive(Debug, Subcommand)]
pub(super) enum Sucesiones {
    /// Say that a body admits somebody as the successor of an addressee
    ///
    /// From then on the successor receives in his own name, with the antecesor as poderdante, what that body notified to the
    /// antecesor and was pending at the event that causes the succession, or was published since (RD 203/2021 art. 42.4). What had been
    /// practised before stays out of his reach.
    Declarar(Declarar),
    /// Show the successions that were told, and which of them were taken back
    Listar(ListarSucesiones),
    /// Take a succession back, from now or from an instant on: the successor reaches nothing by it any more; what he decided stays
    Anular(Anular),
}

#[derive(Debug, Args)]
pub(super) struct Declarar {
    #[command(flatten)]
    operator: Operator,
    /// Who is succeeded: the addressee
    #[arg(long, value_name = "NIF")]
    antecesor: Nif,
    /// NIF of who succeeds, and receives in his own name
    #[arg(long, value_name = "NIF")]
    sucesor: Nif,
    /// The body that admits it, of what it notifies itself: TGSS, INSS, ISM
    #[arg(long, value_parser = entidad)]
    entidad: Entidad,
    /// How: inter_vivos (merger, transfer, split) or mortis_causa
    #[arg(long, value_parser = causa)]
    causa: ClaseSucesion,
    /// The event that causes it: a day, RFC 3339, or YYYY-MM-DD hh:mm:ss in Madrid
    #[arg(long, value_name = "INSTANT", value_parser = beginning)]
    desde: DateTime<Utc>,
    /// Until when the body admits it, where it says so: a day, which is within it, or the first instant after it
    #[arg(long, value_name = "INSTANT", value_parser = end)]
    hasta: Option<DateTime<Utc>>,
    #[command(flatten)]
    why: Why,
}

#[derive(Debug, Args)]
pub(super) struct Anular {
    #[command(flatten)]
    operator: Operator,
    /// Number of the succession, as `listar` shows it
    numero: i64,
    /// From which instant on it has no effect; now, if it is missing
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    desde: Option<DateTime<Utc>>,
    #[command(flatten)]
    why: Why,
}

/// Why it is told.
#[derive(Debug, Args)]
struct Why {
    /// Why, for the journal
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    motivo: String,
    /// The body's paper that says it: file, resolution
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    referencia: String,
}

impl Why {
    fn at(&self, registrado: DateTime<Utc>) -> Dicho {
        Dicho {
            motivo: self.motivo.clone(),
            referencia: self.referencia.clone(),
            registrado,
        }
    }

    fn tell(&self, deed: Deed) -> Deed {
        deed.with("motivo", self.motivo.as_str())
            .with("referencia", self.referencia.as_str())
    }
}

impl Sucesiones {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Declarar(declarar) => declarar.run()?,
            Self::Listar(listar) => return listar.run(),
            Self::Anular(anular) => anular.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Declarar {
    fn run(self) -> Result<(), Failure> {
        let sucesion = Sucesion {
            antecesor: self.antecesor,
            sucesor: self.sucesor,
            clase: self.causa,
            entidad: self.entidad,
            vigencia: Intervalo {
                desde: self.desde,
                hasta: self.hasta,
            },
        };
        let desk = self.operator.desk()?;
        let numero = desk.write::<_, StoreError, _>(|conn| {
            let now = now(&desk, conn)?;
            let numero = sucesiones::declare(conn, &sucesion, &self.why.at(now))?;
            Ok((numero, self.why.tell(told("declararSucesion", numero, &sucesion))))
        })?;
        println!("succession {numero} declared");
        Ok(())
    }
}

impl Anular {
    fn run(self) -> Result<(), Failure> {
        let desk = self.operator.desk()?;
        let numero = self.numero;
        desk.write::<_, StoreError, _>(|conn| {
            let now = now(&desk, conn)?;
            let desde = self.desde.unwrap_or(now);
            let declared = sucesiones::annul(conn, numero, desde, &self.why.at(now))?;
            let deed = told("anularSucesion", numero, &declared.sucesion).with("anulada", desde.to_rfc3339());
            Ok(((), self.why.tell(deed)))
        })?;
        println!("succession {numero} annulled");
        Ok(())
    }
}

/// When it is told: asked for once nobody else is telling of titles.
fn now(desk: &Desk<'_>, conn: &mut Writer) -> Result<DateTime<Utc>, StoreError> {
    hold_titles(conn)?;
    Ok(to_the_microsecond(not_before(desk.now(), journal::last(conn)?)))
}

/// What the journal says of one.
fn told(operacion: &'static str, numero: i64, sucesion: &Sucesion) -> Deed {
    let Intervalo { desde, hasta } = sucesion.vigencia;
    Deed::of(operacion)
        .about(Some(sucesion.antecesor))
        .persons([sucesion.antecesor, sucesion.sucesor])
        .with("numero", numero)
        .with("entidad", sucesion.entidad.code())
        .with("causa", sucesion.clase.code())
        .with("desde", desde.to_rfc3339())
        .with("hasta", hasta.map(|at| at.to_rfc3339()))
}

fn entidad(text: &str) -> Result<Entidad, String> {
    let each = Entidad::ALL.iter().map(|one| one.code());
    Entidad::from_code(text).ok_or_else(|| one_of(each))
}

fn causa(text: &str) -> Result<ClaseSucesion, String> {
    let each = ClaseSucesion::ALL.iter().map(|one| one.code());
    ClaseSucesion::from_code(text).ok_or_else(|| one_of(each))
}

fn one_of(each: impl Iterator<Item = &'static str>) -> String {
    format!("it is none of {}", each.collect::<Vec<_>>().join(", "))
}
