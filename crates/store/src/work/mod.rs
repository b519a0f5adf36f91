//! Work that follows from changes: jobs and deliveries, claimed by expiring leases.

pub mod deliveries;
pub mod jobs;
pub mod plan_notices;
pub mod ticks;
