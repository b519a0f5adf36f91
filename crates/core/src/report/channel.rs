//! The door a report came in by.

use serde::{Deserialize, Serialize};

/// The channel of a report. It follows from the credential of the caller; an anonymous caller is `Web`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Channel {
    /// The resident's page, without an account.
    Web,
    /// A member of staff who files for somebody (坐席、采集员).
    Staff,
    /// The platform of a hotline (12345, 12319).
    Hotline,
    /// Another system, whose open cases were taken over.
    Import,
}

impl Channel {
    /// The name stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Staff => "staff",
            Self::Hotline => "hotline",
            Self::Import => "import",
        }
    }
}
