//! What a code sent to a phone belongs to: whoever asked for it is told a secret, and the code is good together with it
//! only: a code that others read on the locked screen, or among forwarded messages, is good for nobody but its asker.

use crate::secret::{Purpose, Secret};

/// The request that a code was sent for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeRequest {}

impl Purpose for CodeRequest {
    const NAME: &'static str = "RequestSecret";
}

/// Shown once, in the answer to the request. It is stored nowhere: it is part of what the hash of the code is made of.
pub type RequestSecret = Secret<CodeRequest>;
