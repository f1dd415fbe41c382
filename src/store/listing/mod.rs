//! Listings of notifications: any filter, one page, in the order of the cursor.

mod statement;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::materia::Entidad;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Estado, Notificacion};
use crate::domain::operation::Cursor;

use self::statement::Listing;
use super::backend::{Backend, Reader, on_each};
use super::error::StoreError;
use super::notificaciones::Standing;
use super::published;

/// For how many notifications there is room from the start.
const MOST_AT_FIRST: usize = 1024;

/// Which notifications to list.
#[derive(Debug, Clone)]
pub struct ListFilter<'a> {
    /// Whose: sorted, without repetition.
    pub poderdantes: &'a [Nif],
    /// Only what comes after this one.
    pub after: Option<Cursor>,
    /// In which states at [`ListFilter::at`], where what is out of term counts as lapsed (D-24); empty means any.
    pub estados: &'a [Estado],
    /// Of which bodies; empty means any.
    pub entidades: &'a [Entidad],
    /// Published at this instant or later.
    pub desde: Option<DateTime<Utc>>,
    /// Published before this instant.
    pub hasta: Option<DateTime<Utc>>,
    /// Whose last second of term is before this instant.
    pub fin_antes_de: Option<DateTime<Utc>>,
    /// What is finished is listed only if published at this instant or later (D-16); what is open, whenever it was.
    pub published_from: Option<DateTime<Utc>>,
    /// The instant at which states are judged.
    pub at: DateTime<Utc>,
    /// How many at most.
    pub limit: usize,
}

/// The first notifications that pass the filter, by poderdante and code. More may follow exactly if there are as many
/// as the limit.
pub fn list(conn: &mut Reader, filter: &ListFilter<'_>) -> Result<Vec<Notificacion>, StoreError> {
    let bodies: Vec<&str> = filter.entidades.iter().map(|body| body.code()).collect();
    let mut found: Vec<Standing> = Vec::with_capacity(filter.limit.min(MOST_AT_FIRST));
    for (subjects, after) in Groups::of(filter, conn.backend()) {
        let wanted = filter.limit.saturating_sub(found.len());
        if wanted == 0 {
            break;
        }
        let query = Listing::new(filter, subjects, &bodies, after, wanted);
        found.extend(on_each!(conn, |c| query.load::<Standing>(c))?);
    }
    published::standing(conn, found)
}

// ---- Whose notifications each query asks for ----

/// The poderdantes that are left, group by group, each with the code after which it goes on.
struct Groups<'a> {
    resumed: Option<(&'a [Nif], i32)>,
    rest: &'a [Nif],
    size: usize,
}

impl<'a> Groups<'a> {
    fn of(filter: &ListFilter<'a>, backend: &Backend) -> Self {
        let all = filter.poderdantes;
        // SQLite walks the index subject by subject in one query. PostgreSQL collects the limit of each subject before
        // it sorts, so it is given few at first, and more once it shows that they have little.
        let size = match backend {
            Backend::Sqlite(_) => usize::MAX,
            Backend::Postgres(_) => 8,
        };
        let Some(Cursor { poderdante, codigo }) = filter.after else {
            return Self {
                resumed: None,
                rest: all,
                size,
            };
        };
        let (_, left) = all.split_at(all.partition_point(|nif| *nif < poderdante));
        match left {
            [first, rest @ ..] if *first == poderdante => {
                let resumed = Some((std::slice::from_ref(first), codigo.number()));
                Self { resumed, rest, size }
            }
            rest => Self {
                resumed: None,
                rest,
                size,
            },
        }
    }
}

impl<'a> Iterator for Groups<'a> {
    type Item = (&'a [Nif], i32);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(resumed) = self.resumed.take() {
            return Some(resumed);
        }
        let (group, rest) = self.rest.split_at(self.size.min(self.rest.len()));
        self.rest = rest;
        self.size = self.size.saturating_mul(8);
        (!group.is_empty()).then_some((group, 0))
    }
}
