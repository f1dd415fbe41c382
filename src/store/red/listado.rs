//! The list of who acts through authorisations of RED and of the accounts that they manage, for operators.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::asignaciones::AsignacionRow;
use super::number;
use super::tenencias::TenenciaRow;
use crate::domain::cuenta::AutorizacionRed;
use crate::domain::nif::Nif;
use crate::domain::red::{Asignacion, Tenencia};
use crate::domain::vigencia::Intervalo;
use crate::store::among::on_each_among;
use crate::store::backend::{Reader, on_each};
use crate::store::error::StoreError;
use crate::store::listado::Pagina;
use crate::store::schema::{asignaciones_red, tenencias_red};

/// Authorisations that are read at a time.
const STEP: i64 = 100;

/// Which titles through RED.
#[derive(Debug, Clone, Copy)]
pub struct RedPedida {
    /// Through which this one acts, or that are over it.
    pub nif: Option<Nif>,
    /// That are over this one.
    pub poderdante: Option<Nif>,
    /// Of this authorisation.
    pub autorizacion: Option<AutorizacionRed>,
    /// That hold at this instant.
    pub en: Option<DateTime<Utc>>,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineaRed {
    /// Somebody acts through an authorisation.
    Actua(Tenencia),
    /// An authorisation manages an account.
    Gestiona(Asignacion),
}

/// Titles through RED, by authorisation: who acts, then what is managed, each by whom and since when.
pub fn list(
    conn: &mut Reader,
    pedida: &RedPedida,
    pagina: (usize, usize),
) -> Result<Pagina<LineaRed>, StoreError> {
    let mut page = Pagina::new(pagina);
    let mut last = 0;
    loop {
        let numbers = pedida.numbers(conn, last)?;
        let Some(end) = numbers.last() else {
            return Ok(page);
        };
        last = *end;
        for line in lines(conn, &numbers)? {
            if pedida.asks_for(&line) && !page.take(line) {
                return Ok(page);
            }
        }
    }
}

/// All lines of these authorisations.
fn lines(conn: &mut Reader, numbers: &[i32]) -> Result<Vec<LineaRed>, StoreError> {
    let acting: Vec<TenenciaRow> = on_each_among!(conn, tenencias_red::autorizacion, numbers, |c, these| {
        tenencias_red::table
            .filter(these)
            .select(TenenciaRow::as_select())
            .load(c)
    })?;
    let managed: Vec<AsignacionRow> =
        on_each_among!(conn, asignaciones_red::autorizacion, numbers, |c, these| {
            asignaciones_red::table
                .filter(these)
                .select(AsignacionRow::as_select())
                .load(c)
        })?;
    let mut lines = Vec::with_capacity(acting.len() + managed.len());
    for row in acting {
        let read = row.read();
        let tenencia = read.ok_or_else(|| StoreError::corrupt("tenencias_red", &"of an authorisation"))?;
        lines.push(LineaRed::Actua(tenencia));
    }
    for row in managed {
        lines.push(LineaRed::Gestiona(row.read()?));
    }
    lines.sort_by_key(LineaRed::place);
    Ok(lines)
}

impl LineaRed {
    /// Where it stands in the list.
    fn place(&self) -> (u32, bool, Nif, DateTime<Utc>) {
        match self {
            Self::Actua(one) => (one.autorizacion.number(), false, one.nif, one.vigencia.desde),
            Self::Gestiona(one) => (one.autorizacion.number(), true, one.sujeto, one.desde),
        }
    }

    /// For how long it holds.
    #[must_use]
    pub fn vigencia(&self) -> Intervalo {
        match self {
            Self::Actua(one) => one.vigencia,
            Self::Gestiona(one) => one.vigencia(),
        }
    }

    /// Whom it names.
    #[must_use]
    pub fn nif(&self) -> Nif {
        match self {
            Self::Actua(one) => one.nif,
            Self::Gestiona(one) => one.sujeto,
        }
    }
}

impl RedPedida {
    fn asks_for(&self, line: &LineaRed) -> bool {
        let over = matches!(line, LineaRed::Gestiona(_));
        self.nif.is_none_or(|nif| line.nif() == nif)
            && self.poderdante.is_none_or(|nif| over && line.nif() == nif)
            && self.en.is_none_or(|en| line.vigencia().contains(en))
    }

    /// The next authorisations of which something may be asked, in order.
    fn numbers(&self, conn: &mut Reader, after: i32) -> Result<Vec<i32>, StoreError> {
        if let Some(autorizacion) = self.autorizacion {
            let only = number(autorizacion);
            return Ok(if only > after { vec![only] } else { Vec::new() });
        }
        let acting: Vec<i32> = on_each!(conn, |c| {
            let mut rows = tenencias_red::table
                .filter(tenencias_red::autorizacion.gt(after))
                .order(tenencias_red::autorizacion)
                .limit(STEP)
                .select(tenencias_red::autorizacion)
                .distinct()
                .into_boxed();
            if let Some(nif) = self.nif {
                rows = rows.filter(tenencias_red::nif.eq(nif));
            }
            rows.load(c)
        })?;
        let managing: Vec<i32> = on_each!(conn, |c| {
            let mut rows = asignaciones_red::table
                .filter(asignaciones_red::autorizacion.gt(after))
                .order(asignaciones_red::autorizacion)
                .limit(STEP)
                .select(asignaciones_red::autorizacion)
                .distinct()
                .into_boxed();
            if let Some(nif) = self.nif.or(self.poderdante) {
                rows = rows.filter(asignaciones_red::sujeto_nif.eq(nif));
            }
            rows.load(c)
        })?;
        let both: BTreeSet<i32> = acting.into_iter().chain(managing).collect();
        Ok(both
            .into_iter()
            .take(usize::try_from(STEP).unwrap_or(1))
            .collect())
    }
}
