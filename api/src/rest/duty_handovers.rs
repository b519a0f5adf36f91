//! `POST /v1/duty/handovers`: open tasks go from one person to another.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::Principal;
use jiekou_service::hand_over::{self, HandedOver, HandoverRequest};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::{Fields, JsonBody, SignedIn, idempotency_key};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// Which tasks go to whom.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"to": "grid-b", "note": "早班交接"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct HandoverRequestBody {
    /// Account of the one who takes them: of the unit, post or area that each case was handed to.
    pub to: String,
    /// Account of the one who has them, by whoever dispatches there; without it the caller.
    pub from: Option<String>,
    /// Numbers of the cases; without it all that are in their hands.
    #[schema(max_items = 200)]
    pub cases: Option<Vec<String>>,
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// What was handed over.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandedOverBody {
    pub handover_id: Uuid,
    /// Names of both.
    pub from: String,
    pub to: String,
    pub at: DateTime<Utc>,
    pub case_numbers: Vec<String>,
    /// There are more: ask again.
    pub more: bool,
}

impl From<HandedOver> for HandedOverBody {
    fn from(it: HandedOver) -> Self {
        let HandedOver { handover_id, from, to, at, case_numbers, more } = it;
        Self { handover_id, from, to, at, case_numbers, more }
    }
}

/// Hands tasks over: all of those named, or none.
#[utoipa::path(post, path = "/v1/duty/handovers", tag = "duty", request_body = HandoverRequestBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "resending with it gives the same answer")), security(("staff" = [])),
    responses((status = 201, body = HandedOverBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn hand_over(
    state: web::Data<State>,
    request: HttpRequest,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let key = idempotency_key(&request, body.hash, &Principal::Staff(staff.clone()))?;
    let mut fields = Fields::new(&body.object);
    let asked = HandoverRequest {
        to: fields.text("to"),
        from: fields.text("from"),
        cases: fields.texts("cases"),
        note: fields.text("note"),
    };
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let handed = hand_over::hand_over(&state.app, &staff, asked, key.as_ref(), clock::now()).await?;
    Ok(HttpResponse::Created().json(HandedOverBody::from(handed)))
}
