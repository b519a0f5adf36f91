//! A report (报料): what one person said once on one channel. Immutable; the problem itself is a [`crate::case`].

pub mod channel;
pub mod claim_secret;
pub mod contact;
pub mod field_error;
pub mod finder;
pub mod new_report;
pub mod origin;
pub mod raw;
pub mod satisfaction;
pub mod text;
pub mod tracking_code;

pub use channel::Channel;
pub use claim_secret::ClaimSecret;
pub use contact::{Contact, WechatContact};
pub use field_error::{FieldCode, FieldError};
pub use finder::Finder;
pub use new_report::{NewReport, ReportedPlace};
pub use origin::{Exposure, Filer, Origin, RawExposure, RawOrigin};
pub use raw::{RawContact, RawLocation, RawReport};
pub use satisfaction::Satisfaction;
pub use tracking_code::TrackingCode;
