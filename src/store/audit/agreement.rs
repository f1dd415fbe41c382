//! What tables say of each other, asked of the database in one question each.

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use super::{Fault, Finding, Sink};
use crate::store::backend::{Reader, on_each};
use crate::store::cipher::OVERHEAD;
use crate::store::error::StoreError;

/// One thing that must hold: the rows that break it are what the query gives, by code.
struct Rule {
    table: &'static str,
    column: Option<&'static str>,
    fault: Fault,
    broken: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        table: "acuses",
        column: Some("codigo"),
        fault: Fault::Dangling,
        broken: "select a.codigo from acuses a where not exists \
                 (select 1 from notificaciones n where n.codigo = a.codigo) order by a.codigo",
    },
    Rule {
        table: "acuses",
        column: Some("evidencia_huella"),
        fault: Fault::Dangling,
        broken: "select a.codigo from acuses a where not exists \
                 (select 1 from evidencias e where e.huella = a.evidencia_huella) order by a.codigo",
    },
    Rule {
        table: "notificaciones",
        column: Some("estado"),
        fault: Fault::NoAcuse,
        broken: "select n.codigo from notificaciones n where n.estado in (2, 3) and not exists \
                 (select 1 from acuses a where a.codigo = n.codigo) and not exists (select 1 from historicas h \
                 where h.codigo = n.codigo and h.estado = n.estado and h.instante = n.decidida) and not exists \
                 (select 1 from practicadas p where p.codigo = n.codigo and p.rige and p.estado = n.estado \
                 and p.instante = n.decidida) order by n.codigo",
    },
    // What counts of what was practised elsewhere; an acuse of later has no effect any more.
    Rule {
        table: "notificaciones",
        column: Some("decidida"),
        fault: Fault::LaterThanPractised,
        broken: "select distinct n.codigo from practicadas p join notificaciones n on n.codigo = p.codigo where p.rige \
                 and (n.decidida is null or n.decidida > p.instante) order by n.codigo",
    },
    Rule {
        table: "notificaciones",
        column: Some("estado"),
        fault: Fault::DiffersFromAcuse,
        broken: "select n.codigo from acuses a join notificaciones n on n.codigo = a.codigo where n.estado <> \
                 case a.sentido when 'aceptacion' then 2 when 'rechazo' then 3 else -1 end and not exists (select 1 from \
                 practicadas p where p.codigo = n.codigo and p.rige and p.estado = n.estado and p.instante = n.decidida \
                 and p.instante < a.instante) order by n.codigo",
    },
    Rule {
        table: "notificaciones",
        column: Some("decidida"),
        fault: Fault::DiffersFromAcuse,
        broken: "select n.codigo from acuses a join notificaciones n on n.codigo = a.codigo \
                 where n.decidida is not null and n.decidida <> a.instante and not exists (select 1 from practicadas p \
                 where p.codigo = n.codigo and p.rige and p.estado = n.estado and p.instante = n.decidida \
                 and p.instante < a.instante) order by n.codigo",
    },
    Rule {
        table: "notificaciones",
        column: Some("sujeto_nif"),
        fault: Fault::DiffersFromAcuse,
        broken: "select n.codigo from acuses a join notificaciones n on n.codigo = a.codigo \
                 where n.sujeto_nif <> a.sujeto_nif order by n.codigo",
    },
    Rule {
        table: "notificaciones",
        column: Some("documento_huella"),
        fault: Fault::DiffersFromAcuse,
        broken: "select n.codigo from acuses a join notificaciones n on n.codigo = a.codigo \
                 where n.documento_huella <> a.documento_huella order by n.codigo",
    },
    Rule {
        table: "notificaciones",
        column: Some("documento_huella"),
        fault: Fault::Dangling,
        broken: "select n.codigo from notificaciones n where not exists \
                 (select 1 from documentos d where d.huella = n.documento_huella) order by n.codigo",
    },
    Rule {
        table: "notificaciones",
        column: Some("documento_tamano"),
        fault: Fault::WrongLength,
        broken: "select n.codigo from notificaciones n join documentos d on d.huella = n.documento_huella \
                 where length(d.contenido) - case when d.clave is null then 0 else 89 end <> n.documento_tamano \
                 order by n.codigo",
    },
];

// A rule says by how much encrypted octets are longer than those that they hold.
const _: () = assert!(OVERHEAD == 89);

#[derive(QueryableByName)]
struct Broken {
    #[diesel(sql_type = Integer)]
    codigo: i32,
}

/// Asks for what breaks each rule.
pub(super) fn check(conn: &mut Reader, found: Sink<'_>) -> Result<(), StoreError> {
    for rule in RULES {
        let broken: Vec<Broken> = on_each!(conn, |c| diesel::sql_query(rule.broken).load(c))?;
        for row in broken {
            found(Finding {
                table: rule.table,
                key: row.codigo.to_string(),
                column: rule.column,
                fault: rule.fault,
            });
        }
    }
    Ok(())
}
