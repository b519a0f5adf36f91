//! Reading and writing the index.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::future::try_join_all;
use jiekou_core::dedup::{Candidate, Fingerprint};
use jiekou_core::place::Wgs84;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, Script};
use tracing::{instrument, warn};

use super::keys::{RETIRED_VERSIONS, TownKeys};
use crate::StoreError;

/// What the geo set's rounding may hide of a distance, in metres: its cells are half a metre wide.
const SLACK_METERS: u32 = 1;
/// Kinds of marks, one letter each.
const WORDS: &str = "w";
const COMPONENT: &str = "c";
/// How long an index of an earlier release is left to the processes of that release, in seconds.
const RETIRED_KEPT: u32 = 3_600;
/// How long Redis is left alone after it failed, so that its absence costs no report more than one short wait.
const REST: Duration = Duration::from_secs(1);

/// The index of live cases.
pub struct DedupIndex {
    connection: ConnectionManager,
    prefix: String,
    resting_until: Mutex<Option<Instant>>,
    search: Script,
    admit: Script,
    remove: Script,
    retire: Script,
}

impl std::fmt::Debug for DedupIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DedupIndex").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// A live case as the index holds it.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    pub case_id: i64,
    pub center_code: &'a str,
    pub print: &'a [u8],
    pub point: Wgs84,
    pub family: &'a str,
    pub recognised_until: Option<DateTime<Utc>>,
}

/// What is looked for: cases around a point, of some families, in the towns within reach.
#[derive(Debug, Clone)]
pub struct Search<'a> {
    pub centers: &'a [String],
    pub families: &'a [String],
    pub point: Wgs84,
    pub reach_meters: f64,
    /// So many of a family and town, the nearest, and a few more; those with a mark besides.
    pub nearest: usize,
    pub marks: Marks,
}

/// What is looked for behind any crowd: cases of the very same text, and of the same component.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marks {
    words: Option<u64>,
    component: Option<u64>,
}

impl Marks {
    /// The marks of a report or case.
    pub fn of(print: &Fingerprint) -> Self {
        Self { words: print.words, component: print.component_id.as_deref().map(hash) }
    }

    /// Kind and score of each. A sorted set's scores are exact up to 53 bits; a rare false one is one candidate more.
    fn scored(self) -> impl Iterator<Item = (&'static str, u64)> {
        let known = [(WORDS, self.words), (COMPONENT, self.component)];
        known.into_iter().filter_map(|(kind, hash)| Some((kind, hash? >> 11)))
    }
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What the index says.
#[derive(Debug)]
pub enum Found {
    Candidates(Vec<Candidate>),
    /// These towns' indexes are not ready: somebody must rebuild them, and PostgreSQL must be asked.
    NotReady(Vec<String>),
}

impl DedupIndex {
    /// An index that connects when it is first needed.
    ///
    /// # Errors
    /// When `url` is no Redis address.
    pub fn new(url: &str, prefix: &str) -> Result<Self, StoreError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_millis(250)))
            .set_response_timeout(Some(Duration::from_millis(250)))
            .set_number_of_retries(1);
        Ok(Self {
            connection: ConnectionManager::new_lazy_with_config(crate::redis_client::client(url)?, config)?,
            prefix: prefix.to_owned(),
            resting_until: Mutex::new(None),
            search: Script::new(include_str!("search.lua")),
            admit: Script::new(include_str!("admit.lua")),
            remove: Script::new(include_str!("remove.lua")),
            retire: Script::new(include_str!("retire.lua")),
        })
    }

    pub(super) fn keys(&self, center_code: &str) -> TownKeys {
        TownKeys::new(&self.prefix, center_code)
    }

    pub(super) fn connection(&self) -> ConnectionManager {
        self.connection.clone()
    }

    /// Whether Redis answers.
    pub async fn answers(&self) -> bool {
        let mut connection = self.connection();
        let pong: Result<String, _> = redis::cmd("PING").query_async(&mut connection).await;
        pong.is_ok()
    }

    /// Cases around a point. The towns are asked at once, each by one script on one slot.
    ///
    /// # Errors
    /// `Unavailable` when Redis is away or was a moment ago.
    #[instrument(level = "debug", name = "redis.dedup.search", skip_all)]
    pub async fn search(&self, search: &Search<'_>) -> Result<Found, StoreError> {
        self.ready_to_try()?;
        let asked = search.centers.iter().map(|center| self.search_town(center, search));
        let answers = self.noted(try_join_all(asked).await)?;
        let mut candidates = Vec::new();
        let mut not_ready = Vec::new();
        for (center, answer) in search.centers.iter().zip(answers) {
            match answer {
                None => not_ready.push(center.clone()),
                Some(pairs) => candidates.extend(pairs.into_iter().filter_map(|(case_id, bytes)| {
                    Some(Candidate { case_id, print: Fingerprint::from_bytes(&bytes)? })
                })),
            }
        }
        Ok(if not_ready.is_empty() { Found::Candidates(candidates) } else { Found::NotReady(not_ready) })
    }

    async fn search_town(
        &self,
        center: &str,
        search: &Search<'_>,
    ) -> Result<Option<Vec<(i64, Vec<u8>)>>, redis::RedisError> {
        let keys = self.keys(center);
        let mut call = self.search.prepare_invoke();
        call.key(keys.ready()).key(keys.prints()).key(keys.marks());
        for family in search.families {
            call.key(keys.places(family));
        }
        // A box a little larger than the arbiter's own, so that whatever the arbiter finds was seen here.
        let side = search.reach_meters * 2.0 * 1.02 + 2.0;
        call.arg(search.point.longitude()).arg(search.point.latitude()).arg(side);
        call.arg(search.nearest).arg(SLACK_METERS);
        for (kind, score) in search.marks.scored() {
            call.arg(kind).arg(score);
        }
        call.invoke_async(&mut self.connection()).await
    }

    /// Adds a case after its commit, or again after a crash.
    ///
    /// # Errors
    /// `Unavailable` when Redis is away.
    #[instrument(level = "debug", name = "redis.dedup.admit", skip_all)]
    pub async fn admit(&self, entry: &Entry<'_>) -> Result<(), StoreError> {
        self.ready_to_try()?;
        let keys = self.keys(entry.center_code);
        let until = entry.recognised_until.map(|until| until.timestamp().to_string()).unwrap_or_default();
        let mut call = self.admit.prepare_invoke();
        call.key(keys.prints()).key(keys.places(entry.family)).key(keys.windows()).key(keys.marks());
        call.arg(entry.case_id).arg(entry.point.longitude()).arg(entry.point.latitude());
        call.arg(entry.print).arg(entry.family).arg(until);
        let marks = Fingerprint::from_bytes(entry.print).map(|print| Marks::of(&print)).unwrap_or_default();
        for (kind, score) in marks.scored() {
            call.arg(kind).arg(score);
        }
        let done: Result<i64, _> = call.invoke_async(&mut self.connection()).await;
        self.noted(done).map(|_| ())
    }

    /// Removes a case that takes no reports any more.
    ///
    /// # Errors
    /// `Unavailable` when Redis is away.
    #[instrument(level = "debug", name = "redis.dedup.remove", skip_all)]
    pub async fn remove(&self, case_id: i64, center_code: &str, family: &str) -> Result<(), StoreError> {
        self.ready_to_try()?;
        let keys = self.keys(center_code);
        let mut call = self.remove.prepare_invoke();
        call.key(keys.prints()).key(keys.places(family)).key(keys.windows()).key(keys.marks());
        call.arg(case_id).arg(family).arg(WORDS).arg(COMPONENT);
        let done: Result<i64, _> = call.invoke_async(&mut self.connection()).await;
        self.noted(done).map(|_| ())
    }

    /// Removes the cases of a town whose window is over. Returns how many.
    ///
    /// # Errors
    /// `Unavailable` when Redis is away.
    #[instrument(level = "debug", name = "redis.dedup.expire", skip_all)]
    pub async fn expire(&self, center_code: &str, now: DateTime<Utc>) -> Result<usize, StoreError> {
        self.ready_to_try()?;
        let keys = self.keys(center_code);
        let over: Result<Vec<String>, _> = self
            .connection()
            .zrangebyscore_limit(keys.windows(), "-inf", now.timestamp() - 1, 0, 1_000)
            .await;
        let over = self.noted(over)?;
        for member in &over {
            if let Some((case_id, family)) = member.split_once('/')
                && let Ok(case_id) = case_id.parse()
            {
                self.remove(case_id, center_code, family).await?;
            }
        }
        Ok(over.len())
    }

    /// Says that every open case of a town is in its index.
    ///
    /// # Errors
    /// `Unavailable` when Redis is away.
    pub async fn declare_ready(&self, center_code: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let ready: Result<(), _> =
            self.connection().set(self.keys(center_code).ready(), now.timestamp()).await;
        self.noted(ready)
    }

    /// Lets the indexes that earlier releases had of a town go in an hour. Returns how many keys will.
    ///
    /// # Errors
    /// `Unavailable` when Redis is away.
    #[instrument(level = "debug", name = "redis.dedup.retire", skip_all)]
    pub async fn retire(&self, center_code: &str, families: &[String]) -> Result<u32, StoreError> {
        self.ready_to_try()?;
        let mut retired = 0;
        for version in RETIRED_VERSIONS {
            let keys = TownKeys::of_version(version, &self.prefix, center_code);
            let mut call = self.retire.prepare_invoke();
            call.key(keys.ready()).key(keys.prints()).key(keys.marks()).key(keys.windows());
            for family in families {
                call.key(keys.places(family));
            }
            call.arg(RETIRED_KEPT);
            let done: Result<u32, _> = call.invoke_async(&mut self.connection()).await;
            retired += self.noted(done)?;
        }
        Ok(retired)
    }

    /// Refuses at once while Redis rests after a failure.
    fn ready_to_try(&self) -> Result<(), StoreError> {
        let resting =
            self.resting_until.lock().is_ok_and(|until| until.is_some_and(|until| Instant::now() < until));
        if resting { Err(StoreError::Unavailable("redis rests after a failure".into())) } else { Ok(()) }
    }

    /// Notes a failure, said once for each rest.
    pub(super) fn noted<T>(&self, answer: Result<T, redis::RedisError>) -> Result<T, StoreError> {
        if let Err(error) = &answer {
            warn!(error = %error, "Redis failed; duplicates are recognised through PostgreSQL meanwhile");
            if let Ok(mut until) = self.resting_until.lock() {
                *until = Some(Instant::now() + REST);
            }
        }
        Ok(answer?)
    }
}
