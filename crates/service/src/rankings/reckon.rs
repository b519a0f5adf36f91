//! What a ranking comes to now: figures of everybody who is ranked, their ground, and the ranks.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use jiekou_core::assessment::{Candidate, Counts, Ranked, Ranking, Standings, aggregate, rank};
use jiekou_core::period::Period;
use jiekou_core::place::{MultiPolygon, coverage};
use jiekou_core::plan::TopicGroup;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::Level;
use jiekou_core::statistics::{Dimension, Figures};
use jiekou_store::statistics::roll_up;
use jiekou_store::{PgConnection, rankings};
use tracing::instrument;

use crate::ServiceError;
use crate::uncounted::{Uncounted, rolled_up_by, uncounted};

/// The ranking of a period as it comes out at this moment, by the areas of `rules`. In a snapshot.
///
/// # Errors
/// [`ServiceError::StillCounting`] while the workers have very much to count; storage.
#[instrument(level = "debug", name = "rankings.reckon", skip_all)]
pub(super) async fn reckon(
    conn: &mut PgConnection,
    rules: &Rulebook,
    ranking: &Ranking,
    period: Period,
    now: DateTime<Utc>,
) -> Result<Standings, ServiceError> {
    let candidates = candidates(rules, ranking.of);
    if let Some(from) = ranking.from.as_ref().and_then(|code| rules.plan().assessment.ranking(code)) {
        let stored = rankings::between(conn, &from.code, period.first_day(), period.last_day()).await?;
        let parts: Vec<Period> = period.parts(from.every).filter(|part| part.is_over(now)).collect();
        let stored = stored.into_iter().filter(|it| parts.contains(&it.period));
        let published: Vec<(Period, Standings)> = stored.map(|it| (it.period, it.standings)).collect();
        let missing = parts.iter().filter(|part| !published.iter().any(|(period, _)| period == *part));
        return Ok(aggregate(ranking, &candidates, &published, missing.copied().collect()));
    }
    let uncounted = uncounted(conn).await?;
    let mut counts = Counts::new();
    let groups = ranking.by.iter().copied().map(Some);
    for group in if ranking.by.is_empty() { vec![None] } else { groups.collect() } {
        counts.insert(group, figures(conn, rules, ranking.of, group, period, &uncounted).await?);
    }
    Ok(rank(ranking, &candidates, &counts))
}

/// Everybody who is ranked. A center that answers across towns is none of them.
fn candidates(rules: &Rulebook, of: Ranked) -> Vec<Candidate> {
    let data = rules.data();
    let candidate = |code: &str, name: &str, ground: Option<i64>| Candidate {
        code: code.to_owned(),
        name: name.to_owned(),
        square_meters: ground.filter(|square_meters| *square_meters > 0),
    };
    match of {
        Ranked::Town => {
            data.towns.iter().map(|it| candidate(&it.code, &it.name, square_meters(&it.geometry))).collect()
        }
        Ranked::Segment => data
            .segments
            .iter()
            .map(|it| candidate(&it.code, &it.name, square_meters(&it.geometry)))
            .collect(),
        Ranked::Unit => data.plan.units.iter().map(|it| candidate(&it.code, &it.name, None)).collect(),
        Ranked::District => {
            let districts = data.plan.regions.iter().filter(|region| region.level == Level::District);
            let ground = |code: &str| {
                // A list of districts has no ground of its own; their towns have.
                let towns = data.towns.iter().filter(|town| town.code.starts_with(code));
                towns.filter_map(|town| square_meters(&town.geometry)).sum()
            };
            districts.map(|it| candidate(&it.code, &it.name, Some(ground(&it.code)))).collect()
        }
    }
}

fn square_meters(geometry: &MultiPolygon) -> Option<i64> {
    format!("{:.0}", coverage::square_meters(geometry)).parse().ok()
}

/// What each has counted in the period; of a group only in the categories of its topics.
async fn figures(
    conn: &mut PgConnection,
    rules: &Rulebook,
    of: Ranked,
    group: Option<TopicGroup>,
    period: Period,
    uncounted: &Uncounted,
) -> Result<BTreeMap<String, Figures>, ServiceError> {
    let (cycle, first_day, last_day) = (rolled_up_by(period), period.first_day(), period.last_day());
    let dimension = match (of, group) {
        (Ranked::Segment, _) => Dimension::Segment,
        (Ranked::Unit, _) => Dimension::Unit,
        (Ranked::Town | Ranked::District, None) => Dimension::Town,
        (Ranked::Town | Ranked::District, Some(_)) => Dimension::Category,
    };
    let codes: Option<BTreeSet<String>> = group.map(|group| categories(rules, group));
    let by_center = of.is_area();
    let mut sums = if !uncounted.rolled_up {
        BTreeMap::new()
    } else if by_center {
        let codes: Option<Vec<String>> = codes.as_ref().map(|codes| codes.iter().cloned().collect());
        let wanted =
            roll_up::WantedByCenter { cycle, first_day, last_day, dimension, codes: codes.as_deref() };
        roll_up::sum_by_center(conn, &wanted).await?
    } else {
        let (areas, own) = ([String::new()], []);
        let wanted = roll_up::Wanted { cycle, first_day, last_day, dimension, areas: &areas, own: &own };
        roll_up::sum(conn, &wanted).await?
    };
    let of_group = |code: &str| codes.as_ref().is_none_or(|codes| codes.contains(code));
    for (key, figures) in uncounted.of(period, dimension).filter(|(key, _)| of_group(&key.code)) {
        let code = if by_center { &key.center } else { &key.code };
        *sums.entry(code.clone()).or_default() += *figures;
    }
    Ok(if of == Ranked::District { by_district(rules, &sums) } else { sums })
}

/// The categories, and kinds of them, whose topic is of the group.
fn categories(rules: &Rulebook, group: TopicGroup) -> BTreeSet<String> {
    let all = rules.data().categories.iter();
    let of_group = all.filter(|category| rules.topic_of(category).is_some_and(|topic| topic.group == group));
    of_group.map(|category| category.slug.clone()).collect()
}

/// A district counts what the centers of its towns count.
fn by_district(rules: &Rulebook, centers: &BTreeMap<String, Figures>) -> BTreeMap<String, Figures> {
    let districts = rules.plan().regions.iter().filter(|region| region.level == Level::District);
    let sums = districts.map(|district| {
        let mut sum = Figures::default();
        for (_, figures) in centers.iter().filter(|(center, _)| center.starts_with(&district.code)) {
            sum += *figures;
        }
        (district.code.clone(), sum)
    });
    sums.collect()
}
