//! Floor 0: the rules, in plain Rust. No XML, SQL, async, clock or log.
