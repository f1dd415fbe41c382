//! The SQL of listings.
//!
//! There are two statements, one for what is open and one for everything. Each carries every filter, so that it is
//! prepared once whatever is asked, and walks an index in the order of the answer, so that it stops at its limit.

use std::marker::PhantomData;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType, Integer};
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

/// A listing as SQL, with what is bound in it.
pub(super) struct Listing<'a, S> {
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

impl<'a, S: Scan> Listing<'a, S> {
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

impl<S: Scan> QueryId for Listing<'_, S> {
    type QueryId = Listing<'static, S>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<S> Query for Listing<'_, S> {
    type SqlType = <notificaciones::table as diesel::query_builder::AsQuery>::SqlType;
}

impl<S, C> RunQueryDsl<C> for Listing<'_, S> {}

impl<S: Scan> QueryFragment<Sqlite> for Listing<'_, S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("select ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(" from notificaciones where sujeto_nif in ");
        self.subjects.bind_json(&mut out)?;
        self.conditions(&mut out)?;
        out.push_sql("in ");
        self.procedures.bind_json(&mut out)?;
        // SQLite looks into a bare parameter here to plan by it, and so would prepare anew for each one.
        out.push_sql(") order by sujeto_nif, codigo limit 0 + ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

impl<S: Scan> QueryFragment<Pg> for Listing<'_, S> {
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

    fn plan<S: Scan>(estados: &[Estado]) -> Vec<String> {
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
        let plan = Plan(Listing::<S>::new(&filter, &[], &[], 0, 10));
        let steps: Vec<(i32, i32, i32, String)> = plan.load(&mut conn).unwrap();
        steps.into_iter().map(|(.., detail)| detail).collect()
    }

    /// A step that sorts would be one that reads everything before it gives the first row.
    #[test]
    fn sqlite_walks_the_index_of_a_listing_without_sorting() {
        let everything = plan::<Everything>(&[]);
        let index = "SEARCH notificaciones USING INDEX notificaciones_sujeto (sujeto_nif=? AND codigo>?)";
        assert!(everything.iter().any(|step| step == index), "{everything:?}");
        assert!(
            !everything.iter().any(|step| step.contains("ORDER BY")),
            "{everything:?}"
        );
    }

    #[test]
    fn sqlite_walks_only_what_is_pending_where_only_that_is_asked_for() {
        let open = plan::<OnlyOpen>(&[Estado::SinAcuse]);
        let index = "SEARCH notificaciones USING INDEX notificaciones_pendientes (sujeto_nif=? AND codigo>?)";
        assert!(open.iter().any(|step| step == index), "{open:?}");
        assert!(!open.iter().any(|step| step.contains("ORDER BY")), "{open:?}");
    }
}
