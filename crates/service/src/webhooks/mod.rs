//! Webhooks: a platform subscribes an address to kinds of steps, and reads what was sent to it.

mod deliver;
mod log;
mod subscribe;

pub use deliver::{Attempt, attempt};
pub use log::{DeliveryPage, deliveries, replay};
pub use subscribe::{NewWebhook, WebhookWish, end_webhook, list_webhooks, replace_secret, subscribe};
