//! The published rules of other systems, on the same requests.

use std::collections::HashMap;

use chrono::Duration;

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
        // Squares of half a kilometre and more, so that nine of them hold everything within reach.
        let square = |request: &Request| {
            let whole = |degrees: f64| (degrees * 200.0).floor().to_string();
            (whole(request.point.longitude()), whole(request.point.latitude()))
        };
        let mut squares: HashMap<(&str, String, String), Vec<usize>> = HashMap::new();
        let mut judged = Vec::with_capacity(requests.len());
        for (at, request) in requests.iter().enumerate() {
            let mut near: Vec<(f64, usize)> = Vec::new();
            for (east, north) in (-1..=1).flat_map(|east| (-1..=1).map(move |north| (east, north))) {
                let shifted = |degrees: f64, by: i32| ((degrees * 200.0).floor() + f64::from(by)).to_string();
                let key = (
                    request.category.as_str(),
                    shifted(request.point.longitude(), east),
                    shifted(request.point.latitude(), north),
                );
                let there = squares.get(&key).into_iter().flatten();
                near.extend(
                    there.filter_map(|other| self.reaches(&requests[*other], request).map(|it| (it, *other))),
                );
            }
            near.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            let offered = near.into_iter().take(OFFERED).map(|(_, other)| (other, 1.0)).collect();
            judged.push(Judged { offered, ..Judged::default() });
            let (longitude, latitude) = square(request);
            squares.entry((&request.category, longitude, latitude)).or_default().push(at);
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
