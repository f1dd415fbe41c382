//! `Sucesion`: that a body admits somebody as the successor of an addressee (RD 203/2021 art. 42.4; D-20).

use chrono::{DateTime, Utc};

use super::coded::coded;
use super::contradiccion::Contradiccion;
use super::materia::Entidad;
use super::nif::{Nif, NifKind};
use super::vigencia::Intervalo;

coded! {
    /// How somebody comes to succeed another.
    ClaseSucesion {
        /// By an act among the living: merger, transfer, split.
        InterVivos = "inter_vivos",
        /// By the death of a natural person, who leaves heirs.
        MortisCausa = "mortis_causa",
    }
}

/// That a body admits somebody as the successor of an addressee in what it notifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sucesion {
    /// Who is succeeded: to whom the notifications are addressed.
    pub antecesor: Nif,
    /// Who receives in his own name from then on.
    pub sucesor: Nif,
    /// By what it comes: an entity does not die.
    pub clase: ClaseSucesion,
    /// The body that admits it: only what it notifies itself is within its gift.
    pub entidad: Entidad,
    /// From the event that causes it on, until the body ends it, if it does.
    pub vigencia: Intervalo,
}

impl Sucesion {
    /// Why it cannot be told at an instant, by itself or beside those that stand: all of the same antecesor, and all that follow
    /// from the sucesor on.
    pub fn check(&self, standing: &[Self], ahora: DateTime<Utc>) -> Result<(), Contradiccion> {
        if self.antecesor == self.sucesor {
            return Err(Contradiccion::SucesorDeSiMismo);
        }
        if self.clase == ClaseSucesion::MortisCausa && self.antecesor.kind() == NifKind::Entidad {
            return Err(Contradiccion::EntidadFallecida);
        }
        // It is communicated once it is effective, and a death once it is registered: never before.
        if self.vigencia.desde > ahora {
            return Err(Contradiccion::Futuro("desde"));
        }
        if self.vigencia.over_at(self.vigencia.desde) {
            return Err(Contradiccion::FinSinComienzo);
        }
        let told = standing.iter().any(|other| {
            (other.antecesor, other.sucesor, other.entidad) == (self.antecesor, self.sucesor, self.entidad)
                && other.vigencia.common(self.vigencia).is_some()
        });
        if told {
            return Err(Contradiccion::SucesionRepetida);
        }
        if leads(standing, self.sucesor, self.antecesor, self.vigencia) {
            return Err(Contradiccion::SucesionEnCirculo);
        }
        Ok(())
    }

    /// Why it cannot be taken back, at `ahora`, from an instant on.
    pub fn check_annulment(&self, desde: DateTime<Utc>, ahora: DateTime<Utc>) -> Result<(), Contradiccion> {
        if desde > ahora {
            return Err(Contradiccion::Futuro("desde"));
        }
        if !self.vigencia.contains(desde) {
            return Err(Contradiccion::AnulacionFuera);
        }
        Ok(())
    }

    /// The same as far as it has effect where it was taken back from an instant on, which is within it.
    #[must_use]
    pub fn until(self, anulada: DateTime<Utc>) -> Self {
        let desde = self.vigencia.desde;
        Self {
            vigencia: Intervalo {
                desde,
                hasta: Some(anulada),
            },
            ..self
        }
    }
}

/// Whether somebody is succeeded, by steps that all hold at one time of a stretch, by another. What stands has no circle, so that
/// it comes to an end.
fn leads(standing: &[Sucesion], from: Nif, to: Nif, within: Intervalo) -> bool {
    standing
        .iter()
        .filter(|one| one.antecesor == from)
        .filter_map(|one| Some((one.sucesor, one.vigencia.common(within)?)))
        .any(|(next, common)| next == to || leads(standing, next, to, common))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: &str = "99999901H";
    const LUIS: &str = "99999945Q";
    const UNA: &str = "B99999120";
    const OTRA: &str = "A99999013";

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_000_000 + day * 86_400, 0).unwrap()
    }

    fn sucesion(antecesor: &str, sucesor: &str, desde: i64, hasta: Option<i64>) -> Sucesion {
        Sucesion {
            antecesor: antecesor.parse().unwrap(),
            sucesor: sucesor.parse().unwrap(),
            clase: ClaseSucesion::InterVivos,
            entidad: Entidad::Tgss,
            vigencia: Intervalo {
                desde: at(desde),
                hasta: hasta.map(at),
            },
        }
    }

    #[test]
    fn what_no_succession_can_be_is_refused_by_itself() {
        let dies = |one| Sucesion {
            clase: ClaseSucesion::MortisCausa,
            ..one
        };
        for (told, expected) in [
            (sucesion(UNA, OTRA, 0, None), Ok(())),
            (dies(sucesion(ANA, LUIS, 0, None)), Ok(())),
            (sucesion(UNA, UNA, 0, None), Err(Contradiccion::SucesorDeSiMismo)),
            (
                dies(sucesion(UNA, ANA, 0, None)),
                Err(Contradiccion::EntidadFallecida),
            ),
            (sucesion(UNA, OTRA, 10, None), Ok(())),
            (sucesion(UNA, OTRA, 11, None), Err(Contradiccion::Futuro("desde"))),
            (sucesion(UNA, OTRA, 5, Some(6)), Ok(())),
            (
                sucesion(UNA, OTRA, 5, Some(5)),
                Err(Contradiccion::FinSinComienzo),
            ),
            (
                sucesion(UNA, OTRA, 5, Some(4)),
                Err(Contradiccion::FinSinComienzo),
            ),
        ] {
            assert_eq!(told.check(&[], at(10)), expected, "{told:?}");
        }
    }

    #[test]
    fn the_same_is_not_told_twice_of_one_time() {
        let before = [sucesion(UNA, OTRA, 2, Some(5))];
        for (desde, hasta, expected) in [
            (2, Some(5), Err(Contradiccion::SucesionRepetida)),
            (0, None, Err(Contradiccion::SucesionRepetida)),
            (4, None, Err(Contradiccion::SucesionRepetida)),
            (5, None, Ok(())),
            (0, Some(2), Ok(())),
        ] {
            let told = sucesion(UNA, OTRA, desde, hasta);
            assert_eq!(told.check(&before, at(10)), expected, "{desde} {hasta:?}");
        }
        // Another body gives what is its own; and who is succeeded may be so by several.
        let of_inss = Sucesion {
            entidad: Entidad::Inss,
            ..sucesion(UNA, OTRA, 2, None)
        };
        assert_eq!(of_inss.check(&before, at(10)), Ok(()));
        assert_eq!(sucesion(UNA, ANA, 2, None).check(&before, at(10)), Ok(()));
    }

    #[test]
    fn it_is_taken_back_from_within_it_on_and_not_ahead() {
        let told = sucesion(UNA, OTRA, 2, Some(8));
        let endless = sucesion(UNA, OTRA, 2, None);
        for (one, desde, expected) in [
            (told, 1, Err(Contradiccion::AnulacionFuera)),
            (told, 2, Ok(())),
            (told, 7, Ok(())),
            (told, 8, Err(Contradiccion::AnulacionFuera)),
            (endless, 10, Ok(())),
            (endless, 11, Err(Contradiccion::Futuro("desde"))),
        ] {
            assert_eq!(one.check_annulment(at(desde), at(10)), expected, "{desde}");
        }
        assert_eq!(told.until(at(5)), sucesion(UNA, OTRA, 2, Some(5)));
    }

    #[test]
    fn nobody_succeeds_whoever_succeeds_him_at_the_same_time() {
        let chain = [sucesion(UNA, OTRA, 0, None), sucesion(OTRA, ANA, 3, Some(6))];
        for (told, expected) in [
            (
                sucesion(OTRA, UNA, 1, None),
                Err(Contradiccion::SucesionEnCirculo),
            ),
            (sucesion(ANA, UNA, 1, None), Err(Contradiccion::SucesionEnCirculo)),
            (sucesion(ANA, UNA, 1, Some(3)), Ok(())),
            (sucesion(ANA, UNA, 6, None), Ok(())),
            (sucesion(UNA, ANA, 1, None), Ok(())),
            (sucesion(LUIS, UNA, 1, None), Ok(())),
        ] {
            assert_eq!(told.check(&chain, at(10)), expected, "{told:?}");
        }
    }
}
