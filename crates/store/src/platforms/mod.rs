//! Platforms of others: their keys, what they sent, and what they are told.

pub mod devices;
pub mod keys;
pub mod register;
pub mod tokens;
pub mod updates;
pub mod webhook_deliveries;
pub mod webhooks;
