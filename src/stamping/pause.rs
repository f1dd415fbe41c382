//! How long one waits before one asks again who did not answer, or not well (E-21).

use std::time::Duration;

/// After the first failure.
const FIRST: Duration = Duration::from_secs(5);
/// And never longer.
const LONGEST: Duration = Duration::from_mins(5);

/// The pause after so many failures in a row, of which there is one at least: five seconds, doubling to five minutes.
#[must_use]
pub fn after(failures: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
    FIRST.saturating_mul(doubled).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_five_seconds_and_doubles_to_five_minutes() {
        let seconds = |failures| after(failures).as_secs();
        assert_eq!(
            [1, 2, 3, 4, 5, 6, 7, 8, 1000].map(seconds),
            [5, 10, 20, 40, 80, 160, 300, 300, 300]
        );
    }
}
