//! Shapes of records on the wire.

use std::collections::BTreeMap;

use async_graphql::{Json, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::record::Points;
use jiekou_service::records::RecordFile;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::NamedBody;
use crate::graphql::readers;

/// A record of a plan, such as the minutes of a meeting or a score sheet.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Record", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RecordBody {
    pub record_id: Uuid,
    pub kind: NamedBody,
    /// Rule of the plan that it comes from, such as `DF-05`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The day that it is about.
    pub on: NaiveDate,
    pub about: RecordSubjectsBody,
    /// What a ladder of sanctions is climbed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
    #[schema(value_type = Object)]
    pub fields: Json<Map<String, Value>>,
    /// Points by item of the sheet.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    pub scores: BTreeMap<String, f64>,
    /// The sum of the points, and the most that the sheet gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full: Option<u32>,
    /// How many of each role or post were there.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    pub attendees: BTreeMap<String, u32>,
    pub filed_by: String,
    pub filed_at: DateTime<Utc>,
    /// It is wrong and counts no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub struck: Option<RecordStruckBody>,
}

/// What a record is about.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RecordSubjects", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RecordSubjectsBody {
    /// `city`, `district`, `town`, `community`, `grid`, `segment`, `road`, `unit` or `person`.
    pub kind: String,
    /// Of people the codes are the ids of their accounts.
    pub subjects: Vec<NamedBody>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RecordStruck", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RecordStruckBody {
    pub at: DateTime<Utc>,
    pub by: String,
    pub reason: String,
}

impl From<RecordFile> for RecordBody {
    fn from(file: RecordFile) -> Self {
        let RecordFile { record, kind, subjects } = file;
        let name = kind.as_ref().map_or_else(|| record.kind.clone(), |kind| kind.name.clone());
        let struck = record.struck_at.zip(record.struck_by_name).zip(record.struck_because);
        Self {
            record_id: record.record_id,
            kind: NamedBody { code: record.kind, name },
            on: record.held_on,
            about: RecordSubjectsBody {
                kind: record.about,
                subjects: subjects.into_iter().map(|(code, name)| NamedBody { code, name }).collect(),
            },
            matter: record.matter,
            fields: Json(record.fields.shown_fields()),
            scores: record.scores.0.into_iter().map(|(item, tenths)| (item, points(tenths))).collect(),
            total: record.total.map(points),
            full: kind.as_ref().filter(|kind| !kind.sheet.is_empty()).map(|kind| kind.full_points()),
            attendees: record.attendees.0,
            filed_by: record.filed_by_name,
            filed_at: record.filed_at,
            struck: struck.map(|((at, by), reason)| RecordStruckBody { at, by, reason: reason.shown() }),
            rule: kind.and_then(|kind| kind.rule),
        }
    }
}

fn points(tenths: i64) -> f64 {
    Points::from_tenths(tenths).number()
}
