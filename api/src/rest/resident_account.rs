//! `GET /v1/residents/me` and `…/export`: what is known of a resident; `POST …/erasure-codes` and
//! `DELETE /v1/residents/me`: having it erased.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::erase_resident::{ask_to_erase, erase_resident as erase};
use jiekou_service::own_data::{self, OwnData};
use jiekou_service::sign_in_resident::PresentedCode;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::resident_sign_in::{CodeAnnouncedBody, announce};
use crate::extract::{Address, Fields, JsonBody, OwnResidentSession};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// The account at a glance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResidentBody {
    pub resident_id: Uuid,
    pub created_at: DateTime<Utc>,
    pub identities: Vec<MaskedIdentityBody>,
    /// How many reports are linked to it.
    pub report_count: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaskedIdentityBody {
    /// `phone`, `wechatOpenId` or `wechatUnionId`.
    pub kind: String,
    /// Enough to be told from others: `139****5678`.
    pub shown: String,
    pub verified_at: DateTime<Utc>,
}

/// Everything that is known of the caller.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportBody {
    pub exported_at: DateTime<Utc>,
    pub resident_id: Uuid,
    pub created_at: DateTime<Utc>,
    pub identities: Vec<IdentityBody>,
    /// Each with its words, place, contact, photos with links good for 24 hours, additions, answers to call-backs, and the
    /// messages that were sent about it.
    #[schema(value_type = Vec<Object>)]
    pub reports: Vec<Value>,
    pub sessions: Vec<KnownSessionBody>,
    /// Shops that are or were the caller's.
    pub storefronts: Vec<KnownStorefrontBody>,
}

/// What was verified to be the caller, unmasked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityBody {
    pub kind: String,
    pub value: String,
    pub verified_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KnownSessionBody {
    pub session_id: Uuid,
    pub started_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Such as `signedOut` or `tokenReused`.
    pub end_reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KnownStorefrontBody {
    pub code: String,
    pub name: String,
    /// `phone` or `code`.
    pub by: String,
    pub bound_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Such as `unbound` or `replaced`.
    pub ended_because: Option<String>,
}

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct ErasureBody {
    /// The code that was sent for the erasure. An account without a phone needs none, and a session of the last 10 minutes.
    pub code: Option<String>,
    /// What the answer to asking for that code said; without it no code is right.
    pub request_secret: Option<String>,
}

impl ExportBody {
    fn of(data: OwnData, exported_at: DateTime<Utc>) -> Self {
        let identities = data.account.identities.into_iter().map(|it| IdentityBody {
            kind: it.kind,
            value: it.value,
            verified_at: it.verified_at,
        });
        let sessions = data.sessions.into_iter().map(|it| KnownSessionBody {
            session_id: it.session_id,
            started_at: it.started_at,
            last_used_at: it.last_used_at,
            ended_at: it.ended_at,
            end_reason: it.end_reason,
        });
        let storefronts = data.storefronts.into_iter().map(|it| KnownStorefrontBody {
            code: it.code,
            name: it.name,
            by: it.by,
            bound_at: it.bound_at,
            ended_at: it.ended_at,
            ended_because: it.ended_because,
        });
        Self {
            exported_at,
            resident_id: data.account.resident_id,
            created_at: data.account.created_at,
            identities: identities.collect(),
            reports: data.reports,
            sessions: sessions.collect(),
            storefronts: storefronts.collect(),
        }
    }
}

/// The caller's account.
#[utoipa::path(get, path = "/v1/residents/me", tag = "residents", security(("resident" = [])),
    responses((status = 200, body = ResidentBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn resident(
    state: web::Data<State>,
    OwnResidentSession(caller): OwnResidentSession,
) -> Result<HttpResponse, Problem> {
    let account = own_data::view(&state.app, caller.resident).await?;
    let identities = account.identities.iter().map(|it| MaskedIdentityBody {
        kind: it.kind.clone(),
        shown: it.masked(),
        verified_at: it.verified_at,
    });
    let body = ResidentBody {
        resident_id: account.resident_id,
        created_at: account.created_at,
        identities: identities.collect(),
        report_count: account.report_count,
    };
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(body))
}

/// Everything that is known of the caller, to be taken away. A few times in a row; then once every six seconds.
#[utoipa::path(get, path = "/v1/residents/me/export", tag = "residents", security(("resident" = [])),
    responses((status = 200, body = ExportBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn export_own_data(
    state: web::Data<State>,
    OwnResidentSession(caller): OwnResidentSession,
) -> Result<HttpResponse, Problem> {
    state.sign_in_limit.pass(&format!("export {}", caller.resident.resident_id))?;
    let now = clock::now();
    let body = ExportBody::of(own_data::export(&state.app, caller.resident, now).await?, now);
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"jiekou-export.json\""))
        .json(body))
}

/// Sends a code to the caller's phone that erases the account and nothing else.
#[utoipa::path(post, path = "/v1/residents/me/erasure-codes", tag = "residents", security(("resident" = [])),
    responses((status = 202, body = CodeAnnouncedBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn ask_for_erasure_code(
    state: web::Data<State>,
    Address(address): Address,
    OwnResidentSession(caller): OwnResidentSession,
) -> Result<HttpResponse, Problem> {
    let announced = ask_to_erase(&state.app, caller, &address.to_string(), clock::now()).await?;
    Ok(announce(&announced))
}

/// Erases the account: identities, contacts, words and links go at once, all sessions end. The cases stay, as the law asks,
/// and say no more who it was.
#[utoipa::path(delete, path = "/v1/residents/me", tag = "residents", request_body = ErasureBody, security(("resident" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn erase_resident(
    state: web::Data<State>,
    OwnResidentSession(caller): OwnResidentSession,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let (code, secret) = (fields.text("code"), fields.text("requestSecret"));
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let presented = code.as_deref().map(|code| PresentedCode { code, secret: secret.as_deref() });
    erase(&state.app, caller, presented, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
