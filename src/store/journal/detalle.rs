//! What the column `detalle` of a row that decided says, written and read in one place. It is a stored format: rows of
//! years ago are read by it, so that what is added to it must be one that may be missing.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

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
