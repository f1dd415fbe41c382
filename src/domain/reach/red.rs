//! What somebody reaches through RED authorisations (D-29 to D-34, D-36).

use chrono::{DateTime, Utc};

use super::juicio::{Alcanza, Impide, Juicio, Perdida};
use super::{TituloRed, since_or_pending};
use crate::domain::notificacion::{Categoria, Notificacion, Sentido, Situacion};
use crate::domain::red::{CambioRed, CuentasDesde, Emitidas, Tenencia, Voluntad, each_with_its_time};
use crate::domain::vigencia::Intervalo;

/// What a title reaches, where it reaches anything: a stretch in which an authorisation manages the account that counts,
/// and somebody acts through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ventana {
    pub(super) titulo: TituloRed,
    /// Since when the addressee is managed by the authorisation, and by its present holder.
    desde: DateTime<Utc>,
    /// How it lost the addressee, if it has: what was issued from then on is beyond it.
    pub(super) perdida: Option<Perdida>,
    /// When he ceased to hold the authorisation, if he has.
    pub(super) cese: Option<DateTime<Utc>>,
}

/// Titles through RED: those that reach something, and those that do not, with the reason.
#[derive(Debug, Clone, Default)]
pub(super) struct PorRed {
    pub(super) ventanas: Vec<Ventana>,
    pub(super) sin_efecto: Vec<(TituloRed, Impide)>,
}

/// Whether RED reaches a notification at all: the addressee obliged under art. 4.1.a or b, a materia of RED (D-29), no
/// special category (D-56).
pub(super) fn within_red(notificacion: &Notificacion) -> Result<(), Impide> {
    if !notificacion.obligacion.within_red() {
        return Err(Impide::FueraDeObligacion(notificacion.obligacion));
    }
    let materia = notificacion.procedimiento.materia;
    if !materia.within_red() {
        return Err(Impide::FueraDeRed(materia));
    }
    match notificacion.categoria {
        Categoria::Ordinaria => Ok(()),
        Categoria::Especial => Err(Impide::CategoriaEspecial),
    }
}

impl PorRed {
    pub(super) fn weigh(
        titulos: Vec<TituloRed>,
        cuentas: &[CuentasDesde],
        cambios: &[CambioRed],
        emitidas: Emitidas,
        at: DateTime<Utc>,
    ) -> Self {
        let mut weighed = Self::default();
        for (titulo, gestion) in managed(titulos, cuentas, &mut weighed.sin_efecto) {
            match Ventana::of(titulo.tenencia, gestion, cambios, emitidas, at) {
                Ok((desde, perdida, cese)) => weighed.ventanas.push(Ventana {
                    titulo,
                    desde,
                    perdida,
                    cese,
                }),
                Err(impide) => weighed.sin_efecto.push((titulo, impide)),
            }
        }
        weighed
    }
}

/// For how long each authorisation manages the account that counts. Where it goes on without a gap, through another account
/// or by another assignment, it is one: the authorisation loses nothing (D-32).
fn managed(
    titulos: Vec<TituloRed>,
    cuentas: &[CuentasDesde],
    sin_efecto: &mut Vec<(TituloRed, Impide)>,
) -> Vec<(TituloRed, Intervalo)> {
    let mut found = Vec::with_capacity(titulos.len());
    for titulo in titulos {
        let before = found.len();
        for (of_then, vigentes) in each_with_its_time(cuentas) {
            if of_then.counts(&titulo.asignacion.cuenta)
                && let Some(gestion) = titulo.asignacion.vigencia().common(vigentes)
            {
                found.push((titulo.clone(), gestion));
            }
        }
        if found.len() == before {
            sin_efecto.push((titulo, Impide::OtraCuenta));
        }
    }
    found.sort_by_key(|(titulo, gestion)| (titulo.tenencia, *gestion));
    found.dedup_by(|(later, next), (earlier, gestion)| {
        let joined = gestion
            .joined(*next)
            .filter(|_| earlier.tenencia == later.tenencia);
        if let Some(whole) = joined {
            *gestion = whole;
            // The title is called by its latest assignment.
            std::mem::swap(earlier, later);
        }
        joined.is_some()
    });
    found
}

/// Since when a title reaches what is published, how the addressee was lost, and when its holder ceased to be one.
type Alcance = (DateTime<Utc>, Option<Perdida>, Option<DateTime<Utc>>);

impl Ventana {
    /// What is reached at `at` by acting through an authorisation that manages the addressee. ISM/903 art. 6.1: who is
    /// assigned reaches, unless the addressee has shut autorizados out; who was assigned, or was shut out, keeps what had
    /// been issued before (D-32).
    fn of(
        tenencia: Tenencia,
        gestion: Intervalo,
        cambios: &[CambioRed],
        emitidas: Emitidas,
        at: DateTime<Utc>,
    ) -> Result<Alcance, Impide> {
        use crate::domain::red::Calidad::{Titular, Usuario};
        let ended = tenencia.vigencia.hasta.filter(|hasta| *hasta <= at);
        let cese = match (tenencia.calidad, ended) {
            (Usuario, Some(hasta)) => return Err(Impide::UsuarioCesado { hasta }),
            (Titular | Usuario, ended) => ended,
        };
        let begins = tenencia.vigencia.desde;
        if begins > at {
            return Err(Impide::AunNo { desde: begins });
        }
        let desde = gestion.desde.max(tenencia.titular_desde);
        let as_of = cese.unwrap_or(at);
        if desde > at {
            return Err(Impide::AunNo { desde });
        }
        if cese.is_some_and(|cese| cese <= desde) {
            return Err(Impide::NuncaALaVez);
        }
        let lost = gestion.hasta.filter(|hasta| *hasta <= as_of);
        // Whom the addressee lets in again is whoever is assigned then, not who was before (D-36).
        let perdida = match lost {
            Some(end) => {
                let shut_out = shut_out_since(cambios, |instante| instante < end);
                Some(shut_out.map_or(Perdida::Desvinculacion(end), Perdida::Desasignacion))
            }
            None => shut_out_since(cambios, |instante| instante <= as_of).map(Perdida::Desasignacion),
        };
        match (perdida, cese, emitidas) {
            // There was never anything to keep (D-36, D-40).
            (Some(perdida), ..) if desde >= perdida.instante() => Err(Impide::ExcluidoDesdeAntes(perdida)),
            (Some(perdida), _, Emitidas::Perder) => Err(Impide::NadaSeConserva(perdida)),
            (None, Some(cese), Emitidas::Perder) => {
                Err(Impide::NadaSeConserva(Perdida::Desvinculacion(cese)))
            }
            (perdida, cese, _) => Ok((desde, perdida, cese)),
        }
    }

    /// Whether it reaches a notification that RED reaches.
    pub(super) fn judge(&self, notificacion: &Notificacion, at: DateTime<Utc>) -> Juicio {
        if let Some(cese) = self.cese {
            let accepted = matches!(
                notificacion.situacion,
                Situacion::Decidida { sentido: Sentido::Aceptacion, instante } if instante < cese
            );
            if !accepted {
                return Err(Impide::NoAceptadaEntonces { cese });
            }
        }
        if let Some(perdida) = self.perdida
            && notificacion.puesta_a_disposicion >= perdida.instante()
        {
            return Err(Impide::EmitidaDespues(perdida));
        }
        let reached = since_or_pending(notificacion, self.desde, at)?;
        Ok(match (self.cese, self.perdida) {
            (Some(cese), _) => Alcanza::AceptadaEntonces { cese },
            (None, Some(perdida)) => Alcanza::EmitidaAntes {
                perdida: perdida.instante(),
            },
            (None, None) => reached,
        })
    }
}

/// Since when the addressee has shut autorizados out, by its declarations up to some instant, if the last of them says so:
/// whoever says it again has said it already (D-36, D-38).
fn shut_out_since(cambios: &[CambioRed], counts: impl Fn(DateTime<Utc>) -> bool) -> Option<DateTime<Utc>> {
    let counting = cambios.iter().filter(|cambio| counts(cambio.instante));
    counting.fold(None, |since, cambio| match cambio.voluntad {
        Voluntad::Desasignar => since.or(Some(cambio.instante)),
        Voluntad::Reasignar => None,
    })
}
