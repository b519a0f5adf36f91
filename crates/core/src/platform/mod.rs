//! Platforms (平台): systems of others that send reports, or are told what becomes of cases.

mod api_key;
mod event;
mod quota;
mod scope;

pub use api_key::ApiKey;
pub use event::EventKind;
pub use quota::Quota;
pub use scope::Scope;

/// Most keys of one platform that are good at the same time: the one in use, and the one that follows it.
pub const KEYS_AT_ONCE: usize = 2;
