//! Accounts of staff.

use async_graphql::{Context, Object, SimpleObject};
use jiekou_service::ServiceError;
use jiekou_service::list_staff::{list_staff, view_staff};
use jiekou_service::own_account::own_account;
use uuid::Uuid;

use super::PageInfo;
use crate::graphql::caller::Caller;
use crate::graphql::failure::Result;
use crate::graphql::readers;
use crate::rest::account_view::AccountBody;
use crate::rest::staff_shapes::StaffAccountBody;

#[derive(Debug, Default)]
pub struct PeopleQueries;

#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::STAFF")]
pub struct StaffConnection {
    pub nodes: Vec<StaffAccountBody>,
    pub page_info: PageInfo,
}

#[Object]
impl PeopleQueries {
    /// The caller's own account.
    #[graphql(guard = "readers::STAFF")]
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<AccountBody>> {
        let caller = Caller::of(ctx)?;
        Ok(Some(own_account(caller.app(), caller.signed_in()?).await?.into()))
    }

    /// The accounts that the caller administers, by name, 50 a page.
    #[graphql(guard = "readers::STAFF", complexity = "50 * child_complexity")]
    async fn staff(&self, ctx: &Context<'_>, after: Option<String>) -> Result<Option<StaffConnection>> {
        let caller = Caller::of(ctx)?;
        let page = list_staff(caller.app(), caller.staff()?, after.as_deref()).await?;
        let nodes = page.items.into_iter().map(StaffAccountBody::from).collect();
        Ok(Some(StaffConnection { nodes, page_info: PageInfo::before(page.next) }))
    }

    /// One account that the caller administers; `null` when there is none.
    #[graphql(guard = "readers::STAFF")]
    async fn staff_account(&self, ctx: &Context<'_>, staff_id: Uuid) -> Result<Option<StaffAccountBody>> {
        let caller = Caller::of(ctx)?;
        match view_staff(caller.app(), caller.staff()?, staff_id).await {
            Ok(account) => Ok(Some(account.into())),
            Err(ServiceError::UnknownStaff) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
