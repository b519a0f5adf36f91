//! What a case was called in the system that it was taken over from.

use crate::graphql::readers;
use async_graphql::SimpleObject;
use jiekou_store::cases::view::LogView;
use serde::Serialize;
use utoipa::ToSchema;

/// What a case was called before it was taken over.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ImportedFrom", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct ImportedFromBody {
    pub system: String,
    pub number: String,
}

impl ImportedFromBody {
    /// From the first line of the log; `None` for a case that began here, or whose words were erased.
    pub fn of(log: &[LogView]) -> Option<Self> {
        let first = log.first().filter(|line| line.act == "imported")?;
        let detail = first.detail.as_ref()?.shown();
        let said = |key: &str| Some(detail.get(key)?.as_str()?.to_owned());
        Some(Self { system: said("system")?, number: said("number")? })
    }
}
