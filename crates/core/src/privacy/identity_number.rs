//! 公民身份号码 (GB 11643): of 18 characters with their check character, and the 15 digits of before 1999.

use chrono::NaiveDate;

/// Order numbers begin with the code of an area and a date of these years; without a word that says so, a number with such
/// a date is one of them.
const FIRST_YEAR_OF_ORDERS: i32 = 2018;
/// Of the old numbers nobody is left who was born before 1930, while orders of 2010 to 2029 look like them.
const FIRST_OLD_YEAR: i32 = 1930;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// Whether 17 digits and a check character (10 stands for X) are somebody's number. `named`: a word before it says that it
/// is one.
pub(super) fn is_identity_number(digits: &[u8], check: u8, named: bool) -> bool {
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let year = number(digits.get(6..10));
    let born = date(year, digits.get(10..14));
    digits.len() == 17
        && has_province(digits)
        && born
        && (1900..2100).contains(&year)
        && (named || year < FIRST_YEAR_OF_ORDERS)
        && (12 - sum % 11) % 11 == u32::from(check)
}

/// Whether 15 digits are an old number of somebody.
pub(super) fn is_old_identity_number(digits: &[u8], named: bool) -> bool {
    let year = 1900 + number(digits.get(6..8));
    digits.len() == 15
        && has_province(digits)
        && date(year, digits.get(8..12))
        && (named || year >= FIRST_OLD_YEAR)
}

/// The first two digits are a province's (GB/T 2260).
fn has_province(digits: &[u8]) -> bool {
    matches!(
        digits,
        [1, 1..=5, ..]
            | [2, 1..=3, ..]
            | [3, 1..=7, ..]
            | [4, 1..=6, ..]
            | [5, 0..=4, ..]
            | [6, 1..=5, ..]
            | [7, 1, ..]
            | [8, 1..=3, ..]
            | [9, 1, ..]
    )
}

fn number(digits: Option<&[u8]>) -> i32 {
    digits.unwrap_or_default().iter().fold(0, |number, digit| number * 10 + i32::from(*digit))
}

fn date(year: i32, month_and_day: Option<&[u8]>) -> bool {
    let (month, day) = match month_and_day {
        Some([a, b, c, d]) => (u32::from(a * 10 + b), u32::from(c * 10 + d)),
        _ => return false,
    };
    NaiveDate::from_ymd_opt(year, month, day).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    #[test]
    fn the_check_character_the_province_and_the_day_must_be_right() {
        // The example of GB 11643.
        assert!(is_identity_number(&digits("11010519491231002"), 10, false));
        assert!(!is_identity_number(&digits("11010519491231002"), 9, false));
        assert!(!is_identity_number(&digits("00010519491231002"), 10, false));
        assert!(!is_identity_number(&digits("11010519491331002"), 10, false));
        assert!(is_old_identity_number(&digits("110105491231002"), false));
        assert!(!is_old_identity_number(&digits("110105491331002"), false));
    }

    #[test]
    fn a_number_with_a_date_of_today_is_an_order_unless_a_word_says_otherwise() {
        let order = digits("41010320261127000");
        let check = (0..=10).find(|check| is_identity_number(&order, *check, true)).unwrap();
        assert!(!is_identity_number(&order, check, false));
        assert!(!is_old_identity_number(&digits("410103261127001"), false));
        assert!(is_old_identity_number(&digits("410103261127001"), true));
    }
}
