//! Assessment: rankings of towns, districts, segments and units over the figures of statistics.
//!
//! A [`Ranking`] is data of the rulebook (`assessment.yaml`), checked at load. [`rank`] is pure and exact: the same figures
//! give the same ranks on every machine, and each score says what it is made of.

mod decimal;
mod rank;
mod ranking;
mod sight;
mod table;
mod term;

pub use decimal::{Decimal, DecimalError};
pub use rank::{Candidate, Counts, Measured, aggregate, rank};
pub use ranking::{Amount, Amounts, Assessment, Consequence, RankMeasure, Ranked, Ranking};
pub use sight::{Sight, publishes, sight};
pub use table::{Contribution, Difference, Row, Standings, Table, TermKind};
pub use term::Term;
