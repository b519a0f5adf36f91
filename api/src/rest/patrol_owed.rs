//! `GET /v1/patrols/owed`: which posts owe patrols where, and which are overdue.

use async_graphql::SimpleObject;
use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_core::patrol::OwedState;
use jiekou_core::period::Period;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::view_owed_patrols::{OwedLine, OwedWanted, view_owed_patrols};
use jiekou_service::{App, Staff};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::NamedBody;
use super::statistics::{PeriodBody, period};
use crate::export::{self, Cell, Format, Table};
use crate::extract::SignedIn;
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OwedQuery {
    /// As in `GET /v1/statistics`: what is owed in the periods that begin in it, or in the longer one around it. Left out:
    /// the running period of each cycle and the one before.
    pub period: Option<String>,
    /// A day of the period; today when left out.
    #[param(value_type = Option<NaiveDate>)]
    pub at: Option<String>,
    /// `overdue`, `dueSoon` or `done`.
    pub state: Option<String>,
    /// Code of a post.
    pub post: Option<String>,
    /// Only where this center answers.
    pub center: Option<String>,
    /// `nextCursor` of the page before; pages of JSON only.
    pub cursor: Option<String>,
    /// `json`, `csv` or `xlsx`; the files have everything, at most 100,000 lines.
    pub format: Option<String>,
}

/// What is owed, by area, post and period.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwedBody {
    pub owed: Vec<OwedLineBody>,
    /// How many there are by state, on all pages and of all states.
    #[schema(example = json!({ "done": 12, "dueSoon": 3, "overdue": 1 }))]
    pub counts: BTreeMap<&'static str, usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The patrols that one post owes in one area in one period.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "OwedPatrol", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct OwedLineBody {
    pub post: NamedBody,
    pub area: NamedBody,
    /// `segment`, `grid`, `community`, `town`, `district` or `city`.
    pub level: String,
    /// Code of the center that answers there.
    pub center: String,
    /// Who owes it, where each holder of the post does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// Who holds the post there; nobody: it is vacant.
    pub holders: Vec<String>,
    pub period: PeriodBody,
    pub done: u32,
    pub times: u32,
    /// `done`; `dueSoon`: the period runs; `overdue`: it is over without enough.
    pub state: String,
}

impl OwedLineBody {
    fn of(line: OwedLine, now: DateTime<Utc>) -> Self {
        Self {
            post: NamedBody { code: line.post, name: line.post_name },
            level: line.area.level.name().to_owned(),
            area: NamedBody { code: line.area.code, name: line.area_name },
            center: line.center,
            holder: line.holder,
            holders: line.holders,
            period: PeriodBody::of(line.period, now),
            done: line.done,
            times: line.times,
            state: line.state.name().to_owned(),
        }
    }
}

/// Lists what the posts of the caller's areas owe, 200 a page.
#[utoipa::path(get, path = "/v1/patrols/owed", tag = "patrols", params(OwedQuery), security(("staff" = [])),
    responses((status = 200, content((OwedBody = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn owed_patrols(
    state: web::Data<State>,
    query: web::Query<OwedQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let now = jiekou_boot::clock::now();
    let (wanted, format) = read(&query, now)?;
    let list = view_owed_patrols(&state.app, &staff, wanted, now).await?;
    if format != Format::Json
        && let Some(file) = export::file(&table(wanted.period, &list.lines), format)?
    {
        return Ok(file);
    }
    Ok(HttpResponse::Ok().json(OwedBody {
        owed: list.lines.into_iter().map(|line| OwedLineBody::of(line, now)).collect(),
        counts: list.counts,
        next_cursor: list.next,
    }))
}

/// The page that a query asks for, and the cursor of the next.
///
/// # Errors
/// As `GET /v1/patrols/owed` refuses it.
pub async fn page(
    app: &App,
    staff: &Staff,
    query: &OwedQuery,
    now: DateTime<Utc>,
) -> Result<(Vec<OwedLineBody>, Option<String>), Problem> {
    let (wanted, _) = read(query, now)?;
    let list = view_owed_patrols(app, staff, wanted, now).await?;
    Ok((list.lines.into_iter().map(|line| OwedLineBody::of(line, now)).collect(), list.next))
}

fn read(query: &OwedQuery, now: DateTime<Utc>) -> Result<(OwedWanted<'_>, Format), Problem> {
    let mut faults = Vec::new();
    let asked = query.period.is_some() || query.at.is_some();
    let period =
        if asked { period(query.period.as_deref(), query.at.as_deref(), now, &mut faults) } else { None };
    let state = query.state.as_deref().and_then(OwedState::from_name);
    if query.state.is_some() && state.is_none() {
        faults.push(FieldError::new("/state", FieldCode::Unknown, "请填 overdue、dueSoon 或 done"));
    }
    let format = Format::parse(query.format.as_deref()).map_err(|fault| faults.push(fault)).ok();
    match format {
        Some(format) if faults.is_empty() => Ok((
            OwedWanted {
                period,
                state,
                post: query.post.as_deref(),
                center: query.center.as_deref(),
                cursor: query.cursor.as_deref(),
                whole: format != Format::Json,
            },
            format,
        )),
        _ => Err(Problem::from(Kind::Validation).with_errors(faults)),
    }
}

fn table(period: Option<Period>, lines: &[OwedLine]) -> Table {
    let headings = [
        "区域代码",
        "区域",
        "岗位代码",
        "岗位",
        "应巡人员",
        "在岗人员",
        "周期",
        "起",
        "止",
        "已巡次数",
        "应巡次数",
        "状态",
    ];
    let word = |state| match state {
        OwedState::Done => "已完成",
        OwedState::DueSoon => "待完成",
        OwedState::Overdue => "逾期",
    };
    let row = |line: &OwedLine| {
        vec![
            Cell::text(&line.area.code),
            Cell::text(&line.area_name),
            Cell::text(&line.post),
            Cell::text(&line.post_name),
            line.holder.as_ref().map_or(Cell::Empty, Cell::text),
            Cell::text(line.holders.join("、")),
            Cell::text(line.period.to_string()),
            Cell::text(line.period.first_day().to_string()),
            Cell::text(line.period.last_day().to_string()),
            Cell::Count(line.done.into()),
            Cell::Count(line.times.into()),
            Cell::text(word(line.state)),
        ]
    };
    Table {
        name: period.map_or_else(|| "巡查应巡".to_owned(), |period| format!("巡查应巡 {period}")),
        headings: headings.map(str::to_owned).to_vec(),
        rows: lines.iter().map(row).collect(),
    }
}
