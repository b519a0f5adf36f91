//! Stopping in order: a first signal asks, and whatever is under way gets time to end.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

/// How long work under way may take after the first signal.
pub const GRACE: Duration = Duration::from_secs(25);

/// The life of a process: whether it is asked to stop, and what is still under way.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    pub stopping: CancellationToken,
    pub tasks: TaskTracker,
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
