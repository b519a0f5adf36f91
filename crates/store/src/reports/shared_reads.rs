//! Reads by tracking code, done together: requests that wait at the same moment share one query.
//!
//! Never stale: a query starts after all the requests it answers have arrived. A request that comes alone is read at
//! once; under load the wake-ups and round trips of many become those of one.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::StoreError;

/// Queries under way at once, and requests one of them answers at most. Two keep the database busy while the answers
/// before are written; four were measured slower, for each then answers fewer.
const READERS: usize = 2;
const BATCH: usize = 64;
/// Requests that may wait; one more is told that storage is busy.
const WAITING: usize = 4_096;

/// What can be read by tracking code.
pub trait ByCode: Clone + Send + 'static {
    /// Reads it for all of `codes`, each with its code; a code that is none is left out.
    fn read(
        pool: &PgPool,
        codes: &[&str],
    ) -> impl Future<Output = Result<Vec<(String, Self)>, StoreError>> + Send;
}

type Answer<T> = Result<Option<T>, StoreError>;

struct Request<T> {
    code: String,
    answer: oneshot::Sender<Answer<T>>,
}

/// The readers of a process.
pub struct SharedReads<T> {
    requests: mpsc::Sender<Request<T>>,
}

impl<T> fmt::Debug for SharedReads<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedReads").finish_non_exhaustive()
    }
}

impl<T: ByCode> SharedReads<T> {
    /// Starts the readers; they end when the last handle is dropped.
    pub fn start(pool: &PgPool) -> Self {
        let (requests, waiting) = mpsc::channel(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..READERS {
            tokio::spawn(read::<T>(pool.clone(), Arc::clone(&waiting)));
        }
        Self { requests }
    }

    /// What there is for this code.
    ///
    /// # Errors
    /// When the database fails, or more wait than can be served.
    pub async fn by_code(&self, code: &str) -> Answer<T> {
        let (answer, answered) = oneshot::channel();
        let request = Request { code: code.to_owned(), answer };
        let busy = |_full| StoreError::Unavailable("too many readers wait".into());
        self.requests.try_send(request).map_err(busy)?;
        answered.await.map_err(|gone| StoreError::Unavailable(Box::new(gone)))?
    }
}

async fn read<T: ByCode>(pool: PgPool, waiting: Arc<Mutex<mpsc::Receiver<Request<T>>>>) {
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        if waiting.lock().await.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        let codes: Vec<&str> = batch.iter().map(|request| request.code.as_str()).collect();
        match T::read(&pool, &codes).await {
            Ok(found) => {
                let found: HashMap<String, T> = found.into_iter().collect();
                for request in batch {
                    // Whoever has hung up is not missed.
                    let _ = request.answer.send(Ok(found.get(&request.code).cloned()));
                }
            }
            Err(error) => fail(batch, &error),
        }
    }
}

/// Tells everybody in the batch; an error cannot be copied, its kind and words can.
fn fail<T>(batch: Vec<Request<T>>, error: &StoreError) {
    let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    for request in batch {
        let told = match error {
            StoreError::Unavailable(_) => StoreError::Unavailable(words.clone().into()),
            StoreError::Unstorable => StoreError::Unstorable,
            StoreError::Inconsistent(what) => StoreError::Inconsistent(what),
            StoreError::Failed(_) => StoreError::Failed(words.clone().into()),
        };
        let _ = request.answer.send(Err(told));
    }
}
