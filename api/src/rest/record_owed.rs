//! `GET /v1/records/owed`: what plans want to be recorded in a period, and what of it is missing.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, NaiveDate, Utc};
use jiekou_boot::clock;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::records::{OwedLine, OwedOf, OwedQuery, owed_records as owed};
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
pub struct OwedRecordsQuery {
    /// As in `GET /v1/statistics`: the periods of each kind's cycle that begin in it. Left out together with `at`: the
    /// present period of each kind.
    pub period: Option<String>,
    /// A day of the period.
    #[param(value_type = Option<NaiveDate>)]
    pub at: Option<String>,
    /// Code of a kind.
    pub kind: Option<String>,
    /// `true`: only what is not there.
    #[param(value_type = Option<bool>)]
    pub missing: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
}

/// What is owed, kind by kind and period by period.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwedRecordsBody {
    pub owed: Vec<OwedKindBody>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "OwedKind", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct OwedKindBody {
    pub kind: NamedBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    pub period: PeriodBody,
    /// How many have all that is owed, of how many; and as a part from 0 to 1 (覆盖率).
    pub done: usize,
    pub of: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    pub lines: Vec<OwedRecordBody>,
}

/// What one area, road or unit owes.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "OwedRecord", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct OwedRecordBody {
    /// `city`, `district`, `town`, `community`, `grid`, `segment`, `road` or `unit`.
    pub about: String,
    pub code: String,
    pub name: String,
    /// Records, or the sum of the field that the kind's quota names.
    pub needs: i64,
    pub has: i64,
    /// `done`; `late`: filed only after the period; `running`; `missing`; `ahead`: the period has not begun.
    pub standing: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_on: Option<NaiveDate>,
}

/// Tells what is owed of the areas and units that the caller sees.
#[utoipa::path(get, path = "/v1/records/owed", tag = "records", params(OwedRecordsQuery), security(("staff" = [])),
    responses((status = 200, content((OwedRecordsBody = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn owed_records(
    state: web::Data<State>,
    query: web::Query<OwedRecordsQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let now = clock::now();
    let (asked, format) = read(&query, now)?;
    let owed = owed(&state.app, &staff, asked, now).await?;
    if let Some(file) = export::file(&table(&owed), format)? {
        return Ok(file);
    }
    let owed = owed.into_iter().map(|of| OwedKindBody::told(of, now)).collect();
    Ok(HttpResponse::Ok().json(OwedRecordsBody { owed }))
}

/// What a query asks for of what is owed, whatever format it names.
///
/// # Errors
/// As `GET /v1/records/owed` refuses it.
pub async fn listed(
    app: &App,
    staff: &Staff,
    query: &OwedRecordsQuery,
    now: DateTime<Utc>,
) -> Result<Vec<OwedKindBody>, Problem> {
    let (asked, _) = read(query, now)?;
    let found = owed(app, staff, asked, now).await?;
    Ok(found.into_iter().map(|of| OwedKindBody::told(of, now)).collect())
}

fn read(query: &OwedRecordsQuery, now: DateTime<Utc>) -> Result<(OwedQuery<'_>, Format), Problem> {
    let mut faults = Vec::new();
    let asked = query.period.is_some() || query.at.is_some();
    let period =
        asked.then(|| period(query.period.as_deref(), query.at.as_deref(), now, &mut faults)).flatten();
    let missing = match query.missing.as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            faults.push(FieldError::new("/missing", FieldCode::Malformed, "请填 true 或 false"));
            false
        }
    };
    let format = Format::parse(query.format.as_deref()).map_err(|fault| faults.push(fault)).ok();
    match format {
        Some(format) if faults.is_empty() => {
            Ok((OwedQuery { period, kind: query.kind.as_deref(), missing }, format))
        }
        _ => Err(Problem::from(Kind::Validation).with_errors(faults)),
    }
}

impl OwedKindBody {
    fn told(of: OwedOf, now: DateTime<Utc>) -> Self {
        Self {
            period: PeriodBody::of(of.period, now),
            done: of.coverage.done,
            of: of.coverage.owed,
            coverage: of.coverage.share(),
            lines: of.lines.into_iter().map(OwedRecordBody::from).collect(),
            kind: NamedBody { code: of.kind.code, name: of.kind.name },
            rule: of.kind.rule,
        }
    }
}

impl From<OwedLine> for OwedRecordBody {
    fn from(line: OwedLine) -> Self {
        let OwedLine { owed, name } = line;
        Self {
            about: owed.subject.kind.name().to_owned(),
            code: owed.subject.code,
            name,
            needs: owed.needs,
            has: owed.has,
            standing: owed.standing.name().to_owned(),
            last_on: owed.last_on,
        }
    }
}

fn table(owed: &[OwedOf]) -> Table {
    let headings =
        ["台账", "依据", "周期", "对象类别", "对象代码", "对象", "应填", "已填", "状态", "最近日期"];
    let rows = owed.iter().flat_map(|of| {
        of.lines.iter().map(move |line| {
            let it = &line.owed;
            vec![
                Cell::text(&of.kind.name),
                of.kind.rule.as_ref().map_or(Cell::Empty, Cell::text),
                Cell::text(of.period.to_string()),
                Cell::text(it.subject.kind.words()),
                Cell::text(&it.subject.code),
                Cell::text(&line.name),
                Cell::Count(it.needs),
                Cell::Count(it.has),
                Cell::text(it.standing.words()),
                it.last_on.map_or(Cell::Empty, |on| Cell::text(on.to_string())),
            ]
        })
    });
    Table {
        name: "应填台账".to_owned(),
        headings: headings.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}
