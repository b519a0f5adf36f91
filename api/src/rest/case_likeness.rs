//! What a center sees of likeness: why reports joined, what may be the same, and what came back.

use async_graphql::{Json, SimpleObject};
use chrono::{DateTime, Utc};
use jiekou_core::dedup::{Likeness, Match, Reason};
use jiekou_service::possibly_same::PossiblySame;
use jiekou_service::why_joined::JudgedMatch;
use jiekou_store::cases::recurrence::RecurrenceView;
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::NamedBody;
use crate::graphql::{Word, readers};

/// Why a report and a case are, or may be, one problem.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Judged", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct JudgedBody {
    /// The case it was compared with; after merges, its reports may lie in another one.
    pub case_number: String,
    /// Probability that it is one problem, 0 to 1; 0 where nothing but its reporter's word speaks for it.
    pub score: f64,
    /// Such as `nearby`, `sameCategory`, `similarWords`, `samePhoto`, `sameComponent`, `namedByReporter`.
    #[schema(value_type = Vec<String>)]
    pub reasons: Vec<Word<Reason>>,
    /// Metres; absent where one of the two has no point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_meters: Option<f64>,
    /// The features the score was computed from, each between 0 and 1: `closeness`, `fresh`, `age`, `sameAddress`,
    /// `sameCategory`, `unclassified`, `wordsAlike`, `wordsUnlike`, `sameWords`, `samePhoto`, `sameComponent`. An absent
    /// one is 0.
    #[schema(value_type = HashMap<String, f64>)]
    pub likeness: Json<Likeness>,
}

/// An open case that may be the same problem and waits for the center's word.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "PossiblySame", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct PossiblySameBody {
    #[serde(flatten)]
    #[graphql(flatten)]
    pub judged: JudgedBody,
    pub center: NamedBody,
    pub category: String,
    pub state: String,
    pub opened_at: DateTime<Utc>,
    pub report_count: i32,
    /// Whoever opened the later of the two saw the other and said it is another problem.
    pub reporter_says_different: bool,
    /// Thumbnails of up to three of its photos; of another area's case only released ones.
    pub photo_urls: Vec<String>,
}

/// A problem that was closed and came back.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Recurrence", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RecurrenceBody {
    /// The case before.
    pub previous_case_number: String,
    /// Cases of the problem at this place within the last `windowDays` days, this one included; merged ones are one.
    pub times_here: i32,
    pub window_days: i32,
    /// It comes back so often that the rulebook calls the place a hot spot.
    pub hot_spot: bool,
}

impl JudgedBody {
    fn new(case_number: String, found: Match) -> Self {
        Self {
            case_number,
            score: found.score,
            reasons: found.reasons.into_iter().map(Word).collect(),
            distance_meters: found.distance_meters.map(|meters| (meters * 10.0).round() / 10.0),
            likeness: Json(found.likeness),
        }
    }
}

impl From<JudgedMatch> for JudgedBody {
    fn from(judged: JudgedMatch) -> Self {
        Self::new(judged.case_number, judged.found)
    }
}

impl From<PossiblySame> for PossiblySameBody {
    fn from(other: PossiblySame) -> Self {
        let case = other.case;
        Self {
            judged: JudgedBody::new(case.case_number, other.found),
            center: NamedBody { code: case.center_code, name: other.center_name },
            category: case.category,
            state: case.state,
            opened_at: case.opened_at,
            report_count: case.report_count,
            reporter_says_different: case.confirm_new,
            photo_urls: other.photo_urls,
        }
    }
}

impl From<RecurrenceView> for RecurrenceBody {
    fn from(view: RecurrenceView) -> Self {
        let RecurrenceView { previous_case_number, times_here, window_days, hot_spot } = view;
        Self { previous_case_number, times_here, window_days, hot_spot }
    }
}
