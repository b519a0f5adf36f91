//! `GET /v1/rankings` and `GET /v1/rankings/{rankingCode}`: which rankings there are, and how one comes out.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::assessment::{Contribution, Decimal};
use jiekou_core::plan::TopicGroup;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::rankings::{Announced, RankingView, Wanted, list_rankings, view_ranking};
use jiekou_service::{App, Staff};
use jiekou_store::rankings::Issue;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ranking_shapes::RankingBody;
use crate::export::{self, Cell, Format, Table};
use crate::extract::SignedIn;
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RankingQuery {
    /// The period's name, such as `2026-11` or `2026-11上旬`, or a day of it; the one that goes on when left out.
    pub period: Option<String>,
    /// `order`, `cleanness`, `lighting`, `greening`, `conduct` or `campaign`: the table of that group; the whole when left
    /// out.
    pub group: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
}

/// The rankings of the rules in force, with what was published and what is owed.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Rankings", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RankingsBody {
    pub rankings: Vec<RankingLineBody>,
    /// Of the last two years, the newest first.
    pub published: Vec<RankingIssueBody>,
}

/// A ranking, with what is owed of it.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RankingLine", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RankingLineBody {
    pub code: String,
    pub name: String,
    /// The rule of the plan it comes from.
    pub rule: String,
    pub of: String,
    /// Its cycle, as in statistics.
    pub every: String,
    /// Groups of topics that have a table of their own.
    pub groups: Vec<String>,
    /// The ranking whose published scores it is the mean of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The period that goes on.
    pub running: String,
    /// Periods that are over and were not published, the newest first.
    pub owed: Vec<String>,
}

/// That a ranking was published.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RankingIssue", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RankingIssueBody {
    pub code: String,
    pub period: String,
    pub published_at: DateTime<Utc>,
    pub published_by: String,
}

/// Lists the rankings, what was published of them and what is owed.
#[utoipa::path(get, path = "/v1/rankings", tag = "rankings", security(("staff" = [])),
    responses((status = 200, body = RankingsBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn rankings(state: web::Data<State>, SignedIn(staff): SignedIn) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(overview(&state.app, &staff, clock::now()).await?))
}

/// The rankings there are.
///
/// # Errors
/// When storage fails.
pub async fn overview(app: &App, staff: &Staff, now: DateTime<Utc>) -> Result<RankingsBody, Problem> {
    let overview = list_rankings(app, staff, now).await?;
    let line = |it: Announced| RankingLineBody {
        code: it.ranking.code,
        name: it.ranking.name,
        rule: it.ranking.rule,
        of: it.ranking.of.name().to_owned(),
        every: it.ranking.every.name().to_owned(),
        groups: it.ranking.by.into_iter().map(|group| group.name().to_owned()).collect(),
        from: it.ranking.from,
        running: it.running.to_string(),
        owed: it.owed.iter().map(ToString::to_string).collect(),
    };
    let issue = |it: Issue| RankingIssueBody {
        code: it.code,
        period: it.period.to_string(),
        published_at: it.published_at,
        published_by: it.published_by,
    };
    Ok(RankingsBody {
        rankings: overview.rankings.into_iter().map(line).collect(),
        published: overview.published.into_iter().map(issue).collect(),
    })
}

/// One ranking: as it was published, or as it comes out now.
#[utoipa::path(get, path = "/v1/rankings/{rankingCode}", tag = "rankings", security(("staff" = [])),
    params(("rankingCode" = String, Path), RankingQuery),
    responses((status = 200, content((RankingBody = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn ranking(
    state: web::Data<State>,
    code: web::Path<String>,
    query: web::Query<RankingQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let now = clock::now();
    let (view, format) = view(&state.app, &staff, &code, &query, now).await?;
    if let Some(file) = export::file(&table(&view), format)? {
        return Ok(file);
    }
    Ok(HttpResponse::Ok().json(RankingBody::shown(view, now)))
}

/// The ranking that a query asks for, and in which format.
///
/// # Errors
/// As `GET /v1/rankings/{rankingCode}` refuses it.
pub async fn view(
    app: &App,
    staff: &Staff,
    code: &str,
    query: &RankingQuery,
    now: DateTime<Utc>,
) -> Result<(RankingView, Format), Problem> {
    let mut faults = Vec::new();
    let group = query.group.as_deref().map(|name| {
        let unknown = || FieldError::new("/group", FieldCode::Unknown, "没有这个分类");
        TopicGroup::from_name(name).ok_or_else(unknown)
    });
    let group = group.transpose().map_err(|fault| faults.push(fault)).unwrap_or_default();
    let format = Format::parse(query.format.as_deref()).map_err(|fault| faults.push(fault));
    let Some(format) = format.ok().filter(|_| faults.is_empty()) else {
        return Err(Problem::from(Kind::Validation).with_errors(faults));
    };
    let wanted = Wanted { code, period: query.period.as_deref(), group };
    Ok((view_ranking(app, staff, &wanted, now).await?, format))
}

/// The rows with a column for what each term measured, and one for its points.
fn table(view: &RankingView) -> Table {
    let number = |number: Decimal| Cell::Number(number.to_f64());
    let terms = view.rows.first().map(|row| row.terms.as_slice()).unwrap_or_default();
    let columns = terms.iter().flat_map(|term| [term.words(), format!("{}得分", term.words())]);
    let headings = ["名次", "代码", "名称", "得分"].map(str::to_owned).into_iter().chain(columns);
    let headings = headings.chain(["面积（平方公里）", "奖罚（元）", "措施"].map(str::to_owned));
    let rows = view.rows.iter().map(|row| {
        let head =
            [Cell::Count(row.rank.into()), Cell::text(&*row.code), Cell::text(&*row.name), number(row.score)];
        let of = |wanted: &Contribution| {
            // Of a mean not everybody has every period.
            let own = row.terms.iter().find(|it| (it.kind, &it.of) == (wanted.kind, &wanted.of));
            let measured = own.and_then(|it| it.measured).map_or(Cell::Empty, number);
            [measured, own.map_or(Cell::Empty, |it| number(it.points))]
        };
        let ground = row.square_meters.and_then(|it| Decimal::ratio(it.into(), 1_000_000));
        let measures: Vec<String> =
            row.measures.iter().map(|it| format!("{}（{}）", it.name, it.whom)).collect();
        let yuan = Decimal::ratio(row.fen.into(), 100).map_or(Cell::Empty, number);
        let tail = [ground.map_or(Cell::Empty, number), yuan, Cell::text(measures.join("、"))];
        head.into_iter().chain(terms.iter().flat_map(of)).chain(tail).collect()
    });
    let group = view.group.map_or("", TopicGroup::words);
    Table {
        name: format!("{}{group} {}", view.ranking.name, view.period),
        headings: headings.collect(),
        rows: rows.collect(),
    }
}
