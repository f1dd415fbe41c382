//! The published log: the leaves of the journal by their index, what was signed of them, and the roots of full tiles.
//!
//! A leaf is nowhere kept with its index: it is counted from `cadena` (how many leaves there are up to a row) and the leaf's
//! place in its row. What is published is made of leaves each time, but for hashes over full tiles, which are kept.

mod leaves;
mod puntos;
mod teselas;
mod turn;

pub use leaves::{leaves, of_codigo, size};
pub use puntos::{keep, last, last_origin};
pub use teselas::{TileRoot, keep_roots, tile};
pub use turn::take_turn;
