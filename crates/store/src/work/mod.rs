//! Work that follows from changes: jobs and deliveries, claimed by expiring leases.

pub mod account_messages;
pub mod daily;
pub mod deliveries;
pub mod jobs;
pub mod letters;
pub mod move_lines;
pub mod ticks;
