//! Work that follows from changes: jobs and deliveries, claimed by expiring leases.

pub mod account_messages;
pub mod deliveries;
pub mod jobs;
pub mod ticks;
