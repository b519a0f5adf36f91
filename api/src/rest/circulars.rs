//! `/v1/circulars`: circulars of problems that nobody has rectified, with their stepped deductions.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::clock::local::local;
use jiekou_service::supervision::draft_circular::draft_circular;
use jiekou_service::supervision::issue_circular::{Issue, issue_circular};
use jiekou_service::supervision::view_circulars::{CircularView, list_circulars, view_circular};
use jiekou_service::{App, Staff};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::circular_shapes::{CircularBody, CircularDraftBody, CircularsBody, number};
use super::named_period::{named_period, needed_period, no_period};
use crate::export::{self, Cell, Format, Table};
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DraftQuery {
    /// Name of the period, such as `2026-11上旬`.
    pub period: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CircularsQuery {
    /// Only those of the days of this period, such as `2026-11上旬` or `2026-11`; then what they deduct is told too.
    pub period: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CircularQuery {
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
}

/// A circular as it is asked for.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"period": "2026-11上旬", "addressees": ["center/410103001"], "words": "请逐件核对，限三日内办结。"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct CircularIssueBody {
    /// Name of the period, such as `2026-11上旬`.
    pub period: String,
    /// Numbers of open cases; without them it is drawn up of every open overdue case.
    pub cases: Option<Vec<String>>,
    /// The leaders: `post/CODE/AREA`, `center/CODE` or `unit/CODE` of the rulebook.
    pub addressees: Vec<String>,
    /// What stands above the list.
    pub words: Option<String>,
}

/// Tells what a circular would say: the open overdue cases of a period by center.
#[utoipa::path(get, path = "/v1/circulars/draft", tag = "supervision", params(DraftQuery), security(("staff" = [])),
    responses((status = 200, body = CircularDraftBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn draft(
    state: web::Data<State>,
    query: web::Query<DraftQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(drafted(&state.app, &staff, &query, clock::now()).await?))
}

/// What the circular of the period that a query names would say.
///
/// # Errors
/// As `GET /v1/circulars/draft` refuses it.
pub async fn drafted(
    app: &App,
    staff: &Staff,
    query: &DraftQuery,
    now: DateTime<Utc>,
) -> Result<CircularDraftBody, Problem> {
    let period = needed_period(query.period.as_deref())?;
    Ok(draft_circular(app, staff, period, now).await?.into())
}

/// Issues the circular of a period and sends it to the leaders it names, once. The same one asked for again is answered
/// with the one that stands.
#[utoipa::path(post, path = "/v1/circulars", tag = "supervision", request_body = CircularIssueBody, security(("staff" = [])),
    responses((status = 201, body = CircularBody), (status = 200, body = CircularBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn issue(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let asked = read(&body.object)?;
    let (view, is_new) = issue_circular(&state.app, &staff, &asked, clock::now()).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(HttpResponse::build(status).json(CircularBody::from(view)))
}

/// Lists circulars.
#[utoipa::path(get, path = "/v1/circulars", tag = "supervision", params(CircularsQuery), security(("staff" = [])),
    responses((status = 200, body = CircularsBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn circulars(
    state: web::Data<State>,
    query: web::Query<CircularsQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(listed(&state.app, &staff, &query).await?))
}

/// The circulars that a query asks for.
///
/// # Errors
/// As `GET /v1/circulars` refuses it.
pub async fn listed(app: &App, staff: &Staff, query: &CircularsQuery) -> Result<CircularsBody, Problem> {
    let period = query.period.as_deref().map(|text| needed_period(Some(text))).transpose()?;
    Ok(list_circulars(app, staff, period).await?.into())
}

/// Tells a circular, also as a file.
#[utoipa::path(get, path = "/v1/circulars/{circularId}", tag = "supervision",
    params(("circularId" = Uuid, Path), CircularQuery), security(("staff" = [])),
    responses((status = 200, content((CircularBody = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn circular(
    state: web::Data<State>,
    circular_id: web::Path<String>,
    query: web::Query<CircularQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let format = Format::parse(query.format.as_deref())
        .map_err(|fault| Problem::from(Kind::Validation).with_errors(vec![fault]))?;
    let id = Uuid::try_parse(&circular_id).map_err(|_none| Problem::from(Kind::UnknownCircular))?;
    let view = view_circular(&state.app, &staff, id).await?;
    if let Some(file) = export::file(&table(&view), format)? {
        return Ok(file);
    }
    Ok(HttpResponse::Ok().json(CircularBody::from(view)))
}

fn read(body: &Map<String, Value>) -> Result<Issue, Problem> {
    let mut fields = Fields::new(body);
    let named = fields.text("period");
    let period = named_period(named.as_deref());
    if period.is_none() && fields.faults.is_empty() {
        fields.faults.push(no_period());
    }
    let cases = body.get("cases").is_some_and(|cases| !cases.is_null()).then(|| fields.texts("cases"));
    let addressees = fields.texts("addressees");
    let words = fields.text("words");
    match period {
        Some(period) if fields.faults.is_empty() => Ok(Issue { period, cases, addressees, words }),
        _ => Err(Problem::from(Kind::Validation).with_errors(fields.faults)),
    }
}

/// One line a problem, and one for the sum of each center.
fn table(view: &CircularView) -> Table {
    let name = |code: &str| view.names.get(code).map_or_else(|| code.to_owned(), Clone::clone);
    let center = |code: &str| {
        let sum = view.sums.iter().find(|sum| sum.code == code);
        sum.map_or_else(|| code.to_owned(), |sum| sum.name.clone())
    };
    let items = view.items.iter().map(|item| {
        vec![
            Cell::text(&item.case_number),
            Cell::text(center(&item.center_code)),
            item.segment_code.as_deref().map_or(Cell::Empty, |code| Cell::text(name(code))),
            Cell::text(name(&item.category)),
            item.due_at
                .map_or(Cell::Empty, |due| Cell::text(local(due).format("%Y-%m-%d %H:%M").to_string())),
            Cell::Count(item.times.into()),
            Cell::Number(number(item.deduction)),
        ]
    });
    let sums = view.sums.iter().map(|sum| {
        let count = i64::try_from(sum.problems).unwrap_or(i64::MAX);
        vec![
            Cell::text("合计"),
            Cell::text(&sum.name),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Count(count),
            Cell::Number(sum.deduction.as_number()),
        ]
    });
    let headings = ["案件编号", "中心", "路段", "类别", "到期", "连续通报次数", "扣分"];
    Table {
        name: format!("通报 {}", view.row.period),
        headings: headings.map(str::to_owned).to_vec(),
        rows: items.chain(sums).collect(),
    }
}
