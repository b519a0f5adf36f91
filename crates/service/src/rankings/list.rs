//! Which rankings there are, what was published, and what is owed.

use chrono::{DateTime, Days, NaiveDate, Utc};
use jiekou_core::assessment::Ranking;
use jiekou_core::clock::local::local;
use jiekou_core::period::Period;
use jiekou_store::StoreError;
use jiekou_store::rankings::{Issue, begin, issues};
use tracing::instrument;

use crate::{App, ServiceError, Staff};

/// How far back is listed. Whatever is older is still answered by its period.
const DAYS_BACK: u64 = 2 * 366;

/// The rankings of the rules in force.
#[derive(Debug, Clone)]
pub struct Overview {
    pub rankings: Vec<Announced>,
    /// The newest first.
    pub published: Vec<Issue>,
}

/// A ranking, with what is owed of it.
#[derive(Debug, Clone)]
pub struct Announced {
    pub ranking: Ranking,
    /// Periods that are over and were not published, the newest first: from the one on in which the first rules came into
    /// force here.
    pub owed: Vec<Period>,
    pub running: Period,
}

/// Every ranking with what was published and what is owed. All of the staff may know that.
///
/// # Errors
/// When storage fails.
#[instrument(level = "debug", name = "list_rankings", skip_all)]
pub async fn list_rankings(app: &App, _: &Staff, now: DateTime<Utc>) -> Result<Overview, ServiceError> {
    let rules = app.rules();
    let today = local(now).date();
    let back = today.checked_sub_days(Days::new(DAYS_BACK)).unwrap_or(today);
    let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
    let since = begin(&mut conn).await?.map_or(today, |at| local(at).date()).max(back);
    let published = issues(&mut conn, back).await?;
    let rankings = rules.plan().assessment.rankings.iter();
    let announced = rankings.map(|ranking| announced(ranking, since, today, &published, now)).collect();
    Ok(Overview { rankings: announced, published })
}

fn announced(
    ranking: &Ranking,
    since: NaiveDate,
    today: NaiveDate,
    published: &[Issue],
    now: DateTime<Utc>,
) -> Announced {
    let is_published =
        |period: &Period| published.iter().any(|it| it.code == ranking.code && it.period == *period);
    let all = Period::of(ranking.every, since).through(today);
    let mut owed: Vec<Period> = all.filter(|period| period.is_over(now) && !is_published(period)).collect();
    owed.reverse();
    Announced { ranking: ranking.clone(), owed, running: Period::of(ranking.every, today) }
}
