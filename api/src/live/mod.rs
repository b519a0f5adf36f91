//! Live updates: who watches which case, and telling them that it changed.

mod seats;
pub mod stream;

use jiekou_boot::lifecycle::Lifecycle;
use jiekou_core::limit::Spender;
use jiekou_store::{PgPool, wake};
use tokio::sync::broadcast;
use tracing::warn;

pub use self::seats::Seat;
use self::seats::Seats;

/// Changes a slow watcher may miss before it looks for itself.
const BACKLOG: usize = 1_024;

/// What watchers are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    Case(i64),
    /// Something may have been missed: look for yourself.
    Everybody,
}

/// The process's watchers.
#[derive(Debug, Clone)]
pub struct LiveHub {
    changes: broadcast::Sender<Wake>,
    seats: Seats,
    pub lifecycle: Lifecycle,
}

impl LiveHub {
    pub fn new(lifecycle: Lifecycle) -> Self {
        Self { changes: broadcast::channel(BACKLOG).0, seats: Seats::new(), lifecycle }
    }

    /// A place for one more watcher, while there is one for `who`.
    pub fn take_seat(&self, who: Spender) -> Option<Seat> {
        self.seats.take(who)
    }

    /// From now on, every change. Subscribe first and look afterwards, so that nothing falls between.
    pub fn subscribe(&self) -> broadcast::Receiver<Wake> {
        self.changes.subscribe()
    }

    /// Passes the database's announcements on until the process stops; a lost connection is made again.
    pub async fn relay(&self, pool: PgPool) {
        while !self.lifecycle.stopping.is_cancelled() {
            tokio::select! {
                () = self.lifecycle.stopping.cancelled() => {}
                () = self.listen(&pool) => tokio::time::sleep(std::time::Duration::from_secs(1)).await,
            }
        }
    }

    async fn listen(&self, pool: &PgPool) {
        let mut listener = match wake::listen(pool).await {
            Ok(listener) => listener,
            Err(error) => {
                warn!(error = %error, "live updates wait for the database");
                return;
            }
        };
        self.tell(Wake::Everybody);
        loop {
            match listener.try_recv().await {
                Ok(Some(notification)) => {
                    self.tell(notification.payload().parse().map_or(Wake::Everybody, Wake::Case));
                }
                Ok(None) => self.tell(Wake::Everybody),
                Err(error) => {
                    warn!(error = %error, "live updates lost the database");
                    return;
                }
            }
        }
    }

    fn tell(&self, wake: Wake) {
        // Nobody watching is no failure.
        let _ = self.changes.send(wake);
    }
}
