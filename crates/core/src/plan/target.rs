//! Targets: what a plan promises about things that others keep registers of, measured on an imported register.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::place::Wgs84;

/// A promise with a number; one entry of `targets.yaml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Target {
    /// Rule it comes from, such as `DF-11`.
    pub id: String,
    pub name: String,
    /// Register it is measured on, such as `toilets`.
    pub register: String,
    pub measure: Measure,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Measure {
    /// Every thing has the attribute at least or at most so.
    Each {
        attribute: String,
        #[serde(default)]
        at_least: Option<f64>,
        #[serde(default)]
        at_most: Option<f64>,
    },
    /// The part of things whose attribute is above zero.
    Ratio { attribute: String, compare: Compare, value: f64 },
    /// The number of things, or the sum of an attribute.
    Count {
        #[serde(default)]
        attribute: Option<String>,
        at_least: f64,
        #[serde(default)]
        at_most: Option<f64>,
    },
    /// Every thing has one of another register within so many metres.
    Near { register: String, meters: f64 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Compare {
    AtLeast,
    AtMost,
}

/// A thing of a register: its number, where it is, and its attributes as numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    pub no: String,
    pub point: Option<Wgs84>,
    pub attributes: BTreeMap<String, f64>,
}

/// How a target stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub met: bool,
    /// The measured figure: a part, a number, or how many things miss.
    pub figure: f64,
    /// Numbers of the things that miss it.
    pub misses: Vec<String>,
}

impl Target {
    /// Measures it on the registers; an empty register meets nothing.
    pub fn measure(&self, registers: &BTreeMap<String, Vec<Row>>) -> Standing {
        let rows = registers.get(&self.register).map(Vec::as_slice).unwrap_or_default();
        let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let of_each = |fits: &dyn Fn(&Row) -> bool| {
            let misses: Vec<String> =
                rows.iter().filter(|row| !fits(row)).map(|row| row.no.clone()).collect();
            Standing { met: misses.is_empty() && !rows.is_empty(), figure: number(misses.len()), misses }
        };
        match &self.measure {
            Measure::Each { attribute, at_least, at_most } => of_each(&|row| {
                row.attributes.get(attribute).is_some_and(|value| {
                    at_least.is_none_or(|least| *value >= least) && at_most.is_none_or(|most| *value <= most)
                })
            }),
            Measure::Near { register, meters } => {
                let others = registers.get(register).map(Vec::as_slice).unwrap_or_default();
                of_each(&|row| {
                    let near = |other: &Row| {
                        row.point.zip(other.point).is_some_and(|(a, b)| a.distance_meters(b) <= *meters)
                    };
                    others.iter().any(near)
                })
            }
            Measure::Ratio { attribute, compare, value } => {
                let has = |row: &&Row| row.attributes.get(attribute).is_some_and(|value| *value > 0.0);
                let part = number(rows.iter().filter(has).count()) / number(rows.len().max(1));
                let met = match compare {
                    Compare::AtLeast => part >= *value,
                    Compare::AtMost => part <= *value,
                };
                let misses = rows.iter().filter(|row| !has(row)).map(|row| row.no.clone()).collect();
                Standing { met: met && !rows.is_empty(), figure: part, misses }
            }
            Measure::Count { attribute, at_least, at_most } => {
                let figure = match attribute {
                    None => number(rows.len()),
                    Some(attribute) => rows.iter().filter_map(|row| row.attributes.get(attribute)).sum(),
                };
                let met = figure >= *at_least && at_most.is_none_or(|most| figure <= most);
                Standing { met, figure, misses: Vec::new() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(no: &str, attribute: &str, value: f64) -> Row {
        Row { no: no.into(), point: None, attributes: [(attribute.to_owned(), value)].into() }
    }

    fn target(measure: Measure) -> Target {
        Target { id: "T".into(), name: String::new(), register: "things".into(), measure }
    }

    #[test]
    fn targets_are_met_at_their_number_and_name_what_misses() {
        let each = |at_most| {
            target(Measure::Each { attribute: "class".into(), at_least: None, at_most: Some(at_most) })
        };
        let registers: BTreeMap<String, Vec<Row>> = [(
            "things".to_owned(),
            vec![row("1", "class", 1.0), row("2", "class", 2.0), row("3", "class", 3.0)],
        )]
        .into();
        assert!(each(3.0).measure(&registers).met);
        assert_eq!(each(2.0).measure(&registers).misses, ["3"]);
        let ratio =
            |value| target(Measure::Ratio { attribute: "intact".into(), compare: Compare::AtLeast, value });
        let intact: BTreeMap<String, Vec<Row>> = [(
            "things".to_owned(),
            (0..20).map(|n| row(&n.to_string(), "intact", f64::from(u8::from(n > 0)))).collect(),
        )]
        .into();
        assert_eq!((ratio(0.95).measure(&intact).met, ratio(0.96).measure(&intact).met), (true, false));
        let count = |least| target(Measure::Count { attribute: None, at_least: least, at_most: None });
        assert_eq!((count(20.0).measure(&intact).met, count(21.0).measure(&intact).met), (true, false));
        assert!(!each(3.0).measure(&BTreeMap::new()).met, "nothing registered meets nothing");
    }

    #[test]
    fn near_is_measured_on_the_ground() {
        let home = Wgs84::new(113.03, 34.45).unwrap();
        let at = |no: &str, point| Row { no: no.into(), point: Some(point), ..Row::default() };
        let registers: BTreeMap<String, Vec<Row>> = [
            ("things".to_owned(), vec![at("near", home), at("far", home.offset_meters(900.0, 0.0))]),
            ("parks".to_owned(), vec![at("park", home.offset_meters(0.0, 499.0))]),
        ]
        .into();
        let near = target(Measure::Near { register: "parks".into(), meters: 500.0 });
        assert_eq!(near.measure(&registers).misses, ["far"]);
    }
}
