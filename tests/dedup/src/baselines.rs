//! The published rules of other systems, on the same requests.

use std::collections::HashMap;

use chrono::Duration;
use jiekou_core::dedup::cell;

use crate::replay::Judged;
use crate::requests::Request;

/// A rule: how far, how old, and whether a closed request still counts. Always the same category, the nearest five.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub name: &'static str,
    radius_meters: f64,
    oldest: Option<Duration>,
    closed_too: bool,
}

const RULES: [Rule; 3] = [
    Rule { name: "fixmystreet", radius_meters: 250.0, oldest: None, closed_too: false },
    Rule { name: "signalen", radius_meters: 50.0, oldest: Some(Duration::weeks(12)), closed_too: true },
    Rule { name: "smartcityguard", radius_meters: 50.0, oldest: Some(Duration::hours(24)), closed_too: true },
];

const OFFERED: usize = 5;

impl Rule {
    pub fn named(name: &str) -> Option<Self> {
        RULES.into_iter().find(|rule| rule.name == name)
    }

    /// What the rule offers for each request; a score of 1 says no more than "offered".
    pub fn offers(self, requests: &[Request]) -> Vec<Judged> {
        let mut cells: HashMap<(&str, i64), Vec<usize>> = HashMap::new();
        let mut judged = Vec::with_capacity(requests.len());
        for (at, request) in requests.iter().enumerate() {
            let around = cell::within(request.point, self.radius_meters);
            let there = around.into_iter().filter_map(|cell| cells.get(&(request.category.as_str(), cell)));
            let mut near: Vec<(f64, usize)> = there
                .flatten()
                .filter_map(|other| self.reaches(&requests[*other], request).map(|meters| (meters, *other)))
                .collect();
            near.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            let offered = near.into_iter().take(OFFERED).map(|(_, other)| (other, 1.0)).collect();
            judged.push(Judged { offered, ..Judged::default() });
            cells.entry((&request.category, cell::of(request.point))).or_default().push(at);
        }
        judged
    }

    fn reaches(self, other: &Request, request: &Request) -> Option<f64> {
        let open = self.closed_too || other.closed.is_none_or(|closed| closed > request.opened);
        let young = self.oldest.is_none_or(|oldest| request.opened - other.opened <= oldest);
        let meters = other.point.distance_meters(request.point);
        (open && young && meters <= self.radius_meters).then_some(meters)
    }
}
