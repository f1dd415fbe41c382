//! What notifications are about: issuing bodies, materias and the table of procedures (D-3, D-57).

use super::coded::coded;

coded! {
    /// A body that issues notifications.
    Entidad {
        /// Tesorería General de la Seguridad Social.
        Tgss = "TGSS",
        /// Instituto Nacional de la Seguridad Social.
        Inss = "INSS",
        /// Instituto Social de la Marina.
        Ism = "ISM",
    }
}

impl Entidad {
    /// By which words a text names it, in small letters.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Tgss => &["tgss", "tesorería general"],
            Self::Inss => &["inss", "instituto nacional de la seguridad social"],
            Self::Ism => &["ism", "instituto social de la marina"],
        }
    }
}

coded! {
    /// The subject matter of a procedure (D-3), which decides whether a RED authorisation reaches it (D-29) and
    /// what powers cover (D-45).
    Materia {
        /// Inscripción, afiliación, cotización y recaudación.
        Iacr = "IACR",
        /// Impugnaciones y recursos ante la TGSS.
        Imp = "IMP",
        /// Prestaciones del INSS.
        Prestaciones = "PREST",
        /// Estudios informativos del ISM.
        Marina = "MAR",
    }
}

impl Materia {
    /// Whether a RED authorisation may reach notifications of this materia (D-29 b).
    #[must_use]
    pub fn within_red(self) -> bool {
        matches!(self, Self::Iacr | Self::Imp)
    }
}

/// A procedure that notifications may belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Procedimiento {
    /// Code, as on the wire.
    pub codigo: &'static str,
    /// Who issues it.
    pub entidad: Entidad,
    /// Its subject matter.
    pub materia: Materia,
    /// What it is called in Spanish, as in the list of procedures.
    pub denominacion: &'static str,
    /// Whether its acts carry special-category data (health) by nature (D-57).
    pub especial: bool,
    /// What listings show instead of its name, of an act of a special category.
    pub neutra: &'static str,
}

/// What the first edition has listings show instead of the name of an act of a special category (D-57).
pub const DENOMINACION_NEUTRA: &str = "Resolución de prestaciones";

/// The first edition of the table of procedures (D-3), which every database has from the start.
pub const PROCEDIMIENTOS: &[Procedimiento] = {
    use Entidad::{Inss, Ism, Tgss};
    use Materia::{Iacr, Imp, Marina, Prestaciones};
    const fn row(
        codigo: &'static str,
        entidad: Entidad,
        materia: Materia,
        denominacion: &'static str,
        especial: bool,
    ) -> Procedimiento {
        Procedimiento {
            codigo,
            entidad,
            materia,
            denominacion,
            especial,
            neutra: DENOMINACION_NEUTRA,
        }
    }
    &[
        row("TGSS-RD", Tgss, Iacr, "Reclamación de deuda", false),
        row("TGSS-PA", Tgss, Iacr, "Providencia de apremio", false),
        row(
            "TGSS-DED",
            Tgss,
            Iacr,
            "Inicio del procedimiento de deducción",
            false,
        ),
        row("TGSS-EMB", Tgss, Iacr, "Diligencia de embargo", false),
        row("TGSS-APL", Tgss, Iacr, "Resolución de aplazamiento", false),
        row("TGSS-DEV", Tgss, Iacr, "Devolución de ingresos indebidos", false),
        row("TGSS-MOR", Tgss, Iacr, "Moratoria o exención", false),
        row("TGSS-LIQ", Tgss, Iacr, "Acta de liquidación", false),
        row("TGSS-SAN", Tgss, Iacr, "Imposición de sanción", false),
        row("TGSS-ALZ", Tgss, Imp, "Resolución de recurso de alzada", false),
        row(
            "INSS-IT",
            Inss,
            Prestaciones,
            "Incapacidad temporal, pago directo",
            true,
        ),
        row(
            "INSS-NAC",
            Inss,
            Prestaciones,
            "Nacimiento y cuidado de menor",
            true,
        ),
        row(
            "INSS-EMB",
            Inss,
            Prestaciones,
            "Riesgo durante el embarazo o la lactancia",
            true,
        ),
        row(
            "INSS-CUM",
            Inss,
            Prestaciones,
            "Cuidado de menor con enfermedad grave",
            true,
        ),
        row("ISM-EST", Ism, Marina, "Estudio informativo de jubilación", false),
    ]
};

impl Procedimiento {
    /// The procedure of a code in the first edition.
    #[must_use]
    pub fn find(codigo: &str) -> Option<&'static Self> {
        PROCEDIMIENTOS.iter().find(|p| p.codigo == codigo)
    }
}
