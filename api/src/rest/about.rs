//! `GET /v1/about`: what is running, for the home page.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::graphql::readers;
use crate::state::State;

/// The installation in words.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "About", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct AboutBody {
    pub name: String,
    /// Version of the rulebook in force.
    pub version: String,
    pub district: DistrictBody,
    /// The areas are a drawing, not the real boundaries.
    pub schematic: bool,
    /// Accounts to try; empty outside a demonstration.
    #[schema(value_type = Vec<Object>)]
    pub demo_accounts: Value,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "District", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct DistrictBody {
    pub code: String,
    pub name: String,
    pub center_name: String,
    pub hotline: String,
}

/// What is running.
#[utoipa::path(get, path = "/v1/about", tag = "about", responses((status = 200, body = AboutBody)))]
pub async fn about(state: web::Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(AboutBody::of(&state).await)
}

impl AboutBody {
    pub async fn of(state: &State) -> Self {
        let rules = state.app.rules();
        let data = rules.data();
        let district = &data.district;
        Self {
            name: data.name.clone(),
            version: data.version.clone(),
            district: DistrictBody {
                code: district.code.clone(),
                name: district.name.clone(),
                center_name: district.center_name.clone(),
                hotline: district.hotline.clone(),
            },
            schematic: data.schematic,
            demo_accounts: demo_accounts(&state.demo_accounts).await,
        }
    }
}

async fn demo_accounts(file: &str) -> Value {
    let none = Value::Array(Vec::new());
    if file.is_empty() {
        return none;
    }
    let text = tokio::fs::read(file).await.unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or(none)
}
