//! The tracking page: how a report stands, in words a citizen understands, and nothing personal.

use chrono::{DateTime, Utc};
use jiekou_core::clock::local::local;
use jiekou_core::notice::{Words, fill};
use jiekou_core::report::TrackingCode;
use jiekou_store::reports::tracking::{self, Line, Part, Tracked, Versions};
use jiekou_store::words::Words as Written;
use tracing::instrument;
use uuid::Uuid;

use crate::submit_report::answer::category_name;
use crate::{App, ServiceError};

/// How a report stands.
#[derive(Debug, Clone)]
pub struct TrackingPage {
    pub report_id: Uuid,
    pub case_id: i64,
    pub etag: String,
    pub outcome: String,
    pub received_at: DateTime<Utc>,
    pub category: String,
    pub category_name: String,
    pub state: String,
    pub case_number: String,
    pub center_code: String,
    pub center_name: String,
    pub segment_name: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
    pub due_kind: Option<String>,
    /// What the center asks the reporter, until it is answered.
    pub question: Option<String>,
    /// How many people reported the problem.
    pub report_count: i32,
    pub timeline: Vec<Step>,
    /// The other problems that the report named.
    pub parts: Vec<Part>,
    /// Tracking code of the report that this is a part of.
    pub part_of: Option<String>,
}

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Increasing; where a live stream goes on.
    pub id: i64,
    pub at: DateTime<Utc>,
    pub act: String,
    pub title: String,
    pub words: String,
    pub deliveries: Vec<Told>,
}

/// Whether and how the reporter was told of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub channel: String,
    pub state: String,
    pub reason: Option<String>,
    pub at: Option<DateTime<Utc>>,
}

/// The page, or that the caller already has it.
#[derive(Debug)]
pub enum Tracking {
    Page(Box<TrackingPage>),
    Unchanged { etag: String },
}

/// How the report with this code stands. With `known`, the ETag of the page the caller has, an unchanged page costs
/// one small query.
///
/// # Errors
/// [`ServiceError::UnknownTrackingCode`], also for a mistyped one; storage.
#[instrument(level = "debug", name = "track_report", skip_all)]
pub async fn track_report(app: &App, code: &str, known: Option<&str>) -> Result<Tracking, ServiceError> {
    let code = parse_code(code)?;
    if let Some(known) = known {
        let versions = app.versions.by_code(&code).await?.ok_or(ServiceError::UnknownTrackingCode)?;
        let etag = etag(app, versions);
        if known == "*" || known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag) {
            return Ok(Tracking::Unchanged { etag });
        }
    }
    let tracked = app.tracking.by_code(&code).await?.ok_or(ServiceError::UnknownTrackingCode)?;
    Ok(Tracking::Page(Box::new(page(app, tracked))))
}

/// The code as it is stored; a mistyped one is as unknown as a made-up one.
///
/// # Errors
/// [`ServiceError::UnknownTrackingCode`].
pub fn parse_code(code: &str) -> Result<String, ServiceError> {
    TrackingCode::parse(code)
        .map(|code| code.to_string())
        .map_err(|_mistyped| ServiceError::UnknownTrackingCode)
}

/// The rulebook's version is part of it, for the words come from there.
fn etag(app: &App, versions: Versions) -> String {
    let Versions { case_id, case_version, report_version } = versions;
    format!("\"{}.{case_id}.{case_version}.{report_version}\"", app.rulebooks.in_force().version_id)
}

fn page(app: &App, tracked: Tracked) -> TrackingPage {
    let versions = Versions {
        case_id: tracked.case_id,
        case_version: tracked.case_version,
        report_version: tracked.report_version,
    };
    let rules = app.rules();
    let center = rules.center(&tracked.center_code);
    let center_name = center.map_or_else(|| tracked.center_code.clone(), |center| center.name);
    // Lines that citizens are not told of, such as an overdue clock, are no steps.
    let mut steps = tracked.timeline.0.iter().rev().filter(|line| rules.occasion(&line.act).is_some());
    let newest = steps.next().map(|line| line.log_id);
    let steps = tracked.timeline.0.iter().filter_map(|line| {
        // The deadline of the running clock belongs into the newest step only.
        let due = tracked.due_at.filter(|_| newest == Some(line.log_id));
        step(app, line, &center_name, due)
    });
    TrackingPage {
        report_id: tracked.report_id,
        case_id: tracked.case_id,
        etag: etag(app, versions),
        timeline: steps.collect(),
        category_name: category_name(app, &tracked.category),
        segment_name: tracked
            .segment_code
            .as_deref()
            .and_then(|code| rules.segment(code))
            .map(|s| s.name.clone()),
        outcome: tracked.outcome,
        received_at: tracked.received_at,
        category: tracked.category,
        state: tracked.state,
        case_number: tracked.case_number,
        center_code: tracked.center_code,
        center_name,
        due_at: tracked.due_at,
        due_kind: tracked.due_kind,
        question: tracked.question.as_ref().map(Written::shown),
        parts: tracked.parts.0,
        part_of: tracked.part_of,
        report_count: tracked.report_count,
    }
}

/// The words of a step; `None` for one that citizens are not told of.
fn step(app: &App, line: &Line, center: &str, due: Option<DateTime<Utc>>) -> Option<Step> {
    let rules = app.rules();
    let occasion = rules.occasion(&line.act)?;
    let words = Words {
        center: center.to_owned(),
        reason: line.reason.as_ref().map(Written::shown),
        note: line.note.as_ref().map(Written::shown),
        due: due.map(moment),
    };
    let told = |delivery: &tracking::DeliveryLine| Told {
        channel: delivery.channel.clone(),
        state: delivery.state.clone(),
        reason: delivery.reason.clone(),
        at: delivery.final_at,
    };
    Some(Step {
        id: line.log_id,
        at: line.at,
        act: line.act.clone(),
        title: occasion.title.clone(),
        words: fill(&occasion.words, &words),
        deliveries: line.deliveries.iter().flatten().map(told).collect(),
    })
}

/// A moment in words: 11月23日 18:00, Asia/Shanghai.
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    local(at).format("%-m月%-d日 %H:%M").to_string()
}
