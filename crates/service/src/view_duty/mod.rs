//! Who is on duty where, who stands in, and how many open tasks each has.

mod desk;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use jiekou_core::duty::{Fallen, Holder, Owner, Shift, fallen, owner};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Grant, Level, Turn};
use jiekou_store::duty::deputies;
use jiekou_store::duty::people;
use jiekou_store::duty::tasks;
use tracing::instrument;
use uuid::Uuid;

use crate::{App, ServiceError, Staff};
use desk::Desk;

/// Duty as the caller may see it.
#[derive(Debug, Clone)]
pub struct DutyView {
    pub at: DateTime<Utc>,
    pub posts: Vec<PostDuty>,
    pub units: Vec<UnitDuty>,
    pub centers: Vec<CenterDuty>,
    pub fallen: Vec<FallenTasks>,
    /// All open tasks there; each is counted with exactly one owner.
    pub open_tasks: i64,
}

/// A post in an area.
#[derive(Debug, Clone)]
pub struct PostDuty {
    pub post: (String, String),
    pub area: String,
    /// Of several exactly one is on duty.
    pub one_on_duty: bool,
    /// The turn that `at` lies in, where they take turns.
    pub shift: Option<Shift>,
    pub on_duty: Vec<PersonDuty>,
    /// Who comes next, where they take turns.
    pub next: Option<PersonDuty>,
    /// Who is not on duty now.
    pub off_duty: Vec<PersonDuty>,
    /// Tasks that all who hold it have together.
    pub open_tasks: i64,
}

/// Somebody, with what they have to do.
#[derive(Debug, Clone)]
pub struct PersonDuty {
    pub username: String,
    pub name: String,
    pub turn: Option<Turn>,
    /// Who stands in for them now, until when.
    pub deputy: Option<(Uuid, String, DateTime<Utc>)>,
    /// Tasks that are theirs, wherever these lie.
    pub open_tasks: i64,
}

/// A unit's people and its inbox.
#[derive(Debug, Clone)]
pub struct UnitDuty {
    pub unit: (String, String),
    pub people: Vec<PersonDuty>,
    /// Tasks that nobody in particular goes to.
    pub open_tasks: i64,
}

/// A center's inbox.
#[derive(Debug, Clone)]
pub struct CenterDuty {
    pub center: (String, String),
    pub open_tasks: i64,
}

/// Tasks that have fallen from somebody who is gone.
#[derive(Debug, Clone)]
pub struct FallenTasks {
    /// Name of whoever was to go, if the account is still known.
    pub from: Option<String>,
    pub why: Fallen,
    /// Kind and name of whoever has them now.
    pub to: (&'static str, String),
    pub open_tasks: i64,
    /// Number of the oldest of them.
    pub first_case_number: String,
}

/// Duty within the caller's areas and units, or within `area`.
///
/// # Errors
/// An area that is not within the caller's; storage.
#[instrument(level = "debug", name = "view_duty", skip_all)]
pub async fn view_duty(
    app: &App,
    staff: &Staff,
    area: Option<&str>,
    now: DateTime<Utc>,
) -> Result<DutyView, ServiceError> {
    let rules = app.rules();
    let grants = within(&staff.grants, area, &rules)?;
    let prefixes: Vec<&str> = grants.iter().map(|grant| grant.area.as_str()).collect();
    let heaps = tasks::heaps(&app.pool, &grants).await?;
    let mut areas: Vec<&str> = heaps.iter().flat_map(|heap| heap.task().areas()).collect();
    areas.sort_unstable();
    areas.dedup();
    let people = people::about(&app.pool, &prefixes, &areas).await?;
    let ids: Vec<Uuid> = people.iter().map(|it| it.staff_id).collect();
    let deputies = deputies::of(&app.pool, &ids, now).await?;
    let gone: Vec<Uuid> =
        heaps.iter().filter_map(|heap| heap.person_id).chain(deputies.iter().map(|it| it.staff_id)).collect();
    let names: HashMap<Uuid, String> = people::names(&app.pool, &gone).await?.into_iter().collect();
    let plan = rules.plan();
    let mut holders: Vec<Holder> =
        people.iter().map(|it| Holder { staff_id: it.staff_id, grants: it.grants.clone() }).collect();
    // Whoever holds nothing any more is still somebody.
    let without_grants = people::there(&app.pool, &gone).await?.into_iter().filter(|id| !ids.contains(id));
    holders.extend(without_grants.map(|staff_id| Holder { staff_id, grants: Vec::new() }));
    let mut owned: HashMap<Owner, i64> = HashMap::new();
    let mut fell: BTreeMap<(Option<String>, Owner, String), FallenTasks> = BTreeMap::new();
    let desk = Desk { rules: &rules, people: &people, deputies: &deputies, names: &names, now };
    for heap in &heaps {
        let task = heap.task();
        let has = owner(&task, &holders, &plan.posts, &plan.process.duty, now);
        if let Some(why) = fallen(&task, &holders) {
            let from = heap.person_id.and_then(|id| names.get(&id).cloned());
            let entry =
                fell.entry((from.clone(), has.clone(), format!("{why:?}"))).or_insert_with(|| FallenTasks {
                    from,
                    why,
                    to: desk.name(&has),
                    open_tasks: 0,
                    first_case_number: heap.first_number.clone(),
                });
            entry.open_tasks += heap.cases;
        }
        *owned.entry(has).or_default() += heap.cases;
    }
    Ok(DutyView {
        at: now,
        posts: desk.posts(&grants, &owned),
        units: desk.units(&grants, &owned),
        centers: desk.centers(&owned),
        fallen: fell.into_values().collect(),
        open_tasks: heaps.iter().map(|heap| heap.cases).sum(),
    })
}

/// The caller's grants, narrowed to an area.
fn within(grants: &[Grant], area: Option<&str>, rules: &Rulebook) -> Result<Vec<Grant>, ServiceError> {
    let Some(area) = area else {
        return Ok(grants.to_vec());
    };
    let level = level_of(area, rules);
    let narrowed = grants.iter().filter_map(|grant| {
        let within = area.starts_with(&grant.area);
        let level = if area == grant.area { Some(grant.level) } else { level };
        Some(Grant { area: area.to_owned(), level: level.filter(|_| within)?, ..grant.clone() })
    });
    let narrowed: Vec<Grant> = narrowed.collect();
    if narrowed.is_empty() {
        return Err(ServiceError::field(FieldError::new("/area", FieldCode::Unknown, "没有这个辖区")));
    }
    Ok(narrowed)
}

/// The level of an area of the rulebook.
fn level_of(area: &str, rules: &Rulebook) -> Option<Level> {
    let district = &rules.data().district.code;
    if rules.center(area).is_some() {
        Some(Level::Town)
    } else if rules.segment(area).is_some() {
        Some(Level::Segment)
    } else if area == district {
        Some(Level::District)
    } else {
        rules.region(area).map(|region| region.level)
    }
}
