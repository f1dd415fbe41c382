//! The log of a service: which lines it has, and how they look.

use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{LevelFilter, ParseError, Targets};
use tracing_subscriber::reload;

use crate::config::{LineFormat, Mistake, Mistakes, Registro};

use super::Failure;

/// Libraries that have a line, some of them at the level of errors, for whatever a stranger sends that is not HTTP: he could
/// fill the disk with them. An operator who wants to see them names the library; the last word about a target counts.
const QUIET: [&str; 1] = ["actix_http=off"];

/// Why a filter is none.
#[derive(Debug, thiserror::Error)]
enum FilterError {
    /// The library takes any word for the name of a target, so that a misspelt level would switch everything off.
    #[error("{0:?} is neither a level (error, warn, info, debug, trace) nor TARGET=LEVEL")]
    Directive(String),
    /// What goes wrong in the service would be told nowhere.
    #[error("{0:?} would hide the errors of notess")]
    Mute(String),
    /// The directives have no such form.
    #[error(transparent)]
    Parse(#[from] ParseError),
}

/// By which other lines are chosen while the log is written.
pub(super) struct Chosen(Exchange);

type Exchange = Box<dyn Fn(EnvFilter) -> Result<(), reload::Error> + Send>;

/// Has lines written from now on.
pub(super) fn start(registro: &Registro) -> Result<Chosen, Failure> {
    let filter = filter(&registro.nivel).map_err(blame)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let exchange: Exchange = match registro.formato {
        LineFormat::Json => {
            let lines = lines
                .json()
                .flatten_event(true)
                .with_span_list(false)
                .with_filter_reloading();
            let handle = lines.reload_handle();
            lines.try_init()?;
            Box::new(move |filter| handle.reload(filter))
        }
        LineFormat::Text => {
            let lines = lines.with_target(false).with_filter_reloading();
            let handle = lines.reload_handle();
            lines.try_init()?;
            Box::new(move |filter| handle.reload(filter))
        }
    };
    Ok(Chosen(exchange))
}

impl Chosen {
    /// Chooses lines anew; those that were chosen stay if it cannot be done.
    pub(super) fn change(&self, nivel: &str) -> Result<(), Failure> {
        let filter = filter(nivel).map_err(blame)?;
        Ok((self.0)(filter)?)
    }
}

/// What of these settings cannot be used.
pub(super) fn mistake(registro: &Registro) -> Option<Mistake> {
    filter(&registro.nivel)
        .err()
        .map(|error| Mistake::new("registro.nivel", error))
}

fn blame(error: FilterError) -> Failure {
    Mistakes(vec![Mistake::new("registro.nivel", error)]).into()
}

fn filter(nivel: &str) -> Result<EnvFilter, FilterError> {
    let directives: Vec<&str> = nivel.split(',').map(str::trim).collect();
    if let Some(other) = directives.iter().find(|directive| !is_directive(directive)) {
        return Err(FilterError::Directive((*other).to_owned()));
    }
    // Those about spans say nothing of lines outside of them.
    let of_targets: Vec<&str> = directives
        .iter()
        .copied()
        .filter(|directive| !directive.contains('['))
        .collect();
    if of_targets.is_empty()
        || !of_targets
            .join(",")
            .parse::<Targets>()?
            .would_enable("notess", &Level::ERROR)
    {
        return Err(FilterError::Mute(nivel.to_owned()));
    }
    Ok([&QUIET, directives.as_slice()].concat().join(",").parse()?)
}

/// A level, or what it is for and a level.
fn is_directive(text: &str) -> bool {
    // The library takes an empty text for a level too.
    let is_level = |text: &str| !text.is_empty() && text.parse::<LevelFilter>().is_ok();
    match text.rsplit_once('=') {
        Some((of, level)) => !of.is_empty() && is_level(level),
        None => is_level(text),
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// Whether errors of the HTTP library, and debug lines of ours, are written.
    fn written(nivel: &str) -> (bool, bool) {
        let lines = tracing_subscriber::registry().with(filter(nivel).unwrap());
        tracing::subscriber::with_default(lines, || {
            (
                tracing::enabled!(target: "actix_http::h1::dispatcher", Level::ERROR),
                tracing::enabled!(target: "notess::http", Level::DEBUG),
            )
        })
    }

    #[test]
    fn what_strangers_have_the_http_library_say_is_written_only_if_it_is_asked_for_by_name() {
        assert_eq!(written("info"), (false, false));
        assert_eq!(written("trace"), (false, true));
        assert_eq!(written("warn,notess=debug"), (false, true));
        assert_eq!(written("warn,actix_http=error"), (true, false));
        assert_eq!(written("debug, actix_http::h1=warn"), (true, true));
    }

    #[test]
    fn a_filter_that_would_hide_what_goes_wrong_is_refused() {
        for good in [
            "error",
            "INFO",
            "warn,notess=debug",
            "off,notess=error",
            "info,[request]=trace",
        ] {
            assert!(filter(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            ",",
            "info,",
            "inof",
            "nada?",
            "info,notes",
            "notess=inof",
            "notess=",
            "=info",
            "[request]",
        ] {
            assert!(matches!(filter(bad), Err(FilterError::Directive(_))), "{bad}");
        }
        for mute in ["off", "info,notess=off", "actix_http=debug", "[request]=trace"] {
            assert!(matches!(filter(mute), Err(FilterError::Mute(_))), "{mute}");
        }
    }
}
