//! The deadline of a placard has passed: whoever hung it and the ladder of the place are told, once.

use chrono::{DateTime, Utc};
use jiekou_core::placard::PlacardState;
use jiekou_core::plan::Addressee;
use jiekou_core::rulebook::Rulebook;
use jiekou_store::StoreError;
use jiekou_store::supervision::placards::{self, PlacardRow};
use jiekou_store::work::letters::{self, Letter};
use tracing::instrument;
use uuid::Uuid;

use super::flag_notice::on_ladder;
use crate::track_report::moment;
use crate::{App, ServiceError};

/// Tells of a placard that is overdue. Doing it twice tells nobody twice; one that was lifted in time is told of to nobody.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "tell_placard", skip(app, now))]
pub async fn tell_placard(app: &App, placard_id: Uuid, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let rules = app.rules();
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let Some(placard) = placards::lock(&mut transaction, placard_id).await? else {
        return Ok(());
    };
    let state = PlacardState::at(placard.deadline, placard.lifted_at, now);
    if state != PlacardState::Overdue || placard.told_overdue_at.is_some() {
        return Ok(());
    }
    let told: Vec<String> = on_ladder(&rules, &placard.center_code, placard.on_segment.as_deref())
        .into_iter()
        .chain([assessor(&rules, &placard.area)])
        .map(|addressee| addressee.to_string())
        .collect();
    letters::write(&mut transaction, &notice(&rules, &placard), &told, now).await?;
    placards::told(&mut transaction, placard_id, now).await?;
    Ok(transaction.commit().await.map_err(StoreError::from)?)
}

/// The center of the area that hung it; that of the whole jurisdiction where the area has none of its own.
fn assessor(rules: &Rulebook, area: &str) -> Addressee {
    let own = format!("{area}000");
    Addressee::Center(rules.center(&own).map_or_else(|| rules.district_center().code, |center| center.code))
}

fn notice(rules: &Rulebook, placard: &PlacardRow) -> Letter {
    let place = match (&placard.segment_name, &placard.case_number) {
        (Some(name), _) => format!("路段 {name}"),
        (None, Some(number)) => format!("案件 {number}"),
        (None, None) => "乱点".to_owned(),
    };
    let (reason, due) = (placard.reason.shown(), moment(placard.deadline));
    let body = format!(
        "{place} {} 挂牌督办，整改时限 {due} 已过，尚未摘牌。\n原因：{reason}\n\n{}\n",
        placard.period,
        rules.data().name
    );
    Letter {
        letter_id: Uuid::new_v4(),
        kind: "placardOverdue",
        subject: format!("【挂牌超期】{place}"),
        body,
    }
}
