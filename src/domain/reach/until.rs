//! Until when what titles give stays as it is, if nothing else is told of them.

use chrono::{DateTime, Utc};

use super::Titles;
use crate::domain::plazo;

impl Titles {
    /// An instant after `at` before which neither by which roles a poderdante is listed nor how far each goes is otherwise than at
    /// `at`; `at` itself where that is about to change, and nothing where it never will. What is weighed changes when a title begins
    /// or ends, and what a lost one keeps ceases to be listed 24 months later (D-16, D-54).
    #[must_use]
    pub fn same_until(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let steps = self.instants().into_iter().filter(|step| *step > at);
        let unlisted = self
            .ends()
            .into_iter()
            .filter_map(plazo::unlisted_about)
            .filter_map(|(from, until)| (at < until).then_some(from.max(at)));
        steps.chain(unlisted).min()
    }

    /// Every instant that a title names.
    fn instants(&self) -> Vec<DateTime<Utc>> {
        let powers = self.poderes.iter().flat_map(|poder| [poder.inscrito, poder.fin]);
        let handed_down = self.sucesiones.iter().map(|one| one.vigencia);
        let handed_down = handed_down.flat_map(|one| [Some(one.desde), one.hasta]).flatten();
        let mut instants = self.ends();
        instants.extend(powers.chain(handed_down));
        instants
    }

    /// Those of RED, each of which may be the end of one.
    fn ends(&self) -> Vec<DateTime<Utc>> {
        let cuentas = self.cuentas.iter().map(|one| one.desde);
        let cambios = self.cambios.iter().map(|one| one.instante);
        let red = self.red.iter().flat_map(|one| {
            let (asignacion, tenencia) = (&one.asignacion, one.tenencia);
            [
                Some(asignacion.desde),
                asignacion.hasta,
                Some(tenencia.vigencia.desde),
                tenencia.vigencia.hasta,
                Some(tenencia.titular_desde),
            ]
        });
        cuentas.chain(cambios).chain(red.flatten()).collect()
    }
}
