//! Who works where, who stands in for whom, and the open tasks they have.

pub mod deputies;
pub mod handovers;
pub mod people;
pub mod tasks;
