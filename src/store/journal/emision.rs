//! What the journal says of a document that was issued: every column of its row, but for its octets, of which the leaf has the hash,
//! and for its code, of which the journal has a hash that nobody can guess it by (E-50).

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use openssl::sha::Sha256;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::leaf::{Clase, Hoja};
use super::row::{Contents, Link, Row};
use crate::domain::cea::Cea;
use crate::domain::notificacion::Huella;
use crate::store::backend::{Reader, on_each};
use crate::store::error::StoreError;
use crate::store::schema::{auditoria, cadena, hojas};
use crate::store::stored::Stored;

/// The member of `detalle` that tells of it, beside that of the notification's code.
const EMITIDO: &str = "emitido";
/// How it begins in a row, as it is written.
const BEGINS: &str = "\"emitido\":{";
/// Names the hash of a code.
const CODE: &[u8] = b"notess cea 1\n";

/// A document as a row tells of it, and as it lies. It is a stored format: what is added to it must be what may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct Dicho {
    pub(in crate::store) id: i64,
    pub(in crate::store) tipo: i16,
    pub(in crate::store) numero: Option<i64>,
    pub(in crate::store) cea: String,
    pub(in crate::store) fecha: NaiveDate,
    /// SHA-256 of id and code.
    pub(in crate::store) cea_huella: String,
    pub(in crate::store) huella: String,
    /// Microseconds since 1970.
    pub(in crate::store) instante: i64,
    pub(in crate::store) de_nuevo: bool,
}

/// It, with what a row has of it elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Emision {
    pub(in crate::store) codigo: i32,
    pub(in crate::store) peticion: Uuid,
    pub(in crate::store) dicho: Dicho,
}

/// What the particulars of a row say of it.
#[derive(Deserialize)]
struct Detalle {
    codigo: i32,
    emitido: Dicho,
}

impl Emision {
    /// What `detalle` says.
    pub(in crate::store) fn detalle(&self) -> Value {
        json!({ "codigo": self.codigo, EMITIDO: self.dicho })
    }

    /// Its leaf.
    pub(in crate::store) fn hoja(&self, huella: Huella) -> Hoja {
        Hoja {
            clase: Clase::Documento,
            referencia: self.dicho.id.to_string(),
            huella,
        }
    }

    /// What a row tells; nothing inside if it tells of no document, and nothing at all if it cannot be read.
    #[expect(
        clippy::option_option,
        reason = "unreadable, not of a document and of one are three answers"
    )]
    pub(in crate::store) fn of(row: &Contents) -> Option<Option<Self>> {
        let text = row.detalle.0.as_deref().unwrap_or_default();
        if !text.contains(BEGINS) {
            return Some(None);
        }
        let Detalle { codigo, emitido } = serde_json::from_str(text).ok()?;
        Some(Some(Self {
            codigo,
            peticion: row.peticion.0?,
            dicho: emitido,
        }))
    }

    /// The column of `documentos_emitidos` that is not what this says.
    pub(in crate::store) fn difference(&self, lies: &Self) -> Option<&'static str> {
        let (said, is) = (&self.dicho, &lies.dicho);
        let differs = [
            ("id", said.id != is.id),
            ("tipo", said.tipo != is.tipo),
            ("codigo", self.codigo != lies.codigo),
            ("numero", said.numero != is.numero),
            ("cea", said.cea != is.cea),
            ("cea_fecha", said.fecha != is.fecha),
            ("cea_codigo", said.cea_huella != is.cea_huella),
            ("huella", said.huella != is.huella),
            ("emitido", said.instante != is.instante),
            ("peticion", self.peticion != lies.peticion),
            ("de_nuevo", said.de_nuevo != is.de_nuevo),
        ];
        differs
            .into_iter()
            .find_map(|(column, differs)| differs.then_some(column))
    }
}

/// SHA-256 by which the journal knows a code: of 150 random bits, so that it tells nothing of them.
pub(in crate::store) fn cea_huella(cea: &Cea) -> String {
    let mut sha = Sha256::new();
    for part in [CODE, cea.id.as_str().as_bytes(), cea.codigo.as_str().as_bytes()] {
        sha.update(part);
    }
    Huella(sha.finish()).to_string()
}

/// A leaf of a document, as it lies.
type Leaf = (i64, i32, Stored<Huella>);

/// Spelt as in the index that serves it: a bound value hides it.
const OF_DOCUMENTS: &str = "clase = 6";

/// Confirms that a document is what the journal says that was issued, by a row that bears its own hash and has the document's leaf;
/// gives the index of the leaf, once it has one.
pub(in crate::store) fn vouch(conn: &mut Reader, issued: &Emision) -> Result<Option<i64>, StoreError> {
    let id = issued.dicho.id;
    let leaves: Vec<Leaf> = on_each!(conn, |c| {
        hojas::table
            .filter(sql::<Bool>(OF_DOCUMENTS))
            .filter(hojas::referencia.eq(id.to_string()))
            .select((hojas::asiento, hojas::orden, hojas::huella))
            .load(c)
    })?;
    for (asiento, orden, huella) in leaves {
        if huella.0.map(|huella| huella.to_string()).as_ref() != Some(&issued.dicho.huella) {
            continue;
        }
        let row: Option<(Contents, Option<Link>)> = on_each!(conn, |c| {
            auditoria::table
                .left_join(cadena::table)
                .filter(auditoria::id.eq(asiento))
                .select((Contents::as_select(), Option::<Link>::as_select()))
                .first(c)
                .optional()
        })?;
        let Some(row) = row.map(Row::from).filter(Row::is_intact) else {
            continue;
        };
        if Emision::of(&row).flatten().as_ref() == Some(issued) {
            let before = row
                .link
                .as_ref()
                .map(|link| link.hojas - 1 - i64::from(row.hojas()));
            return Ok(before.map(|before| before + i64::from(orden)));
        }
    }
    Err(StoreError::corrupt("documentos_emitidos", &id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::plan_of;

    #[test]
    fn sqlite_finds_by_an_index_the_leaf_of_a_document() {
        assert_eq!(OF_DOCUMENTS, format!("clase = {}", Clase::Documento.number()));
        let steps = plan_of(&format!(
            "select orden from hojas where {OF_DOCUMENTS} and referencia = ''"
        ));
        assert!(
            matches!(steps.as_slice(), [one] if one.contains("INDEX hojas_documentos")),
            "{steps:?}"
        );
    }

    #[test]
    fn what_a_row_tells_begins_as_it_is_looked_for() {
        let dicho = Dicho {
            id: 1,
            tipo: 1,
            numero: None,
            cea: "AC0123456789".to_owned(),
            fecha: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
            cea_huella: String::new(),
            huella: String::new(),
            instante: 0,
            de_nuevo: false,
        };
        let emision = Emision {
            codigo: 7,
            peticion: Uuid::nil(),
            dicho,
        };
        let text = emision.detalle().to_string();
        assert!(text.contains(BEGINS), "{text}");
        let read: Detalle = serde_json::from_str(&text).unwrap();
        assert_eq!((read.codigo, read.emitido), (7, emision.dicho));
    }
}
