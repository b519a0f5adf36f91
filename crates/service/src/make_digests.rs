//! The digest of a day: made once the day is over, from the statistics, and kept as it was made.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::digest::{Seen, digests};
use jiekou_core::patrol::{Asked, OwedState};
use jiekou_core::period::{Cycle, Period};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::statistics::{Dimension, Figures, RollUpKey};
use jiekou_store::statistics::{counting, digests as stored, roll_up};
use jiekou_store::work::daily;
use jiekou_store::work::letters::{self, Letter};
use jiekou_store::{PgConnection, StoreError, rulebooks};
use tracing::instrument;
use uuid::Uuid;

use crate::daily::days_due;
use crate::patrol_duties::stand;
use crate::uncounted::uncounted;
use crate::{App, ServiceError};

const WORK: &str = "digest";
const DIMENSIONS: [Dimension; 2] = [Dimension::Town, Dimension::Category];

/// Makes the digests of the days that are due and mails them. Of several workers one makes those of a day; a worker that
/// dies in it has made none. A day that began before there were any rules has none.
///
/// # Errors
/// [`ServiceError::StillCounting`] while the workers have very much to count; storage. Then the day is made later.
#[instrument(level = "debug", name = "make_digests", skip_all)]
pub async fn make_digests(app: &App, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let at = app.rules().plan().process.digest.at;
    for day in days_due(app, WORK, at, now).await? {
        make(app, day, now).await?;
    }
    Ok(())
}

async fn make(app: &App, day: NaiveDate, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let rules = app.rules();
    let (period, mut transaction) =
        (Period::of(Cycle::Day, day), counting::writing_snapshot(&app.pool).await?);
    let conn = &mut *transaction;
    if !daily::take(conn, WORK, day, now).await? {
        return Ok(());
    }
    if !rulebooks::in_force_at(conn, &[period.begins()]).await?.is_empty() {
        let figures = figures(conn, period).await?;
        let patrols = patrols(app, conn, &rules, period, now).await?;
        let seen = Seen { rules: &rules, day, figures: &figures, patrols: &patrols };
        let made = digests(&seen);
        stored::insert(conn, &made, now).await?;
        for digest in made {
            let letter = Letter {
                letter_id: Uuid::new_v4(),
                kind: "digest",
                subject: digest.title(),
                body: format!("{}\n{}\n", digest.text(), rules.data().name),
            };
            letters::write(conn, &letter, &digest.recipients(&rules), now).await?;
        }
    }
    Ok(transaction.commit().await.map_err(StoreError::from)?)
}

/// Figures of the day and of the day after, by town and by category: two reads however many areas there are.
async fn figures(conn: &mut PgConnection, day: Period) -> Result<BTreeMap<RollUpKey, Figures>, ServiceError> {
    let (first, last) = (day.first_day(), day.next().first_day());
    let uncounted = uncounted(conn).await?;
    let mut figures = if uncounted.rolled_up {
        roll_up::of_days(conn, first, last, &DIMENSIONS).await?
    } else {
        BTreeMap::new()
    };
    for (day, dimension) in [day, day.next()].into_iter().flat_map(|day| DIMENSIONS.map(|it| (day, it))) {
        for (key, more) in uncounted.of(day, dimension) {
            *figures.entry(key.clone()).or_default() += *more;
        }
    }
    Ok(figures)
}

/// By center: duties that ended with the day overdue, and those that end with the day after and are not done.
async fn patrols(
    app: &App,
    conn: &mut PgConnection,
    rules: &Rulebook,
    day: Period,
    now: DateTime<Utc>,
) -> Result<BTreeMap<String, (i64, i64)>, ServiceError> {
    let mut owed: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let ended = stand(app, conn, Asked::EndWith(day), |_| true, now).await?;
    let ending = stand(app, conn, Asked::EndWith(day.next()), |_| true, now).await?;
    for it in ended.owed.iter().filter(|it| it.state == OwedState::Overdue) {
        owed.entry(it.duty.area.center(rules).unwrap_or_default()).or_default().0 += 1;
    }
    for it in ending.owed.iter().filter(|it| it.state != OwedState::Done) {
        owed.entry(it.duty.area.center(rules).unwrap_or_default()).or_default().1 += 1;
    }
    Ok(owed)
}
