//! What the commands of operators have in common: where the settings are, who operates, and the desk at which they work.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use clap::Args;
use uuid::Uuid;

use crate::channel::{cipher_keys, loose_keys};
use crate::store::{DatabaseUrl, Desk, Loose, Operador, Store, demonstration};

use super::clocks::{ahead, official_time};
use super::{Config, Failure, shifted};

/// What the journal has for an account that nothing names.
const UNKNOWN: &str = "desconocido";
/// Longest name, in characters.
const LONGEST: usize = 100;
/// Which accounts there are (passwd(5)).
const ACCOUNTS: &str = "/etc/passwd";
/// What the kernel tells of this process (proc(5)): it belongs to whoever runs it.
const ITSELF: &str = "/proc/self";

/// Who runs a command of operators, and by which settings.
#[derive(Debug, Args)]
pub(super) struct Operator {
    #[command(flatten)]
    pub(super) config: Config,
    /// Who operates, for the journal; without it, the account that runs the command
    #[arg(long, value_name = "NAME", value_parser = name)]
    operador: Option<String>,
}

impl Operator {
    /// The store of the settings, brought up to date, as somebody's of whom the journal tells what he did (D-115). A command has
    /// no other way to it.
    pub(super) fn desk(&self) -> Result<Desk<'static>, Failure> {
        let store = self.store()?;
        Ok(Desk::new(store, self.operador(), Uuid::now_v7(), &official_time))
    }

    fn store(&self) -> Result<Store, Failure> {
        let settings = self.config.read()?;
        let url: DatabaseUrl = settings.database_url.parse()?;
        let keys = cipher_keys(&settings)?;
        let store = Store::open(&url, 2)?;
        store.migrate()?;
        if !ahead().is_zero() && store.read(demonstration::prepared)?.is_none() {
            return Err(shifted::refused());
        }
        store.use_keys(keys, official_time())?;
        for Loose { path, mode } in url.loose_files().into_iter().chain(loose_keys(&settings)) {
            eprintln!(
                "notess: warning: others than its owner may read or write {} ({mode:04o}); chmod 600 makes it its owner's alone",
                path.display()
            );
        }
        Ok(store)
    }

    /// He, by the name that he says or that his shell has; and the account, as the kernel has it, if that is another one.
    fn operador(&self) -> Operador {
        let nombre = self.operador.clone().or_else(of_the_shell);
        let cuenta = account();
        let nombre = nombre
            .or_else(|| cuenta.clone())
            .unwrap_or_else(|| UNKNOWN.to_owned());
        Operador {
            cuenta: cuenta.filter(|cuenta| *cuenta != nombre),
            nombre,
        }
    }
}

/// A name by which the journal is to know somebody.
fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > LONGEST || name.chars().any(char::is_control) {
        return Err(format!(
            "a name has 1 to {LONGEST} characters, all of them visible"
        ));
    }
    Ok(name.to_owned())
}

/// Who runs the command, as his shell says; under sudo he who asked for it.
fn of_the_shell() -> Option<String> {
    ["SUDO_USER", "LOGNAME", "USER"]
        .into_iter()
        .find_map(|variable| std::env::var(variable).ok())
        .and_then(|said| name(&said).ok())
}

/// The account that runs the command, which no variable changes: its name, or its number where it has none.
fn account() -> Option<String> {
    let number = fs::metadata(ITSELF).ok()?.uid();
    let accounts = fs::read_to_string(ACCOUNTS).unwrap_or_default();
    Some(named(&accounts, number).unwrap_or_else(|| number.to_string()))
}

fn named(accounts: &str, number: u32) -> Option<String> {
    let number = number.to_string();
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == number).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_visible() {
        assert_eq!(name(" Ana Prado ").as_deref(), Ok("Ana Prado"));
        for text in ["", "  ", "ana\nhecho", &"a".repeat(101)] {
            assert!(name(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_account_is_named_by_its_number() {
        let accounts = "root:x:0:0:root:/root:/bin/sh\nana:x:1001:1001::/home/ana:/bin/sh\nroto\n";
        assert_eq!(named(accounts, 1001).as_deref(), Some("ana"));
        assert_eq!(named(accounts, 0).as_deref(), Some("root"));
        assert_eq!(named(accounts, 100), None);
    }
}
