//! Case serials, handed out in blocks so that a number costs no round trip.

use sqlx::PgPool;
use tokio::sync::Mutex;

use crate::StoreError;

/// The increment of the sequence `case_serial`.
const BLOCK: i64 = 64;

/// A block of serials of this process. What a process leaves unused at its end stays unused.
#[derive(Debug, Default)]
pub struct CaseSerials {
    next_and_end: Mutex<(i64, i64)>,
}

impl CaseSerials {
    /// The next serial.
    ///
    /// # Errors
    /// When a new block is needed and the database fails.
    pub async fn next(&self, pool: &PgPool) -> Result<i64, StoreError> {
        let mut block = self.next_and_end.lock().await;
        if block.0 >= block.1 {
            let first: i64 = sqlx::query_scalar("select nextval('case_serial')").fetch_one(pool).await?;
            *block = (first, first + BLOCK);
        }
        let serial = block.0;
        block.0 += 1;
        Ok(serial)
    }
}
