//! Settings of how the one who assesses supervises: flags, circulars, placards, draws.

use serde::{Deserialize, Serialize};

use crate::circular::CircularRules;
use crate::draw::DrawRules;
use crate::flag::FlagRules;
use crate::placard::PlacardRules;

/// `supervision.yaml`; every part may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Supervision {
    pub flags: FlagRules,
    pub circulars: CircularRules,
    pub placards: PlacardRules,
    pub draws: DrawRules,
}
