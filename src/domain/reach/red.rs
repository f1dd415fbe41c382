//! What somebody reaches through RED authorisations (D-29 to D-34, D-36).

use chrono::{DateTime, Utc};

use super::juicio::{Alcanza, Impide, Juicio, Loss};
use super::{TituloRed, since_or_pending};
use crate::domain::notificacion::{Categoria, Notificacion, Sentido, Situacion};
use crate::domain::red::{
    Calidad, CambioRed, CuentasDesde, Emitidas, Tenencia, Voluntad, each_with_its_time,
};
use crate::domain::vigencia::{Intervalo, SIEMPRE};

/// What a title reaches, where it reaches anything: a stretch in which an authorisation manages the account that counts, the
/// addressee lets autorizados in, and somebody acts through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ventana {
    pub(super) titulo: TituloRed,
    /// Its beginning: since when the addressee is managed by the authorisation and its present holder, and lets them in.
    desde: DateTime<Utc>,
    /// How it ended, if it has: what was issued from then on is beyond it.
    perdida: Option<Loss>,
    /// When he ceased to hold the authorisation, if he has.
    cese: Option<DateTime<Utc>>,
    /// Whether the title is over, and not only this stretch of it.
    pub(super) over: bool,
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
            match Ventana::of(&titulo, gestion, cambios, emitidas, at) {
                Ok(ventanas) => weighed.ventanas.extend(ventanas),
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

impl Ventana {
    /// What is reached at `at` by acting through an authorisation that manages the addressee. ISM/903 art. 6.1: who is
    /// assigned reaches, unless the addressee has shut autorizados out; who was assigned, or was shut out, keeps what had
    /// been issued before (D-32). Whoever is let in again comes as a new one does: what was practised meanwhile was never
    /// his (D-33, D-36).
    fn of(
        titulo: &TituloRed,
        gestion: Intervalo,
        cambios: &[CambioRed],
        emitidas: Emitidas,
        at: DateTime<Utc>,
    ) -> Result<Vec<Self>, Impide> {
        let tenencia = titulo.tenencia;
        let cese = ceased(tenencia, at)?;
        if tenencia.vigencia.desde > at {
            return Err(Impide::AunNo {
                desde: tenencia.vigencia.desde,
            });
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
        let counts = |instante| lost.map_or(instante <= as_of, |end| instante < end);
        let let_in = let_in(cambios, counts);
        let shut_out = let_in.last().and_then(|last| last.hasta);
        let perdida = shut_out
            .map(Loss::Desasignacion)
            .or(lost.map(Loss::Desvinculacion));
        match (perdida, cese, emitidas) {
            (Some(perdida), _, Emitidas::Perder) if desde < perdida.instante() => {
                return Err(Impide::NadaSeConserva(perdida));
            }
            (None, Some(cese), Emitidas::Perder) => {
                return Err(Impide::NadaSeConserva(Loss::Desvinculacion(cese)));
            }
            _ => {}
        }
        let own = Intervalo { desde, hasta: lost };
        let ventanas = let_in.into_iter().filter_map(|while_let_in| {
            let stretch = while_let_in.common(own)?;
            let ended = stretch.hasta.map(|end| match while_let_in.hasta {
                Some(out) if out == end => Loss::Desasignacion(end),
                _ => Loss::Desvinculacion(end),
            });
            Some(Self {
                titulo: titulo.clone(),
                desde: stretch.desde,
                perdida: ended,
                cese,
                over: perdida.is_some() || cese.is_some(),
            })
        });
        let ventanas: Vec<Self> = ventanas.collect();
        match perdida {
            // There was never anything to keep (D-36, D-40).
            Some(perdida) if ventanas.is_empty() => Err(Impide::ExcluidoDesdeAntes(perdida)),
            _ => Ok(ventanas),
        }
    }

    /// When it ended; nothing where it goes on.
    pub(super) fn ended(&self) -> Option<DateTime<Utc>> {
        let lost = self.perdida.map(Loss::instante);
        lost.into_iter().chain(self.cese).min()
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

/// When he ceased to hold the authorisation, if he has. A user who is none any more reaches nothing (D-34).
fn ceased(tenencia: Tenencia, at: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Impide> {
    let ended = tenencia.vigencia.hasta.filter(|hasta| *hasta <= at);
    match (tenencia.calidad, ended) {
        (Calidad::Usuario, Some(hasta)) => Err(Impide::UsuarioCesado { hasta }),
        (Calidad::Titular | Calidad::Usuario, ended) => Ok(ended),
    }
}

/// While the addressee lets autorizados in, by its declarations that count, in order of time: the last stretch has an end
/// exactly if it has shut them out. Whoever says something again has said it already (D-36, D-38).
fn let_in(cambios: &[CambioRed], counts: impl Fn(DateTime<Utc>) -> bool) -> Vec<Intervalo> {
    let mut stretches = vec![Intervalo {
        desde: SIEMPRE,
        hasta: None,
    }];
    for cambio in cambios.iter().filter(|cambio| counts(cambio.instante)) {
        let out = stretches.last().and_then(|last| last.hasta);
        match (cambio.voluntad, out, stretches.last_mut()) {
            (Voluntad::Desasignar, None, Some(last)) => last.hasta = Some(cambio.instante),
            (Voluntad::Reasignar, Some(_), _) => stretches.push(Intervalo {
                desde: cambio.instante,
                hasta: None,
            }),
            _ => {}
        }
    }
    stretches
}
