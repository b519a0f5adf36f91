//! What a list is narrowed to, as somebody asks for it.

use chrono::{DateTime, Datelike, Utc};
use jiekou_core::case::State;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::cases::inbox::{Position, Scope, Sort};
use uuid::Uuid;

use super::{LONGEST_PAGE, PAGE};

/// The parts of a query, none of them read yet.
#[derive(Debug, Clone, Default)]
pub struct RawWanted {
    pub center: Option<String>,
    pub state: Option<String>,
    pub segment: Option<String>,
    pub sort: Option<String>,
    pub scope: Option<String>,
    pub overdue: Option<String>,
    pub raised: Option<String>,
    pub unattended: Option<String>,
    pub possibly_same: Option<String>,
    pub hot_spot: Option<String>,
    pub cursor: Option<String>,
    /// How many at most; [`super::PAGE`] when left out.
    pub count: Option<i64>,
}

/// A query that was understood.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted<'a> {
    pub center: Option<&'a str>,
    pub state: Option<State>,
    pub segment: Option<&'a str>,
    pub sort: Sort,
    pub scope: Scope,
    pub overdue: bool,
    pub raised: bool,
    pub unattended: bool,
    pub possibly_same: bool,
    pub hot_spot: bool,
    pub after: Option<Position>,
    pub count: usize,
}

/// Where the cursor of a list by time left has no moment.
const NO_MOMENT: &str = "-";

impl<'a> Wanted<'a> {
    /// The query of `caller`, read against the rules in force.
    ///
    /// # Errors
    /// Every fault, in the order of the parts.
    pub fn parse(raw: &'a RawWanted, caller: Uuid, rules: &Rulebook) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, code, words: &str| faults.push(FieldError::new(pointer, code, words));
        let center = raw.center.as_deref();
        if center.is_some_and(|code| rules.center(code).is_none()) {
            fault("/center", FieldCode::Unknown, "没有这个中心");
        }
        let state = raw.state.as_deref().and_then(State::from_name);
        if raw.state.is_some() && state.is_none() {
            fault("/state", FieldCode::Unknown, "没有这个状态");
        }
        let segment = raw.segment.as_deref();
        if segment.is_some_and(|code| rules.segment(code).is_none()) {
            fault("/segment", FieldCode::Unknown, "没有这个路段");
        }
        let sort = match raw.sort.as_deref() {
            None | Some("newest") => Sort::Newest,
            Some("timeLeft") => Sort::TimeLeft,
            Some(_) => {
                fault("/sort", FieldCode::Unknown, "请填 newest 或 timeLeft");
                Sort::Newest
            }
        };
        let scope = match raw.scope.as_deref() {
            None | Some("all") => Scope::All,
            Some("mine") => Scope::Mine(caller),
            Some("unit") => Scope::Unit,
            Some(_) => {
                fault("/scope", FieldCode::Unknown, "请填 all、mine 或 unit");
                Scope::All
            }
        };
        let mut flag = |pointer: &str, value: &Option<String>| match value.as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                fault(pointer, FieldCode::Malformed, "请填 true 或 false");
                false
            }
        };
        let overdue = flag("/overdue", &raw.overdue);
        let raised = flag("/raised", &raw.raised);
        let unattended = flag("/unattended", &raw.unattended);
        let possibly_same = flag("/possiblySame", &raw.possibly_same);
        let hot_spot = flag("/hotSpot", &raw.hot_spot);
        let after = raw.cursor.as_deref().and_then(|cursor| position(sort, cursor));
        if raw.cursor.is_some() && after.is_none() {
            fault("/cursor", FieldCode::Malformed, "请使用上一页的 nextCursor，排序不变");
        }
        let count = raw.count.map_or(Some(PAGE), |count| usize::try_from(count).ok());
        let count = count.filter(|count| (1..=LONGEST_PAGE).contains(count));
        if count.is_none() {
            fault("/first", FieldCode::OutOfRange, "请填 1 到 100");
        }
        let wanted = Self {
            count: count.unwrap_or(PAGE),
            center,
            state,
            segment,
            sort,
            scope,
            overdue,
            raised,
            unattended,
            possibly_same,
            hot_spot,
            after,
        };
        if faults.is_empty() { Ok(wanted) } else { Err(faults) }
    }
}

/// The cursor of what comes behind `position`.
pub(super) fn cursor(sort: Sort, position: Position) -> String {
    match sort {
        Sort::Newest => position.case_id.to_string(),
        Sort::TimeLeft => {
            let moment =
                position.due_at.map_or_else(|| NO_MOMENT.to_owned(), |at| at.timestamp_micros().to_string());
            format!("{moment}.{}", position.case_id)
        }
    }
}

/// The place that a cursor of a list in this order names.
fn position(sort: Sort, cursor: &str) -> Option<Position> {
    match sort {
        Sort::Newest => Some(Position { due_at: None, case_id: cursor.parse().ok()? }),
        Sort::TimeLeft => {
            let (moment, case_id) = cursor.split_once('.')?;
            let due_at = match moment {
                NO_MOMENT => None,
                micros => Some(DateTime::<Utc>::from_timestamp_micros(micros.parse().ok()?)?),
            };
            // What no clock says, the database may not even be able to say.
            due_at.is_none_or(|at| (1970..10_000).contains(&at.year())).then_some(())?;
            Some(Position { due_at, case_id: case_id.parse().ok()? })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place_and_to_no_list_in_another_order() {
        let due_at = DateTime::<Utc>::from_timestamp_micros(1_790_000_000_123_456);
        for due_at in [due_at, None] {
            let place = Position { due_at, case_id: 77 };
            let text = cursor(Sort::TimeLeft, place);
            assert_eq!(position(Sort::TimeLeft, &text), Some(place));
            assert_eq!(position(Sort::Newest, &text), None, "{text}");
        }
        let place = Position { due_at: None, case_id: 77 };
        let text = cursor(Sort::Newest, place);
        assert_eq!(position(Sort::Newest, &text), Some(place));
        assert_eq!(position(Sort::TimeLeft, &text), None, "{text}");
        for wrong in ["", ".", "-", "-.", "x.1", "1.x", "-8000000000000000.1", "9000000000000000.1 ", "1.1.1"]
        {
            assert_eq!(position(Sort::TimeLeft, wrong), None, "{wrong}");
        }
    }
}
