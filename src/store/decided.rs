//! `Decide`: what a decision changes and the acuses of it, in one statement of PostgreSQL, for which each is a journey.
//!
//! Rows go as one array for each column: a statement with a parameter for each of their values is another one for each number
//! of rows, so that it is read and planned anew each time (docs/decisions/0012-diesel-statements.md).

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Nullable, SmallInt, Text};

use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Huella};

use super::acuses::New;
use super::columns::{Id, Identificador, Instante, Micros};
use super::octets::NewEvidencia;
use super::open::Open;

/// Moves those of a subject's notifications that are open to the state of a decision, and keeps acuses; gives how many
/// notifications it moved.
pub(super) struct Decide<'a> {
    pub(super) sujeto: Nif,
    pub(super) estado: i16,
    pub(super) instante: Micros,
    pub(super) codigos: Vec<Codigo>,
    pub(super) acuses: Acuses<'a>,
    /// Evidence that is kept with them, if it is not there yet.
    pub(super) evidencia: Option<NewEvidencia<'a>>,
}

/// Rows of `acuses`, by their columns.
#[derive(Default)]
pub(super) struct Acuses<'a> {
    codigo: Vec<Codigo>,
    identificador: Vec<Id>,
    sujeto_nif: Vec<Nif>,
    sentido: Vec<&'a str>,
    instante: Vec<Micros>,
    persona_nif: Vec<Option<Nif>>,
    persona_nombre: Vec<Option<&'a str>>,
    entidad_nif: Vec<Option<Nif>>,
    entidad_denominacion: Vec<Option<&'a str>>,
    rol: Vec<i16>,
    autorizacion: Vec<Option<i32>>,
    documento_huella: Vec<Huella>,
    evidencia_huella: Vec<Huella>,
    peticion: Vec<Id>,
    motivo: Vec<Option<&'a str>>,
}

impl<'a> FromIterator<New<'a>> for Acuses<'a> {
    fn from_iter<I: IntoIterator<Item = New<'a>>>(rows: I) -> Self {
        let mut all = Self::default();
        for row in rows {
            all.codigo.push(row.codigo);
            all.identificador.push(row.identificador);
            all.sujeto_nif.push(row.sujeto_nif);
            all.sentido.push(row.sentido);
            all.instante.push(row.instante);
            all.persona_nif.push(row.persona_nif);
            all.persona_nombre.push(row.persona_nombre);
            all.entidad_nif.push(row.entidad_nif);
            all.entidad_denominacion.push(row.entidad_denominacion);
            all.rol.push(row.rol);
            all.autorizacion.push(row.autorizacion);
            all.documento_huella.push(row.documento_huella);
            all.evidencia_huella.push(row.evidencia_huella);
            all.peticion.push(row.peticion);
            all.motivo.push(row.motivo);
        }
        all
    }
}

impl QueryId for Decide<'_> {
    type QueryId = ();
    // It is told from others by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Decide<'_> {
    type SqlType = BigInt;
}

impl RunQueryDsl<PgConnection> for Decide<'_> {}

impl QueryFragment<Pg> for Decide<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("with decided as (update notificaciones set estado = ");
        out.push_bind_param::<SmallInt, _>(&self.estado)?;
        out.push_sql(", decidida = ");
        out.push_bind_param::<Instante, _>(&self.instante)?;
        out.push_sql(" where sujeto_nif = ");
        out.push_bind_param::<Text, _>(&self.sujeto)?;
        out.push_sql(" and codigo = any(");
        out.push_bind_param::<Array<Integer>, [Codigo]>(&self.codigos)?;
        out.push_sql(") and ");
        out.push_sql(Open::SQL);
        out.push_sql(" and (caduca is null or caduca > ");
        out.push_bind_param::<Instante, _>(&self.instante)?;
        out.push_sql(") returning 1), ");
        if let Some(evidencia) = &self.evidencia {
            out.push_sql("evidence as (insert into evidencias (huella, octetos, recibida) values (");
            out.push_bind_param::<Binary, _>(&evidencia.huella)?;
            out.push_sql(", ");
            out.push_bind_param::<Binary, [u8]>(evidencia.octetos)?;
            out.push_sql(", ");
            out.push_bind_param::<Instante, _>(&evidencia.recibida)?;
            out.push_sql(") on conflict do nothing), ");
        }
        out.push_sql("kept as (");
        self.acuses.walk_ast(out.reborrow())?;
        out.push_sql(") select count(*) from decided");
        Ok(())
    }
}

impl QueryFragment<Pg> for Acuses<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "insert into acuses (codigo, identificador, sujeto_nif, sentido, instante, persona_nif, persona_nombre, entidad_nif, \
             entidad_denominacion, rol, autorizacion, documento_huella, evidencia_huella, peticion, motivo) \
             select * from unnest(",
        );
        let next = |out: &mut AstPass<'_, 'b, Pg>| out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, [Codigo]>(&self.codigo)?;
        next(&mut out);
        out.push_bind_param::<Array<Identificador>, [Id]>(&self.identificador)?;
        next(&mut out);
        out.push_bind_param::<Array<Text>, [Nif]>(&self.sujeto_nif)?;
        next(&mut out);
        out.push_bind_param::<Array<Text>, [&str]>(&self.sentido)?;
        next(&mut out);
        out.push_bind_param::<Array<Instante>, [Micros]>(&self.instante)?;
        next(&mut out);
        out.push_bind_param::<Array<Nullable<Text>>, [Option<Nif>]>(&self.persona_nif)?;
        next(&mut out);
        out.push_bind_param::<Array<Nullable<Text>>, [Option<&str>]>(&self.persona_nombre)?;
        next(&mut out);
        out.push_bind_param::<Array<Nullable<Text>>, [Option<Nif>]>(&self.entidad_nif)?;
        next(&mut out);
        out.push_bind_param::<Array<Nullable<Text>>, [Option<&str>]>(&self.entidad_denominacion)?;
        next(&mut out);
        out.push_bind_param::<Array<SmallInt>, [i16]>(&self.rol)?;
        next(&mut out);
        out.push_bind_param::<Array<Nullable<Integer>>, [Option<i32>]>(&self.autorizacion)?;
        next(&mut out);
        out.push_bind_param::<Array<Binary>, [Huella]>(&self.documento_huella)?;
        next(&mut out);
        out.push_bind_param::<Array<Binary>, [Huella]>(&self.evidencia_huella)?;
        next(&mut out);
        out.push_bind_param::<Array<Identificador>, [Id]>(&self.peticion)?;
        next(&mut out);
        out.push_bind_param::<Array<Nullable<Text>>, [Option<&str>]>(&self.motivo)?;
        out.push_sql(")");
        Ok(())
    }
}
