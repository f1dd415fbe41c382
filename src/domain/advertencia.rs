//! The legal warning that a signer declares to have read before deciding (ISM/903 art. 8.4, RD 203/2021 art. 45.1; D-4).
//!
//! Its code travels inside what is signed. It names its edition and the service that it is for, so that an act that was
//! signed for one service, such as one for trying, can be taken for no act of another.

use super::denial::Denial;

/// A warning, as one service has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advertencia {
    /// Its code: `ADV-2026-1-PRUEBAS`, or `ADV-2026-1-PRODUCCION-SEDE2` where the installation has a name. A new text
    /// gets a new edition.
    pub codigo: String,
    /// Text that whoever decides has to have read.
    pub texto: &'static str,
}

/// The edition in force: what the code begins with.
pub const EDICION: &str = "ADV-2026-1";

/// What the warning says, of one edition: another text needs another code.
const TEXTO: &str = "El acceso al contenido de la notificación, su rechazo expreso o el transcurso de diez días naturales \
                     desde su puesta a disposición sin acceder a ella dan la notificación por practicada y por cumplido el \
                     trámite, y el procedimiento continúa. Al firmar declaro haber leído esta advertencia y acepto o rechazo \
                     expresamente las notificaciones indicadas.";

/// How many parts an edition has: `ADV`, the year, the number.
const PARTS_OF_EDITION: usize = 3;

impl Advertencia {
    /// The one in force in an environment and, if it has a name, an installation.
    #[must_use]
    pub fn vigente(entorno: &str, instalacion: Option<&str>) -> Self {
        let place = [Some(entorno), instalacion].into_iter().flatten();
        let codigo = place.fold(EDICION.to_owned(), |code, part| {
            code + "-" + &part.to_ascii_uppercase()
        });
        Self { codigo, texto: TEXTO }
    }

    /// Refuses a declared code that is not this one's. Who declares another has read something else, or has signed for
    /// another service.
    pub fn check(&self, declared: &str) -> Result<(), Denial> {
        self.check_place(declared)?;
        if declared == self.codigo {
            Ok(())
        } else {
            Err(Denial::StaleWarning)
        }
    }

    /// Refuses a code that names another service, whatever its edition.
    pub fn check_place(&self, declared: &str) -> Result<(), Denial> {
        match place(declared) {
            Some(other) if place(&self.codigo) != Some(other) => Err(Denial::WarningOfElsewhere),
            _ => Ok(()),
        }
    }
}

/// The service that a code names, if it names one.
fn place(codigo: &str) -> Option<&str> {
    let is_edition = codigo.starts_with("ADV-");
    let mut parts = codigo.splitn(PARTS_OF_EDITION + 1, '-').skip(PARTS_OF_EDITION);
    parts.next().filter(|place| is_edition && !place.is_empty())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// That of a service for trying.
    pub(crate) fn de_pruebas() -> Advertencia {
        Advertencia::vigente("pruebas", None)
    }

    #[test]
    fn a_code_names_edition_environment_and_installation() {
        assert_eq!(de_pruebas().codigo, "ADV-2026-1-PRUEBAS");
        let named = Advertencia::vigente("produccion", Some("Sede2"));
        assert_eq!(named.codigo, "ADV-2026-1-PRODUCCION-SEDE2");
    }

    #[test]
    fn only_the_very_code_in_force_is_taken_and_that_of_another_service_is_told() {
        let own = Advertencia::vigente("produccion", Some("SEDE2"));
        assert_eq!(own.check("ADV-2026-1-PRODUCCION-SEDE2"), Ok(()));
        for elsewhere in [
            "ADV-2026-1-PRUEBAS",
            "ADV-2026-1-PRUEBAS-SEDE2",
            "ADV-2026-1-PRODUCCION",
            "ADV-2026-1-PRODUCCION-SEDE1",
            "ADV-2025-4-PRUEBAS",
        ] {
            assert_eq!(
                own.check(elsewhere),
                Err(Denial::WarningOfElsewhere),
                "{elsewhere}"
            );
        }
        for stale in [
            "",
            "ADV",
            "ADV-2026-1",
            "ADV-2026-1-",
            "ADV-2025-4-PRODUCCION-SEDE2",
            "adv-2026-1-produccion-sede2",
            "OTRA-2026-1-PRUEBAS",
        ] {
            assert_eq!(own.check(stale), Err(Denial::StaleWarning), "{stale}");
        }
    }
}
