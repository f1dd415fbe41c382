//! `notess caducidades`.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use indicatif::ProgressBar;

use crate::usecase::unlapse::{Anulacion, Orden};

use super::incidencias::{at_desk, count_anew, reason};
use super::instant::{beginning, end};
use super::{Failure, Operator};

#[derive(Debug, Subcommand)]
pub(super) enum Caducidades {
    /// Take back the lapses that were written down in an interval: an outage that was declared late, or a wrong clock
    ///
    /// Each notification is pending again, with the end that its term has as terms are counted now; where that is past too, it has
    /// lapsed again, with that end. What ends as it ended, and is over, stays lapsed. First declare the outage, or set the clock right.
    Anular(Anular),
}

#[derive(Debug, Args)]
pub(super) struct Anular {
    #[command(flatten)]
    operator: Operator,
    /// The beginning of the interval: a day, YYYY-MM-DD hh:mm:ss in Madrid, or RFC 3339
    #[arg(long, value_name = "INSTANT", value_parser = beginning)]
    desde: DateTime<Utc>,
    /// Its end, which is no longer in it; of a day, the whole of it is
    #[arg(long, value_name = "INSTANT", value_parser = end)]
    hasta: DateTime<Utc>,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    motivo: String,
    /// Only tell how many there are
    #[arg(long)]
    simular: bool,
}

impl Caducidades {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let Self::Anular(anular) = self;
        anular.run()?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Anular {
    fn run(self) -> Result<(), Failure> {
        if self.hasta <= self.desde {
            return Err("the interval ends before it begins".into());
        }
        let desk = self.operator.desk()?;
        let at_desk = at_desk(&self.operator, &desk)?;
        let orden = Orden {
            desde: self.desde,
            hasta: self.hasta,
            motivo: &self.motivo,
        };
        if self.simular {
            tell(&at_desk.weigh_taking_back(orden)?, "would be taken back");
            return Ok(());
        }
        // Whatever else is still to be counted by what was declared: nothing lapses until it is.
        count_anew(at_desk)?;
        let progress = ProgressBar::new_spinner();
        let done = at_desk.take_back(orden, |so_far| {
            progress.set_message(format!("{} lapses taken back", so_far.anuladas));
            progress.tick();
        });
        progress.finish_and_clear();
        tell(&done?, "taken back");
        Ok(())
    }
}

/// Tells what came of it, or would.
fn tell(anulacion: &Anulacion, how: &str) {
    let Anulacion {
        anuladas,
        de_nuevo,
        practicadas,
        firmes,
        sin_calendario,
        alteradas,
    } = *anulacion;
    println!(
        "{anuladas} lapses {how}: {} notifications pending again, {de_nuevo} lapsed again by the end that they have now",
        anuladas - de_nuevo - practicadas
    );
    if practicadas > 0 {
        println!("{practicadas} had been practised elsewhere within the term that they have now, and are so");
    }
    if firmes > 0 {
        println!("{firmes} stay lapsed: their term ended, also as it is counted now");
    }
    if sin_calendario > 0 {
        println!(
            "{sin_calendario} stay lapsed: no calendar tells their last day; see `notess calendarios cargar`"
        );
    }
    if alteradas > 0 {
        println!(
            "{alteradas} rows of the journal were passed over: they are not as they were written; see `notess auditoria verificar`"
        );
    }
}
