//! Score sheets: items with points, and what was given for each.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::report::{FieldCode, FieldError};

/// An item of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Item {
    pub code: String,
    pub name: String,
    /// The most that is given for it.
    pub points: u32,
}

/// Points in tenths, so that sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Points(i64);

/// What was given, item by item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Score {
    pub given: BTreeMap<String, Points>,
}

impl Points {
    pub fn whole(points: u32) -> Self {
        Self(i64::from(points) * 10)
    }

    pub const fn from_tenths(tenths: i64) -> Self {
        Self(tenths)
    }

    pub const fn tenths(self) -> i64 {
        self.0
    }

    /// A JSON number with at most one decimal.
    fn read(value: &Value) -> Option<Self> {
        let text = value.as_number()?.to_string();
        let (whole, decimal) = text.split_once('.').unwrap_or((text.as_str(), "0"));
        let decimal: i64 = (decimal.len() == 1).then(|| decimal.parse().ok())??;
        let whole: i64 = (!whole.starts_with('-')).then(|| whole.parse().ok())??;
        Some(Self(whole.checked_mul(10)?.checked_add(decimal)?))
    }

    /// As a number, for the wire.
    pub fn number(self) -> f64 {
        i32::try_from(self.0).map_or(f64::MAX, |tenths| f64::from(tenths) / 10.0)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 10 {
            0 => write!(f, "{}", self.0 / 10),
            decimal => write!(f, "{}.{decimal}", self.0 / 10),
        }
    }
}

impl Score {
    /// The sum of what was given.
    pub fn total(&self) -> Points {
        Points(self.given.values().map(|points| points.0).sum())
    }

    /// What was sent for the items of a sheet: every item has its points, none more than it can have.
    pub(super) fn parse(sheet: &[Item], sent: &Map<String, Value>, faults: &mut Vec<FieldError>) -> Self {
        let mut score = Self::default();
        for item in sheet {
            let pointer = format!("/scores/{}", item.code);
            let fault = |code, words: String| FieldError::new(pointer.as_str(), code, words);
            let most = Points::whole(item.points);
            match sent.get(&item.code).map(Points::read) {
                None => faults.push(fault(FieldCode::Missing, format!("请给“{}”打分", item.name))),
                Some(None) => {
                    faults.push(fault(FieldCode::WrongType, "应为不小于 0、最多一位小数的数".to_owned()));
                }
                Some(Some(points)) if points > most => {
                    faults.push(fault(FieldCode::OutOfRange, format!("最多 {} 分", item.points)));
                }
                Some(Some(points)) => {
                    score.given.insert(item.code.clone(), points);
                }
            }
        }
        for code in sent.keys().filter(|code| sheet.iter().all(|item| item.code != **code)) {
            let words = "这张评分表没有这一项";
            faults.push(FieldError::new(format!("/scores/{code}"), FieldCode::Unknown, words));
        }
        score
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn sheet() -> Vec<Item> {
        let item = |code: &str, points| Item { code: code.into(), name: code.into(), points };
        vec![item("order", 60), item("dirt", 40)]
    }

    fn parse(sent: Value) -> (Score, Vec<(String, FieldCode)>) {
        let mut faults = Vec::new();
        let score = Score::parse(&sheet(), sent.as_object().unwrap(), &mut faults);
        (score, faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect())
    }

    #[test]
    fn every_item_is_scored_up_to_its_points_and_no_other() {
        let (score, faults) = parse(json!({ "order": 59.5, "dirt": 40 }));
        assert_eq!((score.total().to_string(), faults), ("99.5".to_owned(), vec![]));
        let (_, faults) = parse(json!({ "order": 60.1, "smell": 3 }));
        assert_eq!(
            faults,
            [
                ("/scores/order".to_owned(), FieldCode::OutOfRange),
                ("/scores/dirt".to_owned(), FieldCode::Missing),
                ("/scores/smell".to_owned(), FieldCode::Unknown)
            ]
        );
        for wrong in [json!(-0.5), json!(-1), json!(1.25), json!("9"), json!(1e300), json!(1e-7), json!(null)]
        {
            let (_, faults) = parse(json!({ "order": wrong, "dirt": 0 }));
            assert_eq!(faults, [("/scores/order".to_owned(), FieldCode::WrongType)], "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_total_is_the_exact_sum_of_its_tenths(order in 0_i64..=600, dirt in 0_i64..=400) {
            let number = |tenths: i64| Points::from_tenths(tenths).number();
            let (score, faults) = parse(json!({ "order": number(order), "dirt": number(dirt) }));
            prop_assert_eq!(faults, vec![]);
            prop_assert_eq!(score.total().tenths(), order + dirt);
        }
    }
}
