//! The SQL of listings.
//!
//! A statement carries the conditions that are asked for and no other, since SQLite weighs each of them for each row; it
//! is prepared once for each set of them. It walks an index in the order of the answer, so that it stops at its limit.
//!
//! Diesel's boxed queries, which also take conditions one by one, are prepared anew each time; this takes and gives Diesel's
//! column types, so that a wrong one does not compile (docs/decisions/0012-diesel-statements.md).

use chrono::{DateTime, TimeDelta, Utc};
use diesel::backend::Backend;
use diesel::dsl::SqlTypeOf;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Integer, Text};
use diesel::sqlite::Sqlite;

use super::ListFilter;
use crate::domain::nif::Nif;
use crate::domain::notificacion::Estado;
use crate::store::among::Values;
use crate::store::columns::{Instante, Micros};
use crate::store::notificaciones::Standing;
use crate::store::open::Open;

/// What is selected.
type Columns = <Standing as Selectable<Pg>>::SelectExpression;

/// A listing as SQL, with what is bound in it.
pub(super) struct Listing<'a> {
    columns: Columns,
    subjects: Values<'a, Nif>,
    after: i32,
    states: States,
    at: Micros,
    published_from: Option<Micros>,
    desde: Option<Micros>,
    hasta: Option<Micros>,
    out_of_term: Option<Micros>,
    bodies: Option<Values<'a, &'static str>>,
    limit: i64,
}

/// Which states are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum States {
    /// Both of what nobody has decided, by the index of those.
    Open,
    /// One of the two.
    OneOpen(i32),
    /// All five states.
    Any,
    /// Some of them, a bit each.
    Some(i32),
}

impl States {
    /// Those asked for; none means any.
    fn of(estados: &[Estado]) -> Self {
        const OPEN: i32 = 0b11;
        const ALL: i32 = 0b11111;
        let mask = estados.iter().fold(0, |mask, estado| mask | 1 << estado.number());
        match mask {
            0 | ALL => Self::Any,
            OPEN => Self::Open,
            0b01 => Self::OneOpen(0),
            0b10 => Self::OneOpen(1),
            mask => Self::Some(mask),
        }
    }
}

impl<'a> Listing<'a> {
    /// The listing of `subjects` by a filter, from the code behind `after`, of these bodies where any are asked for.
    pub(super) fn new(
        filter: &ListFilter<'_>,
        subjects: &'a [Nif],
        bodies: &'a [&'static str],
        after: i32,
        limit: usize,
    ) -> Self {
        // The term is said to end in the second before the first instant out of it.
        let out_of_term = filter.fin_antes_de.map(|end| {
            end.checked_add_signed(TimeDelta::seconds(1))
                .unwrap_or(DateTime::<Utc>::MAX_UTC)
        });
        Self {
            columns: <Standing as Selectable<Pg>>::construct_selection(),
            subjects: Values::new(subjects),
            after,
            states: States::of(filter.estados),
            at: Micros::clamped(filter.at),
            published_from: filter.published_from.map(Micros::clamped),
            desde: filter.desde.map(Micros::clamped),
            hasta: filter.hasta.map(Micros::clamped),
            out_of_term: out_of_term.map(Micros::clamped),
            bodies: (!bodies.is_empty()).then(|| Values::new(bodies)),
            limit: i64::try_from(limit).unwrap_or(i64::MAX),
        }
    }

    /// Every condition but those on subject and body.
    fn conditions<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Instante>,
        i32: ToSql<Integer, DB>,
        Micros: ToSql<Instante, DB>,
    {
        out.push_sql(" and codigo > ");
        out.push_bind_param::<Integer, _>(&self.after)?;
        match &self.states {
            States::Open => self.open(out)?,
            States::OneOpen(estado) => {
                self.open(out)?;
                out.push_sql(" and estado = ");
                out.push_bind_param::<Integer, _>(estado)?;
            }
            States::Any => self.listed_for_long_enough(out)?,
            States::Some(mask) => {
                // D-24: the term is over when it is over, whether or not it has been recorded.
                out.push_sql(" and (1 << (case when estado < 2 and caduca <= ");
                out.push_bind_param::<Instante, _>(&self.at)?;
                out.push_sql(" then 4 else estado end)) & ");
                out.push_bind_param::<Integer, _>(mask)?;
                out.push_sql(" <> 0");
                self.listed_for_long_enough(out)?;
            }
        }
        for (condition, instant) in [
            (" and puesta_a_disposicion >= ", &self.desde),
            (" and puesta_a_disposicion < ", &self.hasta),
            (" and caduca < ", &self.out_of_term),
        ] {
            if let Some(instant) = instant {
                out.push_sql(condition);
                out.push_bind_param::<Instante, _>(instant)?;
            }
        }
        Ok(())
    }

    /// What can still be decided, which is listed whenever it was published.
    fn open<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Instante>,
        Micros: ToSql<Instante, DB>,
    {
        out.push_sql(" and ");
        out.push_sql(Open::SQL);
        out.push_sql(" and (caduca is null or caduca > ");
        out.push_bind_param::<Instante, _>(&self.at)?;
        out.push_sql(")");
        Ok(())
    }

    /// D-16: two years of what is finished; a copy that nobody need accept (D-8) stays open for longer.
    fn listed_for_long_enough<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Instante>,
        Micros: ToSql<Instante, DB>,
    {
        if let Some(from) = &self.published_from {
            out.push_sql(" and (puesta_a_disposicion >= ");
            out.push_bind_param::<Instante, _>(from)?;
            out.push_sql(" or estado < 2 and (caduca is null or caduca > ");
            out.push_bind_param::<Instante, _>(&self.at)?;
            out.push_sql("))");
        }
        Ok(())
    }
}

// Its text tells a statement from the others.
impl QueryId for Listing<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Listing<'_> {
    type SqlType = SqlTypeOf<Columns>;
}

impl<C> RunQueryDsl<C> for Listing<'_> {}

impl QueryFragment<Sqlite> for Listing<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("select ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(" from notificaciones where sujeto_nif ");
        if let Some(one) = self.subjects.only() {
            // Of several a table is made first.
            out.push_sql("= ");
            out.push_bind_param::<Text, _>(one)?;
        } else {
            out.push_sql("in ");
            self.subjects.bind_json(&mut out)?;
        }
        self.conditions(&mut out)?;
        if let Some(bodies) = &self.bodies {
            out.push_sql(" and procedimiento in (select codigo from procedimientos where entidad in ");
            bodies.bind_json(&mut out)?;
            out.push_sql(")");
        }
        out.push_sql(" order by sujeto_nif, codigo limit ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

impl QueryFragment<Pg> for Listing<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("select ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(" from unnest(");
        self.subjects.bind_array(&mut out)?;
        out.push_sql(") as subject (nif) cross join lateral (select sujeto_nif, ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(" from notificaciones where sujeto_nif = subject.nif");
        self.conditions(&mut out)?;
        if let Some(bodies) = &self.bodies {
            // An array, which is made once: of a plain subquery the planner could make a join, and leave the index.
            out.push_sql(
                " and procedimiento = any(array(select codigo from procedimientos where entidad = any(",
            );
            bodies.bind_array(&mut out)?;
            out.push_sql(")))");
        }
        out.push_sql(" order by codigo limit ");
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(") as notificaciones order by sujeto_nif, codigo limit ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::materia::Entidad;
    use crate::store::testing::empty_sqlite;

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

    fn plan(subjects: &[&str], estados: &[Estado], entidades: &[Entidad]) -> Vec<String> {
        let (_folder, mut conn) = empty_sqlite();
        let filter = ListFilter {
            poderdantes: &[],
            after: None,
            estados,
            entidades,
            desde: None,
            hasta: None,
            fin_antes_de: None,
            published_from: None,
            at: DateTime::UNIX_EPOCH,
            limit: 10,
        };
        let subjects: Vec<Nif> = subjects.iter().map(|nif| nif.parse().unwrap()).collect();
        let bodies: Vec<&str> = entidades.iter().map(|body| body.code()).collect();
        let plan = Plan(Listing::new(&filter, &subjects, &bodies, 0, 10));
        let steps: Vec<(i32, i32, i32, String)> = plan.load(&mut conn).unwrap();
        steps.into_iter().map(|(.., detail)| detail).collect()
    }

    /// A step that sorts would be one that reads everything before it gives the first row.
    #[track_caller]
    fn walks(steps: &[String], index: &str) {
        let walk = format!("SEARCH notificaciones USING {index} (sujeto_nif=? AND codigo>?)");
        assert!(steps.contains(&walk), "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("ORDER BY")), "{steps:?}");
    }

    const ONE: [&str; 1] = ["B99999120"];
    const SEVERAL: [&str; 2] = ["B99999120", "12345678Z"];

    #[test]
    fn sqlite_walks_the_index_of_a_listing_without_sorting_or_reading_rows() {
        for estados in [
            &[][..],
            &[Estado::Aceptada],
            &[Estado::SinAcuse, Estado::Caducada],
        ] {
            walks(&plan(&ONE, estados, &[]), "COVERING INDEX notificaciones_sujeto");
            walks(
                &plan(&SEVERAL, estados, &[]),
                "COVERING INDEX notificaciones_sujeto",
            );
        }
    }

    #[test]
    fn sqlite_walks_only_what_is_pending_where_only_that_is_asked_for() {
        for open in [
            &[Estado::SinAcuse][..],
            &[Estado::AcuseSolicitado, Estado::SinAcuse],
        ] {
            walks(&plan(&ONE, open, &[]), "COVERING INDEX notificaciones_pendientes");
            walks(
                &plan(&SEVERAL, open, &[]),
                "COVERING INDEX notificaciones_pendientes",
            );
        }
    }

    #[test]
    fn the_bodies_are_looked_up_in_the_rows() {
        walks(&plan(&ONE, &[], &[Entidad::Tgss]), "INDEX notificaciones_sujeto");
    }

    #[test]
    fn tables_are_made_of_several_subjects_and_of_bodies_only() {
        let tables = |steps: &[String]| steps.iter().filter(|step| step.contains("LIST SUBQUERY")).count();
        assert_eq!(tables(&plan(&ONE, &[], &[])), 0);
        assert_eq!(tables(&plan(&SEVERAL, &[], &[])), 1);
        // Of the bodies, and of the codes that are theirs.
        assert_eq!(tables(&plan(&SEVERAL, &[], &[Entidad::Tgss])), 3);
    }
}
