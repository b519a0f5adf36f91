//! What signed-in residents, shop owners among them, read of their own.

use async_graphql::{Context, Object, SimpleObject};
use jiekou_service::own_reports::{PAGE, own_reports};

use super::PageInfo;
use crate::graphql::caller::Caller;
use crate::graphql::failure::Result;
use crate::graphql::readers;
use crate::rest::resident_reports::OwnReportBody;
use crate::rest::resident_storefronts::{OwnStorefrontBody, owned};

#[derive(Debug, Default)]
pub struct ResidentQueries;

#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::RESIDENTS")]
pub struct OwnReportConnection {
    pub nodes: Vec<OwnReportBody>,
    pub page_info: PageInfo,
}

#[Object]
impl ResidentQueries {
    /// The caller's reports, the newest first, 20 a page; `report` with the tracking code of one tells every step.
    #[graphql(guard = "readers::RESIDENTS", complexity = "PAGE * child_complexity")]
    async fn own_reports(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
    ) -> Result<Option<OwnReportConnection>> {
        let caller = Caller::of(ctx)?;
        let page = own_reports(caller.app(), caller.resident()?, after.as_deref()).await?;
        let nodes = page.reports.into_iter().map(OwnReportBody::from).collect();
        Ok(Some(OwnReportConnection { nodes, page_info: PageInfo::before(page.next) }))
    }

    /// The shops (门前三包) that the caller owns, by code.
    #[graphql(guard = "readers::RESIDENTS", complexity = "PAGE * child_complexity")]
    async fn own_storefronts(&self, ctx: &Context<'_>) -> Result<Option<Vec<OwnStorefrontBody>>> {
        let caller = Caller::of(ctx)?;
        Ok(Some(owned(caller.app(), caller.resident()?).await?))
    }
}
