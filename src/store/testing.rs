//! What tests of the store's statements have in common.

use diesel::prelude::*;
use diesel::sql_types::Text;
use tempfile::TempDir;

use super::{DatabaseUrl, Store};

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// An empty database of today, which is there as long as its folder is.
pub(super) fn empty_sqlite() -> (TempDir, SqliteConnection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.db");
    let store = Store::open(&DatabaseUrl::sqlite(&path).unwrap(), 1).unwrap();
    store.migrate().unwrap();
    let conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    (folder, conn)
}

/// The steps by which SQLite would answer a question, over an empty database.
pub(super) fn plan_of(question: &str) -> Vec<String> {
    let (_folder, mut conn) = empty_sqlite();
    let steps: Vec<Step> = diesel::sql_query(format!("explain query plan {question}"))
        .load(&mut conn)
        .unwrap();
    steps.into_iter().map(|step| step.detail).collect()
}
