//! Who owns cases now.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use jiekou_core::duty::{Holder, Owner, Task, fallen, owner};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::cases::view::CaseView;
use jiekou_store::duty as store;
use jiekou_store::duty::people::{self, Colleague};
use tracing::instrument;
use uuid::Uuid;

use crate::hand_over::{holders, task};
use crate::{App, ServiceError};

/// Whoever has to do what comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerView {
    /// `person`, `post`, `unit` or `center`.
    pub kind: &'static str,
    pub name: String,
    /// Who stands in for the person now.
    pub deputy: Option<String>,
    /// It has fallen to them: whoever was to go is gone.
    pub fallen: bool,
}

/// The owner of each of these cases at `now`, each read with the rules it was opened under, in their order.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "who_have", skip_all)]
pub(crate) async fn who_have(
    app: &App,
    cases: &[(&CaseView, &Rulebook)],
    now: DateTime<Utc>,
) -> Result<Vec<OwnerView>, ServiceError> {
    let tasks: Vec<(Task<'_>, &Rulebook)> = cases.iter().map(|(case, rules)| (task(case), *rules)).collect();
    let mut areas: Vec<&str> =
        tasks.iter().filter(|(task, _)| task.with_handlers).flat_map(|(task, _)| task.areas()).collect();
    areas.sort_unstable();
    areas.dedup();
    let people = if areas.is_empty() { Vec::new() } else { people::in_areas(&app.pool, &areas).await? };
    let owned = tasks.iter().map(|(task, rules)| {
        let ids = if task.with_handlers { reaching(task, &people) } else { Vec::new() };
        let plan = rules.plan();
        let has = owner(task, &ids, &plan.posts, &plan.process.duty, now);
        (has, fallen(task, &ids).is_some())
    });
    let owned: Vec<(Owner, bool)> = owned.collect();
    let deputies = deputies(app, &owned, now).await?;
    let views = owned.into_iter().zip(&tasks).map(|((has, fallen), (_, rules))| {
        let (kind, name) = named(&has, rules, &people);
        let deputy = match has {
            Owner::Person(id) => deputies.get(&id).cloned(),
            Owner::Post { .. } | Owner::Unit(_) | Owner::Center(_) => None,
        };
        OwnerView { kind, name, deputy, fallen }
    });
    Ok(views.collect())
}

/// Those of `people` that reach the task, each with what they hold in its areas.
fn reaching(task: &Task<'_>, people: &[Colleague]) -> Vec<Holder> {
    let areas: Vec<&str> = task.areas().collect();
    let held = people.iter().map(|it| Colleague {
        grants: it.grants.iter().filter(|grant| areas.contains(&grant.area.as_str())).cloned().collect(),
        ..it.clone()
    });
    holders(held.filter(|it| !it.grants.is_empty()).collect())
}

/// The names of those who stand in at `now` for people who own something.
async fn deputies(
    app: &App,
    owned: &[(Owner, bool)],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, String>, ServiceError> {
    let owners = owned.iter().filter_map(|(has, _)| match has {
        Owner::Person(id) => Some(*id),
        Owner::Post { .. } | Owner::Unit(_) | Owner::Center(_) => None,
    });
    let owners: Vec<Uuid> = owners.collect();
    if owners.is_empty() {
        return Ok(HashMap::new());
    }
    let lasting = store::deputies::of(&app.pool, &owners, now).await?;
    let begun: Vec<(Uuid, Uuid)> =
        lasting.iter().filter(|it| it.from_at <= now).map(|it| (it.absent_id, it.staff_id)).collect();
    if begun.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = begun.iter().map(|(_, staff_id)| *staff_id).collect();
    let names: HashMap<Uuid, String> = people::names(&app.pool, &ids).await?.into_iter().collect();
    // The one that began first counts, hence is written last.
    let named = begun
        .into_iter()
        .rev()
        .filter_map(|(absent, staff_id)| Some((absent, names.get(&staff_id)?.clone())));
    Ok(named.collect())
}

fn named(has: &Owner, rules: &Rulebook, people: &[Colleague]) -> (&'static str, String) {
    let center = |code: &str| rules.center(code).map_or_else(|| code.to_owned(), |center| center.name);
    match has {
        Owner::Person(id) => {
            let name = people.iter().find(|it| it.staff_id == *id).map(|it| it.name.clone());
            ("person", name.unwrap_or_default())
        }
        Owner::Post { post, .. } => {
            let known = rules.plan().posts.iter().find(|it| it.code == *post);
            ("post", known.map_or_else(|| post.clone(), |it| it.name.clone()))
        }
        Owner::Unit(code) => {
            ("unit", rules.unit(code).map_or_else(|| center(code), |unit| unit.name.clone()))
        }
        Owner::Center(code) => ("center", center(code)),
    }
}
