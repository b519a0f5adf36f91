//! One ranking of one period: as it was published, or as it comes out now.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jiekou_core::assessment::{Difference, Ranking, Row, Sight, Standings, sight};
use jiekou_core::period::Period;
use jiekou_core::plan::TopicGroup;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::rankings::{self, Published};
use jiekou_store::statistics::counting;
use jiekou_store::{PgConnection, StoreError};
use tracing::instrument;

use super::period_of;
use super::reckon::reckon;
use crate::{App, ServiceError, Staff};

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub code: &'a str,
    /// The period's name, or a day of it; `None`: the one that goes on.
    pub period: Option<&'a str>,
    /// `None`: the whole.
    pub group: Option<TopicGroup>,
}

/// A table of a ranking, as far as the caller sees it.
#[derive(Debug, Clone)]
pub struct RankingView {
    pub ranking: Ranking,
    pub period: Period,
    pub group: Option<TopicGroup>,
    /// The tables there are besides the whole.
    pub groups: Vec<TopicGroup>,
    /// The version of the rules whose areas and terms it was counted by.
    pub rulebook_version_id: i64,
    /// When it was published and by whom; `None`: it is a preview.
    pub published: Option<(DateTime<Utc>, String)>,
    /// How many are ranked; rows that the caller does not see are among them.
    pub count: usize,
    pub rows: Vec<Row>,
    pub missing: Vec<Period>,
    /// How a published one would come out now; empty when the same. `None` for a preview, and while too much is uncounted.
    pub differences: Option<Vec<Difference>>,
}

/// The ranking that is asked for. What was published is answered from what was frozen, and everybody of the staff sees all
/// of it; before, whoever assesses sees all and everybody else what lies in their own area.
///
/// # Errors
/// An unknown ranking, period or group; [`ServiceError::Forbidden`] when none of its rows is the caller's;
/// [`ServiceError::StillCounting`] while the workers have very much to count; storage.
#[instrument(level = "debug", name = "view_ranking", skip_all)]
pub async fn view_ranking(
    app: &App,
    staff: &Staff,
    wanted: &Wanted<'_>,
    now: DateTime<Utc>,
) -> Result<RankingView, ServiceError> {
    let in_force = app.rulebooks.in_force();
    let mut transaction = counting::snapshot(&app.pool).await?;
    let (period, published) = find(&mut transaction, &in_force.rules, wanted, now).await?;
    let sight = own_sight(staff, &in_force.rules);
    let view = match published {
        Some(published) => frozen(app, &mut transaction, wanted, published, &sight, now).await?,
        None => {
            let rules = &in_force.rules;
            let ranking = rules.plan().assessment.ranking(wanted.code).ok_or(ServiceError::UnknownRanking)?;
            let standings = reckon(&mut transaction, rules, ranking, period, now).await?;
            let view = shown(ranking, period, wanted.group, in_force.version_id, standings, &sight)?;
            if view.rows.is_empty() && view.count > 0 {
                return Err(ServiceError::Forbidden);
            }
            view
        }
    };
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(view)
}

/// The period, and the ranking of it if it was published: also one that later rules have no more.
async fn find(
    conn: &mut PgConnection,
    rules: &Rulebook,
    wanted: &Wanted<'_>,
    now: DateTime<Utc>,
) -> Result<(Period, Option<Published>), ServiceError> {
    let period = match rules.plan().assessment.ranking(wanted.code) {
        Some(ranking) => period_of(ranking, wanted.period, now),
        None => wanted.period.and_then(|text| text.parse().ok()).ok_or(ServiceError::UnknownRanking),
    };
    // One that was published under another cycle is still found by its own name.
    let named = wanted.period.and_then(|text| text.parse::<Period>().ok());
    let period = match (period, named) {
        (Ok(period), _) => period,
        (Err(error), Some(named)) => {
            return match rankings::of(conn, wanted.code, named).await? {
                Some(published) => Ok((named, Some(published))),
                None => Err(error),
            };
        }
        (Err(error), None) => return Err(error),
    };
    let published = rankings::of(conn, wanted.code, period).await?;
    Ok((period, published))
}

/// What was published, with how it would come out now by the same rules: only what was done to cases since differs.
async fn frozen(
    app: &App,
    conn: &mut PgConnection,
    wanted: &Wanted<'_>,
    published: Published,
    sight: &Sight,
    now: DateTime<Utc>,
) -> Result<RankingView, ServiceError> {
    let (rules, ranking) = scored_by(app, conn, wanted.code, &published).await?;
    let differences = match reckon(conn, &rules, &ranking, published.period, now).await {
        Ok(standings) => Some(published.standings.differences(&standings)),
        Err(ServiceError::StillCounting) => None,
        Err(error) => return Err(error),
    };
    let Published { period, rulebook_version_id, published_at, published_by, standings } = published;
    let view = shown(&ranking, period, wanted.group, rulebook_version_id, standings, &Sight::All)?;
    let own = |it: &Difference| it.group == wanted.group && sight.shows(&it.code);
    Ok(RankingView {
        published: Some((published_at, published_by)),
        differences: differences.map(|it| it.into_iter().filter(own).collect()),
        ..view
    })
}

/// The rules that a published ranking was scored by.
pub(super) async fn scored_by(
    app: &App,
    conn: &mut PgConnection,
    code: &str,
    published: &Published,
) -> Result<(Arc<Rulebook>, Ranking), ServiceError> {
    let version = app.rulebooks.version(conn, published.rulebook_version_id).await?;
    let rules = Arc::clone(&version.rules);
    let ranking = rules.plan().assessment.ranking(code).cloned();
    Ok((rules, ranking.ok_or(StoreError::Inconsistent("a published ranking that its rules do not have"))?))
}

pub(super) fn own_sight(staff: &Staff, rules: &Rulebook) -> Sight {
    sight(&staff.grants, rules.plan().process.mandates.assess, &rules.data().district.code)
}

/// One table of it, as far as it is seen.
pub(super) fn shown(
    ranking: &Ranking,
    period: Period,
    group: Option<TopicGroup>,
    rulebook_version_id: i64,
    standings: Standings,
    sight: &Sight,
) -> Result<RankingView, ServiceError> {
    let groups = standings.tables.iter().filter_map(|table| table.group).collect();
    let table = standings.tables.into_iter().find(|table| table.group == group).ok_or_else(|| {
        ServiceError::field(FieldError::new("/group", FieldCode::Unknown, "这项排名没有这个分类"))
    })?;
    let count = table.rows.len();
    Ok(RankingView {
        ranking: ranking.clone(),
        period,
        group,
        groups,
        rulebook_version_id,
        published: None,
        count,
        rows: table.rows.into_iter().filter(|row| sight.shows(&row.code)).collect(),
        missing: standings.missing,
        differences: None,
    })
}
