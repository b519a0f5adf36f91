//! `POST /v1/reports/{reportId}/identity`: who reported, for a reason that is written down.

use std::fmt;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::privacy::MaskedContact;
use jiekou_core::report::Contact;
use jiekou_service::open_identity::{Identity, OpeningWish, open_identity as open};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::staff::parse_id;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// Why somebody must know who reported.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"reason": "callBack", "words": "回访处理结果"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct OpeningBody {
    /// `clarify`, `callBack`, `emergency`, `reward`, `ownRequest` or `legalRequest`. The reporter reads it.
    pub reason: String,
    /// In words; for audits.
    #[schema(min_length = 4, max_length = 500)]
    pub words: String,
}

/// Who reported.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityBody {
    /// Number of the opening in the log.
    pub opening_id: i64,
    pub opened_at: DateTime<Utc>,
    pub case_number: String,
    pub contact: ContactBody,
    /// What the reporter said, where something is left out for everybody else.
    pub words: Vec<OriginalWordsBody>,
    /// To be laid over whatever shows this.
    pub watermark: String,
}

/// What the reporter gave; empty where that was nothing.
#[derive(Serialize, ToSchema)]
pub struct ContactBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// How somebody can be reached, with the middle of each part left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaskedContactBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Such as `138****1234`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OriginalWordsBody {
    /// `description`, `place`, `attributes`, `addition`, `additionDetail` or the act of a log line.
    pub stands_in: String,
    pub at: DateTime<Utc>,
    /// The words, or the object that holds them.
    pub text: Value,
}

/// Bodies that never print themselves.
macro_rules! unprinted {
    ($($body:ident),*) => {
        $(impl fmt::Debug for $body {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($body), "(…)"))
            }
        })*
    };
}
unprinted!(IdentityBody, ContactBody, OriginalWordsBody);

impl From<Contact> for ContactBody {
    fn from(contact: Contact) -> Self {
        Self { name: contact.name, phone: contact.phone, email: contact.email }
    }
}

impl From<MaskedContact> for MaskedContactBody {
    fn from(contact: MaskedContact) -> Self {
        Self { name: contact.name, phone: contact.phone, email: contact.email }
    }
}

impl From<Identity> for IdentityBody {
    fn from(identity: Identity) -> Self {
        let words = identity.words.into_iter().map(|it| OriginalWordsBody {
            stands_in: it.stands_in,
            at: it.at,
            text: it.text,
        });
        Self {
            opening_id: identity.opening_id,
            opened_at: identity.at,
            case_number: identity.case_number,
            contact: identity.contact.into(),
            words: words.collect(),
            watermark: identity.watermark,
        }
    }
}

/// Opens the identity of a report's author: for the dispatchers and operators of its area. The opening is in an
/// append-only log before it is answered, and the reporter can read that it happened. At most so many an hour.
#[utoipa::path(post, path = "/v1/reports/{reportId}/identity", tag = "identity", request_body = OpeningBody,
    params(("reportId" = uuid::Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = IdentityBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn open_identity(
    state: web::Data<State>,
    caller: SignedIn,
    report_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let report_id = parse_id(&report_id).map_err(|_no_id| Problem::from(Kind::UnknownReport))?;
    let mut fields = Fields::new(&body.object);
    let wish = OpeningWish { reason: fields.text("reason"), words: fields.text("words") };
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let identity = open(&state.app, &caller.0, report_id, &wish, clock::now()).await?;
    state.metrics.identity_opened(identity.reason.name());
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(IdentityBody::from(identity)))
}
