//! `GET /v1/digests`: what leaders read of the day before.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, NaiveDate, Utc};
use jiekou_boot::clock;
use jiekou_core::digest::{CategoryLine, DayDigest};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::view_digest::view_digest;
use jiekou_service::{App, Staff};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::NamedBody;
use super::statistics::a_day;
use crate::extract::SignedIn;
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DigestQuery {
    /// Code of a center, a district or the city; the widest of the caller's when left out.
    pub area: Option<String>,
    /// Yesterday (UTC+8) when left out.
    #[param(value_type = Option<NaiveDate>)]
    pub day: Option<String>,
    /// `json` or `text`.
    pub format: Option<String>,
}

/// The digest of a day (日报告). It was made once, when the day was over, and names nobody.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Digest", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct DigestBody {
    pub day: NaiveDate,
    pub area: NamedBody,
    pub made_at: DateTime<Utc>,
    /// Reports, and cases that they opened.
    pub reports: i64,
    pub received: i64,
    pub closed: i64,
    /// Cases whose deadline was on the day, and those of them that missed it.
    pub due: i64,
    pub overdue: i64,
    /// Cases whose deadline is on the day after and that were not closed.
    pub due_next: i64,
    pub supervised: i64,
    /// Raised to leaders.
    pub escalated: i64,
    /// The categories with the most overdue cases, then with the most received.
    pub categories: Vec<DigestCategoryBody>,
    /// Duties to patrol whose period ended with the day without enough, and those that end with the day after and are not
    /// done.
    pub patrols_overdue: i64,
    pub patrols_due: i64,
    /// The same in words.
    pub text: String,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "DigestCategory", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct DigestCategoryBody {
    pub code: String,
    pub name: String,
    pub received: i64,
    pub overdue: i64,
}

impl From<CategoryLine> for DigestCategoryBody {
    fn from(line: CategoryLine) -> Self {
        let CategoryLine { code, name, received, overdue } = line;
        Self { code, name, received, overdue }
    }
}

impl DigestBody {
    fn of(digest: DayDigest, made_at: DateTime<Utc>) -> Self {
        Self {
            text: digest.text(),
            day: digest.day,
            area: NamedBody { code: digest.area, name: digest.name },
            made_at,
            reports: digest.reports,
            received: digest.received,
            closed: digest.closed,
            due: digest.due,
            overdue: digest.overdue,
            due_next: digest.due_next,
            supervised: digest.supervised,
            escalated: digest.escalated,
            categories: digest.categories.into_iter().map(DigestCategoryBody::from).collect(),
            patrols_overdue: digest.patrols_overdue,
            patrols_due: digest.patrols_due,
        }
    }
}

/// The digest of a center, a district or the city.
#[utoipa::path(get, path = "/v1/digests", tag = "statistics", params(DigestQuery), security(("staff" = [])),
    responses((status = 200, content((DigestBody = "application/json"), (String = "text/plain"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn digest(
    state: web::Data<State>,
    query: web::Query<DigestQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let (_, in_words) = read(&query)?;
    let digest = told(&state.app, &staff, &query, clock::now()).await?;
    if in_words {
        return Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(digest.text));
    }
    Ok(HttpResponse::Ok().json(digest))
}

/// The digest that a query asks for, whatever format it names.
///
/// # Errors
/// As `GET /v1/digests` refuses it.
pub async fn told(
    app: &App,
    staff: &Staff,
    query: &DigestQuery,
    now: DateTime<Utc>,
) -> Result<DigestBody, Problem> {
    let (day, _) = read(query)?;
    let (digest, made_at) = view_digest(app, staff, query.area.as_deref(), day, now).await?;
    Ok(DigestBody::of(digest, made_at))
}

/// The day, and whether it is wanted in words.
fn read(query: &DigestQuery) -> Result<(Option<NaiveDate>, bool), Problem> {
    let mut faults = Vec::new();
    let day = query.day.as_deref().and_then(|text| a_day("/day", text, &mut faults));
    let in_words = match query.format.as_deref() {
        None | Some("json") => false,
        Some("text") => true,
        Some(_) => {
            faults.push(FieldError::new("/format", FieldCode::Unknown, "请填 json 或 text"));
            false
        }
    };
    if faults.is_empty() {
        Ok((day, in_words))
    } else {
        Err(Problem::from(Kind::Validation).with_errors(faults))
    }
}
