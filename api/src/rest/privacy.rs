//! `GET /v1/privacy`: what is kept of people, why, and how long.

use actix_web::{HttpResponse, web};
use jiekou_core::privacy::Kept;
use jiekou_service::privacy_notice::privacy_notice;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::State;

/// Made of the settings and rules in force.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrivacyBody {
    /// Who answers for what is kept.
    pub responsible: String,
    pub hotline: String,
    pub kept: Vec<KeptBody>,
    /// Who else gets what.
    pub recipients: Vec<&'static str>,
    /// What whoever signs in by text message should know of it; absent where nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in_risks: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptBody {
    /// A stable name, such as `contact`.
    pub name: &'static str,
    pub what: &'static str,
    pub why: &'static str,
    /// In words.
    pub how_long: String,
    /// Absent where it is kept for as long as something else is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most_seconds: Option<i64>,
    /// Whether it goes at once when its owner asks (`DELETE /v1/residents/me`).
    pub erasable: bool,
}

impl From<Kept> for KeptBody {
    fn from(kept: Kept) -> Self {
        Self {
            name: kept.name,
            what: kept.what,
            why: kept.why,
            how_long: kept.how_long,
            at_most_seconds: kept.at_most.map(|span| span.num_seconds()),
            erasable: kept.erasable,
        }
    }
}

/// What is kept of people, why, and how long.
#[utoipa::path(get, path = "/v1/privacy", tag = "about", responses((status = 200, body = PrivacyBody)))]
pub async fn privacy(state: web::Data<State>) -> HttpResponse {
    let notice = privacy_notice(&state.app);
    HttpResponse::Ok().json(PrivacyBody {
        responsible: notice.responsible,
        hotline: notice.hotline,
        kept: notice.kept.into_iter().map(KeptBody::from).collect(),
        recipients: notice.recipients,
        sign_in_risks: notice.sign_in_risks,
    })
}
