//! The `notess` program.

use std::process::ExitCode;

/// Requests make and drop many small allocations on several threads, where this allocator is measurably faster. It serves the
/// C libraries too, and is the second version of it: the third, in their place, crashes under libfaketime.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    notess::cli::main()
}
