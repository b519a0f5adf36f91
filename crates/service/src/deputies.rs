//! 代班: somebody stands in for a colleague who is away, for a time and no step further.

use chrono::{DateTime, Utc};
use jiekou_core::duty::{Absence, admits, decides_for};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::duty::deputies::{self, Deputy};
use jiekou_store::duty::people::{self, Colleague};
use jiekou_store::people::staff as accounts;
use jiekou_store::reports::idempotency::{self, Known};
use jiekou_store::words::Words;
use serde::{Deserialize, Serialize};
use tracing::{info, instrument};
use uuid::Uuid;

use crate::{App, IdempotencyKey, Principal, ServiceError, Staff, saved_answer};

/// What somebody asks for.
#[derive(Debug, Clone, Default)]
pub struct DeputyRequest {
    /// Account of the one who stands in.
    pub person: Option<String>,
    /// Account of the one who is away; without it the caller's own.
    pub absent: Option<String>,
    /// Without it: from now on.
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    pub note: Option<String>,
}

/// Who stands in for whom, and when.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StandIn {
    pub deputy_id: Uuid,
    /// Names of both.
    pub absent: String,
    pub person: String,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub note: Option<String>,
}

/// Agrees that somebody stands in. Asked again with the same key it answers the same.
///
/// # Errors
/// Everything wrong with the request at once; [`ServiceError::Forbidden`] for somebody else's absence without dispatching
/// there; a reused key; storage.
#[instrument(level = "debug", name = "appoint_deputy", skip_all)]
pub async fn appoint_deputy(
    app: &App,
    staff: &Staff,
    request: DeputyRequest,
    key: Option<&IdempotencyKey>,
    now: DateTime<Utc>,
) -> Result<StandIn, ServiceError> {
    let rules = app.rules();
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let saved = key.map(|key| saved_answer::scope(&Principal::Staff(staff.clone()), key)).unwrap_or_default();
    match idempotency::look_up::<StandIn>(&mut transaction, &saved).await? {
        Known::New => {}
        Known::Same { facts, .. } => return Ok(*facts),
        Known::OtherBody => return Err(ServiceError::KeyReused),
    }
    let asked = asked(request, now).map_err(ServiceError::Invalid)?;
    let names: Vec<&str> = asked.absent.iter().chain([&asked.person]).map(String::as_str).collect();
    let found = people::named(&mut *transaction, &names, &[staff.staff_id]).await?;
    let called = |name: &str| found.iter().find(|it| it.username == name);
    let absent = match &asked.absent {
        Some(name) => called(name),
        None => found.iter().find(|it| it.staff_id == staff.staff_id),
    };
    let (absent, person) = known(absent, called(&asked.person))?;
    if absent.staff_id != staff.staff_id && !decides_for(&staff.grants, &absent.grants) {
        return Err(ServiceError::Forbidden);
    }
    let both = [absent.staff_id, person.staff_id];
    people::lock(&mut *transaction, &both).await?;
    let agreed: Vec<Absence> =
        deputies::of(&mut *transaction, &both, now).await?.iter().map(absence).collect();
    let wanted =
        Absence { absent: absent.staff_id, deputy: person.staff_id, from: asked.from, until: asked.until };
    let grants = (absent.grants.as_slice(), person.grants.as_slice());
    admits(&wanted, grants, &agreed, &rules.plan().process.duty, now).map_err(|refusal| {
        let (pointer, words) = refusal.words();
        ServiceError::field(FieldError::new(pointer, FieldCode::NotAllowed, words))
    })?;
    let deputy = Deputy {
        deputy_id: Uuid::new_v4(),
        absent_id: absent.staff_id,
        staff_id: person.staff_id,
        from_at: asked.from,
        until_at: asked.until,
        note: asked.note.map(Words::new),
        made_by: staff.staff_id,
        made_at: now,
    };
    deputies::insert(&mut transaction, &deputy).await?;
    let answer = shown(&deputy, &absent.name, &person.name);
    idempotency::save(&mut transaction, &saved, &answer, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    info!(deputy.id = %answer.deputy_id, "a deputy was appointed");
    Ok(answer)
}

/// Ends it now: by the one who was away, the one who stood in, or whoever dispatches there. One that is over stays as it
/// was.
///
/// # Errors
/// [`ServiceError::UnknownDeputy`], also where the caller has no part in it; storage.
#[instrument(level = "debug", name = "end_deputy", skip_all)]
pub async fn end_deputy(
    app: &App,
    staff: &Staff,
    deputy_id: Uuid,
    now: DateTime<Utc>,
) -> Result<StandIn, ServiceError> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let deputy = deputies::by_id(&mut *transaction, deputy_id).await?.ok_or(ServiceError::UnknownDeputy)?;
    if ![deputy.absent_id, deputy.staff_id].contains(&staff.staff_id) {
        let grants = accounts::all_grants(&mut transaction, deputy.absent_id).await?;
        if !decides_for(&staff.grants, &grants) {
            return Err(ServiceError::UnknownDeputy);
        }
    }
    people::lock(&mut *transaction, &[deputy.absent_id, deputy.staff_id]).await?;
    deputies::end(&mut *transaction, deputy_id, staff.staff_id, now).await?;
    let ended = deputies::by_id(&mut *transaction, deputy_id).await?.ok_or(ServiceError::UnknownDeputy)?;
    let names = people::names(&mut *transaction, &[ended.absent_id, ended.staff_id]).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    let name = |id: Uuid| names.iter().find(|(it, _)| *it == id).map_or("", |(_, name)| name.as_str());
    Ok(shown(&ended, name(ended.absent_id), name(ended.staff_id)))
}

/// A request whose parts are there.
struct Asked {
    person: String,
    absent: Option<String>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    note: Option<String>,
}

fn asked(request: DeputyRequest, now: DateTime<Utc>) -> Result<Asked, Vec<FieldError>> {
    let mut faults = Vec::new();
    let name = |text: Option<String>| text.map(|it| it.trim().to_lowercase()).filter(|it| !it.is_empty());
    let person = name(request.person);
    if person.is_none() {
        faults.push(FieldError::new("/person", FieldCode::Missing, "请写明由谁代班（账号）"));
    }
    if request.until.is_none() {
        faults.push(FieldError::new("/until", FieldCode::Missing, "请写明代班到什么时候"));
    }
    if request.from.is_some_and(|from| from < now) {
        faults.push(FieldError::new("/from", FieldCode::OutOfRange, "开始时间不能早于现在"));
    }
    let note = request.note.filter(|note| !note.trim().is_empty());
    let note = note.and_then(|note| parse_text("/note", &note, 1_000).map_err(|it| faults.push(it)).ok());
    match (person, request.until) {
        (Some(person), Some(until)) if faults.is_empty() => {
            let from = request.from.unwrap_or(now);
            Ok(Asked { person, absent: name(request.absent), from, until, note })
        }
        _ => Err(faults),
    }
}

/// Both accounts, or which of them is not known.
fn known<'a>(
    absent: Option<&'a Colleague>,
    person: Option<&'a Colleague>,
) -> Result<(&'a Colleague, &'a Colleague), ServiceError> {
    match (absent, person) {
        (Some(absent), Some(person)) => Ok((absent, person)),
        (absent, person) => {
            let missing = [("/absent", absent.is_none()), ("/person", person.is_none())];
            let missing = missing.into_iter().filter(|(_, holds)| *holds);
            let unknown = |pointer| FieldError::new(pointer, FieldCode::Unknown, "没有这个账号，或已停用");
            Err(ServiceError::Invalid(missing.map(|(pointer, _)| unknown(pointer)).collect()))
        }
    }
}

fn absence(deputy: &Deputy) -> Absence {
    Absence {
        absent: deputy.absent_id,
        deputy: deputy.staff_id,
        from: deputy.from_at,
        until: deputy.until_at,
    }
}

fn shown(deputy: &Deputy, absent: &str, person: &str) -> StandIn {
    StandIn {
        deputy_id: deputy.deputy_id,
        absent: absent.to_owned(),
        person: person.to_owned(),
        from: deputy.from_at,
        until: deputy.until_at,
        note: deputy.note.as_ref().map(Words::shown),
    }
}
