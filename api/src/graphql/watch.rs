//! What subscriptions follow: one report, or the cases of somebody's inbox.

use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream::unfold;
use jiekou_boot::clock;
use jiekou_service::Staff;
use jiekou_service::track_report::{Tracking, TrackingPage, track_report};
use jiekou_service::view_case::{CaseFile, view_changed_cases};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{OwnedSemaphorePermit, broadcast};
use tokio::time::sleep;

use crate::live::Wake;
use crate::problem::{Kind, Problem};
use crate::state::State;

/// A change whose announcement was lost is seen at the latest then.
const BEAT: Duration = Duration::from_secs(15);
/// Changes this close to each other are told together.
const TOGETHER: Duration = Duration::from_millis(200);
/// Cases that are told at once; of more than these the list is to be read anew.
const MOST: usize = 100;

/// The report with this code whenever anything on its page changes, first as it is now.
///
/// # Errors
/// An unknown code; no place for another watcher; storage.
pub async fn report(
    state: Arc<State>,
    code: String,
) -> Result<impl Stream<Item = TrackingPage> + use<>, Problem> {
    let seat = state.live.take_seat().ok_or(Kind::Busy)?;
    let changes = state.live.subscribe();
    let Tracking::Page(page) = track_report(&state.app, &code, None).await? else {
        return Err(Kind::Internal.into());
    };
    let watcher = ReportWatcher {
        state,
        code,
        changes,
        case_id: page.case_id,
        etag: page.etag.clone(),
        first: Some(*page),
        _seat: seat,
    };
    Ok(unfold(watcher, |mut watcher| async move { Some((watcher.next().await?, watcher)) }))
}

struct ReportWatcher {
    state: Arc<State>,
    code: String,
    changes: broadcast::Receiver<Wake>,
    case_id: i64,
    etag: String,
    first: Option<TrackingPage>,
    _seat: OwnedSemaphorePermit,
}

impl ReportWatcher {
    async fn next(&mut self) -> Option<TrackingPage> {
        if let Some(page) = self.first.take() {
            return Some(page);
        }
        loop {
            let woken = tokio::select! {
                change = self.changes.recv() => match change {
                    Ok(Wake::Case(case_id)) => case_id == self.case_id,
                    Ok(Wake::Everybody) | Err(RecvError::Lagged(_)) => true,
                    Err(RecvError::Closed) => return None,
                },
                () = sleep(BEAT) => true,
            };
            if !woken {
                continue;
            }
            // Storage away is waited out.
            if let Ok(Tracking::Page(page)) =
                track_report(&self.state.app, &self.code, Some(&self.etag)).await
            {
                (self.case_id, self.etag) = (page.case_id, page.etag.clone());
                return Some(*page);
            }
        }
    }
}

/// Which cases a watcher wants to hear of, of those that they may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    All,
    /// What this center answers for.
    Center(String),
    /// The case with this number.
    Case(String),
}

/// What has changed.
#[derive(Debug, Default)]
pub struct Changes {
    pub files: Vec<CaseFile>,
    /// Something may have been missed: look for yourself.
    pub missed: bool,
}

/// The cases of these that change, as they are then. The first event says that the watcher is there and is to look.
///
/// # Errors
/// When there is no place for another watcher.
pub fn cases(
    state: Arc<State>,
    staff: Staff,
    followed: Followed,
) -> Result<impl Stream<Item = Changes> + use<>, Problem> {
    let seat = state.live.take_seat().ok_or(Kind::Busy)?;
    let changes = state.live.subscribe();
    let watcher = CaseWatcher { state, staff, followed, changes, begun: false, _seat: seat };
    Ok(unfold(watcher, |mut watcher| async move { Some((watcher.next().await?, watcher)) }))
}

struct CaseWatcher {
    state: Arc<State>,
    staff: Staff,
    followed: Followed,
    changes: broadcast::Receiver<Wake>,
    begun: bool,
    _seat: OwnedSemaphorePermit,
}

impl CaseWatcher {
    async fn next(&mut self) -> Option<Changes> {
        if !std::mem::replace(&mut self.begun, true) {
            return Some(Changes { files: Vec::new(), missed: true });
        }
        loop {
            let (ids, mut missed) = self.woken().await?;
            let seen = view_changed_cases(&self.state.app, &self.staff, &ids, clock::now()).await;
            // Storage away is waited out, and what was missed meanwhile is said.
            let mut files = seen.unwrap_or_else(|_away| {
                missed = true;
                Vec::new()
            });
            files.retain(|file| match &self.followed {
                Followed::All => true,
                Followed::Center(center) => file.case.center_code == *center,
                Followed::Case(number) => file.case.case_number == *number,
            });
            if missed || !files.is_empty() {
                return Some(Changes { files, missed });
            }
        }
    }

    /// The cases of the next announcements, and whether there were more; `None` when there will be no more.
    async fn woken(&mut self) -> Option<(Vec<i64>, bool)> {
        let (mut ids, mut missed) = (Vec::new(), false);
        match self.changes.recv().await {
            Ok(Wake::Case(case_id)) => ids.push(case_id),
            Ok(Wake::Everybody) | Err(RecvError::Lagged(_)) => missed = true,
            Err(RecvError::Closed) => return None,
        }
        sleep(TOGETHER).await;
        loop {
            match self.changes.try_recv() {
                Ok(Wake::Case(case_id)) if ids.contains(&case_id) => {}
                Ok(Wake::Case(case_id)) if ids.len() < MOST => ids.push(case_id),
                Ok(Wake::Case(_) | Wake::Everybody) | Err(TryRecvError::Lagged(_)) => missed = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return Some((ids, missed)),
            }
        }
    }
}
