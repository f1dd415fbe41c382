//! The list of powers, for operators.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::dichos::known_as;
use crate::domain::nif::Nif;
use crate::domain::plazo::days_left;
use crate::domain::poder::{EstadoPoder, Poder};
use crate::domain::reach::has_effect;
use crate::store::backend::{Reader, on_each};
use crate::store::error::StoreError;
use crate::store::listado::Pagina;
use crate::store::schema::poderes::{self, dsl};

/// Powers that are read at a time.
const STEP: i64 = 200;

/// Which powers are wanted: all that fulfil each condition that is there.
#[derive(Debug, Clone, Copy)]
pub struct PoderesPedidos {
    /// Of which this one is a party.
    pub nif: Option<Nif>,
    /// That this one granted.
    pub poderdante: Option<Nif>,
    /// That stand so.
    pub estado: Option<EstadoPoder>,
    /// That have effect at this instant, as they stood then.
    pub en: Option<DateTime<Utc>>,
    /// That have effect, and whose last day comes within so many (D-50).
    pub por_caducar: Option<i64>,
    /// The present, at which they stand where no other instant is asked of.
    pub ahora: DateTime<Utc>,
}

/// Powers, by reference.
pub fn list(
    conn: &mut Reader,
    pedidos: &PoderesPedidos,
    pagina: (usize, usize),
) -> Result<Pagina<Poder>, StoreError> {
    let mut page = Pagina::new(pagina);
    let mut last = String::new();
    loop {
        let references: Vec<String> = on_each!(conn, |c| {
            let mut rows = poderes::table
                .filter(dsl::referencia.gt(&last))
                .order(dsl::referencia)
                .limit(STEP)
                .select(dsl::referencia)
                .into_boxed();
            if let Some(nif) = pedidos.nif {
                rows = rows.filter(dsl::poderdante_nif.eq(nif).or(dsl::apoderado_nif.eq(nif)));
            }
            if let Some(nif) = pedidos.poderdante {
                rows = rows.filter(dsl::poderdante_nif.eq(nif));
            }
            rows.load(c)
        })?;
        let Some(end) = references.last() else {
            return Ok(page);
        };
        last.clone_from(end);
        let en = pedidos.en.unwrap_or(pedidos.ahora);
        let mut stood = known_as(conn, &references, (en, pedidos.ahora))?;
        // In the order of the database, which need not be that of the map.
        for referencia in &references {
            let poder = stood.remove(referencia);
            if let Some(poder) = poder.filter(|poder| pedidos.asks_for(poder))
                && !page.take(poder)
            {
                return Ok(page);
            }
        }
    }
}

impl PoderesPedidos {
    fn asks_for(&self, poder: &Poder) -> bool {
        self.estado.is_none_or(|estado| poder.estado == estado)
            && self.en.is_none_or(|en| has_effect(poder, en))
            && self
                .por_caducar
                .is_none_or(|days| self.days_left(poder).is_some_and(|left| left <= days))
    }

    /// How many civil days are left of a power that has effect when it is asked of: 0 on its last one.
    #[must_use]
    pub fn days_left(&self, poder: &Poder) -> Option<i64> {
        let en = self.en.unwrap_or(self.ahora);
        has_effect(poder, en).then(|| days_left(poder.fin, en)).flatten()
    }
}
