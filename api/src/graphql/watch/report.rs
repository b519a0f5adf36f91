//! One report, for whoever has its code.

use std::sync::Arc;

use futures_util::Stream;
use futures_util::stream::unfold;
use jiekou_service::track_report::{Tracking, TrackingPage, track_report};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use super::BEAT;
use crate::live::{Seat, Wake};
use crate::problem::{Kind, Problem};
use crate::state::State;

/// The report with this code whenever anything on its page changes, first as it is now.
///
/// # Errors
/// An unknown code; storage.
pub async fn report(
    state: Arc<State>,
    code: String,
    seat: Seat,
) -> Result<impl Stream<Item = TrackingPage> + use<>, Problem> {
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
        look_at: Instant::now() + BEAT,
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
    look_at: Instant,
    _seat: Seat,
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
                () = sleep_until(self.look_at) => true,
            };
            if !woken {
                continue;
            }
            self.look_at = Instant::now() + BEAT;
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
