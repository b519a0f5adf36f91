//! `GET /v1/third-party`: what the third party found. `GET /v1/third-party/missed`: what it did not find.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::clock::local::local;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::view_third_party::{District, third_party_found as found, third_party_missed as missed};
use jiekou_store::third_party::{FoundBy, MissedRow};
use jiekou_store::words::Words;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::statistics::{PeriodBody, period};
use crate::export::{self, Cell, Format, Table};
use crate::extract::SignedIn;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ThirdPartyQuery {
    /// As in `GET /v1/statistics`; `month` when left out.
    pub period: Option<String>,
    /// A day of the period; today when left out.
    #[param(value_type = Option<NaiveDate>)]
    pub at: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct MissedQuery {
    /// As in `GET /v1/statistics`; `month` when left out.
    pub period: Option<String>,
    /// A day of the period; today when left out.
    #[param(value_type = Option<NaiveDate>)]
    pub at: Option<String>,
    /// `enforcement` (when left out): what enforcement found. `citizens`: what citizens found.
    pub found_by: Option<String>,
    /// `nextCursor` of the page before; files have no pages.
    pub cursor: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
}

/// 发现量、复核量、办结量 of a period, as they stand when they are asked for. What is re-checked and what is closed are parts of
/// what was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThirdPartyBody {
    pub period: PeriodBody,
    pub districts: Vec<ThirdPartyDistrictBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThirdPartyDistrictBody {
    pub code: String,
    pub name: String,
    /// Cases that the third party first reported in the period.
    pub found: i64,
    /// Of these, those that somebody looked at again after handling (核查).
    pub rechecked: i64,
    /// Of these, those that are closed.
    pub closed: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MissedBody {
    pub period: PeriodBody,
    pub cases: Vec<MissedCaseBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A case that others found in the period, and of which the third party had said nothing when it ended.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MissedCaseBody {
    pub case_number: String,
    pub category: String,
    pub center_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    pub state: String,
    pub found_at: DateTime<Utc>,
}

/// Counts what the third party found, by district.
#[utoipa::path(get, path = "/v1/third-party", tag = "statistics", params(ThirdPartyQuery), security(("staff" = [])),
    responses((status = 200, content((ThirdPartyBody = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn third_party(
    state: web::Data<State>,
    query: web::Query<ThirdPartyQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let now = clock::now();
    let mut faults = Vec::new();
    let period = period(query.period.as_deref(), query.at.as_deref(), now, &mut faults);
    let format = Format::parse(query.format.as_deref()).map_err(|fault| faults.push(fault)).ok();
    let (Some(period), Some(format), true) = (period, format, faults.is_empty()) else {
        return Err(Problem::from(Kind::Validation).with_errors(faults));
    };
    let districts = found(&state.app, &staff, period).await?;
    if let Some(file) = export::file(&found_table(period, &districts), format)? {
        return Ok(file);
    }
    let districts = districts.into_iter().map(ThirdPartyDistrictBody::from).collect();
    Ok(HttpResponse::Ok().json(ThirdPartyBody { period: PeriodBody::of(period, now), districts }))
}

/// Lists what others found and the third party did not, the last opened first, 50 a page.
#[utoipa::path(get, path = "/v1/third-party/missed", tag = "statistics", params(MissedQuery), security(("staff" = [])),
    responses((status = 200, content((MissedBody = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn third_party_missed(
    state: web::Data<State>,
    query: web::Query<MissedQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let now = clock::now();
    let mut faults = Vec::new();
    let period = period(query.period.as_deref(), query.at.as_deref(), now, &mut faults);
    let format = Format::parse(query.format.as_deref()).map_err(|fault| faults.push(fault)).ok();
    let found_by = match query.found_by.as_deref() {
        None | Some("enforcement") => FoundBy::Enforcement,
        Some("citizens") => FoundBy::Citizens,
        Some(_) => {
            faults.push(FieldError::new("/foundBy", FieldCode::Unknown, "请填 enforcement 或 citizens"));
            FoundBy::Enforcement
        }
    };
    let before = query.cursor.as_deref().map(str::parse::<i64>);
    if matches!(before, Some(Err(_))) {
        faults.push(FieldError::new("/cursor", FieldCode::Malformed, "请使用上一页的 nextCursor"));
    }
    let (Some(period), Some(format), true) = (period, format, faults.is_empty()) else {
        return Err(Problem::from(Kind::Validation).with_errors(faults));
    };
    let whole = format != Format::Json;
    // A file has no pages.
    let before = before.and_then(Result::ok).filter(|_| !whole);
    let page = missed(&state.app, &staff, period, found_by, before, whole).await?;
    if page.cut {
        let words = "超过一个文件的容量，请缩短周期";
        let fault = FieldError::new("/period", FieldCode::TooMany, words);
        return Err(Problem::from(Kind::Validation).with_errors(vec![fault]));
    }
    if let Some(file) = export::file(&missed_table(period, found_by, &page.cases), format)? {
        return Ok(file);
    }
    Ok(HttpResponse::Ok().json(MissedBody {
        period: PeriodBody::of(period, now),
        cases: page.cases.into_iter().map(MissedCaseBody::from).collect(),
        next_cursor: page.next,
    }))
}

impl From<District> for ThirdPartyDistrictBody {
    fn from(district: District) -> Self {
        let District { code, name, found, rechecked, closed } = district;
        Self { code, name, found, rechecked, closed }
    }
}

impl From<MissedRow> for MissedCaseBody {
    fn from(row: MissedRow) -> Self {
        Self {
            case_number: row.case_number,
            category: row.category,
            center_code: row.center_code,
            segment_code: row.segment_code,
            address: row.address.as_ref().map(Words::shown),
            state: row.state,
            found_at: row.found_at,
        }
    }
}

fn found_table(period: jiekou_core::period::Period, districts: &[District]) -> Table {
    let row = |it: &District| {
        vec![
            Cell::text(&it.code),
            Cell::text(&it.name),
            Cell::Count(it.found),
            Cell::Count(it.rechecked),
            Cell::Count(it.closed),
        ]
    };
    Table {
        name: format!("社会第三方 {period}"),
        headings: ["代码", "名称", "发现量", "复核量", "办结量"].map(str::to_owned).to_vec(),
        rows: districts.iter().map(row).collect(),
    }
}

fn missed_table(period: jiekou_core::period::Period, found_by: FoundBy, cases: &[MissedRow]) -> Table {
    let text = |text: &Option<String>| text.as_ref().map_or(Cell::Empty, Cell::text);
    let row = |it: &MissedRow| {
        vec![
            Cell::text(&it.case_number),
            Cell::text(&it.category),
            Cell::text(&it.center_code),
            text(&it.segment_code),
            text(&it.address.as_ref().map(Words::shown)),
            Cell::text(&it.state),
            Cell::text(local(it.found_at).format("%Y-%m-%d %H:%M").to_string()),
        ]
    };
    let who = match found_by {
        FoundBy::Enforcement => "漏查",
        FoundBy::Citizens => "市民发现",
    };
    Table {
        name: format!("{who} {period}"),
        headings: ["案件编号", "类别", "中心", "路段", "地址", "状态", "发现时间"]
            .map(str::to_owned)
            .to_vec(),
        rows: cases.iter().map(row).collect(),
    }
}
