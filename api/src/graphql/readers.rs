//! Who may read what, as types and fields declare it. Which cases and areas are theirs, the use cases say.

use async_graphql::{Context, Guard, Result};

use super::caller::Caller;
use super::failure::Refused;

/// Those who may read a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    Anybody,
    /// Signed-in members of staff.
    Staff,
    /// Signed-in residents.
    Residents,
}

pub const ANYBODY: Readers = Readers::Anybody;
pub const STAFF: Readers = Readers::Staff;
pub const RESIDENTS: Readers = Readers::Residents;

impl Guard for Readers {
    async fn check(&self, context: &Context<'_>) -> Result<()> {
        let known = match self {
            Self::Anybody => return Ok(()),
            Self::Staff => Caller::of(context).and_then(Caller::staff).map(|_| ()),
            Self::Residents => Caller::of(context).and_then(Caller::resident).map(|_| ()),
        };
        Ok(known.map_err(Refused::from)?)
    }
}
