//! `POST /v1/duty/deputies`: somebody stands in for a colleague who is away; and its end.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::Principal;
use jiekou_service::deputies::{self, DeputyRequest, StandIn};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::{Fields, JsonBody, SignedIn, idempotency_key};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// Who is to stand in for whom.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"person": "grid-b", "until": "2026-12-01T08:00:00+08:00"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct DeputyRequestBody {
    /// Account of the one who stands in: of the same role, unit and town.
    pub person: String,
    /// Account of the one who is away, by whoever dispatches there; without it the caller.
    pub absent: Option<String>,
    /// Without it: now.
    pub from: Option<DateTime<Utc>>,
    /// The end, which does not belong to it.
    pub until: DateTime<Utc>,
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// Who stands in for whom.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StandInBody {
    pub deputy_id: Uuid,
    /// Names of both.
    pub absent: String,
    pub person: String,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl From<StandIn> for StandInBody {
    fn from(it: StandIn) -> Self {
        let StandIn { deputy_id, absent, person, from, until, note } = it;
        Self { deputy_id, absent, person, from, until, note }
    }
}

/// Agrees that somebody stands in.
#[utoipa::path(post, path = "/v1/duty/deputies", tag = "duty", request_body = DeputyRequestBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "resending with it gives the same answer")), security(("staff" = [])),
    responses((status = 201, body = StandInBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn appoint_deputy(
    state: web::Data<State>,
    request: HttpRequest,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let key = idempotency_key(&request, body.hash, &Principal::Staff(staff.clone()))?;
    let mut fields = Fields::new(&body.object);
    let asked = DeputyRequest {
        person: fields.text("person"),
        absent: fields.text("absent"),
        from: fields.moment("from"),
        until: fields.moment("until"),
        note: fields.text("note"),
    };
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let made = deputies::appoint_deputy(&state.app, &staff, asked, key.as_ref(), clock::now()).await?;
    Ok(HttpResponse::Created().json(StandInBody::from(made)))
}

/// Ends it now; one that is over stays as it was.
#[utoipa::path(post, path = "/v1/duty/deputies/{deputyId}/end", tag = "duty", params(("deputyId" = String, Path)), security(("staff" = [])),
    responses((status = 200, body = StandInBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn end_deputy(
    state: web::Data<State>,
    path: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let deputy_id = Uuid::try_parse(&path).map_err(|_none| Problem::from(Kind::UnknownDeputy))?;
    let ended = deputies::end_deputy(&state.app, &staff, deputy_id, clock::now()).await?;
    Ok(HttpResponse::Ok().json(StandInBody::from(ended)))
}
