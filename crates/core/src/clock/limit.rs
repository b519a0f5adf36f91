//! A limit: an amount of one of the units of domain.md §5.1.

use std::fmt;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// What a limit is counted in. "2 h" without a unit is meaningless: 紧急工作时 run through the night, 工作时 do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Unit {
    /// A natural minute (arrive in 10, enforce in 10).
    Minute,
    /// 紧急工作时: a natural hour; nights, weekends and holidays count.
    UrgentHour,
    /// 工作时: an hour inside the working hours of working days.
    WorkHour,
    /// 工作日: a working day; working Saturdays and Sundays (调休) are some.
    WorkDay,
    /// 紧急工作日, 自然日: 24 natural hours.
    NaturalDay,
}

impl Unit {
    /// The name as in JSON, in rulebooks and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::UrgentHour => "urgentHour",
            Self::WorkHour => "workHour",
            Self::WorkDay => "workDay",
            Self::NaturalDay => "naturalDay",
        }
    }

    /// Whether only working time counts.
    pub const fn is_working_time(self) -> bool {
        matches!(self, Self::WorkHour | Self::WorkDay)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How long something may take, for example `{ amount: 4, unit: workHour }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limit {
    pub amount: u32,
    pub unit: Unit,
}

impl Limit {
    /// `amount` of `unit`; zero is allowed and due at once.
    pub const fn new(amount: u32, unit: Unit) -> Self {
        Self { amount, unit }
    }

    /// The length on the unit's own clock; `None` for working days, which are counted and have no length.
    pub fn duration(self) -> Option<TimeDelta> {
        let amount = i64::from(self.amount);
        match self.unit {
            Unit::Minute => Some(TimeDelta::minutes(amount)),
            Unit::UrgentHour | Unit::WorkHour => Some(TimeDelta::hours(amount)),
            Unit::NaturalDay => Some(TimeDelta::days(amount)),
            Unit::WorkDay => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_an_amount_of_a_unit() {
        let limit: Limit = serde_json::from_str(r#"{"amount":4,"unit":"workHour"}"#).unwrap();
        assert_eq!(limit, Limit::new(4, Unit::WorkHour));
        assert!(serde_json::from_str::<Limit>(r#"{"amount":4,"unit":"hour"}"#).is_err());
        for unit in [Unit::Minute, Unit::UrgentHour, Unit::WorkHour, Unit::WorkDay, Unit::NaturalDay] {
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.as_str());
        }
    }
}
