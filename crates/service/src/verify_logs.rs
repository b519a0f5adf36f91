//! Walks the logs of all cases and finds the first line that is not what was written.

use jiekou_core::case::CaseNumber;
use jiekou_core::case::chain::{self, Break};
use jiekou_store::cases::log_audit;
use jiekou_store::{PgPool, StoreError};
use sha2::{Digest, Sha256};
use tracing::instrument;

use crate::ServiceError;

/// Cases read at once.
const BATCH: i64 = 500;

/// What was found so far.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    pub cases: u64,
    pub lines: u64,
    pub erased: u64,
    /// The first break, with the number of its case; nothing behind it was read.
    pub first_break: Option<(String, Break)>,
    /// SHA-256 over the heads of all logs in order. Kept elsewhere, it shows that a whole log was not written anew: whoever
    /// can write everything in the database can also write new chains.
    pub anchor: [u8; 32],
}

/// Verifies the logs of all cases, or of one; `progress` hears of every batch.
///
/// # Errors
/// [`ServiceError::UnknownCase`]; storage. A break is no error.
#[instrument(level = "debug", name = "verify_logs", skip_all)]
pub async fn verify_logs(
    pool: &PgPool,
    number: Option<&str>,
    mut progress: impl FnMut(&Findings),
) -> Result<Findings, ServiceError> {
    let number = match number {
        Some(text) => Some(CaseNumber::parse(text).ok_or(ServiceError::UnknownCase)?),
        None => None,
    };
    let only = number.as_ref().map(CaseNumber::as_str);
    let mut connection = pool.acquire().await.map_err(StoreError::from)?;
    let (mut found, mut after) = (Findings::default(), 0);
    loop {
        let logs = log_audit::batch(&mut connection, after, only, BATCH).await?;
        let Some(last) = logs.last() else {
            return if only.is_some() && found.cases == 0 {
                Err(ServiceError::UnknownCase)
            } else {
                Ok(found)
            };
        };
        after = last.case_id;
        for log in logs {
            found.cases += 1;
            found.lines += u64::try_from(log.lines.len()).unwrap_or(u64::MAX);
            found.erased +=
                u64::try_from(log.lines.iter().filter(|line| line.is_erased).count()).unwrap_or(u64::MAX);
            if let Err(broken) = chain::verify(&log.lines, &log.head, log.last) {
                found.first_break = Some((log.case_number, broken));
                return Ok(found);
            }
            let anchor = Sha256::new().chain_update(found.anchor).chain_update(&log.case_number);
            found.anchor = anchor.chain_update(&log.head).finalize().into();
        }
        progress(&found);
    }
}
