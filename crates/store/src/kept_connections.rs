//! Connections kept at hand for pages that are read all the time.
//!
//! Whenever the pool is given a connection back it asks whether the connection is well. That is a round trip more for each
//! page, and while it lasts the next page takes another connection. Whoever has read a page to its end knows that the
//! connection is well, and leaves it here. One that failed, whose page nobody waited for, or that nobody has used for a
//! minute, goes the pool's way.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};

use crate::StoreError;

/// Unused for so long, a connection may have been cut off on its way.
const LONGEST: Duration = Duration::from_secs(60);

/// The connections that are kept.
pub struct KeptConnections {
    pool: PgPool,
    kept: Mutex<Kept>,
}

struct Kept {
    idle: Vec<(Instant, PoolConnection<Postgres>)>,
    /// No more of them.
    most: usize,
}

/// A connection in use.
#[derive(Debug)]
pub struct KeptConnection<'a> {
    connection: PoolConnection<Postgres>,
    home: &'a KeptConnections,
}

impl KeptConnections {
    /// At most a quarter of what `pool` may open.
    pub fn new(pool: &PgPool) -> Self {
        let most = usize::try_from(pool.options().get_max_connections() / 4).unwrap_or_default();
        Self { pool: pool.clone(), kept: Mutex::new(Kept { idle: Vec::new(), most }) }
    }

    /// One that is kept, or else one of the pool.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn take(&self) -> Result<KeptConnection<'_>, StoreError> {
        let (idle, stale) = {
            let mut kept = self.kept();
            let stale = kept.idle.iter().take_while(|(since, _)| since.elapsed() >= LONGEST).count();
            let stale: Vec<_> = kept.idle.drain(..stale).collect();
            (kept.idle.pop(), stale)
        };
        drop(stale);
        let connection = match idle {
            Some((_, connection)) => connection,
            None => self.pool.acquire().await?,
        };
        Ok(KeptConnection { connection, home: self })
    }

    /// Gives all of them back to the pool, and keeps none from now on: a pool that closes waits for them.
    pub fn end(&self) {
        let mut kept = self.kept();
        kept.most = 0;
        kept.idle.clear();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptConnection<'_> {
    /// The connection itself.
    pub fn get(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Leaves it at hand. Only after everything that was asked of it was answered.
    pub fn keep(self) {
        let mut kept = self.home.kept();
        if kept.idle.len() < kept.most {
            kept.idle.push((Instant::now(), self.connection));
        }
    }
}

impl fmt::Debug for KeptConnections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.kept();
        f.debug_struct("KeptConnections").field("idle", &kept.idle.len()).field("most", &kept.most).finish()
    }
}
