//! 交接: open tasks go from one person to another of the same unit, post or area.

use chrono::{DateTime, Utc};
use jiekou_core::case::{Actor, handed_over, handles};
use jiekou_core::duty::{Holder, Owner, Task, owner};
use jiekou_core::place::Wgs84;
use jiekou_core::plan::{Ladder, Told};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::Role;
use jiekou_store::cases::view::{self, CaseView};
use jiekou_store::duty::handovers::{self, Handing};
use jiekou_store::duty::people::{self, Colleague};
use jiekou_store::duty::tasks;
use jiekou_store::people::staff as accounts;
use jiekou_store::reports::idempotency::{self, Known};
use jiekou_store::{PgConnection, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{info, instrument};
use uuid::Uuid;

use crate::matter::{actor, matter, rules_within};
use crate::tell_move::reached_at;
use crate::{App, IdempotencyKey, Principal, ServiceError, Staff, saved_answer};

/// Most cases that change hands at once.
const MOST: usize = 200;

/// What somebody asks for.
#[derive(Debug, Clone, Default)]
pub struct HandoverRequest {
    /// Account of the one who takes them.
    pub to: Option<String>,
    /// Account of the one who has them; without it the caller's own.
    pub from: Option<String>,
    /// Numbers of the cases; none: all that are in their hands.
    pub cases: Vec<String>,
    pub note: Option<String>,
}

/// What was handed over.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HandedOver {
    pub handover_id: Uuid,
    /// Names of both.
    pub from: String,
    pub to: String,
    pub at: DateTime<Utc>,
    pub case_numbers: Vec<String>,
    /// There were more than can change hands at once: ask again.
    pub more: bool,
}

/// Hands cases over in one transaction. Asked again with the same key it answers the same.
///
/// # Errors
/// Everything wrong with the request at once, each case under its own pointer; nothing is handed over then. A reused key;
/// storage.
#[instrument(level = "debug", name = "hand_over", skip_all)]
pub async fn hand_over(
    app: &App,
    staff: &Staff,
    request: HandoverRequest,
    key: Option<&IdempotencyKey>,
    now: DateTime<Utc>,
) -> Result<HandedOver, ServiceError> {
    let caller = Principal::Staff(staff.clone());
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let saved = key.map(|key| saved_answer::scope(&caller, key)).unwrap_or_default();
    match idempotency::look_up::<HandedOver>(&mut transaction, &saved).await? {
        Known::New => {}
        Known::Same { facts, .. } => return Ok(*facts),
        Known::OtherBody => return Err(ServiceError::KeyReused),
    }
    let (parties, note) = parties(&mut transaction, staff, &request).await?;
    let (locked, more) = lock(&mut transaction, &request, &parties).await?;
    let given = decide(app, &mut transaction, staff, &parties, locked, now).await?;
    let handed = HandedOver {
        handover_id: Uuid::new_v4(),
        from: parties.from_name.clone(),
        to: parties.to.name.clone(),
        at: now,
        case_numbers: given.iter().map(|case| case.view.case_number.clone()).collect(),
        more,
    };
    let detail = json!({
        "from": parties.from_username, "to": parties.to.username, "handoverId": handed.handover_id, "count": given.len(),
    });
    // One message tells of all of them.
    for (position, case) in given.iter().enumerate() {
        let told = if position == 0 { reached(&parties.to, case) } else { Vec::new() };
        let handing = Handing {
            case_id: case.view.case_id,
            state: &case.view.state,
            matter: &case.next,
            by: staff.staff_id,
            note: note.as_deref(),
            detail: &detail,
            told: &told,
        };
        handovers::hand_over(&mut transaction, &handing, now).await?;
    }
    idempotency::save(&mut transaction, &saved, &handed, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    info!(handover.id = %handed.handover_id, cases = given.len(), "cases handed over");
    Ok(handed)
}

/// Who gives and who takes.
struct Parties {
    from: Uuid,
    from_username: String,
    from_name: String,
    to: Colleague,
}

/// A case with what it is like afterwards.
struct Given {
    view: CaseView,
    next: jiekou_core::case::Matter,
    rules: std::sync::Arc<Rulebook>,
}

async fn parties(
    conn: &mut PgConnection,
    staff: &Staff,
    request: &HandoverRequest,
) -> Result<(Parties, Option<String>), ServiceError> {
    let mut faults = Vec::new();
    let note = request.note.as_deref().filter(|note| !note.trim().is_empty());
    let note = note.and_then(|note| parse_text("/note", note, 1_000).map_err(|it| faults.push(it)).ok());
    if request.cases.len() > MOST {
        faults.push(FieldError::new("/cases", FieldCode::TooMany, format!("一次最多 {MOST} 件")));
    }
    let unknown = |pointer: &str| FieldError::new(pointer, FieldCode::Unknown, "没有这个账号，或已停用");
    let to = match request.to.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        None => {
            faults.push(FieldError::new("/to", FieldCode::Missing, "请写明交给谁（账号）"));
            None
        }
        Some(name) => {
            let found = people::named(&mut *conn, &[&name.to_lowercase()], &[]).await?.into_iter().next();
            if found.is_none() {
                faults.push(unknown("/to"));
            }
            found
        }
    };
    let from = match request.from.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        None => {
            let own = accounts::by_id(&mut *conn, staff.staff_id).await?;
            own.map(|it| (it.staff_id, it.username, it.display_name))
        }
        Some(name) => accounts::any_by_username(&mut *conn, &name.to_lowercase()).await?,
    };
    let from =
        from.ok_or_else(|| faults.push(FieldError::new("/from", FieldCode::Unknown, "没有这个账号"))).ok();
    match (from, to) {
        (Some((from, username, name)), Some(to)) if from != to.staff_id && faults.is_empty() => {
            Ok((Parties { from, from_username: username, from_name: name, to }, note))
        }
        (Some((from, ..)), Some(to)) => {
            if from == to.staff_id {
                faults.push(FieldError::new("/to", FieldCode::NotAllowed, "不能交给同一个人"));
            }
            Err(ServiceError::Invalid(faults))
        }
        _ => Err(ServiceError::Invalid(faults)),
    }
}

/// The cases that are asked for, or all that may be in the giver's hands, locked in the order of their numbers.
async fn lock(
    conn: &mut PgConnection,
    request: &HandoverRequest,
    parties: &Parties,
) -> Result<(Vec<(Option<usize>, CaseView)>, bool), ServiceError> {
    let asked: Vec<(Option<usize>, String)> = if request.cases.is_empty() {
        let grants = accounts::all_grants(&mut *conn, parties.from).await?;
        let most = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
        let held = tasks::in_hands(&mut *conn, parties.from, &grants, most).await?;
        held.into_iter().map(|it| (None, it.case_number)).collect()
    } else {
        let named = request.cases.iter().enumerate();
        named.map(|(position, number)| (Some(position), number.trim().to_owned())).collect()
    };
    let more = asked.len() > MOST;
    let mut asked: Vec<(Option<usize>, String)> = asked.into_iter().take(MOST).collect();
    asked.sort_by(|(_, one), (_, other)| one.cmp(other));
    let (mut locked, mut faults): (Vec<(Option<usize>, CaseView)>, Vec<FieldError>) =
        (Vec::new(), Vec::new());
    for (position, number) in asked {
        let pointer = || position.map_or_else(|| "/cases".to_owned(), |it| format!("/cases/{it}"));
        let number = jiekou_core::case::CaseNumber::parse(&number);
        let found = match &number {
            Some(number) => view::lock(&mut *conn, number.as_str()).await?,
            None => None,
        };
        match found {
            Some(case) if locked.iter().any(|(_, other)| other.case_id == case.case_id) => {
                faults.push(FieldError::new(pointer(), FieldCode::AlreadyUsed, "同一案件写了两次"));
            }
            Some(case) => locked.push((position, case)),
            None => faults.push(FieldError::new(pointer(), FieldCode::Unknown, "没有这个案件")),
        }
    }
    if faults.is_empty() { Ok((locked, more)) } else { Err(ServiceError::Invalid(faults)) }
}

/// Which of the locked cases change hands. One that was named and cannot is a fault; of all that may be in somebody's
/// hands those that are not are left where they are.
async fn decide(
    app: &App,
    conn: &mut PgConnection,
    staff: &Staff,
    parties: &Parties,
    locked: Vec<(Option<usize>, CaseView)>,
    now: DateTime<Utc>,
) -> Result<Vec<Given>, ServiceError> {
    let (mut given, mut faults) = (Vec::new(), Vec::new());
    for (position, case) in locked {
        let rules = rules_within(app, conn, &case).await?;
        let before = matter(&case)?;
        let pointer = position.map_or_else(|| "/cases".to_owned(), |it| format!("/cases/{it}"));
        let named = position.is_some();
        let mut refuse = |code, words: &str| {
            let words = if named { words.to_owned() } else { format!("{words}：{}", case.case_number) };
            faults.push(FieldError::new(pointer.clone(), code, words));
        };
        let theirs = parties.from == staff.staff_id || dispatches(&case, staff);
        if !theirs || !is_in_hands(conn, &case, parties.from, &rules, now).await? {
            match (named, actor(&case, staff)) {
                (false, _) => {}
                (true, None) => refuse(FieldCode::Unknown, "没有这个案件"),
                (true, Some(_)) if theirs => refuse(FieldCode::NotAllowed, "这个案件不在交出人手上"),
                (true, Some(_)) => refuse(FieldCode::NotAllowed, "只能交接自己的案件，或由派遣员交接"),
            }
            continue;
        }
        let taker = Staff {
            staff_id: parties.to.staff_id,
            name: parties.to.name.clone(),
            grants: parties.to.grants.clone(),
        };
        if !actor(&case, &taker).is_some_and(|actor| handles(actor.standings(), &before)) {
            refuse(FieldCode::NotAllowed, "接收人不在本案的单位、岗位或辖区");
            continue;
        }
        let next = handed_over(&before, Some(parties.from), parties.to.staff_id);
        given.push(Given { view: case, next, rules });
    }
    if given.is_empty() && faults.is_empty() {
        faults.push(FieldError::new("/cases", FieldCode::Missing, "没有可以交接的案件"));
    }
    if faults.is_empty() { Ok(given) } else { Err(ServiceError::Invalid(faults)) }
}

/// Whether the caller hands out cases where this one lies.
fn dispatches(case: &CaseView, staff: &Staff) -> bool {
    let dispatcher = |role| matches!(role, Role::CenterDispatcher | Role::DistrictDispatcher);
    let standings = actor(case, staff);
    standings.as_ref().map(Actor::standings).unwrap_or_default().iter().any(|it| dispatcher(it.role))
}

/// Whether somebody is at work on it, and it is this person: because it was given to them, or because they are on duty.
async fn is_in_hands(
    conn: &mut PgConnection,
    case: &CaseView,
    person: Uuid,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let task = task(case);
    if !task.with_handlers {
        return Ok(false);
    }
    match case.person_id {
        Some(goes) => Ok(goes == person),
        None => {
            let people = holders(people::in_areas(&mut *conn, &task.areas().collect::<Vec<_>>()).await?);
            let plan = rules.plan();
            Ok(owner(&task, &people, &plan.posts, &plan.process.duty, now) == Owner::Person(person))
        }
    }
}

/// The case, as far as it matters who has it.
pub(crate) fn task(case: &CaseView) -> Task<'_> {
    Task {
        center: &case.center_code,
        segment: case.segment_code.as_deref(),
        community: case.community_code.as_deref(),
        grid: case.grid_code.as_deref(),
        unit: case.unit_code.as_deref(),
        post: case.post_code.as_deref(),
        person: case.person_id,
        with_handlers: matches!(case.state.as_str(), "dispatched" | "signed" | "rework" | "suspended"),
    }
}

pub(crate) fn holders(people: Vec<Colleague>) -> Vec<Holder> {
    people.into_iter().map(|it| Holder { staff_id: it.staff_id, grants: it.grants }).collect()
}

/// Where the taker is told of the first case.
fn reached(to: &Colleague, case: &Given) -> Vec<String> {
    let view = &case.view;
    let ladder = Ladder {
        rules: &case.rules,
        center: &view.center_code,
        segment: view.segment_code.as_deref(),
        point: view.longitude.zip(view.latitude).and_then(|(x, y)| Wgs84::new(x, y).ok()),
        assignee: None,
    };
    let has = Told { unit: view.unit_code.as_deref(), post: view.post_code.as_deref(), ..Told::default() };
    reached_at(&ladder, to, &has).iter().map(ToString::to_string).collect()
}
