//! Following what another process changed: told by the database, and looking for oneself when nobody tells.

use std::time::Duration;

use jiekou_store::StoreError;
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

/// How often is looked when nobody tells: a date comes unannounced, and an announcement may be lost.
const EVERY: Duration = Duration::from_secs(2);

/// Looks whenever something is announced on what `listen` opens, and every two seconds, until asked to stop. Being told is
/// only a wake-up: it spares the wait, and losing it costs no more than one.
pub async fn follow<L, K>(listen: impl Fn() -> L, look: impl Fn() -> K, stopping: CancellationToken)
where
    L: Future<Output = Result<PgListener, StoreError>>,
    K: Future<Output = ()>,
{
    let mut listener = listen().await.ok();
    while !stopping.is_cancelled() {
        look().await;
        let told = async {
            match listener.as_mut() {
                Some(listener) => listener.try_recv().await.is_ok(),
                None => std::future::pending().await,
            }
        };
        let hears = tokio::select! {
            () = stopping.cancelled() => true,
            hears = told => hears,
            () = tokio::time::sleep(EVERY) => listener.is_some(),
        };
        if !hears {
            // The database is away, or was: not asked again at once.
            tokio::time::sleep(EVERY).await;
            listener = listen().await.ok();
        }
    }
}
