//! Who has a case and how it stands with them, as part of `GET /v1/cases/{caseNumber}`.

use async_graphql::SimpleObject;
use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::case::{Contest, Move, Persuasion, Request};
use jiekou_core::clock::local::local;
use jiekou_core::plan::Tier;
use jiekou_core::staff::Level;
use jiekou_service::OwnerView;
use jiekou_service::view_case::CaseFile;
use jiekou_store::cases::parts::PartView;
use jiekou_store::cases::view::LogView;
use jiekou_store::words::Words;
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::NamedBody;
use crate::graphql::{Word, readers};

/// Who has it, on what terms, and what waits for a decision.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CaseHandling", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct HandlingBody {
    /// `self`, `dispatch` or `enforcement`: the closed loop it runs in.
    #[serde(rename = "loop")]
    #[graphql(name = "loop")]
    pub runs_in: String,
    /// Who answers for problems of this kind here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<NamedBody>,
    /// The unit that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<NamedBody>,
    /// The post on the spot that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<NamedBody>,
    /// The person of the unit who goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Whether a department leads (`department`) or the center itself (`center`).
    pub owner_type: String,
    /// Who found it as their work, or confirmed it on the spot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collector: Option<String>,
    /// The last time it was transferred to somebody outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<TransferBody>,
    /// Who has to do what comes next: always somebody.
    pub owner: OwnerBody,
    /// Units that handle with the lead, or were called.
    pub parts: Vec<CasePartBody>,
    /// `simple` or `complex`, as said at dispatch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complexity: Option<String>,
    /// The clock stands still since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_since: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended_until: Option<NaiveDate>,
    /// Waits for a dispatcher's decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestBody>,
    pub extensions: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub persuasion: Option<Word<Persuasion>>,
    /// The step of the ladder it was raised to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raised_to: Option<RaisedBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervised_at: Option<DateTime<Utc>>,
    /// What supervision (督办) asks for, the last time, and by when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervision: Option<SupervisionBody>,
    pub hastened: u32,
    /// Handled after its deadline.
    pub late: bool,
    /// Late, and excused on appeal.
    pub exempted: bool,
    /// A reporter's objection waits for a decision.
    pub objection_open: bool,
    /// The unit's appeal waits for reviewers.
    pub appeal_open: bool,
}

/// A transfer (移送).
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CaseTransfer", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct TransferBody {
    pub at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<NamedBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<String>,
}

/// Whoever has the case: the person who goes, else whoever is on duty in the post, else the unit's inbox, else the
/// center's.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CaseOwner", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct OwnerBody {
    /// `person`, `post`, `unit` or `center`.
    pub kind: String,
    pub name: String,
    /// Who stands in for the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<String>,
    /// Whoever was to go is gone: the account is disabled, or the role is not theirs any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub fallen: bool,
}

impl From<&OwnerView> for OwnerBody {
    fn from(owner: &OwnerView) -> Self {
        let OwnerView { kind, name, deputy, fallen } = owner.clone();
        Self { kind: kind.to_owned(), name, deputy, fallen }
    }
}

/// What whoever supervises asks for.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CaseSupervision", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct SupervisionBody {
    pub at: DateTime<Utc>,
    /// The requirement, in their words; absent: erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// The last day to do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// That day has passed, and the case is not closed.
    pub overdue: bool,
    /// How often it was supervised.
    pub times: u32,
}

/// A unit that has a part in the case.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CasePart", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CasePartBody {
    pub unit: NamedBody,
    /// `helper`: handles with the lead; `called`: by a whistle.
    pub part: String,
    pub asked_at: DateTime<Utc>,
    /// By when a called unit has to be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_due_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrived_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrived_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The case was handed to somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
}

/// What a unit asked for.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CaseRequest", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RequestBody {
    /// `extension` or `suspension`.
    #[schema(value_type = String)]
    pub kind: Word<jiekou_core::case::RequestKind>,
    pub at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// A step of the ladder.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "LadderStep", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RaisedBody {
    #[schema(value_type = String)]
    pub level: Word<Level>,
    pub name: String,
    /// `general`, `prominent` or `major`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub tier: Option<Word<Tier>>,
}

impl From<Request> for RequestBody {
    fn from(request: Request) -> Self {
        Self { kind: Word(request.kind), at: request.at, until: request.until }
    }
}

impl SupervisionBody {
    fn of(file: &CaseFile, now: DateTime<Utc>) -> Option<Self> {
        let matter = &file.matter;
        let asked = file.log.iter().rfind(|line| line.act == Move::Supervise.name());
        let is_over = matter.supervised_until.is_some_and(|until| local(now).date() > until);
        matter.supervised_at.map(|at| Self {
            at,
            requirement: asked.and_then(|line| line.reason.as_ref()).map(Words::shown),
            until: matter.supervised_until,
            overdue: is_over && matter.state.takes_reports(),
            // A release before counted none.
            times: matter.supervised.max(1),
        })
    }
}

impl HandlingBody {
    pub fn of(file: &CaseFile, now: DateTime<Utc>) -> Self {
        let (case, matter, rules) = (&file.case, &file.matter, &file.rules);
        let named = |code: &str| {
            let center = || rules.center(code).map(|center| center.name);
            let name = rules.unit(code).map(|unit| unit.name.clone()).or_else(center);
            NamedBody { code: code.to_owned(), name: name.unwrap_or_else(|| code.to_owned()) }
        };
        let post = |code: &String| {
            let name =
                rules.plan().posts.iter().find(|post| post.code == *code).map(|post| post.name.clone());
            NamedBody { code: code.clone(), name: name.unwrap_or_else(|| code.clone()) }
        };
        let part = |part: &PartView| CasePartBody {
            unit: named(&part.unit_code),
            part: part.part.clone(),
            asked_at: part.asked_at,
            answer_due_at: part.answer_due_at,
            arrived_at: part.arrived_at,
            arrived_by: part.arrived_by.clone(),
            done_at: part.done_at,
            note: part.note.as_ref().map(Words::shown),
            ended_at: part.ended_at,
        };
        let raised = matter.rung.and_then(|rung| rules.plan().ladder.get(rung));
        let is_open = |contest: &Contest| contest.open;
        let lead = case.lead_code.as_deref().and_then(|code| rules.unit(code));
        let leads = lead.is_some_and(|unit| unit.kind.is_department());
        let mut transfers = file.log.iter().filter(|line| line.act == Move::Transfer.name());
        let said = |line: &LogView, name: &str| {
            line.detail.as_ref().and_then(|detail| Some(detail.shown().get(name)?.as_str()?.to_owned()))
        };
        Self {
            runs_in: case.runs_in.clone(),
            lead: case.lead_code.as_deref().map(named),
            unit: case.unit_code.as_deref().map(named),
            post: case.post_code.as_ref().map(post),
            person: file.person.clone(),
            owner_type: if leads { "department" } else { "center" }.to_owned(),
            collector: file.collector.clone(),
            transfer: transfers.next_back().map(|line| TransferBody {
                at: line.at,
                unit: said(line, "unit").map(|code| named(&code)),
                taken_by: said(line, "takenBy"),
            }),
            owner: OwnerBody::from(&file.owner),
            parts: file.parts.iter().map(part).collect(),
            complexity: case.complexity.clone(),
            paused_since: case
                .clocks
                .0
                .iter()
                .filter(|it| it.is_open())
                .filter_map(|it| it.clock.paused_at)
                .min(),
            suspended_until: matter.suspended_until,
            request: matter.request.clone().map(RequestBody::from),
            extensions: matter.extensions,
            persuasion: matter.persuasion.map(Word),
            raised_to: raised.map(|rung| RaisedBody {
                level: Word(rung.level),
                name: rung.name.clone(),
                tier: rung.tier.map(Word),
            }),
            supervised_at: matter.supervised_at,
            supervision: SupervisionBody::of(file, now),
            hastened: matter.hastened,
            late: matter.late,
            exempted: matter.exempted,
            objection_open: is_open(&matter.objections),
            appeal_open: is_open(&matter.appeals),
        }
    }
}
