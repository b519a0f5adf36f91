//! Records of a plan (台账): filed, read, struck out, and what of them is owed.

mod file;
mod kinds;
mod list;
mod owed;
mod strike;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use jiekou_core::record::{Directory, RecordKind, Subject, SubjectKind};
use jiekou_store::people::staff as accounts;
use jiekou_store::records::{self, RecordView, Sight};
use tracing::instrument;
use uuid::Uuid;

pub use file::file_record;
pub use kinds::{OfferedKind, record_kinds};
pub use list::{Page, RawQuery, RecordPage, list_records};
pub use owed::{OwedLine, OwedOf, OwedQuery, owed_records};
pub use strike::strike_record;

use crate::{App, ServiceError, Staff};

/// A record with the names of what it is about.
#[derive(Debug, Clone)]
pub struct RecordFile {
    pub record: RecordView,
    /// Its kind, as the rules that it was filed under have it.
    pub kind: Option<RecordKind>,
    /// Each code that it is about, with its name; one that has no name any more is known by its code.
    pub subjects: Vec<(String, String)>,
}

/// One record.
///
/// # Errors
/// [`ServiceError::UnknownRecord`], also where the caller may not read it; storage.
#[instrument(level = "debug", name = "view_record", skip_all)]
pub async fn view_record(app: &App, staff: &Staff, record_id: Uuid) -> Result<RecordFile, ServiceError> {
    let found = records::visible(&app.pool, record_id, &sight(staff)).await?;
    one(app, found.ok_or(ServiceError::UnknownRecord)?).await
}

/// What somebody may read. Roles for an area see what lies there; roles for a unit what is about the unit.
fn sight(staff: &Staff) -> Sight {
    let (of_units, of_areas): (Vec<_>, Vec<_>) = staff.grants.iter().partition(|grant| grant.unit.is_some());
    Sight {
        areas: of_areas.into_iter().map(|grant| grant.area.clone()).collect(),
        units: of_units.into_iter().filter_map(|grant| grant.unit.clone()).collect(),
        person: staff.staff_id,
    }
}

async fn one(app: &App, record: RecordView) -> Result<RecordFile, ServiceError> {
    described(app, vec![record]).await?.pop().ok_or(ServiceError::UnknownRecord)
}

/// The records with their kinds and names, in their order.
async fn described(app: &App, views: Vec<RecordView>) -> Result<Vec<RecordFile>, ServiceError> {
    let people: Vec<Uuid> = views
        .iter()
        .filter(|view| view.about == SubjectKind::Person.name())
        .flat_map(|view| view.codes.iter().filter_map(|code| code.parse().ok()))
        .collect();
    let names: HashMap<String, String> = accounts::display_names(&app.pool, &people).await?;
    let mut versions = BTreeMap::new();
    for view in &views {
        if let Entry::Vacant(unknown) = versions.entry(view.rulebook_version_id) {
            let mut conn = app.pool.acquire().await.map_err(jiekou_store::StoreError::from)?;
            unknown.insert(app.rulebooks.version(&mut conn, view.rulebook_version_id).await?);
        }
    }
    let directories: BTreeMap<i64, Directory<'_>> =
        versions.iter().map(|(id, version)| (*id, Directory::new(&version.rules))).collect();
    let file = |record: RecordView| {
        let version = versions.get(&record.rulebook_version_id);
        let kinds = version.map(|version| version.rules.plan().records.as_slice()).unwrap_or_default();
        let about = SubjectKind::from_name(&record.about);
        let name = |code: &String| {
            let known = about.zip(directories.get(&record.rulebook_version_id));
            let thing = known.and_then(|(about, directory)| directory.name(&Subject::new(about, code)));
            thing.map(str::to_owned).or_else(|| names.get(code).cloned()).unwrap_or_else(|| code.clone())
        };
        RecordFile {
            kind: kinds.iter().find(|kind| kind.code == record.kind).cloned(),
            subjects: record.codes.iter().map(|code| (code.clone(), name(code))).collect(),
            record,
        }
    };
    Ok(views.into_iter().map(file).collect())
}
