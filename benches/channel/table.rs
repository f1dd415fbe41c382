//! How figures are printed.

use std::time::Duration;

/// What was measured, microseconds, and what there is to say of them.
pub fn line(what: &str, micros: f64, note: &str) {
    println!("  {what:<66} {micros:>9.1}  {note}");
}

/// How many times another figure.
pub fn times(micros: f64, of: f64) -> String {
    format!("{:.1} times", micros / of)
}

/// So many acceptances, done in this time.
pub fn rate(acceptances: usize, wall: Duration) {
    let a_second = acceptances as f64 / wall.max(Duration::from_nanos(1)).as_secs_f64();
    println!(
        "  {:<66} {a_second:>9.0}  a second, each durable before its answer",
        ""
    );
}
