//! `Whole`: a file that is loaded whole or not at all.

use std::collections::HashSet;

use crate::domain::notificacion::{Codigo, Practica};
use crate::domain::poder::PoderDicho;
use crate::domain::procedimientos::ProcedimientoDicho;
use crate::store::cargas::Progress;
use crate::store::sucesiones::SucesionDicha;

use super::run::{ImportError, Summary};
use super::sink::{ImportSink, LoadError, Order, Publicacion, RegistroRed, Rehearsal, SinkError};
use super::store_sink::StoreSink;

/// A sink that rehearses what it is given, each time with all that it was given before, and loads it at the end in one
/// transaction. It is for files of one kind that fit into memory.
pub struct Whole<'a> {
    sink: StoreSink<'a>,
    order: Order,
    publicaciones: Vec<Publicacion>,
    practicadas: Vec<Practica>,
    poderes: Vec<PoderDicho>,
    red: Vec<RegistroRed>,
    sucesiones: Vec<SucesionDicha>,
}

impl<'a> Whole<'a> {
    /// Into a store.
    #[must_use]
    pub fn new(mut sink: StoreSink<'a>) -> Self {
        sink.rehearsal = Rehearsal::Yes;
        Self {
            sink,
            order: Order::default(),
            publicaciones: Vec::new(),
            practicadas: Vec::new(),
            poderes: Vec::new(),
            red: Vec::new(),
            sucesiones: Vec::new(),
        }
    }

    /// Loads all of it, if nothing of the file was refused, and says in the journal what came of it.
    pub fn end(self, outcome: &Result<Summary, ImportError>) -> Result<(), LoadError> {
        let Self {
            mut sink,
            order,
            publicaciones,
            practicadas,
            poderes,
            red,
            sucesiones,
        } = self;
        if outcome.as_ref().is_ok_and(|summary| summary.rechazadas > 0) || outcome.is_err() {
            return Ok(());
        }
        sink.rehearsal = Rehearsal::No;
        if !publicaciones.is_empty() {
            sink.publicaciones(&publicaciones, order)?;
        }
        if !practicadas.is_empty() {
            sink.practicadas(&practicadas)?;
        }
        if !poderes.is_empty() {
            sink.poderes(&poderes)?;
        }
        if !red.is_empty() {
            sink.red(&red)?;
        }
        if !sucesiones.is_empty() {
            sink.sucesiones(&sucesiones)?;
        }
        let fichero = sink.fichero;
        sink.end(outcome, fichero)
            .map_err(|error| LoadError::Unavailable(error.into()))
    }
}

/// Rehearses all that there is with what is new, and keeps that if it can be.
fn rehearse<T: Clone>(
    there: &mut Vec<T>,
    new: &[T],
    mut load: impl FnMut(&[T]) -> Result<(), LoadError>,
) -> Result<(), LoadError> {
    let before = there.len();
    there.extend_from_slice(new);
    let rehearsed = load(there);
    if rehearsed.is_err() {
        there.truncate(before);
    }
    rehearsed
}

impl ImportSink for Whole<'_> {
    fn progress(&mut self, progress: Progress) {
        self.sink.progress(progress);
    }

    fn existentes(&mut self, codigos: &[Codigo]) -> Result<HashSet<Codigo>, SinkError> {
        self.sink.existentes(codigos)
    }

    fn ultimo(&mut self) -> Result<Option<Codigo>, SinkError> {
        self.sink.ultimo()
    }

    fn publicaciones(&mut self, batch: &[Publicacion], order: Order) -> Result<(), LoadError> {
        self.order = order;
        let sink = &mut self.sink;
        rehearse(&mut self.publicaciones, batch, |all| {
            sink.publicaciones(all, order)
        })
    }

    fn practicadas(&mut self, batch: &[Practica]) -> Result<(), LoadError> {
        let sink = &mut self.sink;
        rehearse(&mut self.practicadas, batch, |all| sink.practicadas(all))
    }

    fn procedimientos(&mut self, batch: &[ProcedimientoDicho]) -> Result<(), LoadError> {
        self.sink.procedimientos(batch)
    }

    fn poderes(&mut self, batch: &[PoderDicho]) -> Result<(), LoadError> {
        let sink = &mut self.sink;
        rehearse(&mut self.poderes, batch, |all| sink.poderes(all))
    }

    fn red(&mut self, batch: &[RegistroRed]) -> Result<(), LoadError> {
        let sink = &mut self.sink;
        rehearse(&mut self.red, batch, |all| sink.red(all))
    }

    fn sucesiones(&mut self, batch: &[SucesionDicha]) -> Result<(), LoadError> {
        let sink = &mut self.sink;
        rehearse(&mut self.sucesiones, batch, |all| sink.sucesiones(all))
    }
}
