//! Service requests as strangers see them.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use jiekou_core::case::State;
use jiekou_core::category::{QuestionKind, UNCLASSIFIED};
use jiekou_core::place::Wgs84;
use jiekou_core::public_view::{PublicStatus, rounded, without_numbers};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::reports::public::{self, PublicRow, Published};
use serde_json::Value;
use tracing::instrument;
use uuid::Uuid;

use crate::submit_report::answer::category_name;
use crate::{App, Platform, ServiceError};

/// The longest span that may be asked for, and the one that is meant where none is said.
pub const LONGEST_SPAN: Duration = Duration::days(90);
/// Most requests of one answer.
pub const MOST: i64 = 1_000;

/// Which requests are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// These and no others.
    pub ids: Option<Vec<Uuid>>,
    /// Codes of services.
    pub services: Option<Vec<String>>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    pub updated_from: Option<DateTime<Utc>>,
    pub updated_until: Option<DateTime<Utc>>,
    /// `None`: either.
    pub status: Option<PublicStatus>,
    /// With answers to questions, and steps.
    pub extended: bool,
    /// From 1.
    pub page: i64,
    pub page_size: i64,
}

/// A request as strangers see it: no words of people, and roughly where.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicRequest {
    pub report_id: Uuid,
    pub status: PublicStatus,
    pub status_notes: Option<String>,
    pub service_code: String,
    pub service_name: String,
    /// Only for the platform that sent it.
    pub description: Option<String>,
    pub agency: String,
    pub requested_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub expected_at: Option<DateTime<Utc>>,
    /// Name of the road and town, as the rulebook has it.
    pub address: Option<String>,
    /// Code of the road's segment.
    pub address_id: Option<String>,
    /// Longitude and latitude, WGS-84, to about ten metres.
    pub point: Option<(f64, f64)>,
    /// Addresses of photos with faces and plates hidden.
    pub photos: Vec<String>,
    pub channel: String,
    pub answers: Vec<Answer>,
    pub steps: Vec<PublicStep>,
}

/// An answer that says nothing of a person: chosen or counted, never written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub code: String,
    pub words: String,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicStep {
    pub at: DateTime<Utc>,
    pub act: String,
    pub title: String,
}

/// The requests that are wanted, the newest first. `reader` sees the words that it sent itself.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "list_requests", skip_all)]
pub async fn list_requests(
    app: &App,
    wanted: &Wanted,
    reader: Option<&Platform>,
    now: DateTime<Utc>,
) -> Result<Vec<PublicRequest>, ServiceError> {
    let rules = app.rules();
    let acts: Vec<String> = rules.data().notices.iter().map(|occasion| occasion.act.clone()).collect();
    let published = Published {
        acts: &acts,
        closed: &PublicStatus::closed_states(),
        reader: reader.map(|platform| platform.platform_id),
    };
    let size = wanted.page_size.clamp(1, MOST);
    let asked = match &wanted.ids {
        Some(ids) => public::Wanted {
            ids: Some(ids.clone()),
            steps: wanted.extended,
            limit: MOST,
            ..public::Wanted::default()
        },
        None => public::Wanted {
            ids: None,
            categories: wanted.services.as_ref().map(|codes| with_kinds(&rules, codes)),
            from: Some(wanted.from.unwrap_or_else(|| wanted.until.unwrap_or(now) - LONGEST_SPAN)),
            until: Some(wanted.until.unwrap_or_else(|| wanted.from.map_or(now, |from| from + LONGEST_SPAN))),
            updated_from: wanted.updated_from,
            updated_until: wanted.updated_until,
            closed: wanted.status.map(|status| status == PublicStatus::Closed),
            steps: wanted.extended,
            limit: size,
            offset: size.saturating_mul(wanted.page.max(1) - 1),
        },
    };
    let rows = public::list(&app.pool, &asked, &published).await?;
    Ok(rows.into_iter().map(|row| request(app, &rules, row, wanted.extended)).collect())
}

/// The categories behind codes of services: each with its kinds.
fn with_kinds(rules: &Rulebook, codes: &[String]) -> Vec<String> {
    let kinds = rules.data().categories.iter().filter(|category| category.is_one_of(codes));
    let unclassified = codes.iter().filter(|code| *code == UNCLASSIFIED).cloned();
    let all: BTreeSet<String> = kinds.map(|category| category.slug.clone()).chain(unclassified).collect();
    all.into_iter().collect()
}

fn request(app: &App, rules: &Rulebook, row: PublicRow, extended: bool) -> PublicRequest {
    let state = State::from_name(&row.state);
    let withdrawn = row.withdrawn_at.is_some();
    let status =
        if withdrawn { PublicStatus::Closed } else { state.map_or(PublicStatus::Open, PublicStatus::of) };
    let category = rules.category(&row.category);
    let service_code = category.map_or(row.category.as_str(), |category| category.citizen()).to_owned();
    let point = row.longitude.zip(row.latitude).and_then(|(x, y)| Wgs84::new(x, y).ok());
    let title = |act: &str| rules.occasion(act).map(|occasion| occasion.title.clone());
    let town = rules.town(&row.center_code).map(|town| town.name.as_str());
    let segment = row.segment_code.as_deref().and_then(|code| rules.segment(code));
    let address: String = town.into_iter().chain(segment.map(|segment| segment.name.as_str())).collect();
    let steps = row.steps.as_ref().map(|steps| steps.0.as_slice()).unwrap_or_default();
    PublicRequest {
        report_id: row.report_id,
        status,
        status_notes: notes(rules, &row, state, status),
        service_name: category_name(app, &service_code),
        service_code,
        agency: rules.center(&row.center_code).map_or_else(|| row.center_code.clone(), |center| center.name),
        requested_at: row.received_at,
        updated_at: row.withdrawn_at.or(row.closed_at).or(row.told_at).unwrap_or(row.received_at),
        expected_at: row.due_at.filter(|_| status == PublicStatus::Open),
        address: Some(address).filter(|address| !address.is_empty()),
        point: point.map(rounded),
        photos: row.photos.iter().flatten().map(|id| photo_url(app, *id)).collect(),
        answers: if extended { answers(rules, &row) } else { Vec::new() },
        steps: steps
            .iter()
            .filter_map(|step| {
                Some(PublicStep { at: step.at, act: step.act.clone(), title: title(&step.act)? })
            })
            .collect(),
        address_id: row.segment_code,
        description: row.description,
        channel: row.channel,
    }
}

/// Why it stands so, in published words.
fn notes(rules: &Rulebook, row: &PublicRow, state: Option<State>, status: PublicStatus) -> Option<String> {
    if row.withdrawn_at.is_some() {
        return Some("报料人已撤回。".to_owned());
    }
    if state == Some(State::Merged) {
        // The example of the standard itself.
        return Some("Duplicate request.".to_owned());
    }
    if status == PublicStatus::Open {
        return row.told_act.as_deref().and_then(|act| rules.occasion(act)).map(|it| it.title.clone());
    }
    let occasion = row.closing_act.as_deref().and_then(|act| rules.occasion(act))?;
    let reason = row.closing_reason.as_deref().filter(|_| occasion.words.contains("{reason}"));
    Some(match reason {
        Some(reason) => format!("{}：{}", occasion.title, without_numbers(reason)),
        None => occasion.title.clone(),
    })
}

fn photo_url(app: &App, photo_id: Uuid) -> String {
    format!("{}/v1/photos/{photo_id}/released", app.public_url)
}

fn answers(rules: &Rulebook, row: &PublicRow) -> Vec<Answer> {
    let asked = rules.category(&row.category).map(|category| category.questions.as_slice());
    let given = row.attributes.as_ref().map(|given| &given.0);
    let known = asked.unwrap_or_default().iter().filter_map(|question| {
        let value = match (question.kind, given?.get(&question.code)?) {
            (QuestionKind::Text, _) => return None,
            (_, Value::String(chosen)) => chosen.clone(),
            (_, Value::Bool(yes)) => yes.to_string(),
            (_, Value::Number(number)) => number.to_string(),
            (_, Value::Null | Value::Array(_) | Value::Object(_)) => return None,
        };
        Some(Answer { code: question.code.clone(), words: question.words.clone(), value })
    });
    known.collect()
}
