//! The `notess` program.

use std::process::ExitCode;

/// Requests make and drop many small allocations on several threads, where this allocator is measurably faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    notess::cli::main()
}
