//! `/v1/circulars`: circulars of problems that nobody has rectified, with their stepped deductions.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::circular::Points;
use jiekou_core::clock::local::local;
use jiekou_service::supervision::draft_circular::{CenterSum, Draft, draft_circular};
use jiekou_service::supervision::issue_circular::{Issue, issue_circular};
use jiekou_service::supervision::view_circulars::{
    CircularList, CircularView, Leader, list_circulars, view_circular,
};
use jiekou_store::supervision::circulars::{CircularLine, ItemRow};
use jiekou_store::words::Words;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

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

/// What a circular would say.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CircularDraftBody {
    pub period: String,
    pub items: Vec<CircularItemBody>,
    pub sums: Vec<CenterSumBody>,
    /// There are more overdue cases than one circular takes (2,000): they have to be chosen.
    pub is_cut: bool,
    /// The circular of the period, where there is one already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<Uuid>,
}

/// A problem of a circular, as it was then.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CircularItemBody {
    pub case_number: String,
    pub center_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_code: Option<String>,
    pub category: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    /// k: how often in a row it is notified without having been closed, this time included.
    pub times: i32,
    /// Points: `circulars.deduction.base` times the k-th factor.
    pub deduction: f64,
}

/// What is deducted from a center.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CenterSumBody {
    pub code: String,
    pub name: String,
    pub problems: usize,
    pub deduction: f64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CircularsBody {
    /// The newest first.
    pub circulars: Vec<CircularLineBody>,
    /// What those of the period deduct from each center.
    pub deductions: Vec<DeductionBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CircularLineBody {
    pub circular_id: Uuid,
    pub period: String,
    /// Code of the city or district that issued it.
    pub area: String,
    pub issued_at: DateTime<Utc>,
    pub problems: i64,
    pub deduction: f64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeductionBody {
    pub code: String,
    pub name: String,
    pub deduction: f64,
}

/// A circular as it was issued; nothing of it changes any more.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CircularBody {
    pub circular_id: Uuid,
    pub period: String,
    pub area: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Drawn up of every open overdue case of the period; else of chosen ones.
    pub drawn_up: bool,
    pub issued_at: DateTime<Utc>,
    pub leaders: Vec<LeaderBody>,
    pub items: Vec<CircularItemBody>,
    pub sums: Vec<CenterSumBody>,
    /// `circulars` of the rulebook that it was issued under.
    #[schema(value_type = Object)]
    pub rules: jiekou_core::circular::CircularRules,
    /// What segments and categories are called.
    pub names: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeaderBody {
    pub addressee: String,
    /// Name of the post, center or unit.
    pub name: String,
    /// `created`, `sending`, `delivered`, `refused` or `dead`.
    pub state: String,
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
    let period = needed_period(query.period.as_deref())?;
    let draft = draft_circular(&state.app, &staff, period, clock::now()).await?;
    Ok(HttpResponse::Ok().json(CircularDraftBody::from(draft)))
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
    let period = query.period.as_deref().map(|text| needed_period(Some(text))).transpose()?;
    let list = list_circulars(&state.app, &staff, period).await?;
    Ok(HttpResponse::Ok().json(CircularsBody::from(list)))
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

fn number(hundredths: i32) -> f64 {
    Points::from_hundredths(hundredths).as_number()
}

impl From<ItemRow> for CircularItemBody {
    fn from(row: ItemRow) -> Self {
        Self {
            case_number: row.case_number,
            center_code: row.center_code,
            segment_code: row.segment_code,
            category: row.category,
            address: row.address.as_ref().map(Words::shown),
            due_at: row.due_at,
            times: row.times,
            deduction: number(row.deduction),
        }
    }
}

impl From<CenterSum> for CenterSumBody {
    fn from(sum: CenterSum) -> Self {
        let CenterSum { code, name, problems, deduction } = sum;
        Self { code, name, problems, deduction: deduction.as_number() }
    }
}

impl From<Draft> for CircularDraftBody {
    fn from(draft: Draft) -> Self {
        Self {
            period: draft.period.to_string(),
            items: draft.items.into_iter().map(CircularItemBody::from).collect(),
            sums: draft.sums.into_iter().map(CenterSumBody::from).collect(),
            is_cut: draft.is_cut,
            issued: draft.issued,
        }
    }
}

impl From<CircularLine> for CircularLineBody {
    fn from(line: CircularLine) -> Self {
        let hundredths = i32::try_from(line.deduction).unwrap_or(i32::MAX);
        Self {
            circular_id: line.circular_id,
            period: line.period,
            area: line.area,
            issued_at: line.issued_at,
            problems: line.items,
            deduction: number(hundredths),
        }
    }
}

impl From<CircularList> for CircularsBody {
    fn from(list: CircularList) -> Self {
        let deductions = list.deductions.into_iter().map(|(code, name, points)| DeductionBody {
            code,
            name,
            deduction: points.as_number(),
        });
        Self {
            circulars: list.lines.into_iter().map(CircularLineBody::from).collect(),
            deductions: deductions.collect(),
        }
    }
}

impl From<Leader> for LeaderBody {
    fn from(leader: Leader) -> Self {
        let Leader { addressee, name, state } = leader;
        Self { addressee, name, state }
    }
}

impl From<CircularView> for CircularBody {
    fn from(view: CircularView) -> Self {
        Self {
            circular_id: view.row.circular_id,
            period: view.row.period,
            area: view.row.area,
            words: view.row.words.as_ref().map(Words::shown),
            drawn_up: view.row.drawn_up,
            issued_at: view.row.issued_at,
            leaders: view.leaders.into_iter().map(LeaderBody::from).collect(),
            items: view.items.into_iter().map(CircularItemBody::from).collect(),
            sums: view.sums.into_iter().map(CenterSumBody::from).collect(),
            rules: view.row.rules.0,
            names: view.names,
        }
    }
}
