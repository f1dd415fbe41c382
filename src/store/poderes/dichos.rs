//! What was told of powers: only added to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::materia::Materia;
use crate::domain::nif::Nif;
use crate::domain::poder::{EstadoPoder, Poder, PoderDicho, Registro, Suceso, Tramite};

use super::{alcance, in_columns};
use crate::store::among::on_each_among;
use crate::store::backend::{Reader, Writer, on_each};
use crate::store::calendarios;
use crate::store::columns::Micros;
use crate::store::error::StoreError;
use crate::store::hold::hold_titles;
use crate::store::insert::{insert_rows, last_of_each};
use crate::store::schema::{poderes, poderes_dichos};
use crate::store::stored::{Stored, nullable_instant};
use crate::store::to_the_microsecond;
use crate::store::upsert::{columns, upsert};

#[derive(Queryable, Selectable)]
#[diesel(table_name = poderes_dichos)]
struct Row {
    referencia: String,
    efecto: Micros,
    poderdante_nif: Stored<Nif>,
    apoderado_nif: Stored<Nif>,
    materias: Option<Stored<Vec<Materia>>>,
    tramites: Option<Stored<Vec<Tramite>>>,
    estado: Stored<EstadoPoder>,
    inscrito: Micros,
    fin: Micros,
    baja: Option<Micros>,
    registro: Stored<Registro>,
    solicitado: Option<Micros>,
    aceptado: Option<Micros>,
    declarado: Option<Micros>,
    prorrogado: Option<Micros>,
    modificado: Option<Micros>,
}

impl Row {
    fn read(self) -> Result<(DateTime<Utc>, PoderDicho), StoreError> {
        let corrupt = StoreError::corrupt("poderes_dichos", &self.referencia);
        let read = || {
            let poder = Poder {
                referencia: self.referencia,
                poderdante: self.poderdante_nif.0?,
                apoderado: self.apoderado_nif.0?,
                alcance: alcance(self.materias, self.tramites)?,
                estado: self.estado.0?,
                inscrito: self.inscrito.instant()?,
                fin: self.fin.instant()?,
                baja: nullable_instant(self.baja)?,
            };
            let dicho = PoderDicho {
                poder,
                registro: self.registro.0?,
                solicitado: nullable_instant(self.solicitado)?,
                aceptado: nullable_instant(self.aceptado)?,
                declarado: nullable_instant(self.declarado)?,
                prorrogado: nullable_instant(self.prorrogado)?,
                modificado: nullable_instant(self.modificado)?,
            };
            Some((self.efecto.instant()?, dicho))
        };
        read().ok_or(corrupt)
    }
}

#[derive(Insertable)]
#[diesel(table_name = poderes_dichos, treat_none_as_default_value = false)]
struct NewDicho {
    referencia: String,
    suceso: &'static str,
    efecto: Micros,
    registrado: Micros,
    poderdante_nif: Nif,
    apoderado_nif: Nif,
    materias: Option<String>,
    tramites: Option<String>,
    estado: &'static str,
    inscrito: Micros,
    fin: Micros,
    baja: Option<Micros>,
    registro: &'static str,
    solicitado: Option<Micros>,
    aceptado: Option<Micros>,
    declarado: Option<Micros>,
    prorrogado: Option<Micros>,
    modificado: Option<Micros>,
}

impl NewDicho {
    fn of(suceso: &Suceso, registrado: DateTime<Utc>) -> Self {
        let dicho = &suceso.queda;
        let poder = &dicho.poder;
        let (materias, tramites) = in_columns(&poder.alcance);
        let micros = |at: Option<DateTime<Utc>>| at.map(Micros::from);
        Self {
            referencia: poder.referencia.clone(),
            suceso: suceso.clase.code(),
            efecto: suceso.efecto.into(),
            registrado: registrado.into(),
            poderdante_nif: poder.poderdante,
            apoderado_nif: poder.apoderado,
            materias,
            tramites,
            estado: poder.estado.code(),
            inscrito: poder.inscrito.into(),
            fin: poder.fin.into(),
            baja: micros(poder.baja),
            registro: dicho.registro.code(),
            solicitado: micros(dicho.solicitado),
            aceptado: micros(dicho.aceptado),
            declarado: micros(dicho.declarado),
            prorrogado: micros(dicho.prorrogado),
            modificado: micros(dicho.modificado),
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = poderes, treat_none_as_default_value = false)]
struct New {
    referencia: String,
    poderdante_nif: Nif,
    apoderado_nif: Nif,
    materias: Option<String>,
    tramites: Option<String>,
    estado: &'static str,
    inscrito: Micros,
    fin: Micros,
    baja: Option<Micros>,
}

impl From<&Poder> for New {
    fn from(poder: &Poder) -> Self {
        let (materias, tramites) = in_columns(&poder.alcance);
        Self {
            referencia: poder.referencia.clone(),
            poderdante_nif: poder.poderdante,
            apoderado_nif: poder.apoderado,
            materias,
            tramites,
            estado: poder.estado.code(),
            inscrito: poder.inscrito.into(),
            fin: poder.fin.into(),
            baja: poder.baja.map(Micros::from),
        }
    }
}

/// Records what is told of powers, in this order. What of it follows what was told of the same reference before is added;
/// what cannot, is a contradiction (D-44 to D-52).
pub fn tell_poderes(
    conn: &mut Writer,
    dichos: &[PoderDicho],
    registrado: DateTime<Utc>,
) -> Result<(), StoreError> {
    use poderes::dsl;
    hold_titles(conn)?;
    let registrado = to_the_microsecond(registrado);
    let references: BTreeSet<&str> = dichos
        .iter()
        .map(|dicho| dicho.poder.referencia.as_str())
        .collect();
    let references: Vec<String> = references.into_iter().map(str::to_owned).collect();
    let mut last = last_told(conn, &references)?;
    let calendarios = calendarios::national(conn)?;
    let mut sucesos = Vec::new();
    for dicho in dichos {
        let dicho = micros_of(dicho);
        let before = last.get(&dicho.poder.referencia);
        let happened = dicho.sucesos(before, registrado, &calendarios)?;
        if let Some(suceso) = happened.last() {
            last.insert(dicho.poder.referencia.clone(), suceso.queda.clone());
        }
        sucesos.extend(happened);
    }
    let current = sucesos.iter().map(|suceso| New::from(&suceso.queda.poder));
    let current = last_of_each(current, |row| row.referencia.clone());
    let told = sucesos.iter().map(|suceso| NewDicho::of(suceso, registrado));
    insert_rows!(conn, poderes_dichos::table, told)?;
    insert_rows!(conn, poderes::table, current, |insert| {
        let others = columns![
            dsl::poderdante_nif,
            dsl::apoderado_nif,
            dsl::materias,
            dsl::tramites,
            dsl::estado,
            dsl::inscrito,
            dsl::fin,
            dsl::baja,
        ];
        upsert(insert, columns![dsl::referencia], others)
    })
}

/// Without what is finer than what is kept, so that what is told again is known as the same.
fn micros_of(dicho: &PoderDicho) -> PoderDicho {
    let cut = |at: Option<DateTime<Utc>>| at.map(to_the_microsecond);
    PoderDicho {
        poder: Poder {
            inscrito: to_the_microsecond(dicho.poder.inscrito),
            fin: to_the_microsecond(dicho.poder.fin),
            baja: cut(dicho.poder.baja),
            ..dicho.poder.clone()
        },
        registro: dicho.registro,
        solicitado: cut(dicho.solicitado),
        aceptado: cut(dicho.aceptado),
        declarado: cut(dicho.declarado),
        prorrogado: cut(dicho.prorrogado),
        modificado: cut(dicho.modificado),
    }
}

/// What was told last of each of these references.
fn last_told(conn: &mut Reader, references: &[String]) -> Result<HashMap<String, PoderDicho>, StoreError> {
    use poderes_dichos::dsl;
    let rows: Vec<Row> = on_each_among!(conn, dsl::referencia, references, |c, these| {
        poderes_dichos::table
            .filter(these)
            .order(dsl::secuencia)
            .select(Row::as_select())
            .load(c)
    })?;
    let mut last = HashMap::new();
    for row in rows {
        let (_, dicho) = row.read()?;
        last.insert(dicho.poder.referencia.clone(), dicho);
    }
    Ok(last)
}

/// The powers that `poderdante` granted to `apoderado`, as each stood at `en` by what was known at `sabido`: by the last that
/// was told of what had effect by then. One of which nothing had effect yet is as it was told first.
pub(crate) fn known(
    conn: &mut Reader,
    apoderado: Nif,
    poderdante: Nif,
    (en, sabido): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Poder>, StoreError> {
    use poderes_dichos::dsl;
    let sabido = Micros::clamped(sabido);
    let rows: Vec<Row> = on_each!(conn, |c| {
        poderes_dichos::table
            .filter(dsl::apoderado_nif.eq(apoderado))
            .filter(dsl::poderdante_nif.eq(poderdante))
            .filter(dsl::registrado.le(sabido))
            .order(dsl::secuencia)
            .select(Row::as_select())
            .load(c)
    })?;
    Ok(stood(rows, en)?.into_values().collect())
}

/// The same of these references, by reference.
pub(super) fn known_as(
    conn: &mut Reader,
    references: &[String],
    (en, sabido): (DateTime<Utc>, DateTime<Utc>),
) -> Result<BTreeMap<String, Poder>, StoreError> {
    use poderes_dichos::dsl;
    let sabido = Micros::clamped(sabido);
    let rows: Vec<Row> = on_each_among!(conn, dsl::referencia, references, |c, these| {
        poderes_dichos::table
            .filter(these)
            .filter(dsl::registrado.le(sabido))
            .order(dsl::secuencia)
            .select(Row::as_select())
            .load(c)
    })?;
    stood(rows, en)
}

/// How each power stood, of what was told in this order.
fn stood(rows: Vec<Row>, en: DateTime<Utc>) -> Result<BTreeMap<String, Poder>, StoreError> {
    let mut stood: BTreeMap<String, Poder> = BTreeMap::new();
    for row in rows {
        let (efecto, PoderDicho { poder, .. }) = row.read()?;
        if efecto <= en || !stood.contains_key(&poder.referencia) {
            stood.insert(poder.referencia.clone(), poder);
        }
    }
    Ok(stood)
}
