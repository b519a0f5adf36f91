//! Hotlines: what platforms send is kept, then applied; what happens to their orders is told to them; at night the books of
//! both sides are compared.

mod apply;
pub mod call_partner;
mod compare;
mod connections;
pub mod fetch_attachment;
pub mod import_orders;
mod keep;
mod note_attachments;
mod order_report;
pub mod receive;
pub mod reconcile;
mod take_order;
pub mod tell_partner;
pub mod view_orders;
pub mod watch_channels;

pub(crate) use apply::add;
pub use apply::apply_order;
pub use connections::Hotlines;
