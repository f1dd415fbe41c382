//! News of practices elsewhere into the store: what it does to each notification, and what came late.

use thiserror::Error;
use uuid::Uuid;

use crate::domain::notificacion::{Codigo, Efecto, Practica};
use crate::store::practicadas::{self, NotTold};
use crate::store::{StoreError, believed, hold, plazos};

use super::deeds;
use super::sink::LoadError;
use super::store_sink::{ClockInDoubt, StoreSink};

/// That terms are being counted anew: whether one was over when it was practised is not known until it is.
#[derive(Debug, Error)]
#[error("terms are being counted anew: try again after `notess incidencias recontar`")]
struct CountingAnew;

impl StoreSink<'_> {
    /// Records a batch; of which notifications the news came late is kept.
    pub(super) fn record_practices(&mut self, batch: &[Practica]) -> Result<(), LoadError> {
        let mut codes: Vec<Codigo> = batch.iter().map(|one| one.codigo).collect();
        codes.sort_unstable();
        codes.dedup();
        let peticion = Uuid::now_v7();
        let (mut refused, mut late) = (None, Vec::new());
        let written = self.write_telling(|conn| {
            let mut refuse = |why| {
                refused = Some(why);
                Err(StoreError::Conflict)
            };
            // In the order in which lapses are written down.
            if plazos::hold(conn)?.is_some() {
                return refuse(LoadError::Unavailable(CountingAnew.into()));
            }
            hold::hold_rows(conn, &codes)?;
            let now = match believed(conn, self.desk.now(), self.salto_maximo)? {
                Ok(now) => now,
                Err(doubt) => return refuse(LoadError::Unavailable(ClockInDoubt(doubt).into())),
            };
            let counted = match practicadas::tell(conn, batch, peticion, now) {
                Ok(counted) => counted,
                Err(NotTold::Impossible(why)) => return refuse(LoadError::Practice(why)),
                Err(unknown @ NotTold::Unknown(_)) => return refuse(LoadError::Refused(unknown.into())),
                Err(NotTold::Store(error)) => return Err(error),
            };
            late = counted
                .iter()
                .filter(|one| one.efecto == Efecto::Sustituye)
                .filter_map(|one| Codigo::new(one.dicha.codigo))
                .collect();
            let told = practicadas::deed(&counted, peticion);
            Ok(deeds::practicadas(self.deed(), batch, told))
        });
        match refused {
            Some(refused) if written.is_err() => return Err(refused),
            _ => written?,
        }
        self.tardias.append(&mut late);
        Ok(())
    }
}
