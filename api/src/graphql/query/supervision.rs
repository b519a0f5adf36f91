//! Flags and placards.

use async_graphql::{Context, Object};
use jiekou_boot::clock;
use jiekou_service::ServiceError;
use jiekou_service::supervision::view_placards::view_placard;
use uuid::Uuid;

use crate::graphql::caller::Caller;
use crate::graphql::failure::Result;
use crate::graphql::readers;
use crate::rest::flags::{self, FlagQuery, FlagsBody};
use crate::rest::placards::{self, PlacardBody, PlacardsQuery};

#[derive(Debug, Default)]
pub struct SupervisionQueries;

#[Object]
impl SupervisionQueries {
    /// How segments stand by their red and black flags at a month; the last one that was rated when left out.
    #[graphql(guard = "readers::STAFF", complexity = "100 + child_complexity")]
    async fn flags(
        &self,
        ctx: &Context<'_>,
        segment: Option<String>,
        month: Option<String>,
    ) -> Result<Option<FlagsBody>> {
        let caller = Caller::of(ctx)?;
        let query = FlagQuery { segment, month };
        Ok(Some(flags::standing(caller.app(), caller.staff()?, &query, clock::now()).await?))
    }

    /// The placards of the caller's areas, the newest first. `state`: `hanging`, `overdue` or `lifted`; all when left out.
    #[graphql(guard = "readers::STAFF", complexity = "100 + child_complexity")]
    async fn placards(&self, ctx: &Context<'_>, state: Option<String>) -> Result<Option<Vec<PlacardBody>>> {
        let caller = Caller::of(ctx)?;
        let query = PlacardsQuery { state };
        Ok(Some(placards::listed(caller.app(), caller.staff()?, &query, clock::now()).await?))
    }

    /// The placard with this id; `null` when there is none in the caller's areas.
    #[graphql(guard = "readers::STAFF")]
    async fn placard(&self, ctx: &Context<'_>, placard_id: Uuid) -> Result<Option<PlacardBody>> {
        let (caller, now) = (Caller::of(ctx)?, clock::now());
        match view_placard(caller.app(), caller.staff()?, placard_id).await {
            Ok(row) => Ok(Some(PlacardBody::of(row, now))),
            Err(ServiceError::UnknownPlacard) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
