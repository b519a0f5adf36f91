//! Tracking pages read together: requests that wait at the same moment share one query.
//!
//! Never stale: a query starts after all the requests it answers have arrived. A request that comes alone is read at
//! once; under load the wake-ups and round trips of many become those of one.

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::tracking::{Tracked, by_codes};
use crate::StoreError;

/// Queries under way at once, and requests one of them answers at most.
const READERS: usize = 2;
const BATCH: usize = 64;
/// Requests that may wait; one more is told that storage is busy.
const WAITING: usize = 4_096;

type Answer = Result<Option<Tracked>, StoreError>;

struct Request {
    code: String,
    answer: oneshot::Sender<Answer>,
}

/// The readers of a process.
#[derive(Debug, Clone)]
pub struct SharedReads {
    requests: mpsc::Sender<Request>,
}

impl SharedReads {
    /// Starts the readers; they end when the last handle is dropped.
    pub fn start(pool: &PgPool) -> Self {
        let (requests, waiting) = mpsc::channel(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..READERS {
            tokio::spawn(read(pool.clone(), Arc::clone(&waiting)));
        }
        Self { requests }
    }

    /// The page of the report with this code.
    ///
    /// # Errors
    /// When the database fails, or more wait than can be served.
    pub async fn by_code(&self, code: &str) -> Answer {
        let (answer, answered) = oneshot::channel();
        let request = Request { code: code.to_owned(), answer };
        let busy = |_full| StoreError::Unavailable("too many readers wait".into());
        self.requests.try_send(request).map_err(busy)?;
        answered.await.map_err(|gone| StoreError::Unavailable(Box::new(gone)))?
    }
}

async fn read(pool: PgPool, waiting: Arc<Mutex<mpsc::Receiver<Request>>>) {
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        if waiting.lock().await.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        let codes: Vec<&str> = batch.iter().map(|request| request.code.as_str()).collect();
        match by_codes(&pool, &codes).await {
            Ok(pages) => {
                let pages: HashMap<String, Tracked> =
                    pages.into_iter().map(|page| (page.tracking_code.clone(), page)).collect();
                for request in batch {
                    // Whoever has hung up is not missed.
                    let _ = request.answer.send(Ok(pages.get(&request.code).cloned()));
                }
            }
            Err(error) => fail(batch, &error),
        }
    }
}

/// Tells everybody in the batch; an error cannot be copied, its kind and words can.
fn fail(batch: Vec<Request>, error: &StoreError) {
    let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    for request in batch {
        let told = match error {
            StoreError::Unavailable(_) => StoreError::Unavailable(words.clone().into()),
            StoreError::Inconsistent(what) => StoreError::Inconsistent(what),
            StoreError::Failed(_) => StoreError::Failed(words.clone().into()),
        };
        let _ = request.answer.send(Err(told));
    }
}
