//! Shops, their owners, and the codes by which accounts become owners.

pub mod bindings;
pub mod codes;
pub mod register;
