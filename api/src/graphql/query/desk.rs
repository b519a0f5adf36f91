//! What the desk reads: enquiries, orders of superiors, works, articles, hotlines. Whoever called is asked for over REST
//! alone, where a number stands in the body of a request and in no document that is kept.

use async_graphql::{Context, Object, SimpleObject};
use jiekou_boot::clock;
use jiekou_service::ServiceError;
use jiekou_service::desk::articles::find_articles;
use jiekou_service::desk::assignments::list_assignments;
use jiekou_service::enquiries::view::{list_enquiries, view_enquiry};
use jiekou_service::hotline::view_orders::{channels, reconciliation_reports};

use super::PageInfo;
use crate::graphql::caller::Caller;
use crate::graphql::failure::Result;
use crate::graphql::readers;
use crate::rest::desk_articles::ArticleBody;
use crate::rest::desk_assignments::AssignmentBody;
use crate::rest::desk_enquiries::EnquiryBody;
use crate::rest::desk_hotlines::{ChannelsBody, ReconciliationBody};
use crate::rest::desk_works::{self, WorkBody, WorkQuery};

#[derive(Debug, Default)]
pub struct DeskQueries;

#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::STAFF")]
pub struct EnquiryConnection {
    pub nodes: Vec<EnquiryBody>,
    pub page_info: PageInfo,
}

#[Object]
impl DeskQueries {
    /// Enquiries, the newest first, 50 a page; `lines` only of one that is asked for alone.
    #[graphql(guard = "readers::STAFF", complexity = "50 * child_complexity")]
    async fn enquiries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "`open`, `answered` or `withdrawn`; all when left out.")] state: Option<String>,
        after: Option<String>,
    ) -> Result<Option<EnquiryConnection>> {
        let caller = Caller::of(ctx)?;
        let page = list_enquiries(caller.app(), caller.staff()?, state.as_deref(), after.as_deref()).await?;
        let nodes = page.items.into_iter().map(|enquiry| EnquiryBody::of(enquiry, None)).collect();
        Ok(Some(EnquiryConnection { nodes, page_info: PageInfo::before(page.next) }))
    }

    /// The enquiry with this tracking code; `null` when there is none that the caller may read.
    #[graphql(guard = "readers::STAFF", complexity = "10 + child_complexity")]
    async fn enquiry(&self, ctx: &Context<'_>, tracking_code: String) -> Result<Option<EnquiryBody>> {
        let caller = Caller::of(ctx)?;
        match view_enquiry(caller.app(), caller.staff()?, &tracking_code).await {
            Ok(file) => Ok(Some(EnquiryBody::of_file(file))),
            Err(ServiceError::UnknownEnquiry) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Orders of superiors and leaders: those that wait for a reply first, the most pressing first; at most 200.
    #[graphql(guard = "readers::STAFF", complexity = "200 * child_complexity")]
    async fn assignments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Those without a reply alone.")] open: Option<bool>,
    ) -> Result<Option<Vec<AssignmentBody>>> {
        let (caller, now) = (Caller::of(ctx)?, clock::now());
        let found = list_assignments(caller.app(), caller.staff()?, open.unwrap_or_default()).await?;
        Ok(Some(found.into_iter().map(|it| AssignmentBody::of(it, now)).collect()))
    }

    /// Planned works and outages at a point or an address, or all of them: those that have begun first, none that are over.
    #[graphql(guard = "readers::STAFF", complexity = "100 * child_complexity")]
    async fn works(
        &self,
        ctx: &Context<'_>,
        longitude: Option<f64>,
        latitude: Option<f64>,
        #[graphql(desc = "`WGS-84`, `GCJ-02` or `BD-09`.")] coordinate_system: Option<String>,
        #[graphql(desc = "Instead of a point.")] address: Option<String>,
    ) -> Result<Option<Vec<WorkBody>>> {
        let caller = Caller::of(ctx)?;
        let query = WorkQuery { longitude, latitude, coordinate_system, address };
        Ok(Some(desk_works::listed(caller.app(), caller.staff()?, query, clock::now()).await?))
    }

    /// The articles that answer a question, the best first, at most 20.
    #[graphql(guard = "readers::STAFF", complexity = "20 * child_complexity")]
    async fn articles(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "What is asked, in characters, pinyin or initials; the newest articles when left out."
        )]
        typed: Option<String>,
    ) -> Result<Option<Vec<ArticleBody>>> {
        let caller = Caller::of(ctx)?;
        let found =
            find_articles(caller.app(), caller.staff()?, typed.as_deref().unwrap_or_default()).await?;
        Ok(Some(found.into_iter().map(ArticleBody::from).collect()))
    }

    /// How the channels of hotlines are, and the calls to platforms that did not arrive.
    #[graphql(guard = "readers::STAFF", complexity = "100 + child_complexity")]
    async fn hotline_channels(&self, ctx: &Context<'_>) -> Result<Option<ChannelsBody>> {
        let caller = Caller::of(ctx)?;
        Ok(Some(channels(caller.app(), caller.staff()?).await?.into()))
    }

    /// Comparisons of both sides' books, the newest first, for those who oversee the desk.
    #[graphql(guard = "readers::STAFF", complexity = "60 * child_complexity")]
    async fn hotline_reconciliations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of a partner; all when left out.")] partner: Option<String>,
    ) -> Result<Option<Vec<ReconciliationBody>>> {
        let caller = Caller::of(ctx)?;
        let runs = reconciliation_reports(caller.app(), caller.staff()?, partner.as_deref()).await?;
        Ok(Some(runs.into_iter().map(Into::into).collect()))
    }
}
