//! From settings to the keys of what lies encrypted in the database.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Display;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::config::{Cifrado, Clave, Entorno, Mistake, Mistakes, Settings};
use crate::store::Loose;
use crate::store::cipher::{KeyError, KeyId, Keys, MasterKey, Without};

use super::key_file::first_line;

/// Rights of others than the owner.
const OTHERS: u32 = 0o077;

/// The keys that the settings name, or all that keeps them from being used.
pub fn cipher_keys(settings: &Settings) -> Result<Keys, Mistakes> {
    let Cifrado { actual, claves } = &settings.cifrado;
    let mut mistakes = Vec::new();
    let mut by_id = BTreeMap::new();
    for (id, clave) in claves {
        match named(id, clave) {
            Ok((id, key)) => drop(by_id.insert(id, key)),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    let of_actual = |error| Mistake::new("cifrado.actual", error);
    let current = actual.as_ref().map(|id| id.parse::<KeyId>()).transpose();
    // Where nothing of special categories may lie open, it is not published without a key.
    let without = match settings.entorno {
        Entorno::Produccion => Without::Refuse,
        Entorno::Pruebas => Without::Plain,
    };
    if mistakes.is_empty() {
        let keys = current.and_then(|current| Keys::new(by_id, current, without));
        keys.map_err(|error| Mistakes(vec![of_actual(error)]))
    } else {
        mistakes.extend(current.err().map(of_actual));
        Err(Mistakes(mistakes))
    }
}

/// The files of keys that others than their owner may read or write. Nothing changes them: whoever made them so may have had
/// a reason.
#[must_use]
pub fn loose_keys(settings: &Settings) -> Vec<Loose> {
    let files = settings
        .cifrado
        .claves
        .values()
        .filter_map(|clave| clave.fichero.clone());
    let loose = |path: PathBuf| {
        let mode = fs::metadata(&path).ok()?.permissions().mode() & 0o777;
        (mode & OTHERS != 0).then_some(Loose { path, mode })
    };
    files.filter_map(loose).collect()
}

fn is_key(text: &str) -> bool {
    text.parse::<MasterKey>().is_ok()
}

fn named(id: &str, clave: &Clave) -> Result<(KeyId, MasterKey), Mistake> {
    let option = format!("cifrado.claves.{id}");
    let of_key = |reason: &dyn Display| Mistake::new(option.as_str(), reason);
    let id = id.parse().map_err(|error: KeyError| of_key(&error))?;
    let key = match clave {
        Clave {
            valor: Some(valor),
            fichero: None,
        } => valor
            .reveal()
            .parse()
            .map_err(|error: KeyError| Mistake::new(format!("{option}.valor"), error)),
        Clave {
            valor: None,
            fichero: Some(path),
        } => {
            let of_file = |reason: &dyn Display| {
                Mistake::new(
                    format!("{option}.fichero"),
                    format!("{}: {reason}", path.display()),
                )
            };
            // Neither does a path that cannot be read show a key.
            if path.file_name().and_then(OsStr::to_str).is_some_and(is_key) {
                let reason = "is a key, not the file that holds it; a key itself goes into `valor`";
                return Err(Mistake::new(format!("{option}.fichero"), reason));
            }
            let line = first_line(fs::read(path).map_err(|error| of_file(&error))?);
            String::from_utf8_lossy(&line)
                .trim()
                .parse()
                .map_err(|error: KeyError| of_file(&error))
        }
        Clave { valor: Some(_), .. } => Err(of_key(&"give the key in one way, not in two")),
        Clave { .. } => Err(of_key(&"names neither `fichero` nor `valor`")),
    };
    Ok((id, key?))
}
