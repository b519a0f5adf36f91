//! Hotlines (政务服务便民热线, 12345, 12319, 民意网): what their platforms call things, what an order of theirs becomes, and
//! what they are told of a case.
//!
//! A platform is a [`Partner`] of the rulebook. Its protocol is in `jiekou_partner::hotline`.

mod attachment;
mod enquiry;
mod field;
mod list;
mod order_type;
mod outward;
mod partner;

pub use attachment::{AttachedMedium, AttachmentField, NotTaken};
pub use enquiry::EnquiryKind;
pub use field::OrderField;
pub use list::{ListedOrder, listed_orders};
pub use order_type::OrderType;
pub use outward::{HandlingResult, Outward, outward};
pub use partner::{Hotlines, Partner};
