//! A move was made: the people of the plan whom it concerns are told.

use chrono::{DateTime, Utc};
use jiekou_core::case::Move;
use jiekou_core::place::Wgs84;
use jiekou_core::plan::{Addressee, Ladder, Told};
use jiekou_core::staff::Level;
use jiekou_store::StoreError;
use jiekou_store::duty::people::{self, Colleague};
use jiekou_store::work::deliveries;
use jiekou_store::work::move_lines::{self, MoveLine};
use serde::Deserialize;
use tracing::instrument;
use uuid::Uuid;

use crate::{App, ServiceError};

/// What the log lines of moves say, as far as it matters here.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Said {
    unit: Option<String>,
    post: Option<String>,
    helpers: Vec<String>,
    units: Vec<String>,
    /// Name of an account.
    person: Option<String>,
    level: Option<Level>,
    to: Option<String>,
}

/// Creates the messages about the move in this log line. Doing it twice tells nobody twice; whoever is told of a clock, or
/// of something handed over to them, is told elsewhere.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "tell_move", skip_all)]
pub async fn tell_move(app: &App, log_id: i64, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let Some(line) = move_lines::read(&app.pool, log_id).await? else {
        return Ok(());
    };
    let Some(it) = Move::from_name(&line.act) else {
        return Ok(());
    };
    // Words that were erased name nobody any more.
    let said: Said = match &line.detail {
        Some(detail) => serde_json::from_value(detail.0.clone()).unwrap_or_default(),
        None => Said::default(),
    };
    let goes = goes(app, it, &line, &said).await?;
    let mut connection = app.pool.acquire().await.map_err(StoreError::from)?;
    let rulebook = app.rulebooks.version(&mut connection, line.rulebook_version_id).await?;
    let ladder = Ladder {
        rules: &rulebook.rules,
        center: &line.center_code,
        segment: line.segment_code.as_deref(),
        point: line.longitude.zip(line.latitude).and_then(|(x, y)| Wgs84::new(x, y).ok()),
        assignee: None,
    };
    let units: Vec<String> = said.helpers.iter().chain(&said.units).cloned().collect();
    let now_has = it == Move::Supervise;
    let told = Told {
        unit: if now_has { line.unit_code.as_deref() } else { said.unit.as_deref() },
        post: if now_has { line.post_code.as_deref() } else { said.post.as_deref() },
        person: goes.as_ref().map(|person| person.staff_id),
        units: &units,
        rung: said.level.zip(said.to.as_deref()),
    };
    let has = Told { unit: line.unit_code.as_deref(), post: line.post_code.as_deref(), ..Told::default() };
    let told: Vec<String> = ladder
        .concerned(it, &told)
        .into_iter()
        .flat_map(|it| match (it, &goes) {
            (Addressee::Person(_), Some(person)) => reached_at(&ladder, person, &has),
            (other, _) => vec![other],
        })
        .map(|it| it.to_string())
        .collect();
    Ok(deliveries::tell(&mut connection, log_id, &told, now).await?)
}

/// Where somebody is told of a case that is theirs: at their own address, else at that of their post or unit, else at the
/// center.
pub(crate) fn reached_at(ladder: &Ladder<'_>, person: &Colleague, has: &Told<'_>) -> Vec<Addressee> {
    if person.has_email {
        return vec![Addressee::Person(person.staff_id)];
    }
    let desk = ladder.concerned(Move::Dispatch, has);
    if desk.is_empty() { vec![Addressee::Center(ladder.center.to_owned())] } else { desk }
}

/// Whether somebody is told of this act at all.
pub fn concerns_somebody(act: &str) -> bool {
    use Move as M;
    let told = [
        M::Dispatch,
        M::Transfer,
        M::ToEnforcement,
        M::Assign,
        M::Whistle,
        M::Escalate,
        M::Supervise,
        M::Return,
    ];
    Move::from_name(act).is_some_and(|it| told.contains(&it))
}

/// The person who goes, where the move is about one and the account is there.
async fn goes(app: &App, it: Move, line: &MoveLine, said: &Said) -> Result<Option<Colleague>, ServiceError> {
    let named: Option<String> =
        said.person.as_ref().map(|name| name.to_lowercase()).filter(|_| it == Move::Assign);
    let present: Option<Uuid> = line.person_id.filter(|_| it == Move::Supervise);
    if named.is_none() && present.is_none() {
        return Ok(None);
    }
    let names: Vec<&str> = named.iter().map(String::as_str).collect();
    let ids: Vec<Uuid> = present.into_iter().collect();
    Ok(people::named(&app.pool, &names, &ids).await?.into_iter().next())
}
