//! Who owes patrols: done, due soon and overdue, as far as the caller's areas go.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use jiekou_core::patrol::{Area, Asked, Duty, Owed, OwedState};
use jiekou_core::period::Period;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::Level;
use jiekou_store::StoreError;
use jiekou_store::statistics::counting;
use tracing::instrument;

use crate::patrol_duties::{Standing, stand};
use crate::{App, ServiceError, Staff};

/// Lines on one page.
const PAGE: usize = 200;
/// Lines of a file: what a sheet and its reader still bear.
const FILE: usize = 100_000;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct OwedWanted<'a> {
    /// `None`: the running period of each cycle and the one before.
    pub period: Option<Period>,
    pub state: Option<OwedState>,
    /// Code of a post.
    pub post: Option<&'a str>,
    /// Only where this center answers.
    pub center: Option<&'a str>,
    /// `next` of the page before.
    pub cursor: Option<&'a str>,
    /// Everything at once, for a file.
    pub whole: bool,
}

/// A duty with names.
#[derive(Debug, Clone)]
pub struct OwedLine {
    pub post: String,
    pub post_name: String,
    pub area: Area,
    pub area_name: String,
    pub center: String,
    /// Who owes it, where each holder does.
    pub holder: Option<String>,
    /// Who holds the post there: by account, else by the rulebook's list.
    pub holders: Vec<String>,
    pub period: Period,
    pub done: u32,
    pub times: u32,
    pub state: OwedState,
    key: String,
}

/// The lines in the order of areas, posts and periods.
#[derive(Debug, Clone)]
pub struct OwedList {
    pub lines: Vec<OwedLine>,
    /// How many there are by state, on all pages.
    pub counts: BTreeMap<&'static str, usize>,
    pub next: Option<String>,
}

/// What is owed as far as the caller sees it: city, district and town everything there, a segment, community or grid its
/// own, and whoever holds a post what is owed in it.
///
/// # Errors
/// An unknown post, center or cursor, and a file that would be too long; [`ServiceError::Forbidden`] for a center outside
/// the caller's areas; storage.
#[instrument(level = "debug", name = "view_owed_patrols", skip_all)]
pub async fn view_owed_patrols(
    app: &App,
    staff: &Staff,
    wanted: OwedWanted<'_>,
    now: DateTime<Utc>,
) -> Result<OwedList, ServiceError> {
    let rules = app.rules();
    check(&rules, &wanted)?;
    let sight = Sight::of(&rules, staff);
    if let Some(center) = wanted.center
        && !sight.whole.iter().any(|area| center.starts_with(area.as_str()))
    {
        return Err(ServiceError::Forbidden);
    }
    let fits = |duty: &Duty| {
        let center = || duty.area.center(&rules);
        wanted.post.is_none_or(|post| duty.post == post)
            && wanted.center.is_none_or(|wanted| center().as_deref() == Some(wanted))
            && sight.shows(&rules, duty)
    };
    let asked = wanted.period.map_or(Asked::Now, Asked::In);
    let mut snapshot = counting::snapshot(&app.pool).await?;
    let standing = stand(app, &mut snapshot, asked, fits, now).await?;
    snapshot.commit().await.map_err(StoreError::from)?;
    page(&rules, &standing, &wanted)
}

fn check(rules: &Rulebook, wanted: &OwedWanted<'_>) -> Result<(), ServiceError> {
    let mut faults = Vec::new();
    if let Some(post) = wanted.post
        && !rules.plan().posts.iter().any(|it| it.code == post)
    {
        faults.push(FieldError::new("/post", FieldCode::Unknown, "没有这个岗位"));
    }
    if let Some(center) = wanted.center
        && rules.center(center).is_none()
    {
        faults.push(FieldError::new("/center", FieldCode::Unknown, "没有这个中心"));
    }
    if faults.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(faults)) }
}

/// What somebody sees of what is owed.
struct Sight {
    /// Beginnings of the centers' codes.
    whole: Vec<String>,
    /// Areas of their own.
    own: Vec<Area>,
    /// Posts of their own, with the area.
    posts: Vec<(String, Area)>,
}

impl Sight {
    fn of(rules: &Rulebook, staff: &Staff) -> Self {
        let whole = |level| matches!(level, Level::City | Level::District | Level::Town);
        let grants = || staff.grants.iter().filter(|grant| grant.unit.is_none());
        let posts =
            staff.grants.iter().filter_map(|grant| Some((grant.post.clone()?, Area::of_grant(rules, grant))));
        Self {
            whole: grants().filter(|it| whole(it.level)).map(|it| it.area.clone()).collect(),
            own: grants().filter(|it| !whole(it.level)).map(|it| Area::of_grant(rules, it)).collect(),
            posts: posts.collect(),
        }
    }

    fn shows(&self, rules: &Rulebook, duty: &Duty) -> bool {
        let held = |(post, area): &(String, Area)| *post == duty.post && *area == duty.area;
        if self.own.contains(&duty.area) || self.posts.iter().any(held) {
            return true;
        }
        let center = duty.area.center(rules);
        center.is_some_and(|center| self.whole.iter().any(|area| center.starts_with(area.as_str())))
    }
}

fn page(rules: &Rulebook, standing: &Standing, wanted: &OwedWanted<'_>) -> Result<OwedList, ServiceError> {
    let mut counts: BTreeMap<&'static str, usize> =
        OwedState::ALL.into_iter().map(|state| (state.name(), 0)).collect();
    for it in &standing.owed {
        *counts.entry(it.state.name()).or_default() += 1;
    }
    let kept = standing.owed.iter().filter(|it| wanted.state.is_none_or(|state| it.state == state));
    let mut keyed: Vec<(String, &Owed)> = kept.map(|it| (key(&it.duty), it)).collect();
    keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
    if wanted.whole && keyed.len() > FILE {
        let words = format!("超过 {FILE} 行，请缩短周期或按岗位、中心筛选");
        return Err(ServiceError::field(FieldError::new("/period", FieldCode::TooMany, words)));
    }
    let behind =
        keyed.into_iter().filter(|(key, _)| wanted.cursor.is_none_or(|cursor| key.as_str() > cursor));
    let most = if wanted.whole { FILE } else { PAGE };
    let mut lines: Vec<OwedLine> =
        behind.take(most + 1).map(|(key, it)| line(rules, standing, key, it)).collect();
    let more = lines.len() > most;
    lines.truncate(most);
    let next = lines.last().filter(|_| more).map(|line| line.key.clone());
    Ok(OwedList { lines, counts, next })
}

/// The place of a duty in the order.
fn key(duty: &Duty) -> String {
    let holder = duty.holder.map(|id| id.to_string()).unwrap_or_default();
    let Duty { area, post, period, .. } = duty;
    format!("{area}~{post}~{}~{}~{holder}", period.first_day(), period.cycle().name())
}

fn line(rules: &Rulebook, standing: &Standing, key: String, it: &Owed) -> OwedLine {
    let duty = &it.duty;
    let plan = rules.plan();
    let post = plan.posts.iter().find(|post| post.code == duty.post);
    let mut holders = standing.holders(&duty.post, &duty.area.code).to_vec();
    if holders.is_empty() {
        let named = plan.people.iter().filter(|it| it.post == duty.post && it.area == duty.area.code);
        holders = named.map(|person| person.name.clone()).collect();
    }
    OwedLine {
        post: duty.post.clone(),
        post_name: post.map_or_else(|| duty.post.clone(), |post| post.name.clone()),
        area: duty.area.clone(),
        area_name: duty.area.name(rules),
        center: duty.area.center(rules).unwrap_or_default(),
        holder: duty.holder.and_then(|person| standing.name_of(person)).map(str::to_owned),
        holders,
        period: duty.period,
        done: it.done,
        times: duty.times,
        state: it.state,
        key,
    }
}
