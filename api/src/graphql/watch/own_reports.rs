//! All reports of a resident.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::Stream;
use futures_util::stream::unfold;
use jiekou_service::Resident;
use jiekou_service::own_reports::{OwnReportLine, changed_reports, followed_cases};
use tokio::sync::broadcast;
use tokio::time::{Instant, sleep_until};

use super::{BEAT, together};
use crate::live::{Seat, Wake};
use crate::problem::Problem;
use crate::state::State;

/// What has changed.
#[derive(Debug, Default)]
pub struct OwnChanges {
    pub reports: Vec<OwnReportLine>,
    /// Something may have been missed, or there is a report that was not there before: look for yourself.
    pub missed: bool,
}

/// The reports of a resident that change, as they are then. The first event says that the watcher is there and is to look.
///
/// # Errors
/// Storage.
pub async fn own_reports(
    state: Arc<State>,
    resident: Resident,
    seat: Seat,
) -> Result<impl Stream<Item = OwnChanges> + use<>, Problem> {
    let changes = state.live.subscribe();
    let cases = followed_cases(&state.app, resident).await?;
    let watcher = Watcher {
        state,
        resident,
        changes,
        cases,
        begun: false,
        look_at: Instant::now() + BEAT,
        _seat: seat,
    };
    Ok(unfold(watcher, |mut watcher| async move { Some((watcher.next().await?, watcher)) }))
}

struct Watcher {
    state: Arc<State>,
    resident: Resident,
    changes: broadcast::Receiver<Wake>,
    /// Kept here, so that what happens to the cases of others costs no question to the database.
    cases: HashSet<i64>,
    begun: bool,
    look_at: Instant,
    _seat: Seat,
}

impl Watcher {
    async fn next(&mut self) -> Option<OwnChanges> {
        if !std::mem::replace(&mut self.begun, true) {
            return Some(OwnChanges { reports: Vec::new(), missed: true });
        }
        loop {
            let first = tokio::select! {
                change = self.changes.recv() => Some(change),
                () = sleep_until(self.look_at) => None,
            };
            let (mut ids, mut missed) = match first {
                Some(first) => together(first, &mut self.changes).await?,
                None => (Vec::new(), false),
            };
            ids.retain(|id| self.cases.contains(id));
            let mut reports = Vec::new();
            if !ids.is_empty() {
                match changed_reports(&self.state.app, self.resident, &ids).await {
                    Ok(changed) => reports = changed,
                    // Storage away is waited out, and what was missed meanwhile is said.
                    Err(_away) => missed = true,
                }
            }
            // Merged and split cases are others now, and a report that was sent by another door is followed from now on,
            // however much else is told meanwhile.
            if missed || !ids.is_empty() || Instant::now() >= self.look_at {
                missed |= self.has_other_cases().await;
            }
            if missed || !reports.is_empty() {
                return Some(OwnChanges { reports, missed });
            }
        }
    }

    async fn has_other_cases(&mut self) -> bool {
        self.look_at = Instant::now() + BEAT;
        match followed_cases(&self.state.app, self.resident).await {
            Ok(cases) => std::mem::replace(&mut self.cases, cases.clone()) != cases,
            Err(_away) => false,
        }
    }
}
