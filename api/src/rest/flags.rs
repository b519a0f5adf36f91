//! `/v1/flags`: how segments stand by their red and black flags, and the ratings of a month.

use actix_web::{HttpResponse, web};
use async_graphql::{Json, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use jiekou_boot::clock;
use jiekou_core::flag::{Flag, FlagRules};
use jiekou_core::period::{Cycle, Period};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::supervision::rate_flags::{Rated, Rating, rate_flags};
use jiekou_service::supervision::view_flags::{
    FlagView, MonthView, SegmentStanding, Wanted, view_flags, view_month,
};
use jiekou_service::{App, Staff};
use jiekou_store::supervision::accountability::AccountabilityRow;
use jiekou_store::supervision::flags::FlagRow;
use jiekou_store::words::Words;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::named_period::named_period;
use super::shapes::NamedBody;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::graphql::{Word, readers};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FlagQuery {
    /// Code of a segment; with it all its flags up to the month.
    pub segment: Option<String>,
    /// Such as `2026-11`; the last one that was rated when left out.
    pub month: Option<String>,
}

/// How segments stand at a month, by algorithm A (ERQI-21, ERQI-22).
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Flags", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct FlagsBody {
    pub month: String,
    /// `flags` of the rulebook that the month was rated under.
    #[schema(value_type = Object)]
    pub rules: Json<FlagRules>,
    /// Those that the caller may see, by code; also those that later rules have no more.
    pub segments: Vec<SegmentFlagsBody>,
}

/// How a segment stands.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "SegmentFlags", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct SegmentFlagsBody {
    pub code: String,
    pub name: String,
    pub town_code: String,
    /// `red` or `black` in this month; absent: not rated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub flag: Option<Word<Flag>>,
    /// Of the months that count together.
    pub flags: Vec<MonthFlagBody>,
    /// Black months in a row up to this one.
    pub run: u32,
    /// Black months that count together, and those of them that a red one in the next month took away.
    pub blacks: u32,
    pub offsets: u32,
    /// What is left of them.
    pub net: u32,
    /// Accountability was started in one of the months that count together. A later red undoes nothing.
    pub accountable: bool,
    /// The first of these months.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accountable_since: Option<String>,
    /// Whatever was started up to the month, with its rules.
    pub accountability: Vec<AccountabilityBody>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "MonthFlag", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct MonthFlagBody {
    pub month: String,
    #[schema(value_type = String)]
    pub flag: Word<Flag>,
}

/// Accountability that a month's rating has started.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Accountability", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct AccountabilityBody {
    pub month: String,
    pub started_at: DateTime<Utc>,
    /// `rule`: of the plan; `setting`: of the rulebook; `has`: what the segment had; `needs`: from how many on.
    #[schema(value_type = Vec<Object>, example = json!([{ "rule": "ERQI-21", "setting": "flags.consecutive", "has": 3, "needs": 3 }]))]
    pub grounds: Value,
    /// The rating was corrected and does not start it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_reason: Option<String>,
}

/// A month's rating as it is sent.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"flags": [{"segment": "410103001001", "flag": "red"}]}))]
#[expect(dead_code, reason = "describes the body")]
pub struct RatingBody {
    /// Every segment that has a flag in this month. What is not listed is not rated.
    pub flags: Vec<RatedSegmentBody>,
    /// Why the rating before was wrong; owed by a correction.
    pub reason: Option<String>,
}

#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub struct RatedSegmentBody {
    /// Code of the segment.
    pub segment: String,
    /// `red` or `black`.
    pub flag: String,
}

/// What became of a rating.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RatedBody {
    pub month: String,
    /// 1 for the first rating, one more for each correction.
    pub version: i32,
    pub rated_at: DateTime<Utc>,
    /// Accountability that has started with it; the holder of the post and the next step of the ladder are told.
    pub started: Vec<StartedBody>,
    /// Accountability that the correction takes back.
    pub withdrawn: Vec<StartedBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartedBody {
    /// Code of the segment.
    pub segment: String,
    pub month: String,
}

/// The rating of a month with its corrections.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MonthBody {
    pub month: String,
    pub ratings: Vec<AreaRatingBody>,
}

/// What a city or district rated.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AreaRatingBody {
    pub area: String,
    /// The first one first; the last one counts.
    pub versions: Vec<VersionBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionBody {
    pub version: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rated_by: Option<String>,
    pub rated_at: DateTime<Utc>,
    pub black: Vec<NamedBody>,
    pub red: Vec<NamedBody>,
}

/// Tells how segments stand by their flags.
#[utoipa::path(get, path = "/v1/flags", tag = "supervision", params(FlagQuery), security(("staff" = [])),
    responses((status = 200, body = FlagsBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn flags(
    state: web::Data<State>,
    query: web::Query<FlagQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(standing(&state.app, &staff, &query, clock::now()).await?))
}

/// How segments stand, as a query asks for it.
///
/// # Errors
/// As `GET /v1/flags` refuses it.
pub async fn standing(
    app: &App,
    staff: &Staff,
    query: &FlagQuery,
    now: DateTime<Utc>,
) -> Result<FlagsBody, Problem> {
    let month = query.month.as_deref().map(month).transpose()?;
    let wanted = Wanted { segment: query.segment.clone(), month };
    Ok(view_flags(app, staff, &wanted, now).await?.into())
}

/// Tells the rating of a month and its corrections.
#[utoipa::path(get, path = "/v1/flags/{month}", tag = "supervision", params(("month" = String, Path, example = "2026-11")), security(("staff" = [])),
    responses((status = 200, body = MonthBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn month_of_flags(
    state: web::Data<State>,
    named: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let view = view_month(&state.app, &staff, month(&named)?).await?;
    Ok(HttpResponse::Ok().json(MonthBody::from(view)))
}

/// Rates the segments of a month, all of them in one. Sent again it changes nothing; another rating of the same month is
/// its correction, a new version with a reason.
#[utoipa::path(put, path = "/v1/flags/{month}", tag = "supervision", request_body = RatingBody,
    params(("month" = String, Path, example = "2026-11")), security(("staff" = [])),
    responses((status = 200, body = RatedBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn rate_month(
    state: web::Data<State>,
    named: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let rating = read(&named, &body.object)?;
    let rated = rate_flags(&state.app, &staff, &rating, clock::now()).await?;
    Ok(HttpResponse::Ok().json(RatedBody::from(rated)))
}

fn month(text: &str) -> Result<Period, Problem> {
    named_period(Some(text)).filter(|period| period.cycle() == Cycle::Month).ok_or_else(|| {
        let fault = FieldError::new("/month", FieldCode::Malformed, "请填月份，如 2026-11");
        Problem::from(Kind::Validation).with_errors(vec![fault])
    })
}

fn read(named: &str, body: &Map<String, Value>) -> Result<Rating, Problem> {
    let mut fields = Fields::new(body);
    let flags = fields.objects("flags", |item| {
        let segment = item.text("segment");
        let flag = item.named("flag", " red 或 black", |name| match name {
            "red" => Some(Flag::Red),
            "black" => Some(Flag::Black),
            _ => None,
        });
        let segment = item.owed("segment", segment, "请填路段代码");
        item.owed("flag", flag, "请填 red 或 black").zip(segment)
    });
    let reason = fields.text("reason");
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let flags = flags.into_iter().flatten().map(|(flag, segment)| (segment, flag)).collect();
    Ok(Rating { month: month(named)?, flags, reason })
}

/// A month by its name.
fn name_of(first_day: NaiveDate) -> String {
    Period::of(Cycle::Month, first_day).to_string()
}

impl From<FlagView> for FlagsBody {
    fn from(view: FlagView) -> Self {
        Self {
            month: view.month.to_string(),
            rules: Json(view.rules),
            segments: view.segments.into_iter().map(SegmentFlagsBody::from).collect(),
        }
    }
}

impl From<SegmentStanding> for SegmentFlagsBody {
    fn from(it: SegmentStanding) -> Self {
        let flags = it
            .flags
            .into_iter()
            .map(|(month, flag)| MonthFlagBody { month: name_of(month), flag: Word(flag) });
        Self {
            code: it.code,
            name: it.name,
            town_code: it.town_code,
            flag: it.standing.flag.map(Word),
            flags: flags.collect(),
            run: it.standing.run,
            blacks: it.standing.blacks,
            offsets: it.standing.offsets,
            net: it.standing.net(),
            accountable: it.accountable_since.is_some(),
            accountable_since: it.accountable_since.map(name_of),
            accountability: it.accountability.into_iter().map(AccountabilityBody::from).collect(),
        }
    }
}

impl From<AccountabilityRow> for AccountabilityBody {
    fn from(row: AccountabilityRow) -> Self {
        Self {
            month: name_of(row.month),
            started_at: row.started_at,
            grounds: row.grounds.0,
            withdrawn_at: row.withdrawn_at,
            withdrawn_reason: row.withdrawn_reason.as_ref().map(Words::shown),
        }
    }
}

impl From<Rated> for RatedBody {
    fn from(rated: Rated) -> Self {
        let bodies = |changes: Vec<(String, NaiveDate)>| {
            changes
                .into_iter()
                .map(|(segment, month)| StartedBody { segment, month: name_of(month) })
                .collect()
        };
        Self {
            month: rated.month.to_string(),
            version: rated.version,
            rated_at: rated.rated_at,
            started: bodies(rated.started),
            withdrawn: bodies(rated.withdrawn),
        }
    }
}

impl From<MonthView> for MonthBody {
    fn from(view: MonthView) -> Self {
        let named = |rows: &[FlagRow], flag: &str| -> Vec<NamedBody> {
            let of_flag = rows.iter().filter(|row| row.flag == flag);
            of_flag
                .map(|row| NamedBody { code: row.segment_code.clone(), name: row.segment_name.clone() })
                .collect()
        };
        let ratings = view.ratings.into_iter().map(|rating| AreaRatingBody {
            area: rating.area,
            versions: rating
                .versions
                .into_iter()
                .map(|(version, rows)| VersionBody {
                    version: version.version,
                    reason: version.reason.as_ref().map(Words::shown),
                    rated_by: version.rated_by,
                    rated_at: version.rated_at,
                    black: named(&rows, "black"),
                    red: named(&rows, "red"),
                })
                .collect(),
        });
        Self { month: view.month.to_string(), ratings: ratings.collect() }
    }
}
