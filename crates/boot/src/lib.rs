//! What both processes need to start and stop: configuration, logs, the parts of the app, signals, the clock.

pub mod accounts_config;
pub mod assemble;
pub mod clock;
pub mod config;
mod follow;
pub mod follow_blocks;
pub mod follow_rulebook;
pub mod follow_sessions;
pub mod graphql_config;
mod hotlines;
pub mod lifecycle;
pub mod origins;
pub mod proxies;
pub mod residents_config;
pub mod scanner_config;
mod secret_files;
pub mod secrets;
pub mod sweep_quotas;
pub mod telemetry;
pub mod transport;
mod wechat;

pub use config::Config;
