//! The decision tables beside this file: what a lawyer would read, for tests to carry out.
//!
//! A table tells cases, day by day. A row says something that happened (`hecho`), or asks whether somebody may receive a
//! notification on that day: as its addressee (`propio`), through RED (`red`) or by a power (`poder`), what may be done with it
//! (`puede`: decidir, documento, acuse or nada; a «documento» has its acuse too, unless it is «documento sin acuse»), and by which
//! rule. All cases are told to one database, in order of time.

pub(crate) mod cast;
pub(crate) mod facts;
mod successions;
pub(crate) mod tables;
mod terms;
pub(crate) mod world;
