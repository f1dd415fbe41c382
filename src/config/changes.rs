//! In what two settings differ, and which of that a running service takes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Firma, Sello, Settings};

/// What is read again while the service runs.
const TAKEN: &[&str] = &[
    "firma.certificado",
    "firma.clave",
    "firma.contrasena_fichero",
    "sello.certificado",
    "sello.clave",
    "sello.contrasena_fichero",
    "sello.cadena",
    "sello.revocacion",
    "tls.certificado",
    "tls.clave",
    "tls.contrasena_fichero",
    "registro.nivel",
];

impl Settings {
    /// The options that have other values in `new`, and that only a restart takes.
    #[must_use]
    pub fn needing_restart(&self, new: &Self) -> Vec<String> {
        // With it or without it is another way to listen.
        let tls = (self.tls.is_some() != new.tls.is_some()).then(|| "tls".to_owned());
        let log = self.transparencia.is_some() != new.transparencia.is_some();
        let log = log.then(|| "transparencia".to_owned());
        // Which keys there are has no default, and the keys themselves are not written down.
        let keys = (self.cifrado.claves != new.cifrado.claves).then(|| "cifrado.claves".to_owned());
        let (old, new) = (self.values(), new.values());
        let differs = |option: &&String| {
            let known = old.contains_key(*option) && new.contains_key(*option);
            known
                && old.get(*option) != new.get(*option)
                && !TAKEN.contains(&option.as_str())
                && !option.starts_with("cifrado.claves.")
        };
        old.keys()
            .filter(differs)
            .cloned()
            .chain(tls)
            .chain(log)
            .chain(keys)
            .collect()
    }

    /// Each option with its value.
    fn values(&self) -> BTreeMap<String, Value> {
        let mut values = BTreeMap::new();
        // Settings are plain values, of which none is a key of a map: each can be written.
        flatten("", serde_json::to_value(self).unwrap_or_default(), &mut values);
        values
    }
}

/// The names of all options that have a value by themselves.
#[cfg(test)]
pub(super) fn options(settings: &Settings) -> Vec<String> {
    settings.values().into_keys().collect()
}

impl Firma {
    /// Takes from `new` what names key and certificate, and what opens the key.
    pub(crate) fn take_identity(&mut self, new: &Self) {
        self.certificado.clone_from(&new.certificado);
        self.clave.clone_from(&new.clave);
        self.contrasena.clone_from(&new.contrasena);
        self.contrasena_fichero.clone_from(&new.contrasena_fichero);
    }
}

impl Sello {
    /// Takes from `new` what names the seal's key, what opens it, its certificate and what is above that.
    pub fn take_seal(&mut self, new: &Self) {
        self.certificado.clone_from(&new.certificado);
        self.clave.clone_from(&new.clave);
        self.contrasena_fichero.clone_from(&new.contrasena_fichero);
        self.cadena.clone_from(&new.cadena);
        self.revocacion.clone_from(&new.revocacion);
    }
}

/// Options under the names by which they are written: those of a table begin with its name and a point.
fn flatten(name: &str, value: Value, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let dot = if name.is_empty() { "" } else { "." };
                flatten(&format!("{name}{dot}{field}"), value, into);
            }
        }
        value => {
            into.insert(name.to_owned(), value);
        }
    }
}
