//! `PUT /v1/records/{recordId}`: a record is filed. `PUT /v1/records/{recordId}/strike`: it is struck out.

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use jiekou_boot::clock;
use jiekou_core::record::RawRecord;
use jiekou_service::records::{file_record as file, strike_record as strike};
use utoipa::ToSchema;
use uuid::Uuid;

use super::record_shapes::RecordBody;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// A record as it is filed. What its kind wants stands in `GET /v1/records/kinds`.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"kind": "leading-group-meeting", "on": "2026-11-20", "about": {"codes": ["410103"]}, "fields": {"decisions": "下月整治重点：占道经营"}}))]
#[expect(dead_code, reason = "describes the body; it is read field by field")]
pub struct FiledRecordBody {
    /// Code of the kind.
    pub kind: String,
    /// The day that it is about; not in the future.
    pub on: NaiveDate,
    pub about: RecordAboutBody,
    /// What a ladder of sanctions is climbed in; only for kinds that have one.
    #[schema(max_length = 100)]
    pub matter: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub fields: Option<serde_json::Value>,
    /// Points by item, with at most one decimal; all items of the kind's sheet.
    #[schema(value_type = Option<Object>)]
    pub scores: Option<serde_json::Value>,
    /// How many of each role or post were there.
    #[schema(value_type = Option<Object>)]
    pub attendees: Option<serde_json::Value>,
}

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct RecordAboutBody {
    /// One of the kind's `about`; may be left out where there is only one.
    pub kind: Option<String>,
    /// Codes; of people the names of their accounts. More than one only where the kind says `several`.
    #[schema(min_items = 1, max_items = 200)]
    pub codes: Vec<String>,
}

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"reason": "重复登记"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct RecordStrikeBody {
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// Files a record under an id of the caller's choice. The same body again is the same record, so that whoever hears
/// nothing sends it again.
#[utoipa::path(put, path = "/v1/records/{recordId}", tag = "records", params(("recordId" = Uuid, Path)),
    request_body = FiledRecordBody, security(("staff" = [])),
    responses((status = 201, body = RecordBody), (status = 200, body = RecordBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn file_record(
    state: web::Data<State>,
    record_id: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let record_id = id(&record_id)?;
    let (record, is_new) = file(&state.app, &staff, record_id, read(&body), body.hash, clock::now()).await?;
    let mut answer = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    if is_new {
        answer.insert_header(("Location", format!("/v1/records/{record_id}")));
    }
    Ok(answer.json(RecordBody::from(record)))
}

/// Strikes a record out that is wrong. It stays, and counts no more.
#[utoipa::path(put, path = "/v1/records/{recordId}/strike", tag = "records", params(("recordId" = Uuid, Path)),
    request_body = RecordStrikeBody, security(("staff" = [])),
    responses((status = 200, body = RecordBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn strike_record(
    state: web::Data<State>,
    record_id: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let reason = fields.text("reason").unwrap_or_default();
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let struck = strike(&state.app, &staff, id(&record_id)?, &reason, clock::now()).await?;
    Ok(HttpResponse::Ok().json(RecordBody::from(struck)))
}

/// What is no id names no record.
pub(super) fn id(text: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(text).map_err(|_malformed| Kind::UnknownRecord.into())
}

fn read(body: &JsonBody) -> RawRecord {
    let mut fields = Fields::new(&body.object);
    let about = fields.inside("about", "/about", |about| (about.text("kind"), about.texts("codes")));
    let (about_kind, about_codes) = about.unwrap_or_default();
    let mut object = |name: &str| fields.object(name).cloned().unwrap_or_default();
    let (said, scores, attendees) = (object("fields"), object("scores"), object("attendees"));
    RawRecord {
        kind: fields.text("kind"),
        on: fields.day("on"),
        about_kind,
        about_codes,
        matter: fields.text("matter"),
        fields: said,
        scores,
        attendees,
        faults: fields.faults,
    }
}
