//! Spending, and taking back.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use redis::Script;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use tracing::{instrument, warn};

use crate::StoreError;

/// Version of what is kept under a key.
const VERSION: &str = "v1";
/// How long Redis is waited for. Whoever asks counts alone then.
const PATIENCE: Duration = Duration::from_millis(50);
/// How long Redis is left alone after it failed.
const REST: Duration = Duration::from_secs(1);

/// The quotas of all processes.
pub struct SharedQuotas {
    connection: ConnectionManager,
    tag: String,
    resting_until: Mutex<Option<Instant>>,
    spend: Script,
    refund: Script,
}

impl std::fmt::Debug for SharedQuotas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedQuotas").field("tag", &self.tag).finish_non_exhaustive()
    }
}

/// What is spent from one quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// Names rule and spender; a hash.
    pub key: String,
    /// Microseconds that the quota reaches into the future.
    pub reach: i64,
    /// Microseconds of that which are spent.
    pub price: i64,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// From all quotas, or from none.
    pub passed: bool,
    /// Of each quota, in order: microseconds of its reach that are spent now.
    pub spent: Vec<i64>,
}

impl SharedQuotas {
    /// Connects when it is first needed.
    ///
    /// # Errors
    /// When `url` is no Redis address.
    pub fn new(url: &str, prefix: &str) -> Result<Self, StoreError> {
        // A connection of its own: nobody here waits behind a search for duplicates.
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1);
        Ok(Self {
            connection: ConnectionManager::new_lazy_with_config(crate::redis_client::client(url)?, config)?,
            tag: format!("{{{prefix}:limit:{VERSION}}}"),
            resting_until: Mutex::new(None),
            spend: Script::new(include_str!("spend.lua")),
            refund: Script::new(include_str!("refund.lua")),
        })
    }

    /// Spends all of `prices`, or none of them. The time is the caller's.
    ///
    /// # Errors
    /// `Unavailable` when Redis does not answer in 50 ms, or did not a moment ago.
    #[instrument(level = "debug", name = "redis.limit.spend", skip_all)]
    pub async fn spend(&self, prices: &[Price], now: DateTime<Utc>) -> Result<Spent, StoreError> {
        let answer: Vec<i64> = self.run(&self.spend, prices, now).await?;
        let (passed, spent) = answer.split_first().ok_or(StoreError::Inconsistent("an empty answer"))?;
        Ok(Spent { passed: *passed == 1, spent: spent.to_vec() })
    }

    /// Takes back what was spent.
    ///
    /// # Errors
    /// As for [`Self::spend`].
    #[instrument(level = "debug", name = "redis.limit.refund", skip_all)]
    pub async fn refund(&self, prices: &[Price], now: DateTime<Utc>) -> Result<(), StoreError> {
        let _: i64 = self.run(&self.refund, prices, now).await?;
        Ok(())
    }

    async fn run<T: redis::FromRedisValue>(
        &self,
        script: &Script,
        prices: &[Price],
        now: DateTime<Utc>,
    ) -> Result<T, StoreError> {
        if self.rests() {
            return Err(StoreError::Unavailable("redis rests after a failure".into()));
        }
        let mut call = script.prepare_invoke();
        call.arg(now.timestamp_millis().saturating_mul(1_000));
        for price in prices {
            call.key(format!("{}:{}", self.tag, price.key)).arg(price.reach).arg(price.price);
        }
        let mut connection = self.connection.clone();
        let answer = tokio::time::timeout(PATIENCE, call.invoke_async(&mut connection)).await;
        let failure = match answer {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => StoreError::from(error),
            Err(elapsed) => StoreError::Unavailable(Box::new(elapsed)),
        };
        let cause = std::error::Error::source(&failure).map(ToString::to_string).unwrap_or_default();
        warn!(error.cause = cause, "Redis failed; each process counts quotas alone meanwhile");
        if let Ok(mut until) = self.resting_until.lock() {
            *until = Some(Instant::now() + REST);
        }
        Err(failure)
    }

    fn rests(&self) -> bool {
        self.resting_until.lock().is_ok_and(|until| until.is_some_and(|until| Instant::now() < until))
    }
}
