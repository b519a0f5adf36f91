//! Who is on duty.

use async_graphql::{Context, Object};
use jiekou_boot::clock;
use jiekou_service::view_duty::view_duty;

use crate::graphql::caller::Caller;
use crate::graphql::failure::Result;
use crate::graphql::readers;
use crate::rest::duty::DutyBody;

#[derive(Debug, Default)]
pub struct DutyQueries;

#[Object]
impl DutyQueries {
    /// Who is on duty where, who stands in, and how many open tasks each has.
    #[graphql(guard = "readers::STAFF", complexity = "200 + child_complexity")]
    async fn duty(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Code of a district, town, community, segment or grid within the caller's own; all of them when left out."
        )]
        area: Option<String>,
    ) -> Result<Option<DutyBody>> {
        let caller = Caller::of(ctx)?;
        Ok(Some(view_duty(caller.app(), caller.staff()?, area.as_deref(), clock::now()).await?.into()))
    }
}
