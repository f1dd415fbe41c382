//! The `notess` program.

fn main() {}
