//! The kinds of records that the rules in force have.

use jiekou_core::record::RecordKind;
use tracing::instrument;

use crate::{App, Staff};

/// A kind, and whether the caller has a role that files it.
#[derive(Debug, Clone)]
pub struct OfferedKind {
    pub kind: RecordKind,
    pub filed_by_caller: bool,
}

/// Every kind, in the order of the rulebook.
#[instrument(level = "debug", name = "record_kinds", skip_all)]
pub fn record_kinds(app: &App, staff: &Staff) -> Vec<OfferedKind> {
    let files = |kind: &RecordKind| {
        staff.grants.iter().any(|grant| kind.filed_by.iter().any(|filer| filer.is(grant)))
    };
    let offered = |kind: &RecordKind| OfferedKind { filed_by_caller: files(kind), kind: kind.clone() };
    app.rules().plan().records.iter().map(offered).collect()
}
