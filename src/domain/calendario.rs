//! `Calendarios`: which days are inhábiles, by year and by part of Spain (LPAC arts. 30.2, 30.7; D-102).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use thiserror::Error;

use super::coded::coded;

coded! {
    /// Where a calendar holds: in all of Spain, or in one of its autonomous communities or cities (ISO 3166-2:ES).
    Ambito {
        /// All of Spain: the calendar of the Administración General del Estado.
        Nacional = "nacional",
        /// Andalucía.
        Andalucia = "AN",
        /// Aragón.
        Aragon = "AR",
        /// Principado de Asturias.
        Asturias = "AS",
        /// Cantabria.
        Cantabria = "CB",
        /// Ceuta.
        Ceuta = "CE",
        /// Castilla y León.
        CastillaLeon = "CL",
        /// Castilla-La Mancha.
        CastillaMancha = "CM",
        /// Canarias.
        Canarias = "CN",
        /// Catalunya.
        Catalunya = "CT",
        /// Extremadura.
        Extremadura = "EX",
        /// Galicia.
        Galicia = "GA",
        /// Illes Balears.
        Balears = "IB",
        /// Región de Murcia.
        Murcia = "MC",
        /// Comunidad de Madrid.
        Madrid = "MD",
        /// Melilla.
        Melilla = "ML",
        /// Comunidad Foral de Navarra.
        Navarra = "NC",
        /// País Vasco.
        PaisVasco = "PV",
        /// La Rioja.
        Rioja = "RI",
        /// Comunitat Valenciana.
        Valencia = "VC",
    }
}

/// The calendar of a year in a part of Spain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendario {
    /// The year of all its days, in Madrid.
    pub anyo: i32,
    /// Where its days do not count as working days.
    pub ambito: Ambito,
    /// Its días inhábiles, besides Saturdays and Sundays.
    pub dias: BTreeSet<NaiveDate>,
    /// Where it was published.
    pub fuente: String,
}

/// That a working day was asked for in a year of which there is no calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no calendar of días inhábiles of {0} is loaded: load it with «notess calendarios cargar»")]
pub struct SinCalendario(pub i32);

/// The calendars of all of Spain, by which terms go on to a working day.
///
/// LPAC art. 30.6 adds the days of the body's seat and of where the interested party lives, which nobody tells us: those of parts
/// of Spain are kept, and no term goes by them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendarios(BTreeMap<i32, BTreeSet<NaiveDate>>);

impl FromIterator<Calendario> for Calendarios {
    /// Of one year the last counts.
    fn from_iter<T: IntoIterator<Item = Calendario>>(all: T) -> Self {
        let national = all.into_iter().filter(|one| one.ambito == Ambito::Nacional);
        Self(national.map(|one| (one.anyo, one.dias)).collect())
    }
}

impl Calendarios {
    /// Whether nothing that ends on a working day ends on this one. Of a year without a calendar nobody can tell, except of its
    /// weekends.
    pub fn is_inhabil(&self, day: NaiveDate) -> Result<bool, SinCalendario> {
        if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            return Ok(true);
        }
        let days = self.0.get(&day.year()).ok_or(SinCalendario(day.year()))?;
        Ok(days.contains(&day))
    }

    /// The first year from this one on of which there is no calendar.
    #[must_use]
    pub fn first_missing(&self, from: i32) -> i32 {
        let present = self.0.range(from..).zip(from..);
        from + i32::try_from(present.take_while(|((year, _), next)| *year == next).count()).unwrap_or(0)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The national calendars of the first edition.
    pub(crate) fn national() -> Calendarios {
        let years = [
            (2021, include_str!("../../fixtures/calendarios/2021.csv")),
            (2022, include_str!("../../fixtures/calendarios/2022.csv")),
            (2023, include_str!("../../fixtures/calendarios/2023.csv")),
            (2024, include_str!("../../fixtures/calendarios/2024.csv")),
            (2025, include_str!("../../fixtures/calendarios/2025.csv")),
            (2026, include_str!("../../fixtures/calendarios/2026.csv")),
            (2027, include_str!("../../fixtures/calendarios/2027.csv")),
        ];
        let calendar = |(anyo, text): (i32, &str)| {
            let days = text
                .lines()
                .skip(1)
                .map(|line| line.split(';').next().unwrap().parse().unwrap());
            Calendario {
                anyo,
                ambito: Ambito::Nacional,
                dias: days.collect(),
                fuente: String::new(),
            }
        };
        years.into_iter().map(calendar).collect()
    }

    #[test]
    fn a_working_day_of_a_year_without_a_calendar_is_not_guessed() {
        let day = |text: &str| text.parse().unwrap();
        let calendars = national();
        assert_eq!(calendars.is_inhabil(day("2026-12-08")), Ok(true));
        assert_eq!(calendars.is_inhabil(day("2026-12-09")), Ok(false));
        assert_eq!(calendars.is_inhabil(day("2028-01-03")), Err(SinCalendario(2028)));
        // A Saturday is inhábil in any year.
        assert_eq!(calendars.is_inhabil(day("2028-01-01")), Ok(true));
        assert_eq!(calendars.first_missing(2026), 2028);
        assert_eq!(calendars.first_missing(2020), 2020);
    }

    #[test]
    fn what_is_inhabil_in_a_part_of_spain_is_not_in_all_of_it() {
        let madrid = Calendario {
            anyo: 2026,
            ambito: Ambito::Madrid,
            dias: BTreeSet::from(["2026-05-04".parse().unwrap()]),
            fuente: String::new(),
        };
        let only: Calendarios = [madrid].into_iter().collect();
        assert_eq!(
            only.is_inhabil("2026-05-04".parse().unwrap()),
            Err(SinCalendario(2026))
        );
    }
}
