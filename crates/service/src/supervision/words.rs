//! Reasons that people write.

use jiekou_core::report::{FieldCode, FieldError};

/// Most characters of a reason.
const REASON: usize = 500;

/// The reason, trimmed; what is wrong with it is noted in `faults`. `None` where there is none.
pub(super) fn reason(text: Option<&str>, faults: &mut Vec<FieldError>) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    if text.chars().count() > REASON {
        faults.push(FieldError::new("/reason", FieldCode::TooLong, "原因最多 500 字"));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        faults.push(FieldError::new("/reason", FieldCode::ControlCharacter, "原因含有控制字符"));
    }
    Some(text.to_owned())
}
