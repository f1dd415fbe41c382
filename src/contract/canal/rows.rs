//! `Rows`: what never changes of a notification's row in a listing, as it was written for the listing before.
//!
//! Of a row that was written before, only the roles by which it is reached, its state and its term can differ: the rest
//! says what was published.

use std::sync::Arc;

use super::NS;
use super::wire_time::Stamp;
use crate::domain::notificacion::{Categoria, Publicada};
use crate::remembered::{Remembered, Weighed};
use crate::xml::write::{Fragments, Out};

/// Room for a row while it is written.
const ROOM: usize = 1024;

/// A row's elements: those before its roles, those between them and its state, those between that and its term, and those
/// after it.
pub(super) type Row = Fragments<4>;

/// The rows that are remembered, of one database.
#[derive(Default)]
pub struct Rows(Remembered<Row>);

impl Weighed for Row {
    fn octets(&self) -> usize {
        self.size() + size_of::<Self>()
    }
}

impl Rows {
    /// Forgets all ([`Remembered::forget`]).
    pub fn forget(&self) {
        self.0.forget();
    }

    /// The row of a notification.
    pub(super) fn of(&self, publicada: &Publicada) -> Arc<Row> {
        self.0.get(&publicada.codigo).unwrap_or_else(|| {
            let row = Arc::new(written(publicada));
            self.0.keep(publicada.codigo, Arc::clone(&row));
            row
        })
    }
}

fn written(publicada: &Publicada) -> Row {
    let procedimiento = publicada.procedimiento;
    let special = publicada.categoria == Categoria::Especial;
    let identity = |out: &mut Out<'static>| {
        out.number("codigo", publicada.codigo.number());
        out.token("poderdante", publicada.sujeto.as_str());
    };
    let matter = |out: &mut Out<'static>| {
        out.token("entidad", procedimiento.entidad.code());
        if !special {
            // The code would tell what the neutral words hide (D-57).
            out.token("codigoProcedimiento", procedimiento.codigo);
        }
        out.token("procedimiento", publicada.procedimiento_visible());
        out.token("materia", procedimiento.materia.code());
        out.element("asunto", publicada.asunto_visible());
        out.token("tipoDestinatario", publicada.tipo_destinatario.code());
        out.element("destinatario", &publicada.destinatario);
        out.element("nombreDestinatario", &publicada.denominacion);
    };
    let availability = |out: &mut Out<'static>| {
        let from = Stamp::seconds(publicada.puesta_a_disposicion);
        out.token("puestaADisposicion", from.as_str());
    };
    let document = |out: &mut Out<'static>| {
        out.boolean("categoriaEspecial", special);
        out.within("documento", |out| {
            out.hex("huella", &publicada.documento.huella.0);
            out.number("tamano", publicada.documento.tamano);
        });
    };
    Row::written(ROOM, NS, [&identity, &matter, &availability, &document])
}
