//! How a demonstration was made, kept beside what has become of it, so that it can be put back.
//!
//! Beside each table lies a copy of it. Putting back writes only what differs, in one transaction, so that it takes as long as
//! what was done since, and nobody sees half of it. What refuses changes elsewhere lets these through within that transaction
//! alone.

use std::fmt::Write;

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::backend::{Backend, Reader, Writer, on_each};
use super::error::StoreError;
use super::journal;
use super::migration::has_table;
use super::transaction::{Durability, Store};

/// A table, with the columns that tell its rows apart.
type Table = (&'static str, &'static [&'static str]);

/// Every table that holds a world, each after those to whose rows its own point. What a service knows of
/// itself is none of them: its certificates, its keys, its machine's clock.
const TABLES: [Table; 43] = [
    ("personas", &["nif"]),
    ("cuentas_dichas", &["secuencia"]),
    ("certificados_admitidos", &["id"]),
    ("generaciones", &["nombre"]),
    ("poderes", &["referencia"]),
    ("poderes_dichos", &["secuencia"]),
    ("autorizaciones_red", &["numero"]),
    ("titulares_red", &["secuencia"]),
    ("usuarios_red", &["secuencia"]),
    ("tenencias_red", &["nif", "autorizacion", "calidad", "desde"]),
    ("asignaciones_dichas", &["secuencia"]),
    (
        "asignaciones_red",
        &["sujeto_nif", "autorizacion", "cuenta", "desde"],
    ),
    ("cambios_red", &["sujeto_nif", "instante"]),
    ("documentos", &["huella"]),
    ("notificaciones", &["codigo"]),
    ("historicas", &["codigo"]),
    ("practicadas", &["secuencia"]),
    ("caducidades_anuladas", &["codigo", "caducidad"]),
    ("evidencias", &["huella"]),
    ("acuses", &["codigo"]),
    (
        "acuses_solicitados",
        &["sujeto_nif", "codigo", "rol", "persona_nif", "entidad_nif"],
    ),
    ("documentos_emitidos", &["id"]),
    ("cea_usados", &["marca"]),
    ("cea_fallos", &["marca"]),
    ("acuses_sellados", &["codigo"]),
    ("sellador", &["unica"]),
    ("auditoria", &["id"]),
    ("cadena", &["secuencia"]),
    ("hojas", &["asiento", "orden"]),
    ("puntos", &["orden"]),
    ("teselas", &["nivel", "numero"]),
    ("sellos", &["secuencia"]),
    ("auditoria_cabeza", &["unica"]),
    ("reloj_aceptado", &["unica"]),
    ("mensajes_vistos", &["huella"]),
    ("cargas", &["huella", "clase"]),
    ("procedimientos", &["secuencia"]),
    ("calendarios", &["secuencia"]),
    ("incidencias", &["secuencia"]),
    ("incidencias_anuladas", &["incidencia"]),
    ("plazos", &["unica"]),
    ("sucesiones", &["secuencia"]),
    ("sucesiones_anuladas", &["sucesion"]),
];

/// The same, of a server alone.
const OF_A_SERVER: [Table; 1] = [("secuenciador", &["unica"])];

/// The tables to whose rows others point. What has changed in one of them is changed back where it is.
const POINTED_AT: [&str; 7] = [
    "autorizaciones_red",
    "documentos",
    "notificaciones",
    "evidencias",
    "auditoria",
    "incidencias",
    "sucesiones",
];

/// The tables whose rows are numbered by the database, and their numbers.
const NUMBERED: [(&str, &str); 12] = [
    ("cuentas_dichas", "secuencia"),
    ("certificados_admitidos", "id"),
    ("poderes_dichos", "secuencia"),
    ("titulares_red", "secuencia"),
    ("usuarios_red", "secuencia"),
    ("asignaciones_dichas", "secuencia"),
    ("procedimientos", "secuencia"),
    ("calendarios", "secuencia"),
    ("incidencias", "secuencia"),
    ("practicadas", "secuencia"),
    ("sucesiones", "secuencia"),
    ("documentos_emitidos", "id"),
];

/// The same, of a server alone.
const NUMBERED_BY_A_SERVER: [(&str, &str); 2] = [("auditoria", "id"), ("sellos", "secuencia")];

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// A trigger or a function of one: its name, and the statement that makes it.
#[derive(QueryableByName)]
struct Guard {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    made_by: String,
}

impl Store {
    /// Keeps how the world is now, in place of what was kept before.
    pub fn keep_origin(&self) -> Result<(), StoreError> {
        journal::number(self)?;
        self.write(Durability::Full, |conn| {
            for (table, key) in tables(conn) {
                let key = key.join(", ");
                conn.batch(&format!(
                    "drop table if exists origen_{table}; \
                     create table origen_{table} as select * from {table}; \
                     create unique index origen_{table}_clave on origen_{table} ({key})"
                ))?;
            }
            Ok(())
        })
    }

    /// Whether it is kept how the world was.
    pub fn has_origin(&self) -> Result<bool, StoreError> {
        self.read(|conn| {
            for (table, _) in tables(conn) {
                if !has_table(conn, &format!("origen_{table}"))? {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    /// Puts the world back to how it was kept, and forgets what is remembered of what it had become. Nobody may be asking
    /// anything meanwhile: what he had read might be remembered after it.
    pub fn put_back(&self) -> Result<(), StoreError> {
        let _turn = self.known_marks().saving();
        self.write(Durability::Full, |conn| {
            let guards = stand_down(conn)?;
            // Who points at a row goes before it, and comes after it.
            for (table, key) in tables(conn).into_iter().rev() {
                let columns = columns(conn, table)?;
                conn.batch(&deletion(table, key, &columns))?;
            }
            for (table, key) in tables(conn) {
                let columns = columns(conn, table)?;
                let insertion = insertion(conn, table, key, &columns);
                conn.batch(&insertion)?;
                if POINTED_AT.contains(&table) {
                    conn.batch(&update(table, key, &columns))?;
                }
            }
            number_anew(conn)?;
            guards.iter().try_for_each(|guard| conn.batch(&guard.made_by))
        })?;
        self.forget();
        Ok(())
    }
}

/// The tables of this database.
fn tables(conn: &mut Reader) -> Vec<Table> {
    let mut tables = TABLES.to_vec();
    if let Backend::Postgres(_) = conn.backend() {
        tables.extend(OF_A_SERVER);
    }
    tables
}

/// Has what refuses changes let them through until it is made anew: SQLite's triggers; PostgreSQL's functions, whose exchange
/// waits for no table.
fn stand_down(conn: &mut Writer) -> Result<Vec<Guard>, StoreError> {
    let guards: QueryResult<Vec<Guard>> = match conn.backend() {
        Backend::Sqlite(c) => diesel::sql_query(
            "select name, sql as made_by from sqlite_master where type = 'trigger' order by name",
        )
        .load(c),
        Backend::Postgres(c) => diesel::sql_query(
            "select p.proname::text as name, pg_get_functiondef(p.oid) as made_by from pg_proc p \
             join pg_namespace n on n.oid = p.pronamespace \
             where n.nspname = current_schema() and p.prorettype = 'trigger'::regtype order by 1",
        )
        .load(c),
    };
    let guards = conn.note(guards)?;
    if let Backend::Sqlite(_) = conn.backend() {
        // Whatever points at a row finds one when all is done.
        conn.batch("pragma defer_foreign_keys = on")?;
    } else {
        let tables: Vec<&str> = tables(conn).into_iter().map(|(table, _)| table).collect();
        // Whoever writes is waited for, and waits.
        conn.batch(&format!(
            "lock table {} in share row exclusive mode",
            tables.join(", ")
        ))?;
    }
    for Guard { name, .. } in &guards {
        let stand_down = match conn.backend() {
            Backend::Sqlite(_) => format!("drop trigger {name}"),
            Backend::Postgres(_) => format!(
                "create or replace function {name}() returns trigger language plpgsql as \
                 $$ begin return new; end $$"
            ),
        };
        conn.batch(&stand_down)?;
    }
    Ok(guards)
}

/// Whether a row of a table is the one that was kept.
fn same(table: &str, key: &[&str]) -> String {
    let same: Vec<String> = key
        .iter()
        .map(|column| format!("o.{column} = {table}.{column}"))
        .collect();
    same.join(" and ")
}

/// What removes the rows that were not there, and those that were otherwise and to which none points.
fn deletion(table: &str, key: &[&str], columns: &[String]) -> String {
    let mut same = same(table, key);
    if !POINTED_AT.contains(&table) {
        for column in columns {
            let _ = write!(same, " and o.{column} is not distinct from {table}.{column}");
        }
    }
    format!("delete from {table} where not exists (select 1 from origen_{table} o where {same})")
}

/// What adds those that are gone.
fn insertion(conn: &mut Reader, table: &str, key: &[&str], columns: &[String]) -> String {
    let (columns, same) = (columns.join(", "), same(table, key));
    let overriding = match conn.backend() {
        Backend::Sqlite(_) => "",
        Backend::Postgres(_) => "overriding system value",
    };
    format!(
        "insert into {table} ({columns}) {overriding} select {columns} from origen_{table} o \
         where not exists (select 1 from {table} where {same})"
    )
}

/// What has those be as they were that are otherwise.
fn update(table: &str, key: &[&str], columns: &[String]) -> String {
    let others = || columns.iter().filter(|column| !key.contains(&column.as_str()));
    let list: Vec<&str> = others().map(String::as_str).collect();
    let differs: Vec<String> = others()
        .map(|column| format!("o.{column} is distinct from {table}.{column}"))
        .collect();
    let (list, differs, same) = (list.join(", "), differs.join(" or "), same(table, key));
    format!(
        "update {table} set ({list}) = (select {list} from origen_{table} o where {same}) \
         where exists (select 1 from origen_{table} o where {same} and ({differs}))"
    )
}

fn columns(conn: &mut Reader, table: &str) -> Result<Vec<String>, StoreError> {
    let asked = match conn.backend() {
        Backend::Sqlite(_) => format!("select name as word from pragma_table_info('{table}') order by cid"),
        Backend::Postgres(_) => format!(
            "select column_name::text as word from information_schema.columns \
             where table_schema = current_schema() and table_name = '{table}' order by ordinal_position"
        ),
    };
    let found: Vec<Word> = on_each!(conn, |c| diesel::sql_query(&asked).load(c))?;
    Ok(found.into_iter().map(|Word { word }| word).collect())
}

/// Has the next rows numbered as if those that were removed had never been.
fn number_anew(conn: &mut Writer) -> Result<(), StoreError> {
    let mut numbered = NUMBERED.to_vec();
    if let Backend::Postgres(_) = conn.backend() {
        numbered.extend(NUMBERED_BY_A_SERVER);
    }
    for (table, number) in numbered {
        let last = match conn.backend() {
            Backend::Sqlite(_) => format!(
                "update sqlite_sequence set seq = (select coalesce(max({number}), 0) from {table}) where name = '{table}'"
            ),
            Backend::Postgres(_) => format!(
                "select setval(pg_get_serial_sequence('{table}', '{number}'), coalesce(max({number}), 1), count(*) > 0) \
                 from {table}"
            ),
        };
        conn.batch(&last)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::DatabaseUrl;

    /// Of a service and its machine, and what says that it is a demonstration.
    const OF_ITS_OWN: [&str; 5] = [
        "certificados_servicio",
        "reloj",
        "claves_cifrado",
        "demostracion",
        "cea_clave",
    ];

    #[test]
    fn every_table_is_put_back_with_what_tells_its_rows_apart_but_for_those_of_a_service_s_own() {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(&folder.path().join("one.db")).unwrap();
        let store = Store::open(&url, 1).unwrap();
        store.migrate().unwrap();
        let words = |sql: &str| -> Vec<String> {
            store
                .read::<_, StoreError, _>(|conn| {
                    let found: Vec<Word> = on_each!(conn, |c| diesel::sql_query(sql).load(c))?;
                    Ok(found.into_iter().map(|Word { word }| word).collect())
                })
                .unwrap()
        };
        let tables = words(
            "select name as word from sqlite_master where type = 'table' and name not like 'sqlite_%' \
             and name not like '\\_\\_%' escape '\\' order by name",
        );
        let mut known: Vec<&str> = TABLES.iter().map(|(table, _)| *table).chain(OF_ITS_OWN).collect();
        known.sort_unstable();
        assert_eq!(tables, known);
        for (table, key) in TABLES {
            let keys = words(&format!(
                "select name as word from pragma_table_info('{table}') where pk > 0 order by pk"
            ));
            assert_eq!(keys, key, "{table}");
        }
        let numbered = words(
            "select name as word from sqlite_master where type = 'table' and sql like '%autoincrement%' \
             order by name",
        );
        let mut known: Vec<&str> = NUMBERED.iter().map(|(table, _)| *table).collect();
        known.sort_unstable();
        assert_eq!(numbered, known);
    }
}
