//! Patrols that are overdue are told once, on the day after their period: one list to whoever holds the posts, and one to the
//! next rung of the ladder.

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::patrol::{Asked, Line, lines};
use jiekou_core::period::{Cycle, Period};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::StoreError;
use jiekou_store::work::daily;
use jiekou_store::work::letters::{self, Letter};
use tracing::instrument;
use uuid::Uuid;

use crate::daily::days_due;
use crate::patrol_duties::stand;
use crate::{App, ServiceError};

const WORK: &str = "overduePatrols";

/// Writes the lists of the days that are due. Of several workers one writes those of a day; a worker that dies in it has
/// written none.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "tell_overdue_patrols", skip_all)]
pub async fn tell_overdue_patrols(app: &App, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let at = app.rules().plan().process.patrols.tell_at;
    for day in days_due(app, WORK, at, now).await? {
        tell(app, day, now).await?;
    }
    Ok(())
}

async fn tell(app: &App, day: NaiveDate, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let rules = app.rules();
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if !daily::take(&mut transaction, WORK, day, now).await? {
        return Ok(());
    }
    if rules.plan().process.patrols.tell {
        let ended = Asked::EndWith(Period::of(Cycle::Day, day));
        let standing = stand(app, &mut transaction, ended, |_| true, now).await?;
        for (recipient, lines) in lines(&rules, &standing.owed) {
            let letter = Letter {
                letter_id: Uuid::new_v4(),
                kind: "overduePatrols",
                subject: format!("【巡查逾期】{day} {} 项", lines.len()),
                body: words(&rules, &lines),
            };
            letters::write(&mut transaction, &letter, &[recipient], now).await?;
        }
    }
    Ok(transaction.commit().await.map_err(StoreError::from)?)
}

fn words(rules: &Rulebook, lines: &[Line]) -> String {
    let mut text = "以下巡查在规定周期内未完成：\n".to_owned();
    for line in lines {
        let Line { post, area, period, done, times, people } = line;
        let each = if *people > 1 { format!("{people} 人，每人") } else { String::new() };
        text.push_str(&format!("  {area} {post}（{period}）：{each}应巡 {times} 次，已巡 {done} 次\n"));
    }
    text.push_str(&format!("\n{}\n", rules.data().name));
    text
}
