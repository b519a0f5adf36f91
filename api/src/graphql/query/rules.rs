//! What the rules say: what can be reported, and where.
#![expect(clippy::unused_async, reason = "every resolver is awaited, also one that waits for nothing")]

use async_graphql::{Context, Object};
use jiekou_service::search_places::search_places;

use crate::graphql::caller::Caller;
use crate::graphql::failure::Result;
use crate::graphql::readers;
use crate::rest::about::AboutBody;
use crate::rest::categories::CategoryBody;
use crate::rest::segments::{self, TownSegmentsBody};
use crate::rest::shapes::PlaceBody;

#[derive(Debug, Default)]
pub struct RuleQueries;

#[Object]
impl RuleQueries {
    /// What is running.
    #[graphql(guard = "readers::ANYBODY")]
    async fn about(&self, ctx: &Context<'_>) -> Result<Option<AboutBody>> {
        Ok(Some(AboutBody::of(&Caller::of(ctx)?.state).await))
    }

    /// What can be reported, and what each kind asks.
    #[graphql(guard = "readers::ANYBODY")]
    async fn categories(&self, ctx: &Context<'_>) -> Result<Option<Vec<CategoryBody>>> {
        Ok(Some(CategoryBody::all(&Caller::of(ctx)?.app().rules())))
    }

    /// The road segments a place can be named by, by town.
    #[graphql(guard = "readers::ANYBODY")]
    async fn segments(&self, ctx: &Context<'_>) -> Result<Option<Vec<TownSegmentsBody>>> {
        Ok(Some(segments::towns(Caller::of(ctx)?.app()).await?))
    }

    /// Landmarks, shops, roads, towns and house numbers by a part of their name; best first, at most 20.
    #[graphql(guard = "readers::STAFF")]
    async fn places(&self, ctx: &Context<'_>, typed: String) -> Result<Option<Vec<PlaceBody>>> {
        let found = search_places(Caller::of(ctx)?.app(), &typed)?;
        Ok(Some(found.into_iter().map(PlaceBody::from).collect()))
    }
}
