//! First sight and shape: octets of any kind are refused or inspected, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use notess::signature::{Policy, inspect};
use notess::xml::{Limits, screen};

fuzz_target!(|octets: &[u8]| {
    if let Ok(screened) = screen(octets, &Limits::MESSAGE) {
        for policy in [Policy::canal(), Policy::wscn()] {
            let _ = inspect(&screened, &policy);
        }
    }
});
