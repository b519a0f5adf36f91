//! Circulars as they were issued, and what they deduct.

use std::collections::BTreeMap;

use jiekou_core::circular::Points;
use jiekou_core::period::Period;
use jiekou_core::plan::Addressee;
use jiekou_core::rulebook::Rulebook;
use jiekou_store::statistics::counting::snapshot;
use jiekou_store::supervision::circulars::{self, CircularLine, CircularRow, ItemRow};
use jiekou_store::work::letters;
use jiekou_store::{PgConnection, StoreError};
use tracing::instrument;
use uuid::Uuid;

use super::assessor::Sight;
use super::draft_circular::{CenterSum, sums};
use crate::{App, ServiceError, Staff};

/// Most circulars of a list.
const LISTED: i64 = 400;

/// A circular with its problems.
#[derive(Debug, Clone)]
pub struct CircularView {
    pub row: CircularRow,
    pub items: Vec<ItemRow>,
    pub sums: Vec<CenterSum>,
    pub leaders: Vec<Leader>,
    /// What segments and categories are called now, by code.
    pub names: BTreeMap<String, String>,
}

/// Circulars, and what those of a period deduct.
#[derive(Debug, Clone)]
pub struct CircularList {
    pub lines: Vec<CircularLine>,
    /// Code, name and points of each center that the caller sees; empty without a period.
    pub deductions: Vec<(String, String, Points)>,
}

/// A leader whom it names.
#[derive(Debug, Clone)]
pub struct Leader {
    /// As `post/CODE/AREA`, `center/CODE` or `unit/CODE`.
    pub addressee: String,
    /// Of the post, never of the person.
    pub name: String,
    /// How far the message has come.
    pub state: String,
}

/// The newest circulars that concern the caller's areas, of the days of `period` where one is named.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever has no area; storage.
#[instrument(level = "debug", name = "list_circulars", skip_all)]
pub async fn list_circulars(
    app: &App,
    staff: &Staff,
    period: Option<Period>,
) -> Result<CircularList, ServiceError> {
    let sight = Sight::of(staff)?;
    let rules = app.rules();
    let days = period.map(|period| (period.first_day(), period.last_day()));
    let mut transaction = snapshot(&app.pool).await?;
    let mut lines = circulars::list(&mut transaction, days, LISTED).await?;
    let deductions = match period {
        Some(period) => deductions(&mut transaction, period).await?,
        None => BTreeMap::new(),
    };
    transaction.commit().await.map_err(StoreError::from)?;
    lines.retain(|line| sight.concerns(&line.area));
    let seen = deductions.into_iter().filter(|(code, _)| sight.shows(code, None)).map(|(code, points)| {
        let name = rules.center(&code).map_or_else(|| code.clone(), |center| center.name);
        (code, name, points)
    });
    Ok(CircularList { lines, deductions: seen.collect() })
}

/// A circular.
///
/// # Errors
/// [`ServiceError::UnknownCircular`] when there is none with this id that concerns the caller's areas;
/// [`ServiceError::Forbidden`] for whoever has none; storage.
#[instrument(level = "debug", name = "view_circular", skip_all)]
pub async fn view_circular(
    app: &App,
    staff: &Staff,
    circular_id: Uuid,
) -> Result<CircularView, ServiceError> {
    let sight = Sight::of(staff)?;
    let mut transaction = snapshot(&app.pool).await?;
    let row = circulars::by_id(&mut transaction, circular_id).await?.filter(|row| sight.concerns(&row.area));
    let row = row.ok_or(ServiceError::UnknownCircular)?;
    let view = view_in(&app.rules(), &mut transaction, row).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(view)
}

pub(super) async fn view_in(
    rules: &Rulebook,
    conn: &mut PgConnection,
    row: CircularRow,
) -> Result<CircularView, ServiceError> {
    let items = circulars::items(conn, row.circular_id).await?;
    let leaders = letters::states(conn, row.letter_id).await?.into_iter().map(|(addressee, state)| {
        let name = addressee.parse::<Addressee>().map_or_else(|_| addressee.clone(), |it| it.name(rules));
        Leader { addressee, name, state }
    });
    let segments = items.iter().filter_map(|item| rules.segment(item.segment_code.as_deref()?));
    let categories = items.iter().filter_map(|item| rules.category(&item.category));
    let names = segments.map(|segment| (segment.code.clone(), segment.name.clone()));
    let names = names.chain(categories.map(|category| (category.slug.clone(), category.name.clone())));
    Ok(CircularView {
        sums: sums(rules, &items),
        leaders: leaders.collect(),
        names: names.collect(),
        items,
        row,
    })
}

/// What the circulars of a period deduct from each center, by its code: those of all its parts. A term of scores.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "circular_deductions", skip_all)]
pub async fn deductions(
    conn: &mut PgConnection,
    period: Period,
) -> Result<BTreeMap<String, Points>, ServiceError> {
    let rows = circulars::deductions(conn, period.first_day(), period.last_day()).await?;
    let points = |hundredths: i64| Points::from_hundredths(i32::try_from(hundredths).unwrap_or(i32::MAX));
    Ok(rows.into_iter().map(|(center, hundredths)| (center, points(hundredths))).collect())
}
