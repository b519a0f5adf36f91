//! What is owed of patrols, and what was done of it: for lists, for whoever is told, and for the digest.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use jiekou_core::patrol::{Area, Asked, Duty, Holder, InForce, Owed, duties, weigh};
use jiekou_store::patrols::{counts, holders};
use jiekou_store::{PgConnection, rulebooks};
use uuid::Uuid;

use crate::{App, RulebookInForce, ServiceError};

/// Duties with how they stand, and the names of those who hold the posts.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    pub owed: Vec<Owed>,
    names: HashMap<Uuid, String>,
    /// By post and code of the area.
    held: HashMap<(String, String), Vec<String>>,
}

impl Standing {
    pub fn name_of(&self, person: Uuid) -> Option<&str> {
        self.names.get(&person).map(String::as_str)
    }

    /// Names of the people whose accounts hold a post in an area.
    pub fn holders(&self, post: &str, area: &str) -> &[String] {
        self.held.get(&(post.to_owned(), area.to_owned())).map_or(&[], Vec::as_slice)
    }
}

/// Those of the duties in the periods asked for that are `wanted`, as they stand. However many there are, it is a handful of
/// statements: which rules were in force, who holds the posts, and what was walked.
///
/// # Errors
/// Storage.
pub(crate) async fn stand(
    app: &App,
    conn: &mut PgConnection,
    asked: Asked,
    wanted: impl Fn(&Duty) -> bool,
    now: DateTime<Utc>,
) -> Result<Standing, ServiceError> {
    let rules = app.rules();
    let moments: Vec<DateTime<Utc>> = asked.moments(&rules, now).into_iter().collect();
    let mut in_force: BTreeMap<i64, BTreeSet<DateTime<Utc>>> = BTreeMap::new();
    for (at, version_id) in rulebooks::in_force_at(conn, &moments).await? {
        in_force.entry(version_id).or_default().insert(at);
    }
    let mut versions: Vec<(Arc<RulebookInForce>, BTreeSet<DateTime<Utc>>)> = Vec::new();
    for (version_id, at) in in_force {
        versions.push((app.rulebooks.version(conn, version_id).await?, at));
    }
    let patrolling = versions.iter().flat_map(|(version, _)| &version.rules.plan().posts);
    let posts: BTreeSet<String> =
        patrolling.filter(|post| post.patrol.is_some()).map(|post| post.code.clone()).collect();
    let posts: Vec<String> = posts.into_iter().collect();
    let mut standing = Standing::default();
    let mut known = Vec::new();
    for row in holders::of_posts(conn, &posts).await? {
        let area = Area::of_grant(&rules, &row.grant).code;
        let post = row.grant.post.unwrap_or_default();
        standing.names.insert(row.staff_id, row.name.clone());
        let names = standing.held.entry((post.clone(), area.clone())).or_default();
        if !names.contains(&row.name) {
            names.push(row.name);
        }
        known.push(Holder { post, area, person: row.staff_id, since: row.since });
    }
    let versions: Vec<InForce<'_>> =
        versions.iter().map(|(version, at)| InForce { rules: &version.rules, at: at.clone() }).collect();
    let duties: Vec<Duty> = duties(&versions, &known, asked, now).into_iter().filter(wanted).collect();
    let days = duties.iter().map(|duty| (duty.period.first_day(), duty.period.last_day()));
    let first = days.clone().map(|(first, _)| first).min();
    let last = days.map(|(_, last)| last).max();
    if let Some((first, last)) = first.zip(last) {
        let areas: BTreeSet<&str> = duties.iter().map(|duty| duty.area.code.as_str()).collect();
        let areas: Vec<String> = areas.into_iter().map(str::to_owned).collect();
        let walked = counts::walked(conn, &posts, &areas, first, last).await?;
        standing.owed = weigh(duties, &walked, now);
    }
    Ok(standing)
}
