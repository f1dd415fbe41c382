//! What the column `detalle` of a row that decided says, written and read in one place. It is a stored format: rows of
//! years ago are read by it, so that what is added to it must be one that may be missing.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::historia::HISTORICAS;
use super::practica::PRACTICADAS;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Sentido};
use crate::domain::rol::Rol;

/// Of a request that decides many notifications in one sense: what became of each code.
#[must_use]
pub fn decididas(
    sentido: Sentido,
    decididas: &BTreeSet<i32>,
    repetidas: &BTreeSet<i32>,
    denegadas: &BTreeSet<i32>,
) -> Value {
    json!({
        "sentido": sentido.code(),
        "decididas": decididas,
        "repetidas": repetidas,
        "denegadas": denegadas,
    })
}

/// Of a signed acuse that came back: of which notification it was, by which role, and which one that was given out. The
/// sense where it decided; rows of version 0.1.0 do not say it.
#[must_use]
pub fn devuelto(codigo: Codigo, rol: Rol, acuse: Uuid, sentido: Option<Sentido>) -> Value {
    let mut detalle = json!({
        "codigo": codigo.number(),
        "rol": rol.number(),
        "acuse": acuse.to_string(),
    });
    if let (Some(sentido), Value::Object(detalle)) = (sentido, &mut detalle) {
        detalle.insert("sentido".to_owned(), sentido.code().into());
    }
    detalle
}

/// Under which names codes of notifications stand in the particulars of any row: alone or in a list.
const CODES: [&str; 8] = [
    "codigo",
    CODIGOS,
    "decididas",
    "repetidas",
    "denegadas",
    "caducadas",
    HISTORICAS,
    PRACTICADAS,
];
/// The name for codes that have no other.
pub(in crate::store) const CODIGOS: &str = "codigos";
/// The name for NIFs that have no other.
pub(in crate::store) const NIFS: &str = "nifs";

/// Whether the particulars of a row tell of a notification.
pub(super) fn tells_of(detalle: &Value, codigo: Codigo) -> bool {
    let code = Value::from(codigo.number());
    // Or first in each of a list of lists, of which the rest tells how it stood.
    let begins = |one: &Value| one == &code || one.get(0) == Some(&code);
    let stands_in =
        |value: &Value| value == &code || value.as_array().is_some_and(|list| list.iter().any(begins));
    CODES.iter().any(|name| detalle.get(name).is_some_and(stands_in))
}

/// Whether the particulars of a row name somebody, under whatever name.
pub(super) fn names(detalle: &Value, nif: Nif) -> bool {
    match detalle {
        Value::String(text) => text == nif.as_str(),
        Value::Array(list) => list.iter().any(|value| names(value, nif)),
        Value::Object(members) => members.values().any(|value| names(value, nif)),
        _ => false,
    }
}

/// Either of the two, of a row that decided.
#[derive(Deserialize)]
#[serde(untagged)]
enum Detalle {
    Decididas { sentido: String, decididas: Vec<i32> },
    Devuelto { codigo: i32, sentido: Option<String> },
}

/// In which sense, as far as the row says it, and which codes, in order; nothing where it cannot be read.
pub(super) fn read(detalle: &str) -> Option<(Option<Sentido>, Vec<i32>)> {
    let (sentido, mut codigos) = match serde_json::from_str(detalle).ok()? {
        Detalle::Decididas { sentido, decididas } => (Some(sentido), decididas),
        Detalle::Devuelto { codigo, sentido } => (sentido, vec![codigo]),
    };
    codigos.sort_unstable();
    let sentido = match sentido {
        None => None,
        Some(code) => Some(Sentido::from_code(&code)?),
    };
    Some((sentido, codigos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back() {
        let of = |codes: &[i32]| codes.iter().copied().collect::<BTreeSet<_>>();
        let many = decididas(Sentido::Rechazo, &of(&[7, 3]), &of(&[9]), &of(&[]));
        assert_eq!(
            read(&many.to_string()),
            Some((Some(Sentido::Rechazo), vec![3, 7]))
        );
        let codigo = Codigo::new(5).unwrap();
        for sentido in [None, Some(Sentido::Aceptacion)] {
            let one = devuelto(codigo, Rol::Propio, Uuid::nil(), sentido);
            assert_eq!(read(&one.to_string()), Some((sentido, vec![5])));
        }
    }

    #[test]
    fn rows_of_the_first_version_are_read() {
        let many = r#"{"decididas":[2,1],"denegadas":[],"listas":[],"repetidas":[],"sentido":"aceptacion"}"#;
        assert_eq!(read(many), Some((Some(Sentido::Aceptacion), vec![1, 2])));
        let one = r#"{"acuse":"00000000-0000-0000-0000-000000000000","codigo":4,"listas":[],"rol":1}"#;
        assert_eq!(read(one), Some((None, vec![4])));
    }

    #[test]
    fn a_code_stands_alone_or_in_a_list_and_a_count_is_none() {
        let five = Codigo::new(5).unwrap();
        for told in [
            json!({"codigo": 5}),
            json!({"codigos": [4, 5]}),
            json!({"sentido": "rechazo", "decididas": [], "repetidas": [], "denegadas": [5]}),
            json!({"caducadas": [5, 6]}),
            json!({"historicas": [[4, 2, 5], [5, 0, null]]}),
            json!({"practicadas": [[5, 2, 4, "papel", true]]}),
        ] {
            assert!(tells_of(&told, five), "{told}");
        }
        for told in [
            json!({"codigo": 15}),
            json!({"cuantas": 5, "codigos": [55]}),
            json!({"rol": 5}),
            json!({"historicas": [[4, 2, 5], [6, 5, null]]}),
            json!(null),
        ] {
            assert!(!tells_of(&told, five), "{told}");
        }
    }

    #[test]
    fn a_nif_is_named_whole() {
        let nif = "12345678Z".parse().unwrap();
        assert!(names(&json!({"nifs": ["B99999120", "12345678Z"]}), nif));
        assert!(names(&json!({"nif": "12345678Z"}), nif));
        assert!(!names(&json!({"nombre": "AC de 12345678Z"}), nif));
    }

    #[test]
    fn anything_else_is_unreadable() {
        for text in [
            "",
            "{}",
            "null",
            r#"{"codigo":"4"}"#,
            r#"{"codigo":4,"sentido":"quizá"}"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
