//! A file of shops or landmarks becomes part of a rulebook's folder.

use std::path::Path;

use jiekou_core::place::CoordinateSystem;
use jiekou_core::rulebook::gazetteer::{self, Line, PLACES};
use thiserror::Error;

/// What was read and written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub places: usize,
    /// Lines that were left out, each with the reason.
    pub left_out: Vec<String>,
}

/// Why nothing was written.
#[derive(Debug, Error)]
pub enum ImportError {
    #[error("{file}: {error}")]
    File { file: String, error: std::io::Error },
    #[error("{file}: {words}")]
    Content { file: String, words: String },
}

/// Reads `file`, whose points are in `system`, and writes the places into the folder's file. Places that are there
/// already are kept, but for those that the new file names with the same address.
///
/// # Errors
/// When a file cannot be read or written, or is not what it should be; the folder is unchanged then.
pub fn import_places(file: &Path, system: CoordinateSystem, folder: &Path) -> Result<Imported, ImportError> {
    let unreadable = |file: &Path, error| ImportError::File { file: file.display().to_string(), error };
    let wrong = |file: &Path, words| ImportError::Content { file: file.display().to_string(), words };
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(file, error))?;
    let import = gazetteer::import(&text, system).map_err(|words| wrong(file, words))?;
    let target = folder.join(PLACES);
    let kept = match std::fs::read_to_string(&target) {
        Ok(text) => gazetteer::lines(&text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(unreadable(&target, error)),
    };
    let kept: Result<Vec<Line>, String> = kept.into_iter().map(|line| line.map(|(_, line)| line)).collect();
    let kept = kept.map_err(|words| wrong(&target, words))?;
    let written = gazetteer::write(&kept, &import.lines).map_err(|words| wrong(&target, words))?;
    // Written beside and put in place at once: a rulebook is never half a file.
    let beside = folder.join(format!("{PLACES}.new"));
    std::fs::write(&beside, written).map_err(|error| unreadable(&beside, error))?;
    std::fs::rename(&beside, &target).map_err(|error| unreadable(&target, error))?;
    Ok(Imported { places: import.lines.len(), left_out: import.left_out })
}
