//! `Fields`: what a call of the door says, field by field, keeping all that is wrong with it.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::answer::{Refused, Wrong};

/// The fields of a call that were not asked for yet, and what is wrong with others.
pub(super) struct Fields {
    left: Map<String, Value>,
    wrong: Vec<Wrong>,
}

impl Fields {
    /// Those of a JSON object.
    pub(super) fn read(body: &[u8]) -> Result<Self, Refused> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(left)) => Ok(Self {
                left,
                wrong: Vec::new(),
            }),
            Ok(_) => Err(Refused::asked(vec![Wrong::whole(
                "el cuerpo ha de ser un objeto JSON: {\"campo\": valor}",
            )])),
            Err(error) => Err(Refused::asked(vec![Wrong::whole(format!(
                "el cuerpo no es JSON: línea {}, columna {}",
                error.line(),
                error.column()
            ))])),
        }
    }

    /// Keeps what is wrong with a field.
    pub(super) fn refuse(&mut self, campo: &str, motivo: impl Into<String>) {
        self.wrong.push(Wrong::field(campo, motivo));
    }

    /// Whether nothing is wrong so far.
    pub(super) fn is_sound(&self) -> bool {
        self.wrong.is_empty()
    }

    /// A text that may be missing.
    pub(super) fn text(&mut self, campo: &str) -> Option<String> {
        match self.left.remove(campo)? {
            Value::String(text) => Some(text),
            Value::Null => None,
            _ => {
                self.refuse(campo, "ha de ser un texto");
                None
            }
        }
    }

    /// A whole number that may be missing.
    pub(super) fn number(&mut self, campo: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let value = self.left.remove(campo).filter(|value| !value.is_null())?;
        let number = value.as_u64().filter(|number| range.contains(number));
        if number.is_none() {
            let (low, high) = range.into_inner();
            self.refuse(campo, format!("ha de ser un número entero de {low} a {high}"));
        }
        number
    }

    /// The value, if nothing is wrong, fields that nobody asked for among it.
    pub(super) fn finish<T>(mut self, known: &[&str], value: Option<T>) -> Result<T, Refused> {
        let unknown: Vec<String> = self.left.keys().cloned().collect();
        for campo in unknown {
            self.refuse(
                &campo,
                format!("no hay tal campo; los que hay: {}", known.join(", ")),
            );
        }
        match value {
            Some(value) if self.wrong.is_empty() => Ok(value),
            _ => Err(Refused::asked(self.wrong)),
        }
    }
}
