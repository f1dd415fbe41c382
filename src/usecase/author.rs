//! `Author`: what the journal says of whoever acts.

use serde_json::{Value, json};

use crate::domain::nif::Nif;
use crate::domain::notificacion::Huella;
use crate::trust::ListaConsultada;

use super::caller::Identified;

/// Whoever acts, in the columns of the journal.
pub(super) struct Author {
    /// The natural person, unless it is a seal or the service itself.
    pub(super) persona: Option<Nif>,
    /// The entity, if it acts for one.
    pub(super) entidad: Option<Nif>,
    /// Who vouches for it: the certificate's issuer.
    pub(super) emisor: String,
    /// The number by which its voucher knows it: the certificate's.
    pub(super) serie: String,
    /// The revocation lists by which the certificate was good.
    listas: Vec<ListaConsultada>,
}

impl Author {
    /// The service itself, which writes down what time has done: nobody asked.
    pub(super) fn service() -> Self {
        Self {
            persona: None,
            entidad: None,
            emisor: "servicio".to_owned(),
            serie: String::new(),
            listas: Vec::new(),
        }
    }

    /// Somebody who was not asked who he is.
    pub(super) fn anybody() -> Self {
        Self {
            emisor: "publico".to_owned(),
            ..Self::service()
        }
    }

    /// What a row says of an act that decides, with the revocation lists by which the signer's certificate was good: whoever
    /// keeps the lists can show later what each said (D-71).
    pub(super) fn with_lists(&self, mut detalle: Value) -> Value {
        let listas = self.listas.iter().map(|lista| {
            json!({
                "huella": Huella(lista.huella).to_string(),
                "actualizada": lista.actualizada.to_rfc3339(),
            })
        });
        if let Value::Object(detalle) = &mut detalle {
            detalle.insert("listas".to_owned(), listas.collect());
        }
        detalle
    }
}

impl From<Identified<'_>> for Author {
    fn from(who: Identified<'_>) -> Self {
        match who {
            Identified::Certificate(holder) => Self {
                persona: holder.firmante().persona(),
                entidad: holder.firmante().entidad(),
                emisor: holder.emisor().to_owned(),
                serie: holder.serie().to_owned(),
                listas: holder.listas().to_vec(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn the_row_of_a_decision_names_the_revocation_lists_that_were_consulted() {
        let lista = ListaConsultada {
            huella: [0xab; 32],
            actualizada: DateTime::from_timestamp(1_773_000_000, 0).unwrap(),
        };
        let author = Author {
            listas: vec![lista],
            ..Author::service()
        };
        assert_eq!(
            author.with_lists(json!({ "rol": 1 })),
            json!({
                "rol": 1,
                "listas": [{ "huella": "ab".repeat(32), "actualizada": "2026-03-08T20:00:00+00:00" }],
            })
        );
    }
}
