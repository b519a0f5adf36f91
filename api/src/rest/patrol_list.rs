//! `GET /v1/patrols`: what was walked.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_core::report::FieldError;
use jiekou_service::list_patrols::{PatrolsWanted, list_patrols as list};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::patrol_record::PatrolBody;
use super::statistics::a_day;
use crate::extract::SignedIn;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PatrolQuery {
    /// An area or a road: `segment/410103001007`, `road/R001`, or a code alone where only one thing has it.
    pub area: Option<String>,
    /// First day (UTC+8) that they began on; 30 days before `to` when left out.
    #[param(value_type = Option<NaiveDate>)]
    pub from: Option<String>,
    /// Last day; today when left out.
    #[param(value_type = Option<NaiveDate>)]
    pub to: Option<String>,
    /// Name of an account that took part.
    pub person: Option<String>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatrolPageBody {
    pub patrols: Vec<PatrolBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Lists the patrols that the caller may see, the latest first, 50 a page. Those struck out are among them.
#[utoipa::path(get, path = "/v1/patrols", tag = "patrols", params(PatrolQuery), security(("staff" = [])),
    responses((status = 200, body = PatrolPageBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list_patrols(
    state: web::Data<State>,
    query: web::Query<PatrolQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let mut faults: Vec<FieldError> = Vec::new();
    let mut day = |pointer, text: &Option<String>| a_day(pointer, text.as_deref()?, &mut faults);
    let (from, to) = (day("/from", &query.from), day("/to", &query.to));
    if !faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(faults));
    }
    let wanted = PatrolsWanted {
        area: query.area.as_deref(),
        from,
        to,
        person: query.person.as_deref(),
        cursor: query.cursor.as_deref(),
    };
    let page = list(&state.app, &staff, wanted, clock::now()).await?;
    let rules = state.app.rules();
    Ok(HttpResponse::Ok().json(PatrolPageBody {
        patrols: page.patrols.into_iter().map(|patrol| PatrolBody::of(&rules, patrol)).collect(),
        next_cursor: page.next,
    }))
}
