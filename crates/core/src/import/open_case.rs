//! An open case of another system, as it is taken over.

use chrono::{DateTime, NaiveDate, Utc};

use crate::case::{Matter, State};
use crate::report::{Contact, ReportedPlace};

/// A case whose every cell was checked.
#[derive(Debug, Clone)]
pub struct OpenCase {
    /// The row it stands in.
    pub line: u32,
    /// Its number in the other system.
    pub number: String,
    /// Slug of its category.
    pub category: String,
    pub description: String,
    pub state: State,
    pub place: ReportedPlace,
    /// Code of the center that the list gives it to; `None`: the place says.
    pub center: Option<String>,
    /// Who is at work on it.
    pub handed: Option<Handed>,
    pub urgent: bool,
    pub opened_at: DateTime<Utc>,
    pub dispatched_at: Option<DateTime<Utc>>,
    /// The latest step that the list knows the moment of: its clock counts from there.
    pub since: DateTime<Utc>,
    /// The deadline it has in the other system.
    pub due_at: Option<DateTime<Utc>>,
    pub suspended_until: Option<NaiveDate>,
    /// The channel it came by there.
    pub source: Option<String>,
    pub note: Option<String>,
    pub contact: Contact,
}

/// Who has a case: a unit or center of the rulebook, or somebody it does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    Unit { code: String, name: String },
    Words(String),
}

impl OpenCase {
    /// What its moves depend on from now on.
    pub fn matter(&self) -> Matter {
        let mut matter = Matter {
            returned: self.state == State::Returned,
            returns: u32::from(self.state == State::Returned),
            fed_back: matches!(self.state, State::Handled | State::Inspecting | State::Rework),
            suspensions: u32::from(self.state == State::Suspended),
            suspended_until: self.suspended_until.filter(|_| self.state == State::Suspended),
            due_at: self.due_at,
            dispatched_at: self.dispatched_at,
            ..Matter::in_state(self.state)
        };
        if let (true, Some(Handed::Unit { code, .. })) = (self.is_with_somebody(), &self.handed) {
            matter.handlers.unit = Some(code.clone());
        }
        matter
    }

    /// Whether it was handed out and did not come back.
    pub fn is_with_somebody(&self) -> bool {
        match self.state {
            State::Dispatched
            | State::Signed
            | State::Suspended
            | State::Handled
            | State::Inspecting
            | State::Rework => true,
            State::Received
            | State::Accepted
            | State::PreVerifying
            | State::Opened
            | State::Returned
            | State::Reopened
            | State::Merged
            | State::Rejected
            | State::Voided
            | State::Closed
            | State::Callback
            | State::Archived
            | State::ForceClosed => false,
        }
    }
}

impl Handed {
    /// For people.
    pub fn name(&self) -> &str {
        match self {
            Self::Unit { name, .. } => name,
            Self::Words(words) => words,
        }
    }
}
