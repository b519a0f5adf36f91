//! A folder of rules becomes the rulebook in force.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use jiekou_core::clock::local::{at, instant, local};
use jiekou_core::rulebook::source::{self, Fault, HEAD};
use jiekou_core::rulebook::warnings::{not_in_the_past, warnings};
use jiekou_core::rulebook::{Rulebook, RulebookData, geometry_check};
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

/// A folder's rules, and what should be known of them.
#[derive(Debug)]
pub struct Checked {
    pub data: RulebookData,
    pub warnings: Vec<Fault>,
    /// Square kilometres of each town, in their order.
    pub town_km2: Vec<f64>,
}

/// Reads a folder.
///
/// # Errors
/// Every fault of every file.
pub fn read(folder: &Path) -> Result<RulebookData, Vec<Fault>> {
    source::read(&texts(folder)?)
}

/// Reads a folder and looks at its ground and its dates as well, as of `now`.
///
/// # Errors
/// Every fault of every file; areas that overlap; an effective date in the past.
pub fn check(folder: &Path, now: DateTime<Utc>) -> Result<Checked, Vec<Fault>> {
    checked(&texts(folder)?, now)
}

/// As [`check`], of texts that need not be in a folder yet.
///
/// # Errors
/// As [`check`].
pub fn checked(texts: &BTreeMap<String, String>, now: DateTime<Utc>) -> Result<Checked, Vec<Fault>> {
    let data = source::read(texts)?;
    let today = local(now).date();
    let ground = geometry_check::check(&data, source::outline(texts).as_ref());
    let faults: Vec<Fault> = ground.faults.into_iter().chain(not_in_the_past(&data, today)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let warnings = ground.warnings.into_iter().chain(warnings(&data, today)).collect();
    Ok(Checked { data, warnings, town_km2: ground.town_km2 })
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

/// Stores the folder's rules, in force from their effective date or else from `now`. Loading what is in force already
/// changes nothing. Returns the version's id and since when it holds.
///
/// # Errors
/// Every fault of every file; storage.
pub async fn load(
    pool: &PgPool,
    folder: &Path,
    now: DateTime<Utc>,
) -> Result<(i64, DateTime<Utc>, Checked), LoadError> {
    let checked = check(folder, now).map_err(LoadError::Faults)?;
    let midnight = checked.data.effective_from.map(|day| instant(at(day, TimeDelta::zero())));
    let from = midnight.map_or(now, |midnight| midnight.max(now));
    let mut transaction = pool.begin().await.map_err(StoreError::from)?;
    let id = rulebooks::insert(&mut transaction, &checked.data, from, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok((id, from, checked))
}

/// The rulebook in force; `None` before the first was loaded.
///
/// # Errors
/// When storage fails.
pub async fn in_force(pool: &PgPool, now: DateTime<Utc>) -> Result<Option<RulebookInForce>, StoreError> {
    let stored = rulebooks::in_force(pool, now).await?;
    Ok(stored.map(|(version_id, data)| RulebookInForce { version_id, rules: Arc::new(Rulebook::new(data)) }))
}
