//! What is known of a case that its moves depend on, and who asks for one.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Stage, State};
use crate::plan::Process;
use crate::routing::Loop;
use crate::staff::Standing;

/// A case as its guards see it. Stored beside the case; what the case has columns of its own for is left out there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Matter {
    #[serde(skip, default = "received")]
    pub state: State,
    #[serde(skip)]
    pub runs_in: Loop,
    /// Words of danger to life were reported.
    #[serde(skip)]
    pub alarmed: bool,
    /// How many reports follow it.
    #[serde(skip)]
    pub followers: u32,
    #[serde(skip)]
    pub due_at: Option<DateTime<Utc>>,
    #[serde(skip)]
    pub dispatched_at: Option<DateTime<Utc>>,
    /// Who has it, handles with them, and was called.
    #[serde(skip)]
    pub handlers: Handlers,
    /// 退单, so far.
    #[serde(skip)]
    pub returns: u32,
    /// A unit gave it back, and nobody has it again yet.
    pub returned: bool,
    /// Handling was reported since the last dispatch.
    pub fed_back: bool,
    pub handled_by: Option<Uuid>,
    /// Handling was reported after its deadline.
    pub late: bool,
    /// The appeal was allowed: it counts as in time, and its moments stay as they were.
    pub exempted: bool,
    /// Approved extensions, so far.
    pub extensions: u32,
    pub suspensions: u32,
    pub request: Option<Request>,
    /// The day that a suspension ends by itself.
    pub suspended_until: Option<NaiveDate>,
    pub persuasion: Option<Persuasion>,
    /// Who handed it to somebody else since it was given out (交接): it is not theirs any more.
    pub handed_on: Vec<Uuid>,
    /// Position of the step of the ladder that it was escalated to.
    pub rung: Option<usize>,
    /// Who closed it, each time it was reopened: somebody else looks at it next.
    pub checkers: Vec<Uuid>,
    pub verdict: Option<Verdict>,
    pub objections: Contest,
    pub appeals: Contest,
    /// 督办: since when, the last time.
    pub supervised_at: Option<DateTime<Utc>>,
    /// The last day to do what was asked for then.
    pub supervised_until: Option<NaiveDate>,
    /// 督办, so far.
    pub supervised: u32,
    /// 催办, so far.
    pub hastened: u32,
    /// Who found it or confirmed it on the spot (采集、核实), the first of them.
    pub collected_by: Option<Uuid>,
}

/// Who works on a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handlers {
    /// Code of the unit that leads.
    pub unit: Option<String>,
    /// Code of the post on the segment that it was handed to.
    pub post: Option<String>,
    /// 指派: the person of the unit who goes.
    pub person: Option<Uuid>,
    /// Codes of the units that handle with it.
    pub helpers: Vec<String>,
    /// Codes of the units that a whistle called.
    pub called: Vec<String>,
    /// The team that enforces here.
    pub enforcement: Option<String>,
}

/// What a unit asked for and nobody has decided yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    pub kind: RequestKind,
    pub by: Uuid,
    pub at: DateTime<Utc>,
    /// Until when it would be suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RequestKind {
    /// 延期
    Extension,
    /// 挂账
    Suspension,
}

/// How persuasion (劝导) ended, the last time it was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Persuasion {
    Worked,
    Failed,
}

/// The decision that ended a case: a reject, a void, a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub by: Uuid,
    pub at: DateTime<Utc>,
}

/// How often a decision was contested (异议, 申诉), and how the last time stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contest {
    pub times: u32,
    pub open: bool,
    /// Who has agreed with it so far.
    pub allowed_by: Vec<Uuid>,
}

/// Who asks for a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Staff {
        id: Uuid,
        standings: Vec<Standing>,
    },
    /// An author of one of its reports, proved by the claim secret.
    Reporter,
    /// A date that was reached, the answers of reporters, or the order of a hotline.
    System,
}

impl Default for Matter {
    fn default() -> Self {
        Self::in_state(State::Received)
    }
}

fn received() -> State {
    State::Received
}

impl Matter {
    /// A case in `state` of which nothing else is known.
    pub fn in_state(state: State) -> Self {
        Self {
            state,
            runs_in: Loop::Dispatch,
            alarmed: false,
            followers: 1,
            due_at: None,
            dispatched_at: None,
            handlers: Handlers::default(),
            returns: 0,
            returned: false,
            fed_back: false,
            handled_by: None,
            late: false,
            exempted: false,
            extensions: 0,
            suspensions: 0,
            request: None,
            suspended_until: None,
            persuasion: None,
            handed_on: Vec::new(),
            rung: None,
            checkers: Vec::new(),
            verdict: None,
            objections: Contest::default(),
            appeals: Contest::default(),
            supervised_at: None,
            supervised_until: None,
            supervised: 0,
            hastened: 0,
            collected_by: None,
        }
    }

    /// Whether it was returned as often as the rulebook allows: the arbiter says whose it is.
    pub fn in_arbitration(&self, process: &Process) -> bool {
        self.returned && self.returns >= process.returns.most
    }

    /// Whether the deadline of the present stage has passed.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.due_at.is_some_and(|due_at| now > due_at)
    }

    /// Whether somebody is at work on it.
    pub fn is_with_handlers(&self) -> bool {
        matches!(Stage::of(self.state), Some(Stage::Sign | Stage::Handle))
    }

    /// The codes of all units that work on it.
    pub fn units(&self) -> Vec<&str> {
        let Handlers { unit, helpers, called, .. } = &self.handlers;
        unit.iter().chain(helpers).chain(called).map(String::as_str).collect()
    }
}

impl Actor {
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Staff { id, .. } => Some(*id),
            Self::Reporter | Self::System => None,
        }
    }

    pub fn standings(&self) -> &[Standing] {
        match self {
            Self::Staff { standings, .. } => standings,
            Self::Reporter | Self::System => &[],
        }
    }
}
