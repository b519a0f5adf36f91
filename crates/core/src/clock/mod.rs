//! Clocks (domain.md §5): how long a duty may take, by when it is due, and how it stands.
//!
//! Five units, one calendar per jurisdiction, time fixed at UTC+8. A deadline is computed once when the clock starts
//! and stored; nothing here looks at the present except [`Clock::state`], which is given it.

pub mod allowance;
pub mod calendar;
pub mod deadline;
pub mod limit;
pub mod local;
pub mod milestone;
pub mod overlay;
pub mod pause;
pub mod share;
pub mod state;
pub mod time_of_day;
pub mod working_time;
pub mod written;

pub use allowance::Allowance;
pub use calendar::{Calendar, CalendarError, CalendarYear, DayType, WorkDayMode};
pub use deadline::{deadline, deadline_with_pauses, warn_at};
pub use limit::{Limit, Unit};
pub use milestone::{Milestone, MinuteClock, Moments, Verdict};
pub use overlay::{Overlay, Shortening};
pub use pause::Pause;
pub use share::{Share, share_deadline, share_warn_at};
pub use state::{Clock, ClockState};
pub use time_of_day::{TimeOfDay, TimeOfDayError, Window};
pub use working_time::elapsed;
pub use written::{Written, written};
