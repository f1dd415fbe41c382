//! Acuses given out to be signed: of each signer, role and notification the last one, which alone counts (D-14).

use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::acuse_solicitado::{AcuseSolicitado, Destino};
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Estado, Huella, Sentido};
use crate::domain::rol::Rol;

use super::backend::{Reader, Writer, on_each};
use super::columns::{Id, Micros};
use super::error::StoreError;
use super::schema::acuses_solicitados::{self, dsl};
use super::schema::notificaciones;
use super::stored::{Stored, nullable};
use super::update::update;
use super::upsert::{columns, upsert};

#[derive(Queryable, Selectable)]
#[diesel(table_name = acuses_solicitados)]
struct Row {
    identificador: Stored<Uuid>,
    sentido: Stored<Sentido>,
    advertencia: Stored<String>,
    emitido: Micros,
    peticion: Stored<Uuid>,
    datos_huella: Stored<Huella>,
    mensaje_huella: Option<Stored<Huella>>,
    certificado_huella: Option<Stored<Huella>>,
}

impl Row {
    /// What a row says, beside the key by which it was found.
    fn read(self, (poderdante, codigo, rol, destino): Key) -> Option<AcuseSolicitado> {
        Some(AcuseSolicitado {
            identificador: self.identificador.0?,
            codigo,
            poderdante,
            sentido: self.sentido.0?,
            rol,
            destino,
            advertencia: self.advertencia.0?,
            emitido: self.emitido.instant()?,
            peticion: self.peticion.0?,
            datos: self.datos_huella.0?,
            mensaje: nullable(self.mensaje_huella)?,
            certificado: nullable(self.certificado_huella)?,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = acuses_solicitados, treat_none_as_default_value = false)]
struct New<'a> {
    sujeto_nif: Nif,
    codigo: Codigo,
    rol: i16,
    persona_nif: &'a str,
    entidad_nif: &'a str,
    identificador: Id,
    sentido: &'a str,
    advertencia: &'a str,
    emitido: Micros,
    peticion: Id,
    datos_huella: Huella,
    mensaje_huella: Option<Huella>,
    certificado_huella: Option<Huella>,
}

impl<'a> From<&'a AcuseSolicitado> for New<'a> {
    fn from(acuse: &'a AcuseSolicitado) -> Self {
        Self {
            sujeto_nif: acuse.poderdante,
            codigo: acuse.codigo,
            rol: acuse.rol.number().into(),
            persona_nif: or_empty(acuse.destino.persona.as_ref()),
            entidad_nif: or_empty(acuse.destino.entidad.as_ref()),
            identificador: Id(acuse.identificador),
            sentido: acuse.sentido.code(),
            advertencia: &acuse.advertencia,
            emitido: acuse.emitido.into(),
            peticion: Id(acuse.peticion),
            datos_huella: acuse.datos,
            mensaje_huella: acuse.mensaje,
            certificado_huella: acuse.certificado,
        }
    }
}

/// Whose notification, which, by which role, and to whom the acuse was given.
pub type Key = (Nif, Codigo, Rol, Destino);

/// The columns of [`Key`].
const KEY: &[&str] = columns![
    dsl::sujeto_nif,
    dsl::codigo,
    dsl::rol,
    dsl::persona_nif,
    dsl::entidad_nif,
];
/// All columns but the key, which a later acuse of the same notification takes over.
const OTHERS: &[&str] = columns![
    dsl::identificador,
    dsl::sentido,
    dsl::advertencia,
    dsl::emitido,
    dsl::peticion,
    dsl::datos_huella,
    dsl::mensaje_huella,
    dsl::certificado_huella,
];

/// Keeps an acuse in the place of the one that its signer was given before for the same role and notification, and
/// moves the notification to «acuse solicitado» if nobody had asked for one (D-13). A notification that is not there is
/// [`StoreError::Dangling`].
pub fn keep(conn: &mut Writer, acuse: &AcuseSolicitado) -> Result<(), StoreError> {
    let row = New::from(acuse);
    on_each!(conn, |c| {
        let insert = diesel::insert_into(acuses_solicitados::table).values(&row);
        upsert(insert, KEY, OTHERS).execute(c)
    })?;
    let asked_for = notificaciones::estado.eq(i16::from(Estado::AcuseSolicitado.number()));
    let nobody_asked = notificaciones::sujeto_nif
        .eq(acuse.poderdante)
        .and(notificaciones::codigo.eq(acuse.codigo))
        .and(notificaciones::estado.eq(i16::from(Estado::SinAcuse.number())));
    on_each!(conn, |c| update(&notificaciones::table, asked_for, nobody_asked)
        .execute(c))?;
    Ok(())
}

/// The last one given, if any.
pub fn last(conn: &mut Reader, key: Key) -> Result<Option<AcuseSolicitado>, StoreError> {
    let (poderdante, codigo, rol, destino) = key;
    let row: Option<Row> = on_each!(conn, |c| {
        acuses_solicitados::table
            .filter(dsl::sujeto_nif.eq(poderdante))
            .filter(dsl::codigo.eq(codigo))
            .filter(dsl::rol.eq(i16::from(rol.number())))
            .filter(dsl::persona_nif.eq(or_empty(destino.persona.as_ref())))
            .filter(dsl::entidad_nif.eq(or_empty(destino.entidad.as_ref())))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?;
    row.map(|row| {
        row.read(key)
            .ok_or_else(|| StoreError::corrupt("acuses_solicitados", &codigo))
    })
    .transpose()
}

fn or_empty(nif: Option<&Nif>) -> &str {
    nif.map_or("", Nif::as_str)
}
