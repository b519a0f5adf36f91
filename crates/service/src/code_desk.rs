//! Where codes are made, one after another: codes take turns in the database, and whoever waits for the turn there holds a
//! connection that others need.

use std::fmt;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::ServiceError;

/// Requests that may wait; one more is told to come back.
const WAITING: usize = 256;

/// The desk of a process.
pub struct CodeDesk {
    waiting: Semaphore,
    turn: Semaphore,
}

/// The turn of whoever holds it.
#[derive(Debug)]
pub struct Turn<'a> {
    _waiting: SemaphorePermit<'a>,
    _turn: SemaphorePermit<'a>,
}

impl fmt::Debug for CodeDesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeDesk").finish_non_exhaustive()
    }
}

impl Default for CodeDesk {
    fn default() -> Self {
        Self { waiting: Semaphore::new(WAITING), turn: Semaphore::new(1) }
    }
}

impl CodeDesk {
    /// Waits for the turn.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] when very many wait.
    pub(crate) async fn turn(&self) -> Result<Turn<'_>, ServiceError> {
        let busy = |_full| ServiceError::Busy;
        let waiting = self.waiting.try_acquire().map_err(busy)?;
        // Never closed.
        let turn = self.turn.acquire().await.map_err(|_closed| ServiceError::Busy)?;
        Ok(Turn { _waiting: waiting, _turn: turn })
    }
}
