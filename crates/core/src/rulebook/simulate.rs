//! Past reports run through a rulebook: where each would go and by when, and what another version would change.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Circumstances, Rulebook};
use crate::category::suggest;
use crate::clock::local::local;
use crate::clock::{self, Written};
use crate::place::{CoordinateSystem, DeclaredPoint, Wgs84};
use crate::report::ReportedPlace;
use crate::routing::{Loop, Problem, assign, responsible};

/// A past report.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Its number, or the line it stands in.
    pub id: String,
    pub at: DateTime<Utc>,
    pub point: Option<Wgs84>,
    pub address: Option<String>,
    pub category: Option<String>,
    pub words: String,
}

/// Where a report would go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    pub category: String,
    pub center: String,
    pub segment: Option<String>,
    pub grid: Option<String>,
    pub topic: Option<String>,
    pub lead: String,
    pub co_handlers: Vec<String>,
    pub loop_name: String,
    /// By when it would have to be handled, were it dispatched at once; UTC+8, to the minute.
    pub due: String,
    /// The rule that sets it.
    pub rule: String,
}

#[derive(Deserialize)]
struct Line {
    #[serde(alias = "number", alias = "编号", alias = "工单号")]
    id: Option<String>,
    #[serde(
        alias = "at",
        alias = "requested_at",
        alias = "reportTime",
        alias = "open_dt",
        alias = "上报时间",
        alias = "时间"
    )]
    time: String,
    #[serde(alias = "lon", alias = "lng", alias = "long", alias = "经度")]
    longitude: Option<f64>,
    #[serde(alias = "lat", alias = "纬度")]
    latitude: Option<f64>,
    #[serde(alias = "地址")]
    address: Option<String>,
    #[serde(alias = "类别")]
    category: Option<String>,
    #[serde(alias = "words", alias = "描述", alias = "内容")]
    description: Option<String>,
}

/// Reads a CSV file of past reports: a header with at least `time`, then `longitude` and `latitude` in `system` or
/// `address`, and `category` or `description`.
///
/// # Errors
/// Every line that cannot be read, with its number.
pub fn requests(text: &str, system: CoordinateSystem) -> Result<Vec<Request>, Vec<String>> {
    let read = super::items::csv_lines::<Line>(text.trim_start_matches('\u{feff}'));
    let mut faults: Vec<String> = read
        .faults
        .into_iter()
        .map(|(line, words)| format!("line {}: {words}", line.unwrap_or_default()))
        .collect();
    let mut requests = Vec::new();
    for (number, line) in read.entries {
        match request(number, line, system) {
            Ok(request) => requests.push(request),
            Err(words) => faults.push(format!("line {number}: {words}")),
        }
    }
    if faults.is_empty() { Ok(requests) } else { Err(faults) }
}

fn request(number: usize, line: Line, system: CoordinateSystem) -> Result<Request, String> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let Some(Written::Moment(at)) = clock::written(&line.time) else {
        return Err(format!(
            "`{}` is no time: write 2026-08-01 09:30, or with a zone 2026-08-01T09:30:00+08:00",
            line.time
        ));
    };
    let point = match (line.longitude, line.latitude) {
        (Some(longitude), Some(latitude)) => {
            let declared = DeclaredPoint { longitude, latitude, system };
            Some(declared.to_wgs84().map_err(|error| error.to_string())?)
        }
        (None, None) => None,
        _ => return Err("longitude and latitude belong together".to_owned()),
    };
    Ok(Request {
        id: given(line.id).unwrap_or_else(|| format!("line {number}")),
        at,
        point,
        address: given(line.address),
        category: given(line.category),
        words: line.description.unwrap_or_default(),
    })
}

/// Where `request` would go under `rules`. The same question has the same answer.
pub fn outcome(request: &Request, rules: &Rulebook) -> Outcome {
    let place =
        ReportedPlace { point: request.point, address: request.address.clone(), ..ReportedPlace::default() };
    let place = place.resolved(rules);
    let assigned = assign(&place, rules);
    let given = request.category.as_deref().and_then(|slug| rules.category(slug));
    let category = given.or_else(|| suggest(&rules.data().categories, &request.words));
    let slug = category.map_or(crate::category::UNCLASSIFIED, |category| category.slug.as_str());
    let problem = Problem {
        category: slug,
        words: &request.words,
        point: place.point,
        accuracy_meters: place.accuracy_meters,
        component: None,
    };
    let found = responsible(&assigned, &problem, rules);
    let kind = found.kind.clone().unwrap_or_else(|| slug.to_owned());
    let circumstances = Circumstances {
        category: &kind,
        complexity: None,
        areas: &assigned.ground.kinds,
        start: request.at,
        pauses: &[],
    };
    let clock = rules.handling_clocks(&circumstances).into_iter().next();
    Outcome {
        category: kind,
        center: assigned.center.name,
        segment: assigned.segment_code,
        grid: assigned.ground.grid_code,
        topic: found.topic,
        lead: found.lead.name,
        co_handlers: found.co_handlers.into_iter().map(|party| party.name).collect(),
        loop_name: match found.begins_in {
            Loop::SelfHandled => "self",
            Loop::Dispatch => "dispatch",
            Loop::Enforcement => "enforcement",
        }
        .to_owned(),
        due: clock
            .as_ref()
            .map(|clock| local(clock.due_at).format("%Y-%m-%d %H:%M").to_string())
            .unwrap_or_default(),
        rule: clock.map(|clock| clock.rule).unwrap_or_default(),
    }
}

/// What `new` changes for one report, in words; empty when nothing.
pub fn changes(old: &Outcome, new: &Outcome) -> Vec<String> {
    let none = || "none".to_owned();
    let pairs = [
        ("category", old.category.clone(), new.category.clone()),
        ("center", old.center.clone(), new.center.clone()),
        ("segment", old.segment.clone().unwrap_or_else(none), new.segment.clone().unwrap_or_else(none)),
        ("grid", old.grid.clone().unwrap_or_else(none), new.grid.clone().unwrap_or_else(none)),
        ("topic", old.topic.clone().unwrap_or_else(none), new.topic.clone().unwrap_or_else(none)),
        ("lead", old.lead.clone(), new.lead.clone()),
        ("co-handlers", old.co_handlers.join("、"), new.co_handlers.join("、")),
        ("loop", old.loop_name.clone(), new.loop_name.clone()),
        ("due", format!("{} by {}", old.due, old.rule), format!("{} by {}", new.due, new.rule)),
    ];
    let changed = pairs.into_iter().filter(|(_, old, new)| old != new);
    changed.map(|(what, old, new)| format!("{what} {new} instead of {old}")).collect()
}
