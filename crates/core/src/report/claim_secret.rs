//! The proof of authorship for a resident without an account.

use crate::secret::{Purpose, Secret};

/// The authorship of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {}

impl Purpose for Claim {
    const NAME: &'static str = "ClaimSecret";
}

/// Shown once, in the answer to the report.
pub type ClaimSecret = Secret<Claim>;
