//! Reports as their authors see them.

use async_graphql::{Context, Object};
use jiekou_boot::clock;
use jiekou_service::ServiceError;
use jiekou_service::preview_similar::preview_similar;
use jiekou_service::track_report::{Tracking, track_report};

use crate::extract::read_report;
use crate::graphql::caller::Caller;
use crate::graphql::failure::Result;
use crate::graphql::mutation::input::{ReportInput, body};
use crate::graphql::readers;
use crate::problem::Kind;
use crate::rest::report_similar::PreviewBody;
use crate::rest::report_track::TrackingBody;

#[derive(Debug, Default)]
pub struct ReportQueries;

#[Object]
impl ReportQueries {
    /// How the report with this tracking code stands; `null` when there is none.
    #[graphql(guard = "readers::ANYBODY", complexity = "10 + child_complexity")]
    async fn report(&self, ctx: &Context<'_>, tracking_code: String) -> Result<Option<TrackingBody>> {
        match track_report(Caller::of(ctx)?.app(), &tracking_code, None).await {
            Ok(Tracking::Page(page)) => Ok(Some((*page).into())),
            // Nobody said what they know already.
            Ok(Tracking::Unchanged { .. }) => Err(Kind::Internal.into()),
            Err(ServiceError::UnknownTrackingCode) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What a report would be like if it were sent; nothing is stored, and nothing is required.
    #[graphql(guard = "readers::ANYBODY", complexity = "50 + child_complexity")]
    async fn report_preview(&self, ctx: &Context<'_>, draft: ReportInput) -> Result<Option<PreviewBody>> {
        let caller = Caller::of(ctx)?;
        let raw = read_report(&body(&draft), None);
        let preview = preview_similar(caller.app(), raw, &caller.principal(), clock::now()).await?;
        Ok(Some(preview.into()))
    }
}
