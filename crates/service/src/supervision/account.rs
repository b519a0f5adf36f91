//! What a rating makes of accountability: it starts some, and a correction may take some back.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::flag::{Flag, FlagGround, FlagRules, standing};
use jiekou_core::period::{Cycle, Period};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::PgConnection;
use jiekou_store::supervision::accountability::{self, AccountabilityRow};
use jiekou_store::supervision::flags::{self, FlagRow, RatingRow};
use jiekou_store::work::letters;
use sqlx::types::Json;

use super::flag_notice::{Happened, addressees, notice};
use super::rate_flags::flag_named;
use crate::ServiceError;
use crate::error::failed;

/// Segments, each with the month whose rating started or starts it.
pub(super) type Changes = Vec<(String, NaiveDate)>;

/// Starts the accountability of every month from the rated one on that the flags start now, and takes back what they start
/// no more: a correction reaches the months after it. Whoever it concerns is told of each.
pub(super) async fn account(
    rules: &Rulebook,
    conn: &mut PgConnection,
    rating: &RatingRow,
    segments: &[String],
    why: &str,
    now: DateTime<Utc>,
) -> Result<(Changes, Changes), ServiceError> {
    let months: Vec<(Period, FlagRules)> = flags::rated_since(conn, &rating.area, rating.month)
        .await?
        .into_iter()
        .map(|rating| (Period::of(Cycle::Month, rating.month), rating.rules.0))
        .collect();
    let histories = histories(flags::standing(conn, Some(segments), None).await?)?;
    let before = accountability::of(conn, Some(segments), None).await?;
    let (mut started, mut withdrawn) = (Vec::new(), Vec::new());
    for segment in segments {
        let history = histories.get(segment);
        for (at, flag_rules) in &months {
            let month = at.first_day();
            let grounds: Vec<FlagGround> =
                history.map(|it| standing(&it.flags, *at, flag_rules).grounds()).unwrap_or_default();
            let stands = before
                .iter()
                .find(|row| row.segment_code == *segment && row.month == month && row.withdrawn_at.is_none());
            let (row, happened) = match (stands, history) {
                (None, Some(history)) if !grounds.is_empty() => {
                    let row = begun(&rating.area, &history.last, month, &grounds, now)?;
                    accountability::start(conn, &row).await?;
                    started.push((segment.clone(), month));
                    (row, Happened::Started(&grounds))
                }
                (Some(row), _) if grounds.is_empty() => {
                    accountability::withdraw(conn, segment, month, why, now).await?;
                    withdrawn.push((segment.clone(), month));
                    (row.clone(), Happened::Withdrawn(why))
                }
                _ => continue,
            };
            let told = addressees(rules, &row);
            letters::write(conn, &notice(rules, &row, *at, &happened), &told, now).await?;
        }
    }
    Ok((started, withdrawn))
}

/// The flags of a segment, and its last row, which has its name.
struct History {
    flags: BTreeMap<NaiveDate, Flag>,
    last: FlagRow,
}

/// By segment; the rows come by month.
fn histories(rows: Vec<FlagRow>) -> Result<BTreeMap<String, History>, ServiceError> {
    let mut histories: BTreeMap<String, History> = BTreeMap::new();
    for row in rows {
        let flag = flag_named(&row.flag)?;
        let code = row.segment_code.clone();
        let history =
            histories.entry(code).or_insert_with(|| History { flags: BTreeMap::new(), last: row.clone() });
        history.flags.insert(row.month, flag);
        history.last = row;
    }
    Ok(histories)
}

fn begun(
    area: &str,
    segment: &FlagRow,
    month: NaiveDate,
    grounds: &[FlagGround],
    now: DateTime<Utc>,
) -> Result<AccountabilityRow, ServiceError> {
    Ok(AccountabilityRow {
        area: area.to_owned(),
        segment_code: segment.segment_code.clone(),
        segment_name: segment.segment_name.clone(),
        town_code: segment.town_code.clone(),
        month,
        grounds: Json(serde_json::to_value(grounds).map_err(failed)?),
        started_at: now,
        withdrawn_at: None,
        withdrawn_reason: None,
    })
}
