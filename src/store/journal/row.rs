//! A row of the journal as it lies, which may have been altered: what it says, and its place in the chain.

use diesel::prelude::*;
use uuid::Uuid;

use super::CLOCK_ACCEPTED;
use super::chain;
use super::columns::{Columns, FORMATO_1, FORMATO_2};
use crate::domain::notificacion::Huella;
use crate::store::backend::{Reader, on_each};
use crate::store::columns::Micros;
use crate::store::error::StoreError;
use crate::store::schema::{auditoria, cadena};
use crate::store::stored::{Stored, nullable};

/// A text as it lies.
pub(super) type Text = Stored<String>;

/// What a row says. What a column cannot hold is nothing inside.
#[derive(Queryable, Selectable)]
#[diesel(table_name = auditoria)]
pub(in crate::store) struct Contents {
    id: i64,
    formato: i16,
    pub(in crate::store) instante: Micros,
    pub(super) peticion: Stored<Uuid>,
    pub(super) operacion: Text,
    pub(super) persona: Option<Text>,
    pub(super) entidad: Option<Text>,
    pub(super) emisor: Text,
    pub(super) serie: Text,
    pub(super) poderdante: Option<Text>,
    pub(super) resultado: Text,
    pub(super) detalle: Text,
    pub(super) evidencia: Option<Stored<Huella>>,
    hojas: i32,
    entradas: Option<Stored<Huella>>,
    hash: Stored<Huella>,
}

/// The place of a row in the chain.
#[derive(Queryable, Selectable)]
#[diesel(table_name = cadena)]
pub(in crate::store) struct Link {
    pub(in crate::store) secuencia: i64,
    pub(in crate::store) asiento: i64,
    pub(in crate::store) anterior: Stored<Huella>,
    pub(in crate::store) hash: Stored<Huella>,
    pub(in crate::store) hojas: i64,
}

/// A row, with its place if it has one.
pub(in crate::store) struct Row {
    pub(in crate::store) contents: Contents,
    pub(in crate::store) link: Option<Link>,
}

impl std::ops::Deref for Row {
    type Target = Contents;

    fn deref(&self) -> &Contents {
        &self.contents
    }
}

impl From<(Contents, Option<Link>)> for Row {
    fn from((contents, link): (Contents, Option<Link>)) -> Self {
        Self { contents, link }
    }
}

impl Row {
    pub(super) fn unnumbered(contents: Contents) -> Self {
        Self { contents, link: None }
    }

    /// Its number, if it has one.
    pub(in crate::store) fn secuencia(&self) -> Option<i64> {
        self.link.as_ref().map(|link| link.secuencia)
    }

    /// Whether it bears the hash of what it says.
    pub(in crate::store) fn is_intact(&self) -> bool {
        let place = self
            .link
            .as_ref()
            .and_then(|link| Some((link.anterior.0?, link.secuencia)));
        let actual = self.contents.actual(place);
        actual.is_some() && actual == self.hash.0
    }
}

impl Contents {
    /// The id by which it is found.
    pub(in crate::store) fn id(&self) -> i64 {
        self.id
    }

    /// The hash that it bears, whatever it is worth.
    pub(in crate::store) fn borne(&self) -> Option<Huella> {
        self.hash.0
    }

    /// Whether it is of the first format, whose hash is that of its link too.
    pub(in crate::store) fn is_first(&self) -> bool {
        self.formato == FORMATO_1
    }

    /// How many leaves it says that it has beside its own.
    pub(in crate::store) fn hojas(&self) -> i32 {
        self.hojas
    }

    /// What it says that SHA-256 of their entries is; nothing inside where it cannot be read.
    #[expect(
        clippy::option_option,
        reason = "unreadable, null and a value are three answers"
    )]
    pub(in crate::store) fn entradas(&self) -> Option<Option<Huella>> {
        nullable(self.entradas.as_ref().map(|stored| Stored(stored.0)))
    }

    /// Whether it says that an operator set time right, which may be a step back.
    pub(in crate::store) fn sets_time(&self) -> bool {
        self.operacion.0.as_deref() == Some(CLOCK_ACCEPTED)
    }

    /// The hash of what it says: of the first format by its place, which is the hash before and its number. Nothing where a
    /// column cannot be read.
    pub(in crate::store) fn actual(&self, place: Option<(Huella, i64)>) -> Option<Huella> {
        match self.formato {
            // No leaves were known then.
            FORMATO_1 if self.hojas == 0 && self.entradas.is_none() => {
                let (anterior, secuencia) = place?;
                Some(self.columns()?.first(anterior, secuencia))
            }
            FORMATO_2 => Some(self.columns()?.second(self.hojas, self.entradas()?)),
            _ => None,
        }
    }

    fn columns(&self) -> Option<Columns<'_>> {
        Some(Columns {
            instante: self.instante.number(),
            peticion: self.peticion.0?,
            operacion: self.operacion.0.as_deref()?,
            persona: nullable_text(self.persona.as_ref())?,
            entidad: nullable_text(self.entidad.as_ref())?,
            emisor: self.emisor.0.as_deref()?,
            serie: self.serie.0.as_deref()?,
            poderdante: nullable_text(self.poderdante.as_ref())?,
            resultado: self.resultado.0.as_deref()?,
            detalle: self.detalle.0.as_deref()?,
            evidencia: nullable(self.evidencia.as_ref().map(|stored| Stored(stored.0)))?,
        })
    }
}

/// The hash that a link bears whose row has this one: of a row of the first format the same.
pub(in crate::store) fn linked(
    is_first: bool,
    contents: Huella,
    anterior: Huella,
    (secuencia, hojas): (i64, i64),
) -> Huella {
    if is_first {
        contents
    } else {
        chain::hash(anterior, secuencia, contents, hojas)
    }
}

/// Links behind a number, in order, each with its row if that is there: `limit` at most.
pub(in crate::store) fn page_after(
    conn: &mut Reader,
    secuencia: i64,
    limit: i64,
) -> Result<Vec<(Link, Option<Contents>)>, StoreError> {
    on_each!(conn, |c| {
        cadena::table
            .left_join(auditoria::table)
            .filter(cadena::secuencia.gt(secuencia))
            .order(cadena::secuencia)
            .limit(limit)
            .select((Link::as_select(), Option::<Contents>::as_select()))
            .load(c)
    })
}

#[expect(
    clippy::option_option,
    reason = "unreadable, null and a value are three answers"
)]
fn nullable_text(column: Option<&Text>) -> Option<Option<&str>> {
    column.map_or(Some(None), |stored| stored.0.as_deref().map(Some))
}
