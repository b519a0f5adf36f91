//! The rulebook in force, and the earlier ones that open cases keep.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiekou_core::rulebook::Rulebook;
use jiekou_store::{PgConnection, StoreError, rulebooks};

/// A rulebook and the id of its stored version.
#[derive(Debug)]
pub struct RulebookInForce {
    pub version_id: i64,
    pub rules: Arc<Rulebook>,
}

/// Versions kept in memory besides the one in force; the oldest is read again when it is needed.
const KEPT: usize = 8;

/// The versions this process has read. The one in force changes while serving; whoever works with one keeps it.
#[derive(Debug)]
pub struct Rulebooks {
    in_force: RwLock<Arc<RulebookInForce>>,
    read: RwLock<BTreeMap<i64, Arc<RulebookInForce>>>,
}

impl Rulebooks {
    pub fn new(in_force: RulebookInForce) -> Self {
        let in_force = Arc::new(in_force);
        let read = RwLock::new(BTreeMap::from([(in_force.version_id, Arc::clone(&in_force))]));
        Self { in_force: RwLock::new(in_force), read }
    }

    /// The version in force.
    pub fn in_force(&self) -> Arc<RulebookInForce> {
        Arc::clone(&self.in_force.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on `version` is in force.
    pub fn replace(&self, version: RulebookInForce) {
        let version = Arc::new(version);
        self.keep(&version);
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) = version;
    }

    /// The version with this id, if it is in memory.
    pub fn known(&self, version_id: i64) -> Option<Arc<RulebookInForce>> {
        let in_force = self.in_force();
        if in_force.version_id == version_id {
            return Some(in_force);
        }
        self.read.read().unwrap_or_else(PoisonError::into_inner).get(&version_id).map(Arc::clone)
    }

    /// The version with this id: the one that a case was opened under.
    ///
    /// # Errors
    /// When the database fails, or has no such version.
    pub async fn version(
        &self,
        conn: &mut PgConnection,
        version_id: i64,
    ) -> Result<Arc<RulebookInForce>, StoreError> {
        if let Some(known) = self.known(version_id) {
            return Ok(known);
        }
        let data = rulebooks::by_id(conn, version_id).await?;
        let data = data.ok_or(StoreError::Inconsistent("a case under a rulebook that is not stored"))?;
        let version = Arc::new(RulebookInForce { version_id, rules: Arc::new(Rulebook::new(data)) });
        self.keep(&version);
        Ok(version)
    }

    fn keep(&self, version: &Arc<RulebookInForce>) {
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        read.insert(version.version_id, Arc::clone(version));
        while read.len() > KEPT {
            let oldest = read.keys().copied().find(|id| *id != version.version_id);
            read.remove(&oldest.unwrap_or(version.version_id));
        }
    }
}
