//! Roads, landmarks, shops, towns and categories, while an operator types.

use std::sync::{Arc, PoisonError, RwLock};

use jiekou_core::place::gazetteer::PlaceKind;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use tokio::sync::Mutex;
use tracing::{error, instrument};

use super::at_desk;
use super::name_index::{Name, NameIndex, NameKind};
use crate::{App, RulebookInForce, ServiceError, Staff};

/// Longest text that is looked for, in characters.
const LONGEST: usize = 50;

/// The names of the rulebook in force, indexed when somebody first asks for them.
#[derive(Debug, Default)]
pub struct DeskNames {
    built: RwLock<Option<(i64, Arc<NameIndex>)>>,
    building: Mutex<()>,
}

/// The names that contain what was typed, in characters, pinyin or initials, the best first.
///
/// # Errors
/// [`ServiceError::Forbidden`]; a text that is longer than any name.
#[instrument(level = "debug", name = "suggest_names", skip_all)]
pub async fn suggest_names(app: &App, staff: &Staff, typed: &str) -> Result<Vec<Name>, ServiceError> {
    at_desk(app, staff)?;
    if typed.chars().count() > LONGEST {
        let detail = format!("最多 {LONGEST} 字");
        return Err(ServiceError::field(FieldError::new("/q", FieldCode::TooLong, detail)));
    }
    let index = app.desk_names.of(&app.rulebooks.in_force()).await?;
    Ok(index.find(typed).into_iter().cloned().collect())
}

impl DeskNames {
    /// The index of a version. While a new one is built, whoever asks waits for that one build.
    async fn of(&self, rulebook: &RulebookInForce) -> Result<Arc<NameIndex>, ServiceError> {
        if let Some(built) = self.known(rulebook.version_id) {
            return Ok(built);
        }
        let _alone = self.building.lock().await;
        if let Some(built) = self.known(rulebook.version_id) {
            return Ok(built);
        }
        let rules = Arc::clone(&rulebook.rules);
        let built = tokio::task::spawn_blocking(move || NameIndex::new(names(&rules))).await;
        let built = Arc::new(built.map_err(|broken| {
            error!(error = %broken, "the index of names could not be built");
            ServiceError::Busy
        })?);
        let mut slot = self.built.write().unwrap_or_else(PoisonError::into_inner);
        *slot = Some((rulebook.version_id, Arc::clone(&built)));
        Ok(built)
    }

    fn known(&self, version_id: i64) -> Option<Arc<NameIndex>> {
        let built = self.built.read().unwrap_or_else(PoisonError::into_inner);
        built.as_ref().filter(|(version, _)| *version == version_id).map(|(_, index)| Arc::clone(index))
    }
}

/// Everything that can be typed: categories, named places, roads and towns.
fn names(rules: &Rulebook) -> Vec<Name> {
    let data = rules.data();
    let of = |name: &str, kind, code: Option<&str>| Name {
        name: name.to_owned(),
        also: Vec::new(),
        kind,
        code: code.map(str::to_owned),
        point: None,
        address: None,
    };
    let mut names: Vec<Name> = Vec::new();
    let mut roads: Vec<&str> = data.segments.iter().map(|segment| segment.road_name.as_str()).collect();
    roads.sort_unstable();
    roads.dedup();
    names.extend(
        data.categories
            .iter()
            .map(|it| Name { also: it.keywords.clone(), ..of(&it.name, NameKind::Category, Some(&it.slug)) }),
    );
    names.extend(roads.into_iter().map(|road| of(road, NameKind::Road, None)));
    names.extend(data.towns.iter().map(|town| of(&town.name, NameKind::Town, Some(&town.code))));
    names.extend(data.gazetteer.places.iter().map(|place| Name {
        name: place.name.clone(),
        also: Vec::new(),
        kind: if place.kind == PlaceKind::Landmark { NameKind::Landmark } else { NameKind::Shop },
        code: None,
        point: Some((place.point.longitude(), place.point.latitude())),
        address: place.address.clone(),
    }));
    names
}
