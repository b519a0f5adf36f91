//! Joins whose request carries no label: what they truly are, only a reader can tell.

use std::error::Error;
use std::path::Path;

use crate::measure::{Material, Slice};
use crate::replay::Outcome;
use crate::requests::Request;

/// A request and the one it joined.
pub struct Join<'a> {
    request: &'a Request,
    joined: &'a Request,
    score: f64,
    /// Whether the one it joined was itself closed as a duplicate.
    joined_labelled: bool,
}

impl Join<'_> {
    fn meters(&self) -> f64 {
        self.request.point.distance_meters(self.joined.point)
    }

    fn hours(&self) -> f64 {
        let seconds = (self.request.opened - self.joined.opened).num_seconds();
        f64::from(i32::try_from(seconds).unwrap_or(i32::MAX)) / 3_600.0
    }
}

/// The joins of a slice whose request carries no label.
pub fn unlabelled<'a>(
    material: &Material<'a>,
    outcome: &Outcome,
    join_from: f64,
    slice: Slice<'_>,
) -> Vec<Join<'a>> {
    let join = |at: usize| {
        let request = &material.requests[at];
        let (other, score) = *outcome.judged[at].offered.first().filter(|(_, score)| *score >= join_from)?;
        let joined = &material.requests[other];
        let joined_labelled = material.labels.labelled.contains(&joined.id);
        (!material.labels.labelled.contains(&request.id)).then_some(Join {
            request,
            joined,
            score,
            joined_labelled,
        })
    };
    material.positions(slice).into_iter().filter_map(join).collect()
}

/// Writes all of them to `joins.csv` in `folder`.
///
/// # Errors
/// When the file cannot be written.
pub fn write(folder: &Path, joins: &[Join<'_>]) -> Result<(), Box<dyn Error>> {
    let mut table = csv::Writer::from_path(folder.join("joins.csv"))?;
    table.write_record([
        "request",
        "joined",
        "score",
        "category",
        "meters",
        "hours",
        "address",
        "joinedAddress",
        "closed",
        "joinedClosed",
        "closing",
        "joinedClosing",
        "joinedLabelled",
        "text",
        "joinedText",
    ])?;
    for join in joins {
        let Join { request, joined, score, joined_labelled } = join;
        let closed = |it: &Request| it.closed.map(|it| it.to_string()).unwrap_or_default();
        table.write_record([
            request.id.clone(),
            joined.id.clone(),
            format!("{score:.3}"),
            request.category.clone(),
            format!("{:.0}", join.meters()),
            format!("{:.2}", join.hours()),
            request.address.clone(),
            joined.address.clone(),
            closed(request),
            closed(joined),
            request.closing.clone(),
            joined.closing.clone(),
            joined_labelled.to_string(),
            request.text.clone(),
            joined.text.clone(),
        ])?;
    }
    table.flush()?;
    Ok(())
}

/// Prints `count` of them, spread evenly over the slice.
pub fn show(joins: &[Join<'_>], count: usize) {
    let count = count.min(joins.len());
    let spread = (0..count).filter_map(|n| joins.get(n * joins.len() / count));
    for (n, join) in spread.enumerate() {
        let Join { request, joined, score, joined_labelled } = join;
        println!(
            "\n{}. {} (score {score:.3}, {:.0} m, {:.1} h later{})",
            n + 1,
            request.category,
            join.meters(),
            join.hours(),
            if *joined_labelled { "; the older is labelled" } else { "" }
        );
        for (what, it) in [("older", joined), ("newer", request)] {
            let closed = it.closed.map(|it| it.to_string()).unwrap_or_else(|| "open".to_owned());
            println!(
                "   {what} {}: {} to {closed}, {}: {} {}",
                it.id, it.opened, it.address, it.closing, it.text
            );
        }
    }
}
