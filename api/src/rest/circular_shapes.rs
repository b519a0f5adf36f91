//! Circulars on the wire.

use std::collections::BTreeMap;

use async_graphql::{Json, SimpleObject};
use chrono::{DateTime, Utc};
use jiekou_core::circular::{CircularRules, Points};
use jiekou_service::supervision::draft_circular::{CenterSum, Draft};
use jiekou_service::supervision::view_circulars::{CircularList, CircularView, Leader};
use jiekou_store::supervision::circulars::{CircularLine, ItemRow};
use jiekou_store::words::Words;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::graphql::readers;

/// What a circular would say.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CircularDraft", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CircularDraftBody {
    pub period: String,
    pub items: Vec<CircularItemBody>,
    pub sums: Vec<CenterSumBody>,
    /// There are more overdue cases than one circular takes (2,000): they have to be chosen.
    pub is_cut: bool,
    /// The circular of the period, where there is one already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<Uuid>,
}

/// A problem of a circular, as it was then.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CircularItem", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CircularItemBody {
    pub case_number: String,
    pub center_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_code: Option<String>,
    pub category: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    /// k: how often in a row it is notified without having been closed, this time included.
    pub times: i32,
    /// Points: `circulars.deduction.base` times the k-th factor.
    pub deduction: f64,
}

/// What is deducted from a center.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CenterSum", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CenterSumBody {
    pub code: String,
    pub name: String,
    pub problems: usize,
    pub deduction: f64,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Circulars", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CircularsBody {
    /// The newest first.
    pub circulars: Vec<CircularLineBody>,
    /// What those of the period deduct from each center.
    pub deductions: Vec<DeductionBody>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CircularLine", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CircularLineBody {
    pub circular_id: Uuid,
    pub period: String,
    /// Code of the city or district that issued it.
    pub area: String,
    pub issued_at: DateTime<Utc>,
    pub problems: i64,
    pub deduction: f64,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CenterDeduction", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct DeductionBody {
    pub code: String,
    pub name: String,
    pub deduction: f64,
}

/// A circular as it was issued; nothing of it changes any more.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Circular", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CircularBody {
    pub circular_id: Uuid,
    pub period: String,
    pub area: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Drawn up of every open overdue case of the period; else of chosen ones.
    pub drawn_up: bool,
    pub issued_at: DateTime<Utc>,
    pub leaders: Vec<LeaderBody>,
    pub items: Vec<CircularItemBody>,
    pub sums: Vec<CenterSumBody>,
    /// `circulars` of the rulebook that it was issued under.
    #[schema(value_type = Object)]
    pub rules: Json<CircularRules>,
    /// What segments and categories are called.
    pub names: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CircularLeader", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct LeaderBody {
    pub addressee: String,
    /// Name of the post, center or unit.
    pub name: String,
    /// `created`, `sending`, `delivered`, `refused` or `dead`.
    pub state: String,
}

/// Points of hundredths.
pub(super) fn number(hundredths: i32) -> f64 {
    Points::from_hundredths(hundredths).as_number()
}

impl From<ItemRow> for CircularItemBody {
    fn from(row: ItemRow) -> Self {
        Self {
            case_number: row.case_number,
            center_code: row.center_code,
            segment_code: row.segment_code,
            category: row.category,
            address: row.address.as_ref().map(Words::shown),
            due_at: row.due_at,
            times: row.times,
            deduction: number(row.deduction),
        }
    }
}

impl From<CenterSum> for CenterSumBody {
    fn from(sum: CenterSum) -> Self {
        let CenterSum { code, name, problems, deduction } = sum;
        Self { code, name, problems, deduction: deduction.as_number() }
    }
}

impl From<Draft> for CircularDraftBody {
    fn from(draft: Draft) -> Self {
        Self {
            period: draft.period.to_string(),
            items: draft.items.into_iter().map(CircularItemBody::from).collect(),
            sums: draft.sums.into_iter().map(CenterSumBody::from).collect(),
            is_cut: draft.is_cut,
            issued: draft.issued,
        }
    }
}

impl From<CircularLine> for CircularLineBody {
    fn from(line: CircularLine) -> Self {
        let hundredths = i32::try_from(line.deduction).unwrap_or(i32::MAX);
        Self {
            circular_id: line.circular_id,
            period: line.period,
            area: line.area,
            issued_at: line.issued_at,
            problems: line.items,
            deduction: number(hundredths),
        }
    }
}

impl From<CircularList> for CircularsBody {
    fn from(list: CircularList) -> Self {
        let deductions = list.deductions.into_iter().map(|(code, name, points)| DeductionBody {
            code,
            name,
            deduction: points.as_number(),
        });
        Self {
            circulars: list.lines.into_iter().map(CircularLineBody::from).collect(),
            deductions: deductions.collect(),
        }
    }
}

impl From<Leader> for LeaderBody {
    fn from(leader: Leader) -> Self {
        let Leader { addressee, name, state } = leader;
        Self { addressee, name, state }
    }
}

impl From<CircularView> for CircularBody {
    fn from(view: CircularView) -> Self {
        Self {
            circular_id: view.row.circular_id,
            period: view.row.period,
            area: view.row.area,
            words: view.row.words.as_ref().map(Words::shown),
            drawn_up: view.row.drawn_up,
            issued_at: view.row.issued_at,
            leaders: view.leaders.into_iter().map(LeaderBody::from).collect(),
            items: view.items.into_iter().map(CircularItemBody::from).collect(),
            sums: view.sums.into_iter().map(CenterSumBody::from).collect(),
            rules: Json(view.row.rules.0),
            names: view.names,
        }
    }
}
