//! What is wrong with one field of what somebody sent.

use serde::{Deserialize, Serialize};

/// One fault of one field. A caller gets all faults at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the field, such as `/location/latitude`.
    pub pointer: String,
    pub code: FieldCode,
    /// What to do, in words for the person who filled the field in.
    pub detail: String,
}

/// The kinds of faults a program may react to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FieldCode {
    Missing,
    WrongType,
    Empty,
    TooShort,
    TooLong,
    TooMany,
    OutOfRange,
    OutsideChina,
    SwappedCoordinates,
    ControlCharacter,
    Unknown,
    Malformed,
    AlreadyUsed,
    TooFar,
    InFuture,
    NotAllowed,
}

impl FieldError {
    pub fn new(pointer: impl Into<String>, code: FieldCode, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.into() }
    }
}
