//! Cases as staff see them.

use std::sync::Arc;

use async_graphql::dataloader::DataLoader;
use async_graphql::{ComplexObject, Context, Enum, InputObject, Object, SimpleObject};
use jiekou_boot::clock;
use jiekou_service::ServiceError;
use jiekou_service::list_cases::{LONGEST_PAGE, RawWanted, list_cases};
use jiekou_service::view_case::view_case;

use super::PageInfo;
use crate::graphql::caller::Caller;
use crate::graphql::case_loader::CaseLoader;
use crate::graphql::failure::Result;
use crate::graphql::readers;
use crate::problem::Kind;
use crate::rest::case_list::CaseLineBody;
use crate::rest::case_view::CaseBody;

#[derive(Debug, Default)]
pub struct CaseQueries;

/// In what order cases are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum CaseOrder {
    /// Newest first.
    Newest,
    /// Least time left first, those whose clock stands still last; only open cases unless a state is asked for.
    TimeLeft,
}

/// Which of the cases that reach the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum CaseScope {
    /// Whatever the caller may see.
    All,
    /// Those that the caller is assigned to as the person who goes.
    Mine,
    /// Those that the caller's units lead, help with or were called to.
    Unit,
}

/// What a list is narrowed to.
#[derive(Debug, Default, InputObject)]
pub struct CaseFilter {
    /// Code of a center.
    pub center: Option<String>,
    pub state: Option<String>,
    /// Code of a segment.
    pub segment: Option<String>,
    pub scope: Option<CaseScope>,
    /// Only cases whose deadline has passed.
    pub overdue: Option<bool>,
    /// Only cases that were escalated to leaders, or are supervised.
    pub raised: Option<bool>,
    /// Only cases that nobody has, or that whoever was given them has not signed for.
    pub unattended: Option<bool>,
    /// Only open cases that may be the same as another and wait for a decision.
    pub possibly_same: Option<bool>,
    /// Only cases of a problem that comes back to its place again and again.
    pub hot_spot: Option<bool>,
}

#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::STAFF")]
pub struct CaseConnection {
    pub edges: Vec<CaseEdge>,
    pub page_info: PageInfo,
}

#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::STAFF")]
pub struct CaseEdge {
    pub cursor: String,
    pub node: CaseLineBody,
}

#[Object]
impl CaseQueries {
    /// The case with this number; `null` when there is none that the caller may see.
    #[graphql(guard = "readers::STAFF", complexity = "10 + child_complexity")]
    async fn case(&self, ctx: &Context<'_>, number: String) -> Result<Option<CaseBody>> {
        let (caller, now) = (Caller::of(ctx)?, clock::now());
        match view_case(caller.app(), caller.staff()?, &number, now).await {
            Ok(file) => Ok(Some(CaseBody::of(file, now))),
            Err(ServiceError::UnknownCase) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The cases that the caller may see, `first` a page: 50 when left out, at most 100.
    #[graphql(guard = "readers::STAFF", complexity = "page(first) * child_complexity")]
    async fn cases(
        &self,
        ctx: &Context<'_>,
        first: Option<i64>,
        after: Option<String>,
        order: Option<CaseOrder>,
        filter: Option<CaseFilter>,
    ) -> Result<Option<CaseConnection>> {
        let (caller, now) = (Caller::of(ctx)?, clock::now());
        let wanted = wanted(filter.unwrap_or_default(), order, first, after);
        let page = list_cases(caller.app(), caller.staff()?, &wanted, now).await?;
        let cursors: Vec<String> = page.cases.iter().map(|line| page.cursor(line)).collect();
        let lines = page.cases.into_iter().map(|line| CaseLineBody::of(line, now));
        let edges = cursors.into_iter().zip(lines).map(|(cursor, node)| CaseEdge { cursor, node });
        Ok(Some(CaseConnection { edges: edges.collect(), page_info: PageInfo::before(page.next) }))
    }
}

#[ComplexObject(guard = "readers::STAFF")]
impl CaseLineBody {
    /// The whole case: its reports, photos and log. Those of a list are read together.
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<CaseBody>> {
        let loader = ctx.data_opt::<DataLoader<CaseLoader>>().ok_or(Kind::Internal)?;
        let file = loader.load_one(self.case_number.clone()).await?;
        Ok(file.map(|file| CaseBody::of(Arc::unwrap_or_clone(file), clock::now())))
    }
}

/// How many a page has, as far as it is known before it is read.
fn page(first: Option<i64>) -> usize {
    let most = LONGEST_PAGE;
    first.and_then(|first| usize::try_from(first).ok()).unwrap_or(most / 2).clamp(1, most)
}

fn wanted(
    filter: CaseFilter,
    order: Option<CaseOrder>,
    first: Option<i64>,
    after: Option<String>,
) -> RawWanted {
    let order = order.map(|order| match order {
        CaseOrder::Newest => "newest",
        CaseOrder::TimeLeft => "timeLeft",
    });
    let scope = filter.scope.map(|scope| match scope {
        CaseScope::All => "all",
        CaseScope::Mine => "mine",
        CaseScope::Unit => "unit",
    });
    let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
    RawWanted {
        center: filter.center,
        state: filter.state,
        segment: filter.segment,
        sort: order.map(str::to_owned),
        scope: scope.map(str::to_owned),
        overdue: flag(filter.overdue),
        raised: flag(filter.raised),
        unattended: flag(filter.unattended),
        possibly_same: flag(filter.possibly_same),
        hot_spot: flag(filter.hot_spot),
        cursor: after,
        count: first,
    }
}
