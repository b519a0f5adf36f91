//! Stopping in order: a first signal asks, and whatever is under way gets time to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};

/// How long work under way may take after the first signal.
pub const GRACE: Duration = Duration::from_secs(25);

/// The life of a process: whether it is asked to stop, and what is still under way.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    pub stopping: CancellationToken,
    pub tasks: TaskTracker,
    failed: Arc<AtomicBool>,
}

impl Lifecycle {
    /// Waits for SIGTERM or SIGINT and then asks everybody to stop.
    ///
    /// # Errors
    /// When the system refuses a signal handler.
    pub async fn wait_for_signal(&self) -> std::io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = self.stopping.cancelled() => {}
        }
        info!("asked to stop");
        self.stopping.cancel();
        Ok(())
    }

    /// Runs a task without which the process is of no use: should it end or panic before it is asked to stop, the whole
    /// process stops, so that whoever watches it starts another.
    pub fn spawn_essential(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let (stopping, failed) = (self.stopping.clone(), Arc::clone(&self.failed));
        let running = tokio::spawn(task);
        self.tasks.spawn(async move {
            let ended = running.await;
            if !stopping.is_cancelled() {
                error!(task = name, panicked = ended.is_err(), "an essential task ended");
                failed.store(true, Ordering::SeqCst);
                stopping.cancel();
            }
        });
    }

    /// Whether the process stops because an essential task ended.
    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst)
    }

    /// Waits until everything under way has ended, however long it takes: what must not be cut short is not. Whoever
    /// cannot wait sends a second signal, or kills.
    pub async fn finish(&self) {
        self.tasks.close();
        let again = async {
            let (Ok(mut terminate), Ok(mut interrupt)) =
                (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
            else {
                return std::future::pending().await;
            };
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        let mut again = std::pin::pin!(again);
        loop {
            tokio::select! {
                () = self.tasks.wait() => return,
                () = &mut again => {
                    warn!(tasks = self.tasks.len(), "told twice to stop; leases give the rest to others");
                    return;
                }
                () = tokio::time::sleep(GRACE) => info!("still ending what is under way"),
            }
        }
    }

    /// Waits until everything under way has ended, at most [`GRACE`].
    pub async fn drain(&self) {
        self.tasks.close();
        if tokio::time::timeout(GRACE, self.tasks.wait()).await.is_err() {
            warn!(
                tasks = self.tasks.len(),
                "stopped before everything ended; leases give the rest to others"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_whose_essential_task_panics_stops_and_says_so() {
        let lifecycle = Lifecycle::default();
        lifecycle.spawn_essential("broken", async { panic!("on purpose") });
        lifecycle.wait_for_signal().await.unwrap();
        lifecycle.drain().await;
        assert!(lifecycle.has_failed());
    }

    #[tokio::test]
    async fn a_process_that_is_asked_to_stop_has_not_failed() {
        let lifecycle = Lifecycle::default();
        let stopping = lifecycle.stopping.clone();
        lifecycle.spawn_essential("working", async move { stopping.cancelled().await });
        lifecycle.stopping.cancel();
        lifecycle.drain().await;
        assert!(!lifecycle.has_failed());
    }
}
