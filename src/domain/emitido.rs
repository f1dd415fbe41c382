//! What documents the service issues on paper, or in a form that can be put on it.

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Europe::Madrid;

/// The kinds, with the numbers by which they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum TipoDocumento {
    /// The receipt of an acceptance.
    Aceptacion = 1,
    /// The receipt of a rejection.
    Rechazo = 2,
    /// The certificate of a lapse.
    Caducidad = 3,
    /// The certificate that a notification was put at its addressee's disposal.
    PuestaADisposicion = 4,
}

impl TipoDocumento {
    /// All, by number.
    pub const ALL: [Self; 4] = [
        Self::Aceptacion,
        Self::Rechazo,
        Self::Caducidad,
        Self::PuestaADisposicion,
    ];

    /// The number by which it is kept.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The kind of a number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|tipo| i16::from(tipo.number()) == number)
    }

    /// The two characters with which its documents' ids begin, of those that a CEA has (E-50).
    #[must_use]
    pub fn prefijo(self) -> [u8; 2] {
        *match self {
            Self::Aceptacion => b"AC",
            Self::Rechazo => b"RE",
            Self::Caducidad => b"CA",
            Self::PuestaADisposicion => b"PD",
        }
    }

    /// What it is called where people read it.
    #[must_use]
    pub fn titulo(self) -> &'static str {
        match self {
            Self::Aceptacion => "Justificante de aceptación de una notificación",
            Self::Rechazo => "Justificante de rechazo de una notificación",
            Self::Caducidad => "Certificado de notificación por transcurso de plazo",
            Self::PuestaADisposicion => "Certificado de puesta a disposición de una notificación",
        }
    }
}

/// The number of an act as it is printed: `AAAA-NNNNNNNNN`, with the year of the act in Madrid.
#[must_use]
pub fn numero_impreso(numero: u64, acto: DateTime<Utc>) -> String {
    format!("{}-{numero:09}", acto.with_timezone(&Madrid).year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_printed_with_the_year_in_madrid() {
        let at = DateTime::parse_from_rfc3339("2026-12-31T23:30:00Z").unwrap();
        assert_eq!(numero_impreso(42, at.to_utc()), "2027-000000042");
        assert_eq!(numero_impreso(1_234_567_890, at.to_utc()), "2027-1234567890");
    }

    #[test]
    fn each_kind_has_a_number_and_a_beginning_of_its_own() {
        let mut prefixes: Vec<[u8; 2]> = TipoDocumento::ALL.map(TipoDocumento::prefijo).to_vec();
        prefixes.sort_unstable();
        prefixes.dedup();
        assert_eq!(prefixes.len(), TipoDocumento::ALL.len());
        for (number, tipo) in (1..).zip(TipoDocumento::ALL) {
            assert_eq!(
                (tipo.number(), TipoDocumento::from_number(i16::from(number))),
                (number, Some(tipo))
            );
        }
        assert_eq!([0, 5].map(TipoDocumento::from_number), [None, None]);
    }
}
