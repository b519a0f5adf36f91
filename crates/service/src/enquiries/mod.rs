//! Questions, suggestions, praise and notices: kept and answered, never made into cases.

pub mod answer;
pub mod file;
pub mod view;
