//! How many codes are sent: to one phone, for one network, and by all of an installation.

use std::str::FromStr;

use thiserror::Error;

/// So many within so long, looked at from every moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub most: u32,
    pub seconds: u32,
}

/// All of which must let a code through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLimits {
    pub of_phone: Vec<Limit>,
    /// Of a network: /24 of IPv4, /64 of IPv6.
    pub of_address: Vec<Limit>,
    pub of_all: Vec<Limit>,
}

/// Why a text says no limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("write limits as 1/minute, 5/hour, 10/day")]
pub struct LimitFault;

impl FromStr for Limit {
    type Err = LimitFault;

    fn from_str(text: &str) -> Result<Self, LimitFault> {
        let (most, unit) = text.split_once('/').ok_or(LimitFault)?;
        let most = most.trim().parse().map_err(|_not_a_number| LimitFault)?;
        let seconds = match unit.trim() {
            "minute" => 60,
            "hour" => 3_600,
            "day" => 86_400,
            _ => return Err(LimitFault),
        };
        if most == 0 { Err(LimitFault) } else { Ok(Self { most, seconds }) }
    }
}

impl Limit {
    /// Reads a list, separated by commas; at least one.
    ///
    /// # Errors
    /// For a part that is no limit.
    pub fn list(text: &str) -> Result<Vec<Self>, LimitFault> {
        text.split(',').map(|part| part.trim().parse()).collect()
    }
}

impl CodeLimits {
    /// The longest time that any of them looks back.
    pub fn longest_seconds(&self) -> u32 {
        let all = self.of_phone.iter().chain(&self.of_address).chain(&self.of_all);
        all.map(|limit| limit.seconds).max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_people_write_them() {
        let read = Limit::list("1/minute, 5/hour,10 / day").unwrap();
        let pairs: Vec<_> = read.iter().map(|limit| (limit.most, limit.seconds)).collect();
        assert_eq!(pairs, [(1, 60), (5, 3_600), (10, 86_400)]);
        for wrong in
            ["", "1", "1/", "/day", "0/day", "-1/day", "1/week", "1/day,", "1.5/hour", "99999999999/day"]
        {
            assert!(Limit::list(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn codes_are_remembered_for_as_long_as_a_limit_counts_them() {
        let limits = CodeLimits {
            of_phone: Limit::list("1/minute").unwrap(),
            of_address: Limit::list("9/hour, 3/minute").unwrap(),
            of_all: Limit::list("9/minute").unwrap(),
        };
        assert_eq!(limits.longest_seconds(), 3_600);
    }
}
