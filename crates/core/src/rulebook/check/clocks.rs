//! Overlays and minute clocks: names, and shares of the reference limit inside their span.

use super::super::RulebookData;
use super::super::reader::Reader;
use super::categories::known;
use super::doubles;
use crate::category::Category;
use crate::clock::{Calendar, Limit, Overlay, Share, Shortening, Unit};

const OVERLAYS: &str = "overlays.yaml";
const MINUTES: &str = "minute-clocks.yaml";
/// A plan's own limits lie between a fifth and a third of the reference (DL-02).
const LOWEST: Option<Share> = Share::new(1, 5);
const HIGHEST: Option<Share> = Share::new(1, 3);

pub(super) fn check(data: &RulebookData, reader: &mut Reader<'_>) {
    let ids = data.plan.overlays.iter().map(|overlay| overlay.id.as_str());
    for (id, nth) in doubles(ids) {
        let line = reader.line(OVERLAYS, id, nth);
        reader.fault(
            OVERLAYS,
            line,
            format!("overlay `{id}` stands twice: a breach could not be told apart"),
        );
    }
    let ids = data.plan.minute_clocks.iter().map(|clock| clock.id.as_str());
    for (id, nth) in doubles(ids) {
        let line = reader.line(MINUTES, id, nth);
        reader.fault(MINUTES, line, format!("clock `{id}` stands twice: a breach could not be told apart"));
    }
    for overlay in &data.plan.overlays {
        for slug in &overlay.categories {
            known(data, reader, OVERLAYS, slug, &format!("overlay `{}`", overlay.id));
        }
        shortening(data, overlay, reader);
    }
    for clock in &data.plan.minute_clocks {
        for slug in &clock.scope.categories {
            known(data, reader, MINUTES, slug, &format!("clock `{}`", clock.id));
        }
        let line = reader.line(MINUTES, &clock.id, 0);
        if clock.from >= clock.to {
            reader.fault(MINUTES, line, format!("clock `{}` ends before it begins", clock.id));
        }
        if clock.limit.unit.is_working_time() {
            let words =
                format!("clock `{}` counts minutes of emergencies: use minute or urgentHour", clock.id);
            reader.fault(MINUTES, line, words);
        }
    }
}

fn shortening(data: &RulebookData, overlay: &Overlay, reader: &mut Reader<'_>) {
    let line = reader.line(OVERLAYS, &overlay.id, 0);
    match &overlay.shortening {
        // Caps are the plan's own numbers and exempt.
        Shortening::Cap(_) => {}
        Shortening::Share { share, except } => {
            for (who, share) in
                [("", *share)].into_iter().chain(except.iter().map(|it| (it.category.as_str(), it.share)))
            {
                let span = LOWEST.zip(HIGHEST);
                if span.is_some_and(|(low, high)| !share.is_within(low, high)) {
                    let whose = if who.is_empty() { String::new() } else { format!(" for `{who}`") };
                    let words = format!(
                        "overlay `{}` takes {share} of the reference limit{whose}: between 1/5 and 1/3 is allowed",
                        overlay.id
                    );
                    reader.fault(OVERLAYS, line, words);
                }
            }
            for it in except {
                known(data, reader, OVERLAYS, &it.category, &format!("overlay `{}`", overlay.id));
            }
        }
        Shortening::Table(lines) => {
            for it in lines {
                let Some(category) = data.categories.iter().find(|category| category.slug == it.category)
                else {
                    known(data, reader, OVERLAYS, &it.category, &format!("overlay `{}`", overlay.id));
                    continue;
                };
                if let Some(words) = outside_span(category, it.limit, &data.calendar) {
                    reader.fault(OVERLAYS, line, format!("overlay `{}`: {words}", overlay.id));
                }
            }
        }
    }
}

/// Why a table's limit does not lie between a fifth and a third of the category's reference limit.
fn outside_span(category: &Category, limit: Limit, calendar: &Calendar) -> Option<String> {
    let reference = category.reference();
    if limit.unit.is_working_time() != reference.unit.is_working_time() {
        return Some(format!(
            "`{}` is limited in {} and its reference in {}: the same unit is needed",
            category.slug, limit.unit, reference.unit
        ));
    }
    let (limit, reference) = (minutes(limit, calendar), minutes(reference, calendar));
    let fits = limit.saturating_mul(5) >= reference && limit.saturating_mul(3) <= reference;
    (!fits).then(|| {
        format!(
            "`{}` has {limit} minutes of {reference}: between a fifth and a third is allowed",
            category.slug
        )
    })
}

/// The length of a limit in minutes of its own clock; a working day is as long as the working hours.
fn minutes(limit: Limit, calendar: &Calendar) -> i64 {
    let day = calendar.working_hours().iter().map(|it| it.to.since_midnight() - it.from.since_midnight());
    let day = day.sum::<chrono::TimeDelta>().num_minutes();
    let amount = i64::from(limit.amount);
    match limit.unit {
        Unit::Minute => amount,
        Unit::UrgentHour | Unit::WorkHour => amount.saturating_mul(60),
        Unit::NaturalDay => amount.saturating_mul(24 * 60),
        Unit::WorkDay => amount.saturating_mul(day),
    }
}
