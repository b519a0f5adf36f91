//! One watcher's stream of Server-Sent Events.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use jiekou_service::track_report::{Tracking, TrackingPage, track_report};
use serde::Serialize;
use tokio::sync::broadcast;
use tokio::time::{Instant, sleep_until};

use super::{Seat, Wake};
use crate::problem::Problem;
use crate::rest::report_track::{StepBody, TrackingBody};
use crate::state::State;

/// A comment this often keeps the connection open, and a change that was missed is seen at the latest then.
const BEAT: Duration = Duration::from_secs(15);

struct Watcher {
    state: Arc<State>,
    code: String,
    changes: broadcast::Receiver<Wake>,
    case_id: i64,
    etag: String,
    last_step: i64,
    first: Option<Box<TrackingPage>>,
    look_at: Instant,
    _seat: Seat,
}

/// Opens the stream of the report with this code, with the steps after `last_step`.
///
/// # Errors
/// An unknown code; storage. Later failures of storage are waited out.
pub async fn open(
    state: Arc<State>,
    code: String,
    last_step: i64,
    seat: Seat,
) -> Result<impl Stream<Item = Result<Bytes, actix_web::Error>>, Problem> {
    let changes = state.live.subscribe();
    let Tracking::Page(page) = track_report(&state.app, &code, None).await? else {
        return Err(crate::problem::Kind::Internal.into());
    };
    let watcher = Watcher {
        state,
        code,
        changes,
        case_id: page.case_id,
        etag: String::new(),
        last_step,
        first: Some(page),
        look_at: Instant::now() + BEAT,
        _seat: seat,
    };
    Ok(unfold(watcher, |mut watcher| async move {
        let bytes = watcher.next().await?;
        Some((Ok(bytes), watcher))
    }))
}

impl Watcher {
    /// The next bytes to send; `None` when the process stops, so that the client connects to another one.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(page) = self.first.take() {
            return Some(self.events(*page));
        }
        loop {
            let woken = tokio::select! {
                () = self.state.live.lifecycle.stopping.cancelled() => return None,
                change = self.changes.recv() => match change {
                    Ok(Wake::Case(case_id)) => case_id == self.case_id,
                    Ok(Wake::Everybody) | Err(broadcast::error::RecvError::Lagged(_)) => true,
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
                () = sleep_until(self.look_at) => {
                    return Some(self.look().await.unwrap_or_else(|| Bytes::from_static(b": beat\n\n")));
                }
            };
            if woken && let Some(bytes) = self.look().await {
                return Some(bytes);
            }
        }
    }

    /// What changed since the last look, if anything did and storage answers.
    async fn look(&mut self) -> Option<Bytes> {
        self.look_at = Instant::now() + BEAT;
        match track_report(&self.state.app, &self.code, Some(&self.etag)).await {
            Ok(Tracking::Page(page)) => Some(self.events(*page)),
            Ok(Tracking::Unchanged { .. }) | Err(_) => None,
        }
    }

    fn events(&mut self, page: TrackingPage) -> Bytes {
        self.case_id = page.case_id;
        self.etag = page.etag.clone();
        let new = page.timeline.iter().filter(|step| step.id > self.last_step).cloned();
        let mut text: String = new.map(|step| event("step", Some(step.id), &StepBody::from(step))).collect();
        self.last_step = page.timeline.last().map_or(self.last_step, |step| step.id.max(self.last_step));
        text.push_str(&event("page", None, &TrackingBody::from(page)));
        Bytes::from(text)
    }
}

fn event(name: &str, id: Option<i64>, data: &impl Serialize) -> String {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    // The bodies hold text and numbers only, which always serialise; JSON has no bare line breaks.
    let data = serde_json::to_string(data).unwrap_or_default();
    format!("{id}event: {name}\ndata: {data}\n\n")
}
