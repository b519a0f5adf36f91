//! When a failed delivery is tried again.

use chrono::Duration;

/// Attempts after which a notice is given up: with the waits below about four hours, as GOV.UK Notify does.
pub const MAX_ATTEMPTS: u32 = 24;
const FIRST_WAIT_SECONDS: i64 = 5;
const LONGEST_WAIT_SECONDS: i64 = 900;

/// The wait before attempt `attempt + 1`, or `None` when it is given up.
///
/// Doubling from 5 s to 15 min, moved by up to a quarter either way by `chance` (0 to 1) so that a server that comes
/// back is not met by all at once. A server's own `retry_after` is honoured, within an hour.
pub fn next_wait(attempt: u32, retry_after: Option<Duration>, chance: f64) -> Option<Duration> {
    if attempt >= MAX_ATTEMPTS {
        return None;
    }
    let doubled =
        FIRST_WAIT_SECONDS.checked_shl(attempt.saturating_sub(1).min(16)).unwrap_or(LONGEST_WAIT_SECONDS);
    let seconds = doubled.clamp(FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS);
    // A quarter of the wait in milliseconds, scaled by chance from -1 to 1, in whole per mille.
    let per_mille = per_mille(chance);
    let wait = Duration::milliseconds(seconds * 1_000 + seconds * 250 * (per_mille - 500) / 500);
    Some(retry_after.map_or(wait, |hint| wait.max(hint.min(Duration::hours(1)))))
}

fn per_mille(chance: f64) -> i64 {
    (0..1_000_i32).filter(|step| f64::from(*step) < chance * 1_000.0).count().try_into().unwrap_or(500)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_then_end() {
        let middle = |attempt| next_wait(attempt, None, 0.5).map(|wait| wait.num_seconds());
        assert_eq!(middle(1), Some(5));
        assert_eq!(middle(2), Some(10));
        assert_eq!(middle(20), Some(900));
        assert_eq!(middle(MAX_ATTEMPTS), None);
    }

    #[test]
    fn chance_moves_a_wait_by_a_quarter_and_a_hint_is_honoured() {
        assert_eq!(next_wait(3, None, 0.0), Some(Duration::milliseconds(15_000)));
        assert_eq!(next_wait(3, None, 1.0), Some(Duration::milliseconds(25_000)));
        assert_eq!(next_wait(1, Some(Duration::seconds(120)), 0.5), Some(Duration::seconds(120)));
        assert_eq!(next_wait(1, Some(Duration::days(3)), 0.5), Some(Duration::hours(1)));
    }
}
