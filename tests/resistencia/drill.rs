//! A drill, what it wrote down, and how all of them are run and summed up.

use std::fmt::Display;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::common::Backend;

/// Something that is done to the program.
pub struct Drill {
    /// Its name, in Spanish, as the Makefile takes it.
    pub name: &'static str,
    /// What is done.
    pub what: &'static str,
    /// Over which databases it can be done.
    pub over: &'static [Backend],
    /// Does it to the real program, and writes down what came of it.
    pub run: fn(Backend, &mut Sheet),
}

pub const BOTH: &[Backend] = &[Backend::Sqlite, Backend::Postgresql];

/// What came of a drill.
#[derive(Default)]
pub struct Sheet {
    rows: Vec<Row>,
}

struct Row {
    what: String,
    figure: String,
    verdict: Verdict,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Measured,
    Held,
    Failed,
    Skipped,
}

impl Sheet {
    /// A figure that nothing depends on.
    pub fn figure(&mut self, what: &str, figure: impl Display) {
        self.write(what, figure, Verdict::Measured);
    }

    /// A figure, and whether it is as it must be.
    pub fn must(&mut self, what: &str, figure: impl Display, holds: bool) {
        let verdict = if holds { Verdict::Held } else { Verdict::Failed };
        self.write(what, figure, verdict);
    }

    /// A time that must be shorter.
    pub fn within(&mut self, what: &str, took: Duration, most: Duration) {
        self.must(what, format_args!("{took:.2?} (at most {most:?})"), took <= most);
    }

    /// What could not be done on this machine, and why.
    pub fn skip(&mut self, why: &str) {
        self.write("not done here", why, Verdict::Skipped);
    }

    fn write(&mut self, what: &str, figure: impl Display, verdict: Verdict) {
        let row = Row {
            what: what.to_owned(),
            figure: figure.to_string(),
            verdict,
        };
        println!("    {row}");
        drop(std::io::stdout().flush());
        self.rows.push(row);
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verdict = match self.verdict {
            Verdict::Measured => "     ",
            Verdict::Held => "holds",
            Verdict::Failed => "FAILS",
            Verdict::Skipped => "  -  ",
        };
        write!(f, "{verdict}  {}: {}", self.what, self.figure)
    }
}

/// Runs drills one after the other, and sums up.
pub fn run<'d>(drills: impl Iterator<Item = &'d Drill>) -> ExitCode {
    let mut done = Vec::new();
    for drill in drills {
        for &backend in drill.over {
            println!("{} over {backend:?}: {}", drill.name, drill.what);
            let (mut sheet, began) = (Sheet::default(), Instant::now());
            let ended = catch_unwind(AssertUnwindSafe(|| (drill.run)(backend, &mut sheet)));
            if ended.is_err() {
                sheet.write("came to its end", "no, see above", Verdict::Failed);
            }
            done.push((drill.name, backend, sheet, began.elapsed()));
        }
    }
    println!("\n| drill | over | what | figure | |\n|---|---|---|---|---|");
    let mut failed = 0;
    for (name, backend, sheet, _) in &done {
        for Row {
            what,
            figure,
            verdict,
        } in &sheet.rows
        {
            let told = match verdict {
                Verdict::Measured => "",
                Verdict::Held => "holds",
                Verdict::Failed => "**fails**",
                Verdict::Skipped => "skipped",
            };
            failed += usize::from(*verdict == Verdict::Failed);
            println!("| {name} | {backend:?} | {what} | {figure} | {told} |");
        }
    }
    let took: Duration = done.iter().map(|(.., took)| *took).sum();
    println!(
        "\n{} drills in {took:.0?}, {failed} things that did not hold",
        done.len()
    );
    if done.is_empty() || failed > 0 {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
