//! `GET /v1/records`: records of a plan, and `GET /v1/records/{recordId}`: one of them.

use actix_web::{HttpResponse, web};
use jiekou_core::record::{Field, Points, RecordKind, SubjectKind};
use jiekou_service::records::{Page, RawQuery, RecordFile, list_records as list, view_record as view};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::record_file::id;
use super::record_shapes::RecordBody;
use crate::export::{self, Cell, Format, Table};
use crate::extract::SignedIn;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecordQuery {
    /// Code of a kind.
    pub kind: Option<String>,
    /// Code of what they are about; of a person the id of their account.
    pub about: Option<String>,
    /// Days that they are about.
    #[param(value_type = Option<chrono::NaiveDate>)]
    pub from: Option<String>,
    #[param(value_type = Option<chrono::NaiveDate>)]
    pub to: Option<String>,
    /// `true`: those that were struck out too.
    #[param(value_type = Option<bool>)]
    pub struck: Option<String>,
    /// `nextCursor` of the page before; files have no pages.
    pub cursor: Option<String>,
    /// `json`, `csv` or `xlsx`. A file of one kind has a column for each of its fields.
    pub format: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordPageBody {
    pub records: Vec<RecordBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Lists the records that the caller may read, the last filed first, 50 a page.
#[utoipa::path(get, path = "/v1/records", tag = "records", params(RecordQuery), security(("staff" = [])),
    responses((status = 200, content((RecordPageBody = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list_records(
    state: web::Data<State>,
    query: web::Query<RecordQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let RecordQuery { kind, about, from, to, struck, cursor, format } = query.into_inner();
    let format = Format::parse(format.as_deref())
        .map_err(|fault| Problem::from(Kind::Validation).with_errors(vec![fault]))?;
    let raw = RawQuery { kind, about, from, to, struck, cursor };
    let page = if format == Format::Json { Page::One } else { Page::All };
    let found = list(&state.app, &staff, &raw, page).await?;
    if format != Format::Json {
        let one = raw.kind.as_deref().and_then(|_| found.records.first()).and_then(|file| file.kind.clone());
        let table = table(one.as_ref(), &found.records);
        return export::file(&table, format)?.ok_or_else(|| Kind::Internal.into());
    }
    let records = found.records.into_iter().map(RecordBody::from).collect();
    Ok(HttpResponse::Ok().json(RecordPageBody { records, next_cursor: found.next }))
}

/// One record.
#[utoipa::path(get, path = "/v1/records/{recordId}", tag = "records", params(("recordId" = Uuid, Path)),
    security(("staff" = [])),
    responses((status = 200, body = RecordBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn view_record(
    state: web::Data<State>,
    record_id: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let record = view(&state.app, &staff, id(&record_id)?).await?;
    Ok(HttpResponse::Ok().json(RecordBody::from(record)))
}

/// The records as a table; with `one` kind each of its fields and items has a column.
fn table(one: Option<&RecordKind>, records: &[RecordFile]) -> Table {
    let mut headings: Vec<String> =
        ["台账", "日期", "对象类别", "对象代码", "对象", "事由"].map(str::to_owned).to_vec();
    match one {
        Some(kind) => {
            headings.extend(kind.fields.iter().map(|field| field.name.clone()));
            headings.extend(kind.sheet.iter().map(|item| format!("{}（{}分）", item.name, item.points)));
            headings.extend(kind.attendees.iter().map(|attendee| format!("到会：{}", attendee.name)));
        }
        None => headings.push("内容".to_owned()),
    }
    headings.extend(["总分", "填报人", "填报时间", "划销原因", "编号"].map(str::to_owned));
    Table {
        name: one.map_or_else(|| "台账".to_owned(), |kind| kind.name.clone()),
        headings,
        rows: records.iter().map(|file| row(one, file)).collect(),
    }
}

fn row(one: Option<&RecordKind>, file: &RecordFile) -> Vec<Cell> {
    let RecordFile { record, kind, subjects } = file;
    let join = |parts: Vec<&str>| Cell::text(parts.join("；"));
    let fields = record.fields.shown_fields();
    let about = SubjectKind::from_name(&record.about).map_or("", SubjectKind::words);
    let mut cells = vec![
        Cell::text(kind.as_ref().map_or(record.kind.as_str(), |kind| kind.name.as_str())),
        Cell::text(record.held_on.to_string()),
        Cell::text(about),
        join(subjects.iter().map(|(code, _)| code.as_str()).collect()),
        join(subjects.iter().map(|(_, name)| name.as_str()).collect()),
        record.matter.as_deref().map_or(Cell::Empty, Cell::text),
    ];
    match one {
        Some(one) => {
            let value = |field: &Field| {
                let value = fields.get(&field.code)?;
                // A number stays one: its unit stands in the heading of whoever wrote the kind.
                Some(value.as_i64().map_or_else(|| Cell::text(field.is.words(value)), Cell::Count))
            };
            cells.extend(one.fields.iter().map(|field| value(field).unwrap_or(Cell::Empty)));
            let given = |code: &String| record.scores.get(code).copied();
            cells.extend(one.sheet.iter().map(|item| points(given(&item.code))));
            let people = |code: &String| record.attendees.get(code).copied().map(i64::from);
            cells.extend(one.attendees.iter().map(|it| people(&it.code).map_or(Cell::Empty, Cell::Count)));
        }
        None => cells.push(Cell::text(said(file))),
    }
    cells.extend([
        points(record.total),
        Cell::text(&record.filed_by_name),
        Cell::text(local(record.filed_at)),
        record.struck_because.as_ref().map_or(Cell::Empty, |reason| Cell::text(reason.shown())),
        Cell::text(record.record_id.to_string()),
    ]);
    cells
}

fn points(tenths: Option<i64>) -> Cell {
    tenths.map_or(Cell::Empty, |tenths| Cell::Number(Points::from_tenths(tenths).number()))
}

fn local(at: chrono::DateTime<chrono::Utc>) -> String {
    jiekou_core::clock::local::local(at).format("%Y-%m-%d %H:%M").to_string()
}

/// All fields of a record in one line of words.
fn said(file: &RecordFile) -> String {
    let field = |code: &str| file.kind.as_ref().and_then(|kind| kind.field(code));
    let words = |(code, value): (&String, &serde_json::Value)| match field(code) {
        Some(field) => format!("{}：{}", field.name, field.is.words(value)),
        None => format!("{code}：{value}"),
    };
    file.record.fields.shown_fields().iter().map(words).collect::<Vec<_>>().join("；")
}
