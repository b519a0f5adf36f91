//! Patrols: walked, and owed.

use async_graphql::{Context, Object, SimpleObject};
use chrono::NaiveDate;
use jiekou_boot::clock;
use jiekou_service::ServiceError;
use jiekou_service::list_patrols::{PatrolsWanted, list_patrols, view_patrol};
use uuid::Uuid;

use super::PageInfo;
use crate::graphql::caller::Caller;
use crate::graphql::failure::Result;
use crate::graphql::readers;
use crate::rest::patrol_owed::{self, OwedLineBody, OwedQuery};
use crate::rest::patrol_record::PatrolBody;

#[derive(Debug, Default)]
pub struct PatrolQueries;

#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::STAFF")]
pub struct PatrolConnection {
    pub nodes: Vec<PatrolBody>,
    pub page_info: PageInfo,
}

#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::STAFF")]
pub struct OwedPatrolConnection {
    pub nodes: Vec<OwedLineBody>,
    pub page_info: PageInfo,
}

#[Object]
impl PatrolQueries {
    /// The patrols that the caller may see, the latest first, 50 a page; those struck out are among them.
    #[graphql(guard = "readers::STAFF", complexity = "50 * child_complexity")]
    async fn patrols(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An area or a road, such as `segment/410103001007` or `road/R001`.")] area: Option<
            String,
        >,
        #[graphql(desc = "First day (UTC+8) that they began on; 30 days before `to` when left out.")]
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        #[graphql(desc = "Name of an account that took part.")] person: Option<String>,
        after: Option<String>,
    ) -> Result<Option<PatrolConnection>> {
        let caller = Caller::of(ctx)?;
        let wanted = PatrolsWanted {
            area: area.as_deref(),
            from,
            to,
            person: person.as_deref(),
            cursor: after.as_deref(),
        };
        let page = list_patrols(caller.app(), caller.staff()?, wanted, clock::now()).await?;
        let rules = caller.app().rules();
        let nodes = page.patrols.into_iter().map(|patrol| PatrolBody::of(&rules, patrol)).collect();
        Ok(Some(PatrolConnection { nodes, page_info: PageInfo::before(page.next) }))
    }

    /// The patrol with this id; `null` when there is none that the caller may see.
    #[graphql(guard = "readers::STAFF")]
    async fn patrol(&self, ctx: &Context<'_>, patrol_id: Uuid) -> Result<Option<PatrolBody>> {
        let caller = Caller::of(ctx)?;
        match view_patrol(caller.app(), caller.staff()?, patrol_id).await {
            Ok(patrol) => Ok(Some(PatrolBody::of(&caller.app().rules(), patrol))),
            Err(ServiceError::UnknownPatrol) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Which posts of the caller's areas owe patrols where, and which are overdue; 200 a page.
    #[graphql(guard = "readers::STAFF", complexity = "100 + child_complexity")]
    async fn owed_patrols(
        &self,
        ctx: &Context<'_>,
        period: Option<String>,
        #[graphql(desc = "`overdue`, `dueSoon` or `done`.")] state: Option<String>,
        post: Option<String>,
        center: Option<String>,
        after: Option<String>,
    ) -> Result<Option<OwedPatrolConnection>> {
        let caller = Caller::of(ctx)?;
        let query = OwedQuery { period, at: None, state, post, center, cursor: after, format: None };
        let (nodes, next) = patrol_owed::page(caller.app(), caller.staff()?, &query, clock::now()).await?;
        Ok(Some(OwedPatrolConnection { nodes, page_info: PageInfo::before(next) }))
    }
}
