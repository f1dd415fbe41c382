//! The schema: migrations embedded in the program, applied under a lock.

use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::backend::{Backend, Reader, Writer, on_each};
use super::error::StoreError;
use super::transaction::{Durability, Store};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");

/// PostgreSQL's advisory lock that whoever migrates holds; the number only has to be nobody else's: «notess».
const LOCK: &str = "select pg_advisory_xact_lock(121424206132083)";

impl Store {
    /// Brings the schema up to date: all pending migrations or none, and one process at a time. Gives their names.
    pub fn migrate(&self) -> Result<Vec<String>, StoreError> {
        self.write(Durability::Full, |conn| {
            lock(conn)?;
            pending(conn)?;
            match conn.backend() {
                Backend::Sqlite(c) => apply(c, SQLITE),
                Backend::Postgres(c) => apply(c, POSTGRESQL),
            }
        })
    }

    /// Whether nobody has made anything in the database.
    pub fn is_new(&self) -> Result<bool, StoreError> {
        Ok(self.read(applied)?.is_empty())
    }

    /// How many migrations the database lacks. One that it has and this program does not know is an error.
    pub fn pending_migrations(&self) -> Result<usize, StoreError> {
        self.read(pending)
    }
}

/// In SQLite the transaction itself is the lock.
fn lock(conn: &mut Writer) -> Result<(), StoreError> {
    match conn.backend() {
        Backend::Sqlite(_) => Ok(()),
        Backend::Postgres(_) => conn.batch(LOCK),
    }
}

fn apply<C, DB>(conn: &mut C, source: EmbeddedMigrations) -> Result<Vec<String>, StoreError>
where
    C: MigrationHarness<DB>,
    DB: diesel::backend::Backend,
{
    let applied = conn
        .run_pending_migrations(source)
        .map_err(StoreError::Migration)?;
    Ok(applied.iter().map(ToString::to_string).collect())
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct Exists {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// Whether there is a table of that name, which needs no quoting.
pub(super) fn has_table(conn: &mut Reader, name: &str) -> Result<bool, StoreError> {
    let exists = match conn.backend() {
        Backend::Sqlite(_) => {
            format!("select count(*) > 0 as found from sqlite_master where name = '{name}'")
        }
        Backend::Postgres(_) => format!("select to_regclass('{name}') is not null as found"),
    };
    let Exists { found } = on_each!(conn, |c| diesel::sql_query(&exists).get_result(c))?;
    Ok(found)
}

/// Reads what was applied without making the table that says so.
fn applied(conn: &mut Reader) -> Result<Vec<Applied>, StoreError> {
    if !has_table(conn, "__diesel_schema_migrations")? {
        return Ok(Vec::new());
    }
    on_each!(conn, |c| diesel::sql_query(
        "select version from __diesel_schema_migrations"
    )
    .load(c))
}

fn pending(conn: &mut Reader) -> Result<usize, StoreError> {
    let known = match conn.backend() {
        Backend::Sqlite(_) => versions::<diesel::sqlite::Sqlite>(&SQLITE),
        Backend::Postgres(_) => versions::<diesel::pg::Pg>(&POSTGRESQL),
    }?;
    let applied = applied(conn)?;
    if let Some(unknown) = applied.iter().find(|applied| !known.contains(&applied.version)) {
        return Err(StoreError::NewerSchema {
            version: unknown.version.clone(),
        });
    }
    Ok(known.len() - applied.len())
}

fn versions<DB: diesel::backend::Backend>(source: &EmbeddedMigrations) -> Result<Vec<String>, StoreError> {
    let migrations = MigrationSource::<DB>::migrations(source).map_err(StoreError::Migration)?;
    Ok(migrations
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect())
}
