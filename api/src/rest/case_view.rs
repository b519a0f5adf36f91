//! `GET /v1/cases/{caseNumber}`: one case for staff.

use actix_web::http::header::{CACHE_CONTROL, ETAG};
use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::case::Move;
use jiekou_core::category::CaseKind;
use jiekou_core::privacy::MaskedContact;
use jiekou_core::routing::Step;
use jiekou_service::view_case::{CaseFile, view_case as view};
use jiekou_service::why_joined::Judged;
use jiekou_store::cases::view::{AdditionView, LogView, ReportView};
use jiekou_store::words::{Said, Words};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::case_clock::ClockBody;
use super::case_handling::HandlingBody;
use super::case_import::ImportedFromBody;
use super::case_likeness::{JudgedBody, PossiblySameBody, RecurrenceBody};
use super::case_photos::{CasePhotoBody, ReusedPhotoBody};
use super::placards::PlacardBody;
use super::report_identity::MaskedContactBody;
use super::shapes::{CodeBody, ExposureBody, NamedBody, PlaceBody, PointBody};
use crate::extract::SignedIn;
use crate::graphql::{Word, readers};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

/// A case with its reports, photos and log. Reporters are nobody here.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Case", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CaseBody {
    /// What a move is made on: its `expected`. Over REST it is the ETag.
    #[serde(skip)]
    pub version: i64,
    pub case_number: String,
    pub state: String,
    pub category: String,
    /// `event` or `component`; absent while nobody knows the category.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub kind: Option<Word<CaseKind>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<CodeBody>,
    pub urgency: String,
    pub alarmed: bool,
    pub place_unknown: bool,
    /// Its reporter saw what is similar and said it is another problem.
    pub confirm_new: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<PointBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_id: Option<String>,
    pub center: NamedBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_code: Option<String>,
    pub report_count: i32,
    pub urge_count: i32,
    pub returns: i32,
    /// Who has it, and how it stands with them.
    pub handling: HandlingBody,
    pub opened_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_kind: Option<String>,
    /// The rule that set the deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_rule: Option<String>,
    /// All its clocks, ended ones too, in the order they were started. The deadline is the soonest running one of the stage.
    pub clocks: Vec<ClockBody>,
    /// Number of the case it was merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<String>,
    /// Number of the case whose report named this problem too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_from: Option<String>,
    /// Numbers of the cases of other problems that its reports named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub split_into: Vec<String>,
    /// The problem was here before: what came back. Told by a job a moment after the case is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<RecurrenceBody>,
    /// Open cases that may be the same problem, the likeliest first. Each is answered by one move: `merge` into it, or
    /// `keepApart` from it.
    pub possibly_same: Vec<PossiblySameBody>,
    /// Why it went to this center.
    #[schema(value_type = Vec<Object>)]
    pub routing: Value,
    /// First one first.
    pub reports: Vec<CaseReportBody>,
    pub photos: Vec<CasePhotoBody>,
    /// Evidence used before: photos of its reports that belonged to another case, also cut, smaller or compressed again.
    /// Told by a job a moment after they came.
    pub reused_photos: Vec<ReusedPhotoBody>,
    pub log: Vec<LogLineBody>,
    /// The moves the caller can make now.
    #[schema(value_type = Vec<String>)]
    pub allowed_moves: Vec<Word<Move>>,
    /// Nobody gave a point: the place was resolved from words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_from_words: Option<ResolvedBody>,
    /// Where a case of unknown place may be, by the words of its reports.
    pub suggested_places: Vec<PlaceBody>,
    /// The placard (挂牌督办) on it, else the one that hangs on its segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placard: Option<PlacardBody>,
    /// The system it was taken over from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imported_from: Option<ImportedFromBody>,
}

/// How words became the point of a case.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ResolvedPlace", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct ResolvedBody {
    pub name: String,
    pub radius_meters: f64,
    pub confidence: f64,
    /// For people: 根据文字定位：二七塔，±80 米.
    pub note: String,
}

impl ResolvedBody {
    /// From the steps of the routing.
    fn of(routing: &Value) -> Option<Self> {
        let steps: Vec<Step> =
            routing.as_array()?.iter().filter_map(|step| serde_json::from_value(step.clone()).ok()).collect();
        steps.into_iter().find_map(|step| {
            let Step::AddressResolved { name, confidence, radius_meters } = step else { return None };
            let note = format!("根据文字定位：{name}，±{radius_meters} 米");
            Some(Self { note, name, radius_meters, confidence })
        })
    }
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CaseReport", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CaseReportBody {
    pub report_id: Uuid,
    pub receipt_number: i64,
    pub channel: String,
    pub outcome: String,
    pub description: String,
    #[schema(value_type = Object)]
    pub place: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub attributes: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<DateTime<Utc>>,
    pub received_at: DateTime<Utc>,
    pub confirm_new: bool,
    /// Why it joined this case or one that was merged into it; absent for the report that opened a case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined_because: Option<JudgedBody>,
    /// What the report that opened a case was like then, the likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub similar_to: Vec<JudgedBody>,
    pub urge_count: i32,
    /// Where it comes from: `public`, `patrol`, `superiorAssigned`, `leaderAssigned` or `media`.
    pub origin: String,
    /// How its author can be reached, with the middle left out; only for whoever may open it.
    #[serde(skip_serializing_if = "Option::is_none")]
    // No field of GraphQL leads to a person.
    #[graphql(skip)]
    pub contact: Option<MaskedContactBody>,
    /// What was published, of an exposure by a medium.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<ExposureBody>,
    /// What its author said later.
    pub additions: Vec<CaseAdditionBody>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CaseAddition", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CaseAdditionBody {
    pub received_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// It answered a question of the center.
    pub answers_question: bool,
    /// What a follow-up said beside its words: place, answers, time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub detail: Option<Value>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "LogLine", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct LogLineBody {
    pub seq: i32,
    pub at: DateTime<Utc>,
    pub act: String,
    pub actor_kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What else is known: why a report joined, what a follow-up said beside its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub detail: Option<Value>,
    /// Its words were erased; a later line `erased` says why.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub erased: bool,
}

impl CaseReportBody {
    fn new(
        report: ReportView,
        judged: Judged,
        contact: Option<MaskedContact>,
        additions: &[AdditionView],
    ) -> Self {
        let own = additions.iter().filter(|addition| addition.report_id == report.report_id).cloned();
        Self {
            additions: own.map(CaseAdditionBody::from).collect(),
            report_id: report.report_id,
            receipt_number: report.receipt_number,
            channel: report.channel,
            outcome: report.outcome,
            description: report.description.shown(),
            place: report.place.shown(),
            attributes: report.attributes.as_ref().map(Said::shown),
            occurred_at: report.occurred_at,
            received_at: report.received_at,
            confirm_new: report.confirm_new,
            joined_because: judged.joined_because.map(JudgedBody::from),
            similar_to: judged.similar_to.into_iter().map(JudgedBody::from).collect(),
            urge_count: report.urge_count,
            origin: report.origin,
            contact: contact.map(MaskedContactBody::from),
            media: report.exposure.and_then(|it| ExposureBody::shown(&it)),
        }
    }
}

impl From<AdditionView> for CaseAdditionBody {
    fn from(addition: AdditionView) -> Self {
        Self {
            received_at: addition.received_at,
            description: addition.words.as_ref().map(Words::shown),
            answers_question: addition.answers_question,
            detail: addition.detail.as_ref().map(Said::shown),
        }
    }
}

impl From<LogView> for LogLineBody {
    fn from(line: LogView) -> Self {
        Self {
            seq: line.seq,
            at: line.at,
            act: line.act,
            actor_kind: line.actor_kind,
            actor_name: line.actor_name,
            from_state: line.from_state,
            to_state: line.to_state,
            reason: line.reason.as_ref().map(Words::shown),
            note: line.note.as_ref().map(Words::shown),
            detail: line.detail.as_ref().map(Said::shown),
            erased: line.is_erased,
        }
    }
}

impl CaseBody {
    pub fn of(file: CaseFile, now: DateTime<Utc>) -> Self {
        let handling = HandlingBody::of(&file, now);
        let code = file.rules.category(&file.case.category).map(|category| category.code.clone());
        let (case, mut judged, mut contacts) = (file.case, file.judged, file.contacts);
        Self {
            handling,
            version: case.decision_version,
            recurrence: file.recurrence.map(RecurrenceBody::from),
            possibly_same: file.possibly_same.into_iter().map(PossiblySameBody::from).collect(),
            kind: code.as_ref().map(|code| Word(code.kind)),
            code: code.map(|it| CodeBody { system: Word(it.system), code: it.code }),
            case_number: case.case_number,
            state: case.state,
            category: case.category,
            urgency: case.urgency,
            alarmed: case.alarmed,
            place_unknown: case.place_unknown,
            confirm_new: case.confirm_new,
            question: case.question.as_ref().map(Words::shown),
            assignee: case.assignee.as_ref().map(Words::shown),
            location: point(case.longitude, case.latitude),
            address: case.address.as_ref().map(Words::shown),
            component_id: case.component_id,
            center: NamedBody { code: case.center_code, name: file.center_name },
            segment_code: case.segment_code,
            report_count: case.report_count,
            urge_count: case.urge_count,
            returns: case.returns,
            opened_at: case.opened_at,
            due_at: case.due_at,
            due_kind: case.due_kind,
            due_rule: case.due_rule,
            clocks: file.clocks.into_iter().map(ClockBody::from).collect(),
            merged_into: case.merged_into,
            split_from: case.split_from,
            split_into: case.split_into,
            resolved_from_words: ResolvedBody::of(&case.routing.0),
            suggested_places: file.suggested_places.into_iter().map(PlaceBody::from).collect(),
            routing: case.routing.0,
            reports: file
                .reports
                .into_iter()
                .map(|report| {
                    let judged = judged.remove(&report.report_id).unwrap_or_default();
                    let contact = contacts.remove(&report.report_id);
                    CaseReportBody::new(report, judged, contact, &file.additions)
                })
                .collect(),
            photos: file.photos.into_iter().map(CasePhotoBody::from).collect(),
            reused_photos: file.reused_photos.into_iter().map(ReusedPhotoBody::from).collect(),
            placard: file.placard.map(|row| PlacardBody::of(row, now)),
            imported_from: ImportedFromBody::of(&file.log),
            log: file.log.into_iter().map(LogLineBody::from).collect(),
            allowed_moves: file.allowed_moves.into_iter().map(Word).collect(),
        }
    }
}

pub(super) fn point(longitude: Option<f64>, latitude: Option<f64>) -> Option<PointBody> {
    longitude.zip(latitude).map(|(longitude, latitude)| PointBody { longitude, latitude })
}

/// The case with its ETag, which the next move must send as `If-Match`. It names what a move decides on: steps, alarms,
/// answers and the place. More people reporting the problem make no move stale.
pub(super) fn answer(file: CaseFile) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((ETAG, format!("\"{}\"", file.case.decision_version)))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(CaseBody::of(file, clock::now()))
}

/// One case.
#[utoipa::path(get, path = "/v1/cases/{caseNumber}", tag = "cases", params(("caseNumber" = String, Path)),
    security(("staff" = [])),
    responses((status = 200, body = CaseBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn view_case(
    state: web::Data<State>,
    number: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    Ok(answer(view(&state.app, &staff, &number, clock::now()).await?))
}
