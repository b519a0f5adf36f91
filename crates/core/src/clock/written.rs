//! Moments as people and programs write them into lists: `2026-11-01 08:30`, `2026/11/1`, `2026年11月1日8时30分`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::local::instant;

/// What was written: a moment, or a day without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Moment(DateTime<Utc>),
    Day(NaiveDate),
}

const MOMENTS: [&str; 4] =
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
const DAYS: [&str; 3] = ["%Y-%m-%d", "%Y.%m.%d", "%Y%m%d"];

/// Reads a moment (UTC+8, unless it names its zone as RFC 3339 does) or a day; `None` for anything else.
pub fn written(text: &str) -> Option<Written> {
    let text = text.trim();
    if let Ok(zoned) = DateTime::parse_from_rfc3339(text) {
        return Some(Written::Moment(zoned.to_utc()));
    }
    let plain = plain(text);
    let moment = MOMENTS.iter().find_map(|format| NaiveDateTime::parse_from_str(&plain, format).ok());
    let day = || DAYS.iter().find_map(|format| NaiveDate::parse_from_str(&plain, format).ok());
    moment.map(|local| Written::Moment(instant(local))).or_else(|| day().map(Written::Day))
}

/// With hyphens in the date and colons in the time.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '/' | '年' | '月' => plain.push('-'),
            '：' | '时' | '点' | '分' => plain.push(':'),
            '日' => plain.push(' '),
            '秒' => {}
            _ if character.is_whitespace() => plain.push(' '),
            _ => plain.push(character),
        }
    }
    let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ").trim_end_matches([':', '-']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Written> {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok().map(|it| Written::Moment(instant(it)))
    }

    #[test]
    fn moments_are_read_as_lists_have_them() {
        for (text, moment) in [
            ("2026-11-01 08:30", "2026-11-01 08:30:00"),
            (" 2026/11/1  8:30:05 ", "2026-11-01 08:30:05"),
            ("2026年11月1日 8时30分", "2026-11-01 08:30:00"),
            ("2026年11月1日8点30分5秒", "2026-11-01 08:30:05"),
            ("2026-11-01 08:30:00.0", "2026-11-01 08:30:00"),
            ("2026-11-01T08:30:00", "2026-11-01 08:30:00"),
            ("2026-11-01T00:30:00Z", "2026-11-01 08:30:00"),
            ("2026-11-01T08:30:00+08:00", "2026-11-01 08:30:00"),
            ("2026-11-01　08：30", "2026-11-01 08:30:00"),
        ] {
            assert_eq!(written(text), at(moment), "{text}");
        }
    }

    #[test]
    fn days_are_days_and_nothing_else_is_guessed() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 1).map(Written::Day);
        for text in ["2026-11-01", "2026/11/1", "2026年11月1日", "2026.11.01", "20261101"] {
            assert_eq!(written(text), day, "{text}");
        }
        for text in
            ["", "昨天", "11-01", "2026-13-01", "2026-02-30 10:00", "08:30", "2026-11-01 25:00", "46000"]
        {
            assert_eq!(written(text), None, "{text}");
        }
    }
}
