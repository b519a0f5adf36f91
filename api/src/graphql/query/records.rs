//! Records of the plans: filed, and owed.

use async_graphql::{Context, Object, SimpleObject};
use chrono::NaiveDate;
use jiekou_boot::clock;
use jiekou_service::ServiceError;
use jiekou_service::records::{Page, RawQuery, list_records, record_kinds, view_record};
use uuid::Uuid;

use super::PageInfo;
use crate::graphql::caller::Caller;
use crate::graphql::failure::Result;
use crate::graphql::readers;
use crate::rest::record_kinds::RecordKindBody;
use crate::rest::record_owed::{self, OwedKindBody, OwedRecordsQuery};
use crate::rest::record_shapes::RecordBody;

#[derive(Debug, Default)]
pub struct RecordQueries;

#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::STAFF")]
pub struct RecordConnection {
    pub nodes: Vec<RecordBody>,
    pub page_info: PageInfo,
}

#[Object]
impl RecordQueries {
    /// The records that the caller may read, the last filed first, 50 a page.
    #[graphql(guard = "readers::STAFF", complexity = "50 * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of a kind.")] kind: Option<String>,
        #[graphql(desc = "Code of what they are about; of a person the id of their account.")] about: Option<
            String,
        >,
        #[graphql(desc = "First of the days that they are about.")] from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        #[graphql(desc = "Those that were struck out too.")] struck: Option<bool>,
        after: Option<String>,
    ) -> Result<Option<RecordConnection>> {
        let caller = Caller::of(ctx)?;
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let raw = RawQuery {
            kind,
            about,
            from: day(from),
            to: day(to),
            struck: struck.map(|struck| struck.to_string()),
            cursor: after,
        };
        let page = list_records(caller.app(), caller.staff()?, &raw, Page::One).await?;
        let nodes = page.records.into_iter().map(RecordBody::from).collect();
        Ok(Some(RecordConnection { nodes, page_info: PageInfo::before(page.next) }))
    }

    /// The record with this id; `null` when there is none that the caller may read.
    #[graphql(guard = "readers::STAFF")]
    async fn record(&self, ctx: &Context<'_>, record_id: Uuid) -> Result<Option<RecordBody>> {
        let caller = Caller::of(ctx)?;
        match view_record(caller.app(), caller.staff()?, record_id).await {
            Ok(record) => Ok(Some(record.into())),
            Err(ServiceError::UnknownRecord) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The kinds of records of the rules in force.
    #[graphql(guard = "readers::STAFF", complexity = "50 + child_complexity")]
    #[expect(clippy::unused_async, reason = "every resolver is awaited, also one that waits for nothing")]
    async fn record_kinds(&self, ctx: &Context<'_>) -> Result<Option<Vec<RecordKindBody>>> {
        let caller = Caller::of(ctx)?;
        let kinds = record_kinds(caller.app(), caller.staff()?);
        Ok(Some(kinds.into_iter().map(RecordKindBody::from).collect()))
    }

    /// What plans want to be recorded of the areas and units that the caller sees, kind by kind and period by period.
    #[graphql(guard = "readers::STAFF", complexity = "200 + child_complexity")]
    async fn owed_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "A cycle, or a period by its name: the periods of each kind that begin in it; the present ones when left out together with `at`."
        )]
        period: Option<String>,
        #[graphql(desc = "A day of the period.")] at: Option<String>,
        #[graphql(desc = "Code of a kind.")] kind: Option<String>,
        #[graphql(desc = "Only what is not there.")] missing: Option<bool>,
    ) -> Result<Option<Vec<OwedKindBody>>> {
        let caller = Caller::of(ctx)?;
        let missing = missing.map(|missing| missing.to_string());
        let query = OwedRecordsQuery { period, at, kind, missing, format: None };
        Ok(Some(record_owed::listed(caller.app(), caller.staff()?, &query, clock::now()).await?))
    }
}
