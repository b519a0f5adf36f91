//! `POST /v1/reports/{reportId}/spam`: a person says that a report is spam, or takes it back.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::mark_spam;
use jiekou_store::limits::spam_marks::MarkRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::{missing, shown};
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[schema(example = json!({"reason": "内容为广告"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct SpamReasonBody {
    #[schema(max_length = 500)]
    pub reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SpamMarksBody {
    /// Different people whose marks stand.
    pub people: usize,
    /// All of them, those taken back too.
    pub marks: Vec<SpamMarkBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpamMarkBody {
    pub by: String,
    pub at: DateTime<Utc>,
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_reason: Option<String>,
}

impl From<Vec<MarkRow>> for SpamMarksBody {
    fn from(marks: Vec<MarkRow>) -> Self {
        let mark = |mark: MarkRow| SpamMarkBody {
            by: mark.marked_by_name,
            at: mark.marked_at,
            reason: shown(&mark.reason),
            withdrawn_by: mark.withdrawn_by_name,
            withdrawn_at: mark.withdrawn_at,
            withdrawn_reason: mark.withdrawn_reason.as_deref().map(shown),
        };
        // One mark of a person stands at most.
        let people = marks.iter().filter(|mark| mark.withdrawn_at.is_none()).count();
        Self { people, marks: marks.into_iter().map(mark).collect() }
    }
}

/// Marks a report as spam. It stays what it is; marks of several people propose a block to the district.
#[utoipa::path(post, path = "/v1/reports/{reportId}/spam", tag = "limits", params(("reportId" = Uuid, Path)), request_body = SpamReasonBody, security(("staff" = [])),
    responses((status = 200, body = SpamMarksBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn mark_spam(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
    report_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let (report_id, reason) = read(&report_id, &body)?;
    let marks = mark_spam::mark(&state.app, &staff, report_id, &reason, clock::now()).await?;
    Ok(HttpResponse::Ok().json(SpamMarksBody::from(marks)))
}

/// Takes every mark of a report back. They stay readable.
#[utoipa::path(post, path = "/v1/reports/{reportId}/spam/withdrawal", tag = "limits", params(("reportId" = Uuid, Path)), request_body = SpamReasonBody, security(("staff" = [])),
    responses((status = 200, body = SpamMarksBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn withdraw_spam_marks(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
    report_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let (report_id, reason) = read(&report_id, &body)?;
    let marks = mark_spam::withdraw(&state.app, &staff, report_id, &reason, clock::now()).await?;
    Ok(HttpResponse::Ok().json(SpamMarksBody::from(marks)))
}

fn read(report_id: &str, body: &JsonBody) -> Result<(Uuid, String), Problem> {
    let report_id = Uuid::try_parse(report_id).map_err(|_none| Problem::from(Kind::UnknownReport))?;
    let mut fields = Fields::new(&body.object);
    let reason = fields.text("reason").ok_or_else(|| missing(fields.faults, &[("/reason", true)]))?;
    Ok((report_id, reason))
}
