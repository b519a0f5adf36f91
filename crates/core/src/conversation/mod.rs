//! A report told in several messages (会话报料): photo, place and words come in any order, minutes apart, and become one
//! draft; the draft becomes one report.
//!
//! [`Conversation::hear`] takes one message and says what to do; what it needs looked up (similar cases, the own reports)
//! the caller looks up and comes back with. Nothing here knows which messenger it is.

mod command;
mod draft;
mod ended;
mod hear;
mod input;
mod offer;
mod words;

pub use command::Command;
pub use draft::{Conversation, Draft, Medium, MediumKind, Patience, Position, Spot, Stage};
pub use ended::{OwnReport, Receipt, blocked, listed, refused, submitted};
pub use hear::{Confirmed, Hearing, Then};
pub use input::Input;
pub use offer::Offer;
pub use words::{
    BUSY, LATER, MEDIA_COMING, MEDIA_LOST, OVERLOADED, RECORDING_LOST, TOO_FAST, TOO_MANY, UNKNOWN_CODE,
    WITHDRAW_REFUSED, WITHDRAWN,
};
