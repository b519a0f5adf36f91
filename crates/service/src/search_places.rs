//! Places whose names contain what a member of staff types.

use jiekou_core::place::gazetteer::Place;
use jiekou_core::report::{FieldCode, FieldError};

use crate::{App, ServiceError};

/// Most places offered at once.
const OFFERED: usize = 20;
/// Longest text that is looked for, in characters.
const LONGEST: usize = 100;

/// The places, best first; none for a blank text.
///
/// # Errors
/// When the text is longer than any name.
pub fn search_places(app: &App, typed: &str) -> Result<Vec<Place>, ServiceError> {
    if typed.chars().count() > LONGEST {
        let detail = format!("最多 {LONGEST} 字");
        return Err(ServiceError::field(FieldError::new("/q", FieldCode::TooLong, detail)));
    }
    Ok(app.rules().gazetteer().suggest(typed, OFFERED))
}
