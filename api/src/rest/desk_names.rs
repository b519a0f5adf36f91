//! `GET /v1/desk/names`: roads, landmarks, shops, towns and categories, while an operator types.

use actix_web::{HttpResponse, web};
use jiekou_service::desk::name_index::{Name, NameKind};
use jiekou_service::desk::suggest_names::suggest_names;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::extract::SignedIn;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NameQuery {
    /// A part of a name in characters, pinyin or initials: 二七, erqi, eq.
    #[param(max_length = 50)]
    pub q: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NamesBody {
    /// Best first, at most 20.
    pub names: Vec<NameBody>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NameBody {
    pub name: String,
    /// `category`, `landmark`, `road`, `town` or `shop`.
    pub kind: &'static str,
    /// Slug of a category, code of a town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// WGS-84.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl From<Name> for NameBody {
    fn from(name: Name) -> Self {
        let kind = match name.kind {
            NameKind::Category => "category",
            NameKind::Landmark => "landmark",
            NameKind::Road => "road",
            NameKind::Town => "town",
            NameKind::Shop => "shop",
        };
        let (longitude, latitude) = name.point.unzip();
        Self { name: name.name, kind, code: name.code, longitude, latitude, address: name.address }
    }
}

/// Names that contain what was typed.
#[utoipa::path(get, path = "/v1/desk/names", tag = "desk", params(NameQuery), security(("staff" = [])),
    responses((status = 200, body = NamesBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn names(
    state: web::Data<State>,
    query: web::Query<NameQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let found = suggest_names(&state.app, &staff, query.q.as_deref().unwrap_or_default()).await?;
    Ok(HttpResponse::Ok().json(NamesBody { names: found.into_iter().map(NameBody::from).collect() }))
}
