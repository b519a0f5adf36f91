//! How much a key may be used.

use crate::report::{FieldCode, FieldError};

/// Uses of a key. What is refused does not count; one finding of a bulk is one use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Within one minute of the clock.
    pub per_minute: i32,
    /// Within one day, Asia/Shanghai.
    pub per_day: i32,
}

impl Default for Quota {
    fn default() -> Self {
        Self { per_minute: 60, per_day: 10_000 }
    }
}

impl Quota {
    /// The quota as an administrator wants it; what is not said is as by default.
    ///
    /// # Errors
    /// Every fault, at `/perMinute` and `/perDay`.
    pub fn parse(per_minute: Option<i64>, per_day: Option<i64>) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut within = |given: Option<i64>, pointer: &str, most: i32, usual: i32| {
            let parsed = given.map_or(Ok(usual), i32::try_from);
            match parsed {
                Ok(number) if (1..=most).contains(&number) => number,
                Ok(_) | Err(_) => {
                    let words = format!("应为 1 到 {most}");
                    faults.push(FieldError::new(pointer, FieldCode::OutOfRange, words));
                    usual
                }
            }
        };
        let usual = Self::default();
        let quota = Self {
            per_minute: within(per_minute, "/perMinute", 6_000, usual.per_minute),
            per_day: within(per_day, "/perDay", 10_000_000, usual.per_day),
        };
        if faults.is_empty() { Ok(quota) } else { Err(faults) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_positive_and_bounded_and_has_a_default() {
        assert_eq!(Quota::parse(None, None), Ok(Quota::default()));
        assert_eq!(Quota::parse(Some(1), Some(5)), Ok(Quota { per_minute: 1, per_day: 5 }));
        let faults = Quota::parse(Some(0), Some(i64::MAX)).unwrap_err();
        let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/perMinute", "/perDay"]);
    }
}
