//! Persisted GraphQL documents, shared between processes: the hash of the text is the key. So many are kept, those that
//! were asked for last.

use std::time::Duration;

use redis::Script;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use tracing::instrument;

use crate::StoreError;

/// Keeps a document and lets the one that was not asked for the longest go. Keys: texts, times; arguments: hash, text, most.
const KEEP: &str = "
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
    redis.call('ZADD', KEYS[2], redis.call('TIME')[1], ARGV[1])
    local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[3])
    if over > 0 then
        for _, hash in ipairs(redis.call('ZRANGE', KEYS[2], 0, over - 1)) do
            redis.call('HDEL', KEYS[1], hash)
            redis.call('ZREM', KEYS[2], hash)
        end
    end
    return 1";
/// Reads a document and notes that it was asked for. Keys: texts, times; argument: hash.
const GET: &str = "
    local text = redis.call('HGET', KEYS[1], ARGV[1])
    if text then redis.call('ZADD', KEYS[2], redis.call('TIME')[1], ARGV[1]) end
    return text";

/// The documents of all processes.
pub struct SharedDocuments {
    connection: ConnectionManager,
    /// Both keys have one hash tag, so that a script touches one slot.
    texts: String,
    times: String,
    most: usize,
    keep: Script,
    get: Script,
}

impl std::fmt::Debug for SharedDocuments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedDocuments").field("most", &self.most).finish_non_exhaustive()
    }
}

impl SharedDocuments {
    /// Connects when it is first needed.
    ///
    /// # Errors
    /// When `url` is no address of a Redis.
    pub fn new(url: &str, prefix: &str, most: usize) -> Result<Self, StoreError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_millis(250)))
            .set_response_timeout(Some(Duration::from_millis(250)))
            .set_number_of_retries(1);
        Ok(Self {
            connection: ConnectionManager::new_lazy_with_config(crate::redis_client::client(url)?, config)?,
            texts: format!("{{{prefix}:documents}}:texts"),
            times: format!("{{{prefix}:documents}}:times"),
            most,
            keep: Script::new(KEEP),
            get: Script::new(GET),
        })
    }

    /// The document with this hash, if it is kept.
    ///
    /// # Errors
    /// When Redis is away.
    #[instrument(level = "debug", name = "redis.documents.get", skip_all)]
    pub async fn get(&self, hash: &str) -> Result<Option<String>, StoreError> {
        let mut call = self.get.prepare_invoke();
        call.key(&self.texts).key(&self.times).arg(hash);
        Ok(call.invoke_async(&mut self.connection.clone()).await?)
    }

    /// Keeps a document.
    ///
    /// # Errors
    /// When Redis is away.
    #[instrument(level = "debug", name = "redis.documents.keep", skip_all)]
    pub async fn keep(&self, hash: &str, text: &str) -> Result<(), StoreError> {
        let mut call = self.keep.prepare_invoke();
        call.key(&self.texts).key(&self.times).arg(hash).arg(text).arg(self.most);
        let _: i64 = call.invoke_async(&mut self.connection.clone()).await?;
        Ok(())
    }
}
