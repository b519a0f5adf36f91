//! The cases of somebody's inbox.

use std::sync::Arc;

use futures_util::Stream;
use futures_util::stream::unfold;
use jiekou_boot::clock;
use jiekou_service::Staff;
use jiekou_service::view_case::{CaseFile, view_changed_cases};
use tokio::sync::broadcast;

use super::together;
use crate::live::{Seat, Wake};
use crate::state::State;

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
pub fn cases(
    state: Arc<State>,
    staff: Staff,
    followed: Followed,
    seat: Seat,
) -> impl Stream<Item = Changes> + use<> {
    let changes = state.live.subscribe();
    let watcher = CaseWatcher { state, staff, followed, changes, begun: false, _seat: seat };
    unfold(watcher, |mut watcher| async move { Some((watcher.next().await?, watcher)) })
}

struct CaseWatcher {
    state: Arc<State>,
    staff: Staff,
    followed: Followed,
    changes: broadcast::Receiver<Wake>,
    begun: bool,
    _seat: Seat,
}

impl CaseWatcher {
    async fn next(&mut self) -> Option<Changes> {
        if !std::mem::replace(&mut self.begun, true) {
            return Some(Changes { files: Vec::new(), missed: true });
        }
        loop {
            let (ids, mut missed) = together(self.changes.recv().await, &mut self.changes).await?;
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
}
