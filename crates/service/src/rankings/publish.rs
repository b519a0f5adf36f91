//! Publishing a ranking: it is frozen as it comes out, once.

use chrono::{DateTime, Utc};
use jiekou_core::assessment::{Sight, publishes};
use jiekou_core::period::Period;
use jiekou_store::StoreError;
use jiekou_store::rankings::{self, NewIssue, Published};
use jiekou_store::statistics::counting;
use tracing::instrument;

use super::period_of;
use super::reckon::reckon;
use super::view::{RankingView, scored_by, shown};
use crate::{App, ServiceError, Staff};

/// Freezes the ranking of a period that is over: rows, figures, the ground and the rules they were counted by, who did it
/// and when. `true` beside the answer: it was published by this call. Published again it is the same answer, as long as
/// it would come out the same.
///
/// # Errors
/// An unknown ranking or period; [`ServiceError::Forbidden`] for whoever does not assess; [`ServiceError::PeriodRunning`];
/// [`ServiceError::RankingIncomplete`] when what it is made from is missing, unless `without_missing`;
/// [`ServiceError::RankingPublished`] when the published one is another; [`ServiceError::StillCounting`]; storage.
#[instrument(level = "debug", name = "publish_ranking", skip_all)]
pub async fn publish_ranking(
    app: &App,
    staff: &Staff,
    code: &str,
    period: &str,
    without_missing: bool,
    now: DateTime<Utc>,
) -> Result<(RankingView, bool), ServiceError> {
    let in_force = app.rulebooks.in_force();
    let rules = &in_force.rules;
    let assess = rules.plan().process.mandates.assess;
    if !publishes(&staff.grants, assess, &rules.data().district.code) {
        return Err(ServiceError::Forbidden);
    }
    let ranking = rules.plan().assessment.ranking(code).ok_or(ServiceError::UnknownRanking)?;
    let period = period_of(ranking, Some(period), now)?;
    if !period.is_over(now) {
        return Err(ServiceError::PeriodRunning { until: period.ends() });
    }
    let mut snapshot = counting::snapshot(&app.pool).await?;
    let known = rankings::of(&mut snapshot, code, period).await?;
    let standings = match known {
        Some(_) => None,
        None => Some(reckon(&mut snapshot, rules, ranking, period, now).await?),
    };
    snapshot.commit().await.map_err(StoreError::from)?;
    let Some(standings) = standings else {
        return Ok((again(app, code, period, now).await?, false));
    };
    if !standings.missing.is_empty() && !without_missing {
        return Err(ServiceError::RankingIncomplete { missing: standings.missing });
    }
    let issue = NewIssue {
        code,
        period,
        rulebook_version_id: in_force.version_id,
        published_by: staff.staff_id,
        standings: &standings,
    };
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let done = rankings::publish(&mut transaction, &issue, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    if !done {
        // Somebody was faster.
        return Ok((again(app, code, period, now).await?, false));
    }
    let view = shown(ranking, period, None, in_force.version_id, standings, &Sight::All)?;
    let published = Some((now, staff.name.clone()));
    Ok((RankingView { published, differences: Some(Vec::new()), ..view }, true))
}

/// What was published already, if it would come out the same by the same rules.
async fn again(
    app: &App,
    code: &str,
    period: Period,
    now: DateTime<Utc>,
) -> Result<RankingView, ServiceError> {
    let mut snapshot = counting::snapshot(&app.pool).await?;
    let published = rankings::of(&mut snapshot, code, period).await?;
    let published = published.ok_or(StoreError::Inconsistent("a published ranking is gone"))?;
    let (rules, ranking) = scored_by(app, &mut snapshot, code, &published).await?;
    let standings = reckon(&mut snapshot, &rules, &ranking, period, now).await?;
    snapshot.commit().await.map_err(StoreError::from)?;
    let differences = published.standings.differences(&standings);
    let Published { rulebook_version_id, published_at, published_by, standings, .. } = published;
    if !differences.is_empty() {
        return Err(ServiceError::RankingPublished { at: published_at, differences: differences.len() });
    }
    let view = shown(&ranking, period, None, rulebook_version_id, standings, &Sight::All)?;
    Ok(RankingView { published: Some((published_at, published_by)), differences: Some(differences), ..view })
}
