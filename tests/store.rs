//! The store over both databases: each rule is one function, run once on SQLite and once on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(
    dead_code,
    unreachable_pub,
    reason = "what is shared with other test programs is not all used"
)]

#[path = "common/disk.rs"]
mod disk;
#[path = "common/pg.rs"]
mod pg;
#[path = "common/server.rs"]
mod server;
#[path = "common/x509.rs"]
mod x509;
#[path = "store/site.rs"]
mod site;

/// Makes a test of each rule, on each database.
macro_rules! on_both {
    ($($rule:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $rule() { super::$rule(&crate::site::Site::sqlite()); })+
        }
        mod postgresql {
            $(#[test] fn $rule() { super::$rule(&crate::site::Site::postgresql()); })+
        }
    };
}

#[path = "store/acuses_solicitados.rs"]
mod acuses_solicitados;
#[path = "store/audit.rs"]
mod audit;
#[path = "store/by_codigo.rs"]
mod by_codigo;
#[path = "store/cea.rs"]
mod cea;
#[path = "store/cipher.rs"]
mod cipher;
#[path = "store/cipher_keys.rs"]
mod cipher_keys;
#[path = "store/decision_tables.rs"]
mod decision_tables;
#[path = "decisiones/mod.rs"]
mod decisiones;
#[path = "store/decisions.rs"]
mod decisions;
#[path = "store/issued.rs"]
mod issued;
#[path = "store/journal.rs"]
mod journal;
#[path = "store/listing.rs"]
mod listing;
#[path = "store/loads.rs"]
mod loads;
#[path = "store/log_cost.rs"]
mod log_cost;
#[path = "store/marks.rs"]
mod marks;
#[path = "store/numbering.rs"]
mod numbering;
#[path = "store/outage.rs"]
mod outage;
#[path = "store/overlaps.rs"]
mod overlaps;
#[path = "store/paging.rs"]
mod paging;
#[path = "store/people.rs"]
mod people;
#[path = "store/practised.rs"]
mod practised;
#[path = "store/published.rs"]
mod published;
#[path = "store/publishing.rs"]
mod publishing;
#[path = "store/records.rs"]
mod records;
#[path = "store/represented.rs"]
mod represented;
#[path = "store/stamps.rs"]
mod stamps;
#[path = "store/schema.rs"]
mod schema;
#[path = "store/shared_flush.rs"]
mod shared_flush;
#[path = "store/successions.rs"]
mod successions;
#[path = "store/signed.rs"]
mod signed;
#[path = "store/terms.rs"]
mod terms;
#[path = "store/titles.rs"]
mod titles;
#[path = "store/transactions.rs"]
mod transactions;
#[path = "store/unlapse.rs"]
mod unlapse;
#[path = "store/upgrade.rs"]
mod upgrade;
