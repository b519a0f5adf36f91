//! The code with which somebody takes an account over.

use crate::secret::{Purpose, Secret};

/// The taking over of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invitation {}

impl Purpose for Invitation {
    const NAME: &'static str = "InvitationCode";
}

/// Good once.
pub type InvitationCode = Secret<Invitation>;
