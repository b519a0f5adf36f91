//! Moments as W3C writes them, always with a zone.

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};

/// Beijing time: UTC+8.
const BEIJING_SECONDS: i32 = 8 * 3_600;

/// A moment as a client writes it. A `+` that nobody escaped has arrived as a blank.
pub fn parse_moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let text = match text.rsplit_once(' ') {
        Some((before, zone)) if before.contains('T') && zone.len() == 5 => format!("{before}+{zone}"),
        _ => text.to_owned(),
    };
    DateTime::parse_from_rfc3339(&text).ok().map(|moment| moment.to_utc())
}

/// A moment as it is sent: seconds, Beijing time.
pub fn written(moment: DateTime<Utc>) -> String {
    match FixedOffset::east_opt(BEIJING_SECONDS) {
        Some(zone) => moment.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false),
        None => moment.to_rfc3339_opts(SecondsFormat::Secs, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_needs_a_zone_and_survives_an_unescaped_plus() {
        for (text, seconds) in [
            ("2026-11-27T00:00:00Z", Some(0)),
            ("2026-11-27T08:00:00+08:00", Some(0)),
            ("2026-11-27T08:00:00 08:00", Some(0)),
            ("2026-11-26T23:59:59.999999-06:00", Some(21_599)),
            ("2026-11-27 08:00:00+08:00", Some(0)),
            ("2026-11-27T00:00:00", None),
            ("2026-11-27", None),
            ("yesterday", None),
            ("", None),
        ] {
            let base = DateTime::parse_from_rfc3339("2026-11-27T00:00:00Z").unwrap().to_utc();
            assert_eq!(parse_moment(text).map(|at| (at - base).num_seconds()), seconds, "{text}");
        }
    }

    #[test]
    fn a_moment_is_sent_with_its_zone() {
        let moment = parse_moment("2026-11-27T16:30:05.9Z").unwrap();
        assert_eq!(written(moment), "2026-11-28T00:30:05+08:00");
    }
}
