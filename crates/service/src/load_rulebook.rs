//! A folder of rules becomes the rulebook in force.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use jiekou_core::rulebook::gazetteer;
use jiekou_core::rulebook::source::{self, FILES, Fault};
use jiekou_core::rulebook::{Rulebook, RulebookData};
use jiekou_store::{PgPool, StoreError, rulebooks};
use thiserror::Error;

use crate::RulebookInForce;

/// Why a folder is not loaded.
#[derive(Debug, Error)]
pub enum LoadError {
    #[error("the rulebook has faults")]
    Faults(Vec<Fault>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads and checks a folder.
///
/// # Errors
/// Every fault of every file.
pub fn read(folder: &Path) -> Result<RulebookData, Vec<Fault>> {
    let texts = FILES.iter().chain(&gazetteer::FILES).filter_map(|file| {
        let text = std::fs::read_to_string(folder.join(file)).ok()?;
        Some(((*file).to_owned(), text))
    });
    source::read(&texts.collect::<BTreeMap<_, _>>())
}

/// Stores the folder's rules as in force from `now`. Loading the same rules again changes nothing.
///
/// # Errors
/// Every fault of every file; storage.
pub async fn load(pool: &PgPool, folder: &Path, now: DateTime<Utc>) -> Result<i64, LoadError> {
    let data = read(folder).map_err(LoadError::Faults)?;
    let mut transaction = pool.begin().await.map_err(StoreError::from)?;
    let id = rulebooks::insert(&mut transaction, &data, now, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(id)
}

/// The rulebook in force; `None` before the first was loaded.
///
/// # Errors
/// When storage fails.
pub async fn in_force(pool: &PgPool, now: DateTime<Utc>) -> Result<Option<RulebookInForce>, StoreError> {
    let stored = rulebooks::in_force(pool, now).await?;
    Ok(stored.map(|(version_id, data)| RulebookInForce { version_id, rules: Rulebook::new(data) }))
}
