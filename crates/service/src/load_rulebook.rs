//! A folder of rules becomes the rulebook in force.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use jiekou_core::rulebook::source::{self, Fault, HEAD};
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
    source::read(&texts(folder)?)
}

/// The texts of a folder's files, with those it inherits.
///
/// # Errors
/// When the folder it names to inherit from is none.
pub fn texts(folder: &Path) -> Result<BTreeMap<String, String>, Vec<Fault>> {
    let text = |folder: &Path, file: &str| std::fs::read_to_string(folder.join(file)).ok();
    let named = text(folder, HEAD).and_then(|head| source::inherits(&head));
    let above = named.as_ref().map(|name| folder.join(name));
    if let Some((name, above)) = named.zip(above.as_ref())
        && !above.join(HEAD).is_file()
    {
        let words = format!("`inherits: {name}`: there is no rulebook in {}", above.display());
        return Err(vec![Fault::new(HEAD, None, words)]);
    }
    let texts = source::files().filter_map(|file| {
        let inherited =
            || above.as_deref().filter(|_| source::is_inherited(file)).and_then(|it| text(it, file));
        Some((file.to_owned(), text(folder, file).or_else(inherited)?))
    });
    Ok(texts.collect())
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
