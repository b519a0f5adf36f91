//! Rankings: exact, whole, the same for the same figures, and what follows from a rank.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "an integration test is a test module"
)]

mod consequences;
mod ranks;
mod shipped;
mod terms;

use std::collections::BTreeMap;

use jiekou_core::assessment::{Candidate, Counts, Ranking};
use jiekou_core::statistics::Figures;

/// A ranking of towns, as a rulebook writes it.
fn ranking(score: &str) -> Ranking {
    let text = format!("{{ code: r, name: r, rule: X-1, of: town, every: month, score: {score} }}");
    serde_yaml_ng::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// As many towns as there are figures, `t00` the first, each of one km².
fn towns(figures: &[Figures]) -> (Vec<Candidate>, Counts) {
    let named = figures.iter().enumerate().map(|(number, figures)| (format!("t{number:02}"), *figures));
    let counts: BTreeMap<String, Figures> = named.collect();
    let candidates = counts.keys().map(|code| Candidate {
        code: code.clone(),
        name: code.clone(),
        square_meters: Some(1_000_000),
    });
    (candidates.collect(), BTreeMap::from([(None, counts)]))
}
