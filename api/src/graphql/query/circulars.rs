//! Circulars, draws, and the digest of a day.

use async_graphql::{Context, Object};
use jiekou_boot::clock;
use jiekou_service::ServiceError;
use jiekou_service::supervision::draw_roads::{list_draws, view_draw};
use jiekou_service::supervision::view_circulars::view_circular;
use uuid::Uuid;

use crate::graphql::caller::Caller;
use crate::graphql::failure::Result;
use crate::graphql::readers;
use crate::problem::Kind;
use crate::rest::circular_shapes::{CircularBody, CircularDraftBody, CircularsBody};
use crate::rest::circulars::{self, CircularsQuery, DraftQuery};
use crate::rest::digests::{self, DigestBody, DigestQuery};
use crate::rest::draws::DrawBody;

#[derive(Debug, Default)]
pub struct CircularQueries;

#[Object]
impl CircularQueries {
    /// The circulars that concern the caller's areas, the newest first.
    #[graphql(guard = "readers::STAFF", complexity = "100 + child_complexity")]
    async fn circulars(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only those of the days of this period, such as `2026-11`; then what they deduct is told too."
        )]
        period: Option<String>,
    ) -> Result<Option<CircularsBody>> {
        let caller = Caller::of(ctx)?;
        Ok(Some(circulars::listed(caller.app(), caller.staff()?, &CircularsQuery { period }).await?))
    }

    /// The circular with this id; `null` when there is none that concerns the caller's areas.
    #[graphql(guard = "readers::STAFF", complexity = "100 + child_complexity")]
    async fn circular(&self, ctx: &Context<'_>, circular_id: Uuid) -> Result<Option<CircularBody>> {
        let caller = Caller::of(ctx)?;
        match view_circular(caller.app(), caller.staff()?, circular_id).await {
            Ok(view) => Ok(Some(view.into())),
            Err(ServiceError::UnknownCircular) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What the circular of a period would say, for those who assess.
    #[graphql(guard = "readers::STAFF", complexity = "200 + child_complexity")]
    async fn circular_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Name of the period, such as `2026-11上旬`.")] period: String,
    ) -> Result<Option<CircularDraftBody>> {
        let (caller, query) = (Caller::of(ctx)?, DraftQuery { period: Some(period) });
        Ok(Some(circulars::drafted(caller.app(), caller.staff()?, &query, clock::now()).await?))
    }

    /// The draws that concern the caller's areas, the newest first. Each is drawn again to see that it is true.
    #[graphql(guard = "readers::STAFF", complexity = "200 * child_complexity")]
    async fn draws(&self, ctx: &Context<'_>) -> Result<Option<Vec<DrawBody>>> {
        let caller = Caller::of(ctx)?;
        let draws = list_draws(caller.app(), caller.staff()?).await?;
        Ok(Some(draws.into_iter().map(DrawBody::from).collect()))
    }

    /// The draw with this id; `null` when there is none that concerns the caller's areas.
    #[graphql(guard = "readers::STAFF", complexity = "10 + child_complexity")]
    async fn draw(&self, ctx: &Context<'_>, draw_id: Uuid) -> Result<Option<DrawBody>> {
        let caller = Caller::of(ctx)?;
        match view_draw(caller.app(), caller.staff()?, draw_id).await {
            Ok(view) => Ok(Some(view.into())),
            Err(ServiceError::UnknownDraw) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The digest of a day (日报告); `null` when it was not made, or not yet.
    #[graphql(guard = "readers::STAFF", complexity = "10 + child_complexity")]
    async fn digest(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Code of a center, a district or the city; the widest of the caller's when left out."
        )]
        area: Option<String>,
        #[graphql(desc = "Yesterday (UTC+8) when left out.")] day: Option<String>,
    ) -> Result<Option<DigestBody>> {
        let (caller, query) = (Caller::of(ctx)?, DigestQuery { area, day, format: None });
        match digests::told(caller.app(), caller.staff()?, &query, clock::now()).await {
            Ok(digest) => Ok(Some(digest)),
            Err(problem) if problem.kind() == Kind::UnknownDigest => Ok(None),
            Err(problem) => Err(problem.into()),
        }
    }
}
