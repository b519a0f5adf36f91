//! A city's own areas become the area files of a rulebook's folder: all of them, or none.

use std::path::Path;

use chrono::{DateTime, Utc};
use jiekou_core::place::CoordinateSystem;
use jiekou_core::rulebook::fault::Fault;
use jiekou_core::rulebook::import_areas::{self, Imported, LIMIT_BYTES};
use thiserror::Error;

use crate::load_rulebook;

/// Why nothing was written.
#[derive(Debug, Error)]
pub enum ImportAreasError {
    #[error("{file}: {error}")]
    File { file: String, error: std::io::Error },
    #[error(
        "{file} has {bytes} bytes; at most {LIMIT_BYTES} are read: simplify its borders or import level by level"
    )]
    TooLarge { file: String, bytes: u64 },
    /// In the file itself, or in the rulebook that it would make.
    #[error("the areas have faults")]
    Faults(Vec<Fault>),
}

/// Reads `file`, whose coordinates are in `system`, checks the rulebook that `folder` would become, and only then writes
/// its area files.
///
/// # Errors
/// When the file cannot be read, is too large or has faults; the folder is unchanged then.
pub fn import_areas(
    file: &Path,
    system: CoordinateSystem,
    folder: &Path,
    now: DateTime<Utc>,
) -> Result<Imported, ImportAreasError> {
    let failed = |file: &Path, error| ImportAreasError::File { file: file.display().to_string(), error };
    let bytes = std::fs::metadata(file).map_err(|error| failed(file, error))?.len();
    if bytes > LIMIT_BYTES {
        return Err(ImportAreasError::TooLarge { file: file.display().to_string(), bytes });
    }
    let text = std::fs::read_to_string(file).map_err(|error| failed(file, error))?;
    let imported =
        import_areas::read(&file.display().to_string(), &text, system).map_err(ImportAreasError::Faults)?;
    let mut texts = load_rulebook::texts(folder).map_err(ImportAreasError::Faults)?;
    texts.extend(imported.files.iter().map(|(name, text)| ((*name).to_owned(), text.clone())));
    load_rulebook::checked(&texts, now).map_err(ImportAreasError::Faults)?;
    // Written beside first: what cannot be written leaves the folder as it was.
    let beside = |name: &str| folder.join(format!("{name}.new"));
    for (name, text) in &imported.files {
        let target = beside(name);
        let parent = target.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        std::fs::write(&target, text).map_err(|error| failed(&target, error))?;
    }
    for name in imported.files.keys() {
        std::fs::rename(beside(name), folder.join(name))
            .map_err(|error| failed(&folder.join(name), error))?;
    }
    Ok(imported)
}
