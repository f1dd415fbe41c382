//! The SQL of listings.
//!
//! There are four statements: one for what is open and one for everything, of one poderdante and of several. Each carries
//! every filter, so that it is prepared once whatever is asked, and walks an index in the order of the answer, so that it
//! stops at its limit.

use std::marker::PhantomData;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType, Integer, Text};
use diesel::sqlite::Sqlite;

use super::ListFilter;
use crate::domain::nif::Nif;
use crate::store::among::Values;
use crate::store::columns::{Instante, Micros};
use crate::store::open::Open;
use crate::store::schema::notificaciones;

/// Which index a listing walks.
pub(super) trait Scan: 'static {
    const ONLY_OPEN: bool;
}

/// The one of what is recorded as pending.
pub(super) struct OnlyOpen;

/// The one of everything.
pub(super) struct Everything;

impl Scan for OnlyOpen {
    const ONLY_OPEN: bool = true;
}

impl Scan for Everything {
    const ONLY_OPEN: bool = false;
}

/// A listing as SQL, with what is bound in it. `ONE`: of one subject, of which SQLite need not make a table first.
pub(super) struct Listing<'a, S, const ONE: bool> {
    columns: <notificaciones::table as Table>::AllColumns,
    subjects: Values<'a, Nif>,
    after: i32,
    mask: i32,
    at: Micros,
    published_from: Micros,
    desde: Micros,
    hasta: Micros,
    any_term: bool,
    fin_antes_de: Micros,
    any_body: bool,
    procedures: Values<'a, &'static str>,
    limit: i64,
    scan: PhantomData<S>,
}

impl<'a, S: Scan, const ONE: bool> Listing<'a, S, ONE> {
    /// The listing of `subjects` by a filter, from the code behind `after`, of the bodies' `procedures` where any are asked for.
    pub(super) fn new(
        filter: &ListFilter<'_>,
        subjects: &'a [Nif],
        procedures: &'a [&'static str],
        after: i32,
        limit: usize,
    ) -> Self {
        // The term is said to end in the second before the first instant out of it.
        let out_of_term = filter.fin_antes_de.map(|end| {
            end.checked_add_signed(TimeDelta::seconds(1))
                .unwrap_or(DateTime::<Utc>::MAX_UTC)
        });
        Self {
            columns: notificaciones::table::all_columns(),
            subjects: Values::new(subjects),
            after,
            mask: filter.mask(),
            at: Micros::clamped(filter.at),
            published_from: filter.published_from.map_or(Micros::FIRST, Micros::clamped),
            desde: filter.desde.map_or(Micros::FIRST, Micros::clamped),
            hasta: filter.hasta.map_or(Micros::LAST, Micros::clamped),
            any_term: out_of_term.is_none(),
            fin_antes_de: out_of_term.map_or(Micros::LAST, Micros::clamped),
            any_body: filter.entidades.is_empty(),
            procedures: Values::new(procedures),
            limit: i64::try_from(limit).unwrap_or(i64::MAX),
            scan: PhantomData,
        }
    }

    /// Every condition but the one on the subject, and the one on the body, which the caller begins and closes.
    fn conditions<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Instante> + HasSqlType<Bool>,
        i32: ToSql<Integer, DB>,
        bool: ToSql<Bool, DB>,
        Micros: ToSql<Instante, DB>,
    {
        out.push_sql(" and codigo > ");
        out.push_bind_param::<Integer, _>(&self.after)?;
        if S::ONLY_OPEN {
            out.push_sql(" and ");
            out.push_sql(Open::SQL);
            out.push_sql(" and (caduca is null or caduca > ");
            out.push_bind_param::<Instante, _>(&self.at)?;
            out.push_sql(") and (1 << estado) & ");
            out.push_bind_param::<Integer, _>(&self.mask)?;
            out.push_sql(" <> 0");
        } else {
            // D-24: the term is over when it is over, whether or not it has been recorded.
            out.push_sql(" and (1 << (case when estado < 2 and caduca <= ");
            out.push_bind_param::<Instante, _>(&self.at)?;
            out.push_sql(" then 4 else estado end)) & ");
            out.push_bind_param::<Integer, _>(&self.mask)?;
            // D-16: two years of what is finished; a copy that nobody need accept (D-8) stays open for longer.
            out.push_sql(" <> 0 and (puesta_a_disposicion >= ");
            out.push_bind_param::<Instante, _>(&self.published_from)?;
            out.push_sql(" or estado < 2 and (caduca is null or caduca > ");
            out.push_bind_param::<Instante, _>(&self.at)?;
            out.push_sql("))");
        }
        out.push_sql(" and puesta_a_disposicion >= ");
        out.push_bind_param::<Instante, _>(&self.desde)?;
        out.push_sql(" and puesta_a_disposicion < ");
        out.push_bind_param::<Instante, _>(&self.hasta)?;
        out.push_sql(" and (");
        out.push_bind_param::<Bool, _>(&self.any_term)?;
        out.push_sql(" or caduca < ");
        out.push_bind_param::<Instante, _>(&self.fin_antes_de)?;
        out.push_sql(") and (");
        out.push_bind_param::<Bool, _>(&self.any_body)?;
        out.push_sql(" or procedimiento ");
        Ok(())
    }
}

impl<S: Scan, const ONE: bool> QueryId for Listing<'_, S, ONE> {
    type QueryId = Listing<'static, S, ONE>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<S, const ONE: bool> Query for Listing<'_, S, ONE> {
    type SqlType = <notificaciones::table as diesel::query_builder::AsQuery>::SqlType;
}

impl<S, C, const ONE: bool> RunQueryDsl<C> for Listing<'_, S, ONE> {}

impl<S: Scan, const ONE: bool> QueryFragment<Sqlite> for Listing<'_, S, ONE> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("select ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(" from notificaciones where sujeto_nif ");
        if let Some(one) = self.subjects.only().filter(|_| ONE) {
            out.push_sql("= ");
            out.push_bind_param::<Text, _>(one)?;
        } else {
            out.push_sql("in ");
            self.subjects.bind_json(&mut out)?;
        }
        self.conditions(&mut out)?;
        out.push_sql("in ");
        self.procedures.bind_json(&mut out)?;
        // SQLite looks into a bare parameter here to plan by it, and so would prepare anew for each one.
        out.push_sql(") order by sujeto_nif, codigo limit 0 + ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

impl<S: Scan, const ONE: bool> QueryFragment<Pg> for Listing<'_, S, ONE> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("select ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(" from unnest(");
        self.subjects.bind_array(&mut out)?;
        out.push_sql(") as subject (nif) cross join lateral (select * from notificaciones where sujeto_nif = subject.nif");
        self.conditions(&mut out)?;
        out.push_sql("= any(");
        self.procedures.bind_array(&mut out)?;
        out.push_sql(")) order by codigo limit ");
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(") as notificaciones order by sujeto_nif, codigo limit ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notificacion::Estado;
    use crate::store::{DatabaseUrl, Store};
    use diesel::sql_types::Text;

    /// A statement whose plan is asked for.
    struct Plan<Q>(Q);

    impl<Q> QueryId for Plan<Q> {
        type QueryId = ();
        const HAS_STATIC_QUERY_ID: bool = false;
    }

    impl<Q> Query for Plan<Q> {
        type SqlType = (Integer, Integer, Integer, Text);
    }

    impl<Q, C> RunQueryDsl<C> for Plan<Q> {}

    impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Plan<Q> {
        fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
            out.push_sql("explain query plan ");
            self.0.walk_ast(out)
        }
    }

    fn plan<S: Scan, const ONE: bool>(estados: &[Estado]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("plan.db");
        Store::open(&DatabaseUrl::sqlite(&path).unwrap(), 1)
            .unwrap()
            .migrate()
            .unwrap();
        let mut conn = diesel::SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        let filter = ListFilter {
            poderdantes: &[],
            after: None,
            estados,
            entidades: &[],
            desde: None,
            hasta: None,
            fin_antes_de: None,
            published_from: None,
            at: DateTime::UNIX_EPOCH,
            limit: 10,
        };
        let subjects: Vec<Nif> = ["B99999120", "12345678Z"]
            .iter()
            .take(if ONE { 1 } else { 2 })
            .map(|nif| nif.parse().unwrap())
            .collect();
        let plan = Plan(Listing::<S, ONE>::new(&filter, &subjects, &[], 0, 10));
        let steps: Vec<(i32, i32, i32, String)> = plan.load(&mut conn).unwrap();
        steps.into_iter().map(|(.., detail)| detail).collect()
    }

    /// A step that sorts would be one that reads everything before it gives the first row.
    #[track_caller]
    fn walks(steps: &[String], index: &str) {
        let walk = format!("SEARCH notificaciones USING INDEX {index} (sujeto_nif=? AND codigo>?)");
        assert!(steps.contains(&walk), "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("ORDER BY")), "{steps:?}");
    }

    #[test]
    fn sqlite_walks_the_index_of_a_listing_without_sorting() {
        walks(&plan::<Everything, true>(&[]), "notificaciones_sujeto");
        walks(&plan::<Everything, false>(&[]), "notificaciones_sujeto");
    }

    #[test]
    fn sqlite_walks_only_what_is_pending_where_only_that_is_asked_for() {
        let open = [Estado::SinAcuse];
        walks(&plan::<OnlyOpen, true>(&open), "notificaciones_pendientes");
        walks(&plan::<OnlyOpen, false>(&open), "notificaciones_pendientes");
    }

    #[test]
    fn of_one_subject_no_table_is_made() {
        let tables = |steps: &[String]| steps.iter().filter(|step| step.contains("LIST SUBQUERY")).count();
        // The one that is left is that of the bodies, made where some are asked for.
        assert_eq!(tables(&plan::<OnlyOpen, true>(&[])), 1);
        assert_eq!(tables(&plan::<OnlyOpen, false>(&[])), 2);
    }
}
