//! `GET /v1/statistics`: the figures of a period, by town, segment, unit or category.

use async_graphql::SimpleObject;
use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::clock::local::local;
use jiekou_core::period::{Cycle, Period};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::statistics::{Dimension, Figures, Rate};
use jiekou_service::view_statistics::{Row, Statistics, Wanted, view_statistics};
use jiekou_service::{App, Staff};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::export::{self, Cell, Format, Table};
use crate::extract::SignedIn;
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StatisticsQuery {
    /// `day`, `week` (ISO), `tenDays` (旬), `halfMonth`, `month`, `quarter` or `year`; or one period by its name, such as
    /// `2026-11`, `2026-W48`, `2026-11上旬`, `2026-Q4`. `month` when left out.
    pub period: Option<String>,
    /// A day of the period; today when left out.
    #[param(value_type = Option<NaiveDate>)]
    pub at: Option<String>,
    /// `town`, `segment`, `community`, `grid`, `unit` or `category`; `town` when left out.
    pub by: Option<String>,
    /// Only what this center answers for.
    pub center: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
}

/// Statistics of a period, equal to what the cases say when they are asked for.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Statistics", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct StatisticsBody {
    pub period: PeriodBody,
    pub by: String,
    pub rows: Vec<StatisticsRowBody>,
    /// The sum of the rows.
    pub total: FiguresBody,
    /// What each figure and rate is called.
    pub words: BTreeMap<String, String>,
}

/// A period: whole days of UTC+8.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Period", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct PeriodBody {
    /// Such as `2026-11`, `2026-W48` or `2026-11上旬`.
    pub name: String,
    pub cycle: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// Nothing of it lies in the future. What is done to its cases later still counts.
    pub over: bool,
}

/// What one town, segment, community, grid, unit or category counts.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "StatisticsRow", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct StatisticsRowBody {
    pub code: String,
    pub name: String,
    #[serde(flatten)]
    #[graphql(flatten)]
    pub counted: FiguresBody,
}

/// Counts, and rates from 0 to 1; a rate of nothing is left out. `docs/statistics.md` says what each is.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Figures", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct FiguresBody {
    #[schema(example = json!({ "received": 12, "valid": 10, "due": 9, "dueOnTime": 8 }))]
    pub figures: BTreeMap<String, i64>,
    #[schema(example = json!({ "onTime": 0.8889 }))]
    pub rates: BTreeMap<&'static str, f64>,
}

/// Counts cases of the caller's areas in a period.
#[utoipa::path(get, path = "/v1/statistics", tag = "statistics", params(StatisticsQuery), security(("staff" = [])),
    responses((status = 200, content((StatisticsBody = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn statistics(
    state: web::Data<State>,
    query: web::Query<StatisticsQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let now = jiekou_boot::clock::now();
    let (wanted, format) = read(&query, now)?;
    let statistics = view_statistics(&state.app, &staff, wanted).await?;
    if let Some(file) = export::file(&table(&statistics), format)? {
        return Ok(file);
    }
    Ok(HttpResponse::Ok().json(StatisticsBody::of(statistics, now)))
}

/// The statistics that a query asks for, whatever format it names.
///
/// # Errors
/// As `GET /v1/statistics` refuses it.
pub async fn counted(
    app: &App,
    staff: &Staff,
    query: &StatisticsQuery,
    now: DateTime<Utc>,
) -> Result<StatisticsBody, Problem> {
    let (wanted, _) = read(query, now)?;
    Ok(StatisticsBody::of(view_statistics(app, staff, wanted).await?, now))
}

impl StatisticsBody {
    fn of(statistics: Statistics, now: DateTime<Utc>) -> Self {
        Self {
            period: PeriodBody::of(statistics.period, now),
            by: statistics.by.name().to_owned(),
            rows: statistics.rows.into_iter().map(StatisticsRowBody::from).collect(),
            total: FiguresBody::from(&statistics.total),
            words: words(),
        }
    }
}

fn read(query: &StatisticsQuery, now: DateTime<Utc>) -> Result<(Wanted<'_>, Format), Problem> {
    let mut faults = Vec::new();
    let period = period(query.period.as_deref(), query.at.as_deref(), now, &mut faults);
    let by = match query.by.as_deref() {
        None => Some(Dimension::Town),
        Some(name) => Dimension::from_name(name),
    };
    if by.is_none() {
        let words = "请填 town、segment、community、grid、unit 或 category";
        faults.push(FieldError::new("/by", FieldCode::Unknown, words));
    }
    let format = Format::parse(query.format.as_deref()).map_err(|fault| faults.push(fault)).ok();
    match (period, by, format) {
        (Some(period), Some(by), Some(format)) if faults.is_empty() => {
            Ok((Wanted { period, by, center: query.center.as_deref() }, format))
        }
        _ => Err(Problem::from(Kind::Validation).with_errors(faults)),
    }
}

/// A day that a query names.
pub(super) fn a_day(pointer: &str, text: &str, faults: &mut Vec<FieldError>) -> Option<NaiveDate> {
    // The years that deadlines can lie in; a database has no others either.
    let years = NaiveDate::from_ymd_opt(2000, 1, 1)..NaiveDate::from_ymd_opt(2200, 1, 1);
    let day = text.parse::<NaiveDate>().ok().filter(|day| years.contains(&Some(*day)));
    if day.is_none() {
        faults.push(FieldError::new(pointer, FieldCode::Malformed, "请填日期，如 2026-11-23"));
    }
    day
}

/// The period that a query asks for: by name, or by cycle and a day of it.
pub(super) fn period(
    period: Option<&str>,
    at: Option<&str>,
    now: DateTime<Utc>,
    faults: &mut Vec<FieldError>,
) -> Option<Period> {
    let today = local(now).date();
    let day = at.map_or(Some(today), |at| a_day("/at", at, faults));
    let text = period.unwrap_or(Cycle::Month.name());
    match Cycle::from_name(text) {
        Some(cycle) => day.map(|day| Period::of(cycle, day)),
        None => {
            let named = text.parse().ok();
            if named.is_none() {
                let words =
                    "请填 day、week、tenDays、halfMonth、month、quarter、year，或周期的名称，如 2026-11";
                faults.push(FieldError::new("/period", FieldCode::Unknown, words));
            }
            named
        }
    }
}

impl PeriodBody {
    pub fn of(period: Period, now: DateTime<Utc>) -> Self {
        Self {
            name: period.to_string(),
            cycle: period.cycle().name().to_owned(),
            first_day: period.first_day(),
            last_day: period.last_day(),
            over: period.is_over(now),
        }
    }
}

impl From<Row> for StatisticsRowBody {
    fn from(row: Row) -> Self {
        Self { counted: FiguresBody::from(&row.figures), code: row.code, name: row.name }
    }
}

impl From<&Figures> for FiguresBody {
    fn from(figures: &Figures) -> Self {
        let rates = Rate::ALL.into_iter().filter_map(|rate| Some((rate.name(), rate.of(figures)?)));
        let names = Figures::COLUMNS.into_iter().map(camel_case);
        Self { figures: names.zip(figures.values()).collect(), rates: rates.collect() }
    }
}

fn words() -> BTreeMap<String, String> {
    let figures = Figures::COLUMNS.into_iter().map(camel_case).zip(Figures::WORDS.map(str::to_owned));
    let rates = Rate::ALL.into_iter().map(|rate| (rate.name().to_owned(), rate.words().to_owned()));
    figures.chain(rates).collect()
}

/// `due_on_time` as `dueOnTime`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut text, word| {
        let mut characters = word.chars();
        text.extend(characters.next().map(|character| character.to_ascii_uppercase()));
        text.push_str(characters.as_str());
        text
    })
}

fn table(statistics: &Statistics) -> Table {
    let headings = ["代码", "名称"].into_iter().chain(Figures::WORDS).chain(Rate::ALL.map(Rate::words));
    let line = |code: &str, name: &str, figures: &Figures| {
        let mut cells = vec![Cell::text(code), Cell::text(name)];
        cells.extend(figures.values().map(Cell::Count));
        cells.extend(Rate::ALL.map(|rate| Cell::share(rate.of(figures))));
        cells
    };
    let rows = statistics.rows.iter().map(|row| line(&row.code, &row.name, &row.figures));
    Table {
        name: format!("统计 {}", statistics.period),
        headings: headings.map(str::to_owned).collect(),
        rows: rows.chain([line("", "合计", &statistics.total)]).collect(),
    }
}
