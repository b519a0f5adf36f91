//! Rankings of a period: computed from what statistics say, and frozen when they are published.

mod list;
mod publish;
mod reckon;
mod view;

use jiekou_core::assessment::Ranking;
use jiekou_core::clock::local::local;
use jiekou_core::period::{Cycle, Period};
use jiekou_core::report::{FieldCode, FieldError};

use chrono::{DateTime, Utc};
pub use list::{Announced, Overview, list_rankings};
pub use publish::publish_ranking;
pub use view::{RankingView, Wanted, view_ranking};

use crate::ServiceError;

/// The period of a ranking that `text` names: its own name or a day of it; without one today's.
fn period_of(ranking: &Ranking, text: Option<&str>, now: DateTime<Utc>) -> Result<Period, ServiceError> {
    let Some(text) = text else {
        return Ok(Period::of(ranking.every, local(now).date()));
    };
    match text.parse::<Period>() {
        Ok(period) if period.cycle() == ranking.every => Ok(period),
        Ok(period) if period.cycle() == Cycle::Day => Ok(Period::of(ranking.every, period.first_day())),
        Ok(_) | Err(_) => {
            let example = Period::of(ranking.every, local(now).date());
            let words = format!("请填这项排名的周期名称，如 {example}，或其中的一天");
            Err(ServiceError::field(FieldError::new("/period", FieldCode::Unknown, words)))
        }
    }
}
