//! Keeping a lease alive while something takes long.

use std::pin::pin;

use chrono::TimeDelta;
use jiekou_store::StoreError;
use tracing::warn;

/// Waits for `attempt` and renews its lease every third of it meanwhile: however long the other side takes, nobody else
/// does the same. `None` when the lease was lost all the same (the database was away for longer than it lasts); the attempt
/// is broken off then, for another worker may be at it.
pub async fn under_lease<T, R: Future<Output = Result<bool, StoreError>>>(
    lease: TimeDelta,
    attempt: impl Future<Output = T>,
    renew: impl Fn() -> R,
) -> Option<T> {
    let mut attempt = pin!(attempt);
    let third = lease.to_std().unwrap_or_default() / 3;
    loop {
        tokio::select! {
            ended = &mut attempt => return Some(ended),
            () = tokio::time::sleep(third) => match renew().await {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => warn!(error = %error, "a lease is not renewed yet"),
            },
        }
    }
}
