//! Floor 0: the rules, in plain Rust. No XML, SQL, async, clock or log.
//!
//! Instants are UTC; the current instant is always an argument. Rules are numbered D-1… after the project's rule
//! book; the comment above a rule names the article of law that it follows.

pub mod blank;
pub mod nif;
pub mod cuenta;
pub mod rol;
pub mod materia;
pub mod firmante;
pub mod poder;
pub mod red;
pub mod plazo;
pub mod notificacion;
pub mod reach;
pub mod acuse;
pub mod advertencia;
pub mod acuse_solicitado;
pub mod nombrados;
pub mod operation;
pub mod by_rol;
pub mod paging;
pub mod denial;
pub mod document;
