//! The number of a case, as staff and partners write it.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Nine digits of the center, eight of the day, a serial of five or more and one check digit.
///
/// The check is ISO/IEC 7064 MOD 11,10: it finds every single wrong digit and nearly every transposition. The serial
/// does not restart each day, for a counter to restart would be one row that all reports of a town wait for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseNumber(String);

impl CaseNumber {
    /// The number of the case with this serial, opened on `day` (Asia/Shanghai) by the center with nine digits.
    pub fn new(center_code: &str, day: NaiveDate, serial: i64) -> Self {
        let digits = format!("{center_code}{}{serial:05}", day.format("%Y%m%d"));
        let check = check_digit(&digits);
        Self(format!("{digits}{check}"))
    }

    /// A number as somebody wrote it: blanks and hyphens do not matter; `None` unless the check digit is right.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let (body, check) = digits.split_at_checked(digits.len().checked_sub(1)?)?;
        let plausible = (23..=36).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        (plausible && check == check_digit(body).to_string()).then_some(Self(digits))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_digit(digits: &str) -> u32 {
    let product = digits.chars().filter_map(|c| c.to_digit(10)).fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_names_center_day_and_serial() {
        let number = CaseNumber::new("410103001", NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), 42);
        assert!(number.as_str().starts_with("4101030012026112300042"));
        assert_eq!(CaseNumber::parse(&format!(" {number}")), Some(number));
    }

    proptest! {
        #[test]
        fn every_single_wrong_digit_is_found(serial in 0_i64..10_000_000, position in 0_usize..22, shift in 1_u8..10) {
            let number = CaseNumber::new("410103100", NaiveDate::from_ymd_opt(2026, 1, 31).unwrap(), serial);
            let mut digits = number.as_str().as_bytes().to_vec();
            digits[position] = (digits[position] - b'0' + shift) % 10 + b'0';
            prop_assert_eq!(CaseNumber::parse(std::str::from_utf8(&digits).unwrap()), None);
        }
    }
}
