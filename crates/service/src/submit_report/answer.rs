//! The answer to a report.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use jiekou_core::category::UNCLASSIFIED;
use jiekou_core::dedup::{Likeness, Match, Reason};
use jiekou_core::safety::Danger;
use jiekou_store::cases::view;
use jiekou_store::reports::record::Facts;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::saved_answer::Private;
use crate::{App, ServiceError};

/// What a reporter gets back.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    pub report_id: Uuid,
    pub tracking_code: String,
    /// Absent in a follow-up whose author an account proved.
    pub claim_secret: Option<String>,
    pub receipt_number: i64,
    /// `new`, `joined` or `followUp`.
    pub outcome: String,
    pub case: CaseBrief,
    pub center: CenterBrief,
    pub segment: Option<SegmentBrief>,
    pub due_at: Option<DateTime<Utc>>,
    pub due_kind: Option<String>,
    pub similar: Vec<SimilarCase>,
    pub safety: Option<Safety>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseBrief {
    pub case_number: String,
    pub state: String,
    pub category: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CenterBrief {
    pub code: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentBrief {
    pub code: String,
    pub name: String,
}

/// A case that may be the same problem, as anybody may see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimilarCase {
    /// The case the judge compared, and whose it is; not part of a saved answer.
    #[serde(skip)]
    pub case_id: i64,
    #[serde(skip)]
    pub center_code: String,
    pub case_number: String,
    pub distance_meters: Option<f64>,
    pub opened_at: DateTime<Utc>,
    pub state: String,
    pub photo_url: Option<String>,
    pub reasons: Vec<Reason>,
    /// What is being done, in a word a citizen understands; absent in answers saved before there was one.
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub age_minutes: Option<i64>,
    /// What only staff see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<SimilarDetail>,
}

/// Why a case may be the same problem, in figures, and whose it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimilarDetail {
    pub score: f64,
    pub likeness: Likeness,
    pub center_name: String,
}

/// What to do at once where life is in danger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safety {
    pub kinds: Vec<String>,
    pub numbers: Vec<String>,
    pub advice: String,
}

impl Safety {
    /// The advice for all dangers together; `None` without one.
    pub fn of(dangers: &[Danger]) -> Option<Self> {
        let mut numbers: Vec<String> = dangers.iter().flat_map(|danger| danger.numbers.clone()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        (!dangers.is_empty()).then(|| Self {
            kinds: dangers.iter().map(|danger| danger.kind.clone()).collect(),
            numbers,
            advice: dangers.iter().map(|danger| danger.advice.as_str()).collect::<Vec<_>>().join(" "),
        })
    }
}

impl Submitted {
    pub(crate) fn new(app: &App, facts: Facts, private: Private) -> Result<Self, ServiceError> {
        let rules = app.rules();
        // A center that a newer rulebook no longer has is still named by its code.
        let name =
            rules.center(&facts.center_code).map_or_else(|| facts.center_code.clone(), |center| center.name);
        let segment = facts.segment_code.as_deref().map(|code| SegmentBrief {
            code: code.to_owned(),
            name: rules.segment(code).map_or_else(|| code.to_owned(), |segment| segment.name.clone()),
        });
        Ok(Self {
            report_id: facts.report_id,
            tracking_code: facts.tracking_code,
            claim_secret: private.claim_secret,
            receipt_number: facts.receipt_number,
            outcome: facts.outcome,
            case: CaseBrief { case_number: facts.case_number, state: facts.state, category: facts.category },
            center: CenterBrief { code: facts.center_code, name },
            segment,
            due_at: facts.due_at,
            due_kind: facts.due_kind,
            similar: private.similar,
            safety: private.safety,
        })
    }
}

/// The matches as anybody may see them, most likely first, in one query. Cases that were merged into one are shown once.
pub(crate) async fn similar(
    app: &App,
    matches: &[Match],
    now: DateTime<Utc>,
) -> Result<Vec<SimilarCase>, ServiceError> {
    if matches.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = matches.iter().map(|found| found.case_id).collect();
    let rules = app.rules();
    let told_acts = rules.data().notices.iter().filter(|occasion| occasion.tell);
    let told_acts: Vec<String> = told_acts.map(|occasion| occasion.act.clone()).collect();
    let views = view::similar(&app.pool, &ids, &told_acts).await?;
    let mut told = HashSet::new();
    let shown = matches.iter().filter_map(|found| {
        let view = views.iter().find(|view| view.case_id == found.case_id)?;
        told.insert(view.case_number.as_str()).then(|| SimilarCase {
            case_id: found.case_id,
            center_code: view.center_code.clone(),
            case_number: view.case_number.clone(),
            distance_meters: found.distance_meters.map(|meters| (meters * 10.0).round() / 10.0),
            opened_at: view.opened_at,
            state: view.state.clone(),
            photo_url: view.released_photo.map(|id| format!("{}/v1/photos/{id}/released", app.public_url)),
            reasons: found.reasons.clone(),
            status: view.told_act.as_deref().and_then(|act| rules.occasion(act)).map(|it| it.title.clone()),
            age_minutes: Some((now - view.opened_at).num_minutes().max(0)),
            detail: None,
        })
    });
    Ok(shown.collect())
}

/// The name of a category in words.
pub(crate) fn category_name(app: &App, slug: &str) -> String {
    let unknown = if slug == UNCLASSIFIED { "待分类" } else { slug };
    app.rules().category(slug).map_or_else(|| unknown.to_owned(), |category| category.name.clone())
}
