//! What subscriptions follow: one report, all reports of a resident, or the cases of somebody's inbox.

mod cases;
mod own_reports;
mod report;

use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::sleep;

pub use self::cases::{Changes, Followed, cases};
pub use self::own_reports::{OwnChanges, own_reports};
pub use self::report::report;
use crate::live::Wake;

/// A change whose announcement was lost is seen at the latest then.
const BEAT: Duration = Duration::from_secs(15);
/// Changes this close to each other are told together.
const TOGETHER: Duration = Duration::from_millis(200);
/// Cases that are told at once; of more than these the list is to be read anew.
const MOST: usize = 100;

/// The cases of an announcement and of those close behind it, and whether there were more; `None` when there will be no
/// more. Must not be broken off: what it has taken nobody else is told.
async fn together(
    first: Result<Wake, RecvError>,
    changes: &mut broadcast::Receiver<Wake>,
) -> Option<(Vec<i64>, bool)> {
    let (mut ids, mut missed) = (Vec::new(), false);
    match first {
        Ok(Wake::Case(case_id)) => ids.push(case_id),
        Ok(Wake::Everybody) | Err(RecvError::Lagged(_)) => missed = true,
        Err(RecvError::Closed) => return None,
    }
    sleep(TOGETHER).await;
    loop {
        match changes.try_recv() {
            Ok(Wake::Case(case_id)) if ids.contains(&case_id) => {}
            Ok(Wake::Case(case_id)) if ids.len() < MOST => ids.push(case_id),
            Ok(Wake::Case(_) | Wake::Everybody) | Err(TryRecvError::Lagged(_)) => missed = true,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return Some((ids, missed)),
        }
    }
}
