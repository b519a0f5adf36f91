//! What can be followed live.
#![expect(clippy::unused_async, reason = "every resolver is awaited, also one that waits for nothing")]

use async_graphql::{Context, SimpleObject};
use futures_util::{Stream, StreamExt};
use jiekou_boot::clock;

use super::caller::Caller;
use super::failure::Result;
use super::readers;
use super::watch::{self, Changes, Followed, OwnChanges};
use crate::rest::case_view::CaseBody;
use crate::rest::report_track::TrackingBody;
use crate::rest::resident_reports::OwnReportBody;

/// Cases that have changed, as they are now.
#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::STAFF")]
pub struct CasesChanged {
    pub cases: Vec<CaseBody>,
    /// Some changes may not have been told: read the list anew. So is the first event.
    pub missed: bool,
}

impl From<Changes> for CasesChanged {
    fn from(changes: Changes) -> Self {
        let now = clock::now();
        let cases = changes.files.into_iter().map(|file| CaseBody::of(file, now)).collect();
        Self { cases, missed: changes.missed }
    }
}

/// Reports of the caller that have changed, as they are now.
#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::RESIDENTS")]
pub struct OwnReportsChanged {
    pub reports: Vec<OwnReportBody>,
    /// Some changes may not have been told, or a report is new: read the list anew. So is the first event.
    pub missed: bool,
}

impl From<OwnChanges> for OwnReportsChanged {
    fn from(changes: OwnChanges) -> Self {
        let reports = changes.reports.into_iter().map(OwnReportBody::from).collect();
        Self { reports, missed: changes.missed }
    }
}

/// What can be followed: over `graphql-transport-ws` or Server-Sent Events.
#[derive(Debug)]
pub struct Subscription;

#[async_graphql::Subscription]
impl Subscription {
    /// The page of a report: as it is now, and whenever anything on it changes.
    #[graphql(guard = "readers::ANYBODY")]
    async fn report_changed(
        &self,
        ctx: &Context<'_>,
        tracking_code: String,
    ) -> Result<impl Stream<Item = TrackingBody> + use<>> {
        let caller = Caller::of(ctx)?;
        let pages = watch::report(caller.state.clone(), tracking_code, caller.take_seat()?).await?;
        Ok(pages.map(TrackingBody::from))
    }

    /// The caller's last 200 reports, when they change.
    #[graphql(guard = "readers::RESIDENTS")]
    async fn own_reports_changed(
        &self,
        ctx: &Context<'_>,
    ) -> Result<impl Stream<Item = OwnReportsChanged> + use<>> {
        let caller = Caller::of(ctx)?;
        let (resident, seat) = (caller.resident()?, caller.take_seat()?);
        let changes = watch::own_reports(caller.state.clone(), resident, seat).await?;
        Ok(changes.map(OwnReportsChanged::from))
    }

    /// Cases that the caller may see, when they change. With `center` only what it answers for.
    #[graphql(guard = "readers::STAFF")]
    async fn cases_changed(
        &self,
        ctx: &Context<'_>,
        center: Option<String>,
    ) -> Result<impl Stream<Item = CasesChanged> + use<>> {
        let caller = Caller::of(ctx)?;
        let followed = center.map_or(Followed::All, Followed::Center);
        let (staff, seat) = (caller.staff()?.clone(), caller.take_seat()?);
        Ok(watch::cases(caller.state.clone(), staff, followed, seat).map(CasesChanged::from))
    }

    /// One case, when it changes.
    #[graphql(guard = "readers::STAFF")]
    async fn case_changed(
        &self,
        ctx: &Context<'_>,
        number: String,
    ) -> Result<impl Stream<Item = CasesChanged> + use<>> {
        let caller = Caller::of(ctx)?;
        let (staff, seat) = (caller.staff()?.clone(), caller.take_seat()?);
        let changes = watch::cases(caller.state.clone(), staff, Followed::Case(number), seat);
        Ok(changes.map(CasesChanged::from))
    }
}
