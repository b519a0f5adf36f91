//! Whoever stands in for somebody does what that one may do, and sees what they see.

use chrono::{DateTime, Utc};
use jiekou_core::case::{Actor, Move, Refusal, transition};
use jiekou_core::duty::passed;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::Grant;
use jiekou_store::cases::view::CaseView;
use jiekou_store::duty::{deputies, people};
use tracing::instrument;
use uuid::Uuid;

use crate::matter::{actor, matter};
use crate::{App, ServiceError, Staff};

/// Somebody whom the caller stands in for.
#[derive(Debug, Clone)]
pub(crate) struct Absent {
    pub staff_id: Uuid,
    pub name: String,
    /// The roles that pass to the caller.
    pub grants: Vec<Grant>,
}

/// Whom the caller stands in for at `now`: one step, never whom those stand in for.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "stand_in.absent", skip_all)]
pub(crate) async fn absent(
    app: &App,
    staff: &Staff,
    now: DateTime<Utc>,
) -> Result<Vec<Absent>, ServiceError> {
    let ids = deputies::stands_in_for(&app.pool, staff.staff_id, now).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = people::named(&app.pool, &[], &ids).await?.into_iter();
    Ok(found
        .map(|it| Absent { staff_id: it.staff_id, name: it.name, grants: passed(&it.grants, &staff.grants) })
        .collect())
}

/// The caller with the roles of those they stand in for.
pub(crate) fn acting(staff: &Staff, absent: &[Absent]) -> Staff {
    let mut acting = staff.clone();
    acting.grants.extend(absent.iter().flat_map(|it| it.grants.iter().cloned()));
    acting
}

/// Who makes a move: the caller on their own, or, where that is refused, on behalf of somebody they stand in for.
#[derive(Debug, Clone)]
pub(crate) struct Mover {
    pub actor: Actor,
    /// Name of the one who is absent.
    pub behalf: Option<String>,
}

/// Finds in which part the caller makes `it`, if they may at all.
///
/// # Errors
/// As the caller is refused on their own; storage.
pub(crate) async fn mover(
    app: &App,
    case: &CaseView,
    staff: &Staff,
    it: Move,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Result<Mover, ServiceError> {
    let before = matter(case)?;
    let own = actor(case, staff);
    let refused = match &own {
        None => ServiceError::UnknownCase,
        Some(actor) => match transition(&before, it, actor, rules, now) {
            Ok(_) => return Ok(Mover { actor: actor.clone(), behalf: None }),
            Err(refusal @ (Refusal::NotFromHere { .. } | Refusal::Guarded { .. })) => {
                return Err(refusal.into());
            }
            Err(refusal @ Refusal::NotYourMove { .. }) => refusal.into(),
        },
    };
    for absent in absent(app, staff, now).await? {
        let Some(actor) = actor(case, &acting(staff, std::slice::from_ref(&absent))) else {
            continue;
        };
        match transition(&before, it, &actor, rules, now) {
            // What somebody has handed on is not theirs any more, whoever stands in.
            Ok(_) if !before.handed_on.contains(&absent.staff_id) => {
                return Ok(Mover { actor, behalf: Some(absent.name) });
            }
            Ok(_) | Err(Refusal::NotYourMove { .. }) => {}
            Err(refusal) => return Err(refusal.into()),
        }
    }
    Err(refused)
}
