//! A sink that keeps what it is given in memory.

use super::*;
use crate::store::sucesiones::SucesionDicha;

/// Keeps what it takes; refuses powers and RED lines that its closures dislike.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) publicaciones: Vec<Publicacion>,
    pub(super) poderes: Vec<PoderDicho>,
    pub(super) red: Vec<RegistroRed>,
    pub(super) procedimientos: Vec<ProcedimientoDicho>,
    pub(super) practicadas: Vec<Practica>,
    pub(super) sucesiones: Vec<SucesionDicha>,
    pub(super) batches: Vec<usize>,
    pub(super) refuses_reference: Option<&'static str>,
    pub(super) unavailable: bool,
    /// What another import publishes just before the next batch.
    pub(super) slips_in: Option<Publicacion>,
    /// How far the file will have got, by what was said last.
    pub(super) progress: Progress,
    /// After how many more batches it takes nothing.
    pub(super) stops_after: Option<usize>,
}

impl ImportSink for Memory {
    fn progress(&mut self, progress: Progress) {
        self.progress = progress;
    }
    fn existentes(&mut self, codigos: &[Codigo]) -> Result<HashSet<Codigo>, SinkError> {
        let known: HashSet<_> = self.publicaciones.iter().map(|p| p.publicada.codigo).collect();
        Ok(codigos
            .iter()
            .copied()
            .filter(|codigo| known.contains(codigo))
            .collect())
    }
    fn ultimo(&mut self) -> Result<Option<Codigo>, SinkError> {
        Ok(self.publicaciones.iter().map(|p| p.publicada.codigo).max())
    }
    fn publicaciones(&mut self, batch: &[Publicacion], order: Order) -> Result<(), LoadError> {
        if let Some(left) = &mut self.stops_after {
            match left.checked_sub(1) {
                Some(fewer) => *left = fewer,
                None => return Err(LoadError::Unavailable("stopped".into())),
            }
        }
        if self.unavailable {
            return Err(LoadError::Unavailable("no store".into()));
        }
        self.publicaciones.extend(self.slips_in.take());
        let codes = batch.iter().map(|p| p.publicada.codigo);
        if let Some(last) = self.ultimo().unwrap().filter(|last| Some(*last) > codes.min())
            && order == Order::Ascending
        {
            return Err(LoadError::OutOfOrder(last));
        }
        self.batches.push(batch.len());
        self.publicaciones.extend_from_slice(batch);
        Ok(())
    }
    fn practicadas(&mut self, batch: &[Practica]) -> Result<(), LoadError> {
        self.practicadas.extend_from_slice(batch);
        Ok(())
    }
    fn procedimientos(&mut self, batch: &[ProcedimientoDicho]) -> Result<(), LoadError> {
        self.procedimientos.extend_from_slice(batch);
        Ok(())
    }
    fn poderes(&mut self, batch: &[PoderDicho]) -> Result<(), LoadError> {
        if batch
            .iter()
            .any(|p| Some(p.poder.referencia.as_str()) == self.refuses_reference)
        {
            return Err(LoadError::Refused("contradiction".into()));
        }
        self.batches.push(batch.len());
        self.poderes.extend_from_slice(batch);
        Ok(())
    }
    fn red(&mut self, batch: &[RegistroRed]) -> Result<(), LoadError> {
        self.red.extend_from_slice(batch);
        Ok(())
    }
    fn sucesiones(&mut self, batch: &[SucesionDicha]) -> Result<(), LoadError> {
        self.sucesiones.extend_from_slice(batch);
        Ok(())
    }
}
