//! `GET /v1/records/kinds`: which records the plan wants, and what stands in each.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use jiekou_core::record::{Attendee, Choice, Field, FieldType, Filer, Item, SubjectKind};
use jiekou_service::records::{OfferedKind, record_kinds as kinds};
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::NamedBody;
use crate::extract::SignedIn;
use crate::graphql::readers;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordKindsBody {
    pub kinds: Vec<RecordKindBody>,
}

/// A kind of record.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RecordKind", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RecordKindBody {
    pub code: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// `city`, `district`, `town`, `community`, `grid`, `segment`, `road`, `unit`, `person`.
    pub about: Vec<&'static str>,
    /// One record may be about several of them.
    pub several: bool,
    /// The cycle that it is owed in, and how often; absent: filed when there is occasion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<&'static str>,
    pub times: u32,
    /// What the counts of a field must add up to in a period, instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<QuotaBody>,
    pub filed_by: Vec<FilerBody>,
    /// The caller has a role that files it.
    pub filed_by_caller: bool,
    pub attendees: Vec<AttendeeBody>,
    pub fields: Vec<RecordFieldBody>,
    pub sheet: Vec<SheetItemBody>,
    /// The choice whose options can only be climbed within one matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub climbs: Option<String>,
    /// All of the staff read it.
    pub open: bool,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RecordQuota", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct QuotaBody {
    pub field: String,
    pub at_least: i64,
}

/// A role that files it; what is absent may be any.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RecordFiler", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct FilerBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// Somebody who must have been there.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RecordAttendee", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct AttendeeBody {
    /// Name of a role, or code of a post.
    pub code: String,
    pub name: String,
    pub at_least: u32,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RecordField", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RecordFieldBody {
    pub code: String,
    pub name: String,
    /// `text`, `count`, `number`, `choice`, `date`, `flag` or `link`.
    pub is: &'static str,
    pub optional: bool,
    /// Of numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// Of numbers; of texts the most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Of a choice, in its order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub options: Vec<NamedBody>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "SheetItem", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct SheetItemBody {
    pub code: String,
    pub name: String,
    pub points: u32,
}

/// Lists the kinds of records of the rules in force.
#[utoipa::path(get, path = "/v1/records/kinds", tag = "records", security(("staff" = [])),
    responses((status = 200, body = RecordKindsBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn record_kinds(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let kinds = kinds(&state.app, &staff).into_iter().map(RecordKindBody::from).collect();
    Ok(HttpResponse::Ok().json(RecordKindsBody { kinds }))
}

impl From<OfferedKind> for RecordKindBody {
    fn from(offered: OfferedKind) -> Self {
        let OfferedKind { kind, filed_by_caller } = offered;
        Self {
            code: kind.code,
            name: kind.name,
            rule: kind.rule,
            clause: kind.clause,
            about: kind.about.into_iter().map(SubjectKind::name).collect(),
            several: kind.several,
            every: kind.every.map(jiekou_core::period::Cycle::name),
            times: kind.times,
            quota: kind.quota.map(|quota| QuotaBody { field: quota.field, at_least: quota.at_least }),
            filed_by: kind.filed_by.into_iter().map(FilerBody::from).collect(),
            filed_by_caller,
            attendees: kind.attendees.into_iter().map(AttendeeBody::from).collect(),
            fields: kind.fields.into_iter().map(RecordFieldBody::from).collect(),
            sheet: kind.sheet.into_iter().map(SheetItemBody::from).collect(),
            climbs: kind.climbs,
            open: kind.open,
        }
    }
}

impl From<Filer> for FilerBody {
    fn from(filer: Filer) -> Self {
        Self {
            role: filer.role.map(jiekou_core::staff::Role::name),
            level: filer.level.map(jiekou_core::staff::Level::name),
            post: filer.post,
            unit: filer.unit,
        }
    }
}

impl From<Attendee> for AttendeeBody {
    fn from(attendee: Attendee) -> Self {
        Self { code: attendee.code, name: attendee.name, at_least: attendee.at_least }
    }
}

impl From<Item> for SheetItemBody {
    fn from(item: Item) -> Self {
        Self { code: item.code, name: item.name, points: item.points }
    }
}

impl From<Field> for RecordFieldBody {
    fn from(field: Field) -> Self {
        let plain = Self {
            code: field.code,
            name: field.name,
            is: "flag",
            optional: field.optional,
            at_least: None,
            at_most: None,
            unit: None,
            options: Vec::new(),
        };
        let number = |count: i64| i32::try_from(count).ok().map(f64::from);
        let named = |option: Choice| NamedBody { code: option.code, name: option.name };
        match field.is {
            FieldType::Text { at_most } => {
                Self { is: "text", at_most: i64::try_from(at_most).ok().and_then(number), ..plain }
            }
            FieldType::Count { at_least, at_most, unit } => {
                Self { is: "count", at_least: number(at_least), at_most: number(at_most), unit, ..plain }
            }
            FieldType::Number { at_least, at_most, unit } => {
                Self { is: "number", at_least: Some(at_least), at_most: Some(at_most), unit, ..plain }
            }
            FieldType::Choice { of } => {
                Self { is: "choice", options: of.into_iter().map(named).collect(), ..plain }
            }
            FieldType::Date { .. } => Self { is: "date", ..plain },
            FieldType::Flag => plain,
            FieldType::Link => Self { is: "link", ..plain },
        }
    }
}
