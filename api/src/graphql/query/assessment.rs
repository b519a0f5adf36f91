//! Figures and rankings.

use async_graphql::{Context, Object};
use jiekou_boot::clock;

use crate::graphql::caller::Caller;
use crate::graphql::failure::Result;
use crate::graphql::readers;
use crate::rest::ranking_shapes::RankingBody;
use crate::rest::rankings::{self, RankingQuery, RankingsBody};
use crate::rest::statistics::{self, StatisticsBody, StatisticsQuery};

#[derive(Debug, Default)]
pub struct AssessmentQueries;

#[Object]
impl AssessmentQueries {
    /// Cases of the caller's areas in a period, by town, segment, community, grid, unit or category.
    #[graphql(guard = "readers::STAFF", complexity = "200 + child_complexity")]
    async fn statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A cycle (`month` when left out) or a period by its name, such as `2026-W48`.")]
        period: Option<String>,
        #[graphql(desc = "A day of the period; today when left out.")] at: Option<String>,
        #[graphql(desc = "`town` (when left out), `segment`, `community`, `grid`, `unit` or `category`.")]
        by: Option<String>,
        center: Option<String>,
    ) -> Result<Option<StatisticsBody>> {
        let caller = Caller::of(ctx)?;
        let query = StatisticsQuery { period, at, by, center, format: None };
        Ok(Some(statistics::counted(caller.app(), caller.staff()?, &query, clock::now()).await?))
    }

    /// Which rankings there are, what was published of them and what is owed.
    #[graphql(guard = "readers::STAFF", complexity = "50 + child_complexity")]
    async fn rankings(&self, ctx: &Context<'_>) -> Result<Option<RankingsBody>> {
        let caller = Caller::of(ctx)?;
        Ok(Some(rankings::overview(caller.app(), caller.staff()?, clock::now()).await?))
    }

    /// One ranking: as it was published, or as it comes out now.
    #[graphql(guard = "readers::STAFF", complexity = "200 + child_complexity")]
    async fn ranking(
        &self,
        ctx: &Context<'_>,
        code: String,
        period: Option<String>,
        group: Option<String>,
    ) -> Result<Option<RankingBody>> {
        let (caller, now) = (Caller::of(ctx)?, clock::now());
        let query = RankingQuery { period, group, format: None };
        let (view, _) = rankings::view(caller.app(), caller.staff()?, &code, &query, now).await?;
        Ok(Some(RankingBody::shown(view, now)))
    }
}
