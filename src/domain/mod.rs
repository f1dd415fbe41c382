//! Floor 0: the rules, in plain Rust. No XML, SQL, async, clock or log.
//!
//! Instants are UTC; the current instant is always an argument. Rules have the numbers of the rule book, `docs/rules.md`,
//! which says what each is, whence it comes and which test shows it.

pub mod blank;
pub mod coded;
pub mod clock;
pub mod vigencia;
pub mod contradiccion;
pub mod nif;
pub mod cuenta;
pub mod rol;
pub mod stamped;
pub mod materia;
pub mod sucesion;
pub mod firmante;
pub mod poder;
pub mod red;
pub mod plazo;
pub mod calendario;
pub mod habil;
pub mod computo;
pub mod notificacion;
pub mod procedimientos;
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
pub mod emitido;
pub mod cea;
