//! Numbers with three decimals, exact: points, percentages, densities. Sums and ranks must not hang on how a machine
//! rounds.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const ONE: i64 = 1_000;

/// A number in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i64);

/// The text is no number with at most three decimals.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no number with at most three decimals")]
pub struct DecimalError(String);

impl Decimal {
    pub const ZERO: Self = Self(0);

    /// A whole number.
    pub const fn whole(number: i64) -> Self {
        Self(number.saturating_mul(ONE))
    }

    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// `part / whole`, rounded half away from zero; `None` where there is no whole.
    pub fn ratio(part: i128, whole: i128) -> Option<Self> {
        rounded(part.checked_mul(i128::from(ONE))?, whole).map(Self)
    }

    /// So many times as much, rounded half away from zero.
    pub fn times(self, part: i128, whole: i128) -> Option<Self> {
        rounded(i128::from(self.0).checked_mul(part)?, whole).map(Self)
    }

    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// As it is sent: every number of ours has fewer digits than a float keeps.
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or_default()
    }
}

fn rounded(part: i128, whole: i128) -> Option<i64> {
    let (part, whole) = if whole < 0 { (part.checked_neg()?, whole.checked_neg()?) } else { (part, whole) };
    let twice = part.checked_mul(2)?;
    let half = if part < 0 { whole.checked_neg()? } else { whole };
    i64::try_from(twice.checked_add(half)?.checked_div(whole.checked_mul(2)?)?).ok()
}

impl std::iter::Sum for Decimal {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, Self::plus)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, whole, rest) =
            (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs() / 1_000, self.0.unsigned_abs() % 1_000);
        let rest = format!("{rest:03}");
        match rest.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            rest => write!(f, "{sign}{whole}.{rest}"),
        }
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text).map(Self).ok_or_else(|| DecimalError(text.to_owned()))
    }
}

fn read(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(rest) || rest.len() > 3 {
        return None;
    }
    let rest: i64 = format!("{rest:0<3}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(ONE)?.checked_add(rest)?.checked_mul(sign)
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % ONE == 0 {
            serializer.serialize_i64(self.0 / ONE)
        } else {
            serializer.serialize_f64(self.to_f64())
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Number)
    }
}

struct Number;

impl Visitor<'_> for Number {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number with at most three decimals")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Decimal, E> {
        number.to_string().parse().map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Decimal, E> {
        number.to_string().parse().map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Decimal, E> {
        number.to_string().parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_is_read_the_same_and_nothing_else_is_a_number() {
        for (text, thousandths) in [("0", 0), ("12", 12_000), ("-0.2", -200), ("0.005", 5), ("-1.25", -1_250)]
        {
            assert_eq!(text.parse(), Ok(Decimal(thousandths)), "{text}");
            assert_eq!(Decimal(thousandths).to_string(), text);
        }
        for text in ["", "-", ".5", "1.", "1.2345", "NaN", "1e3", "--1", "99999999999999999999"] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
        assert!(serde_yaml_ng::from_str::<Decimal>("0.0001").is_err());
        assert_eq!(serde_yaml_ng::from_str::<Decimal>("-0.2").unwrap(), Decimal(-200));
    }

    #[test]
    fn ratios_are_rounded_half_away_from_zero() {
        assert_eq!(Decimal::ratio(737 * 100, 972), Some(Decimal(75_823)));
        assert_eq!(Decimal::ratio(1, 2_000), Some(Decimal(1)));
        assert_eq!(Decimal::ratio(-1, 2_000), Some(Decimal(-1)));
        assert_eq!(Decimal::ratio(1, -2_000), Some(Decimal(-1)));
        assert_eq!(Decimal::ratio(1, 0), None);
    }

    proptest! {
        #[test]
        fn a_stored_number_comes_back_unchanged(thousandths in -1_000_000_000_000_i64..1_000_000_000_000) {
            let number = Decimal(thousandths);
            prop_assert_eq!(serde_json::from_str::<Decimal>(&serde_json::to_string(&number).unwrap()).unwrap(), number);
        }
    }
}
