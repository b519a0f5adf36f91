//! A placard is lifted (摘牌), with what proves that the place is rectified.

use chrono::{DateTime, Utc};
use jiekou_core::case::CaseNumber;
use jiekou_core::placard::EvidenceRule;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::supervision::placards::{self, PlacardRow};
use jiekou_store::words::Words;
use jiekou_store::{PgConnection, StoreError, photos};
use tracing::{info, instrument};
use uuid::Uuid;

use super::assessor::assesses;
use super::words::reason;
use crate::{App, ServiceError, Staff};

/// Most photos of a lifting.
const PHOTOS: usize = 9;

/// A lifting as it was asked for.
#[derive(Debug, Clone)]
pub struct Lifting {
    pub placard_id: Uuid,
    pub reason: Option<String>,
    /// Photos from after.
    pub photo_ids: Vec<Uuid>,
    /// Number of a case there that has passed inspection since.
    pub inspection: Option<String>,
}

/// Lifts a placard. Sent again it is answered with the lifted one.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever does not assess; [`ServiceError::UnknownPlacard`], also outside the area; every
/// wrong field at once: no reason, evidence that the rulebook does not take, that is not of the place or older than the
/// placard; a placard that was lifted otherwise; storage.
#[instrument(level = "debug", name = "lift_placard", skip_all)]
pub async fn lift_placard(
    app: &App,
    staff: &Staff,
    lifting: &Lifting,
    now: DateTime<Utc>,
) -> Result<PlacardRow, ServiceError> {
    let rules = app.rules();
    let area = assesses(&rules, staff)?;
    let settings = &rules.plan().supervision.placards;
    let mut faults = Vec::new();
    let words = reason(lifting.reason.as_deref(), &mut faults);
    if words.is_none() {
        faults.push(FieldError::new("/reason", FieldCode::Missing, "请写明摘牌的原因"));
    }
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let placard = placards::lock(&mut transaction, lifting.placard_id).await?;
    let placard = placard.filter(|placard| placard.area == area).ok_or(ServiceError::UnknownPlacard)?;
    if placard.lifted_at.is_some() {
        if placard.lifted_reason.as_ref().map(Words::for_rules) == words.as_deref() && faults.is_empty() {
            return Ok(placard);
        }
        faults.push(FieldError::new("/reason", FieldCode::AlreadyUsed, "这块牌已经摘了"));
        return Err(ServiceError::Invalid(faults));
    }
    let inspected = inspected(&mut transaction, &placard, lifting, &mut faults).await?;
    evidence(settings.evidence, lifting, &mut faults);
    if !lifting.photo_ids.is_empty() {
        let older = photos::older(&mut transaction, &lifting.photo_ids, placard.since).await?;
        let positions = lifting.photo_ids.iter().enumerate().filter(|(_, id)| older.contains(id));
        let words = "这张照片上传于挂牌之前，不能证明整改";
        faults.extend(positions.map(|(position, _)| {
            FieldError::new(format!("/photoIds/{position}"), FieldCode::NotAllowed, words)
        }));
    }
    let (Some(words), true) = (words, faults.is_empty()) else {
        return Err(ServiceError::Invalid(faults));
    };
    placards::lift(&mut transaction, placard.placard_id, staff.staff_id, &words, inspected, now).await?;
    if !lifting.photo_ids.is_empty() {
        let (ids, case) = (&lifting.photo_ids, placard.case_id);
        let taken = photos::claim_for_placard(&mut transaction, ids, placard.placard_id, case, now).await?;
        if let Some(taken) = taken {
            return Err(ServiceError::photo_taken(ids, taken));
        }
    }
    let lifted = placards::by_id(&mut transaction, placard.placard_id).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    info!(placard.id = %placard.placard_id, "placard lifted");
    lifted.ok_or(ServiceError::UnknownPlacard)
}

/// Whether what the rulebook asks for is there.
fn evidence(rule: EvidenceRule, lifting: &Lifting, faults: &mut Vec<FieldError>) {
    if lifting.photo_ids.len() > PHOTOS {
        faults.push(FieldError::new("/photoIds", FieldCode::TooMany, "最多 9 张照片"));
    }
    let mut seen = std::collections::HashSet::new();
    let twice = lifting.photo_ids.iter().enumerate().filter(|(_, id)| !seen.insert(**id));
    faults.extend(twice.map(|(position, _)| {
        let pointer = format!("/photoIds/{position}");
        FieldError::new(pointer, FieldCode::AlreadyUsed, "这张照片列了两次")
    }));
    if !rule.is_met(!lifting.photo_ids.is_empty(), lifting.inspection.is_some()) {
        let (pointer, words) = match rule {
            EvidenceRule::Photo => ("/photoIds", "摘牌要有整改后的照片"),
            EvidenceRule::Inspection => ("/inspection", "摘牌要有核查通过的案件"),
            EvidenceRule::Either => ("/photoIds", "摘牌要有整改后的照片，或核查通过的案件"),
        };
        faults.push(FieldError::new(pointer, FieldCode::Missing, words));
    }
}

/// The case that has passed inspection: the placarded one, or one on the placarded segment.
async fn inspected(
    conn: &mut PgConnection,
    placard: &PlacardRow,
    lifting: &Lifting,
    faults: &mut Vec<FieldError>,
) -> Result<Option<i64>, ServiceError> {
    let Some(text) = lifting.inspection.as_deref() else {
        return Ok(None);
    };
    let found = match CaseNumber::parse(text) {
        Some(number) => placards::inspected(conn, number.as_str(), placard.since).await?,
        None => None,
    };
    let Some((case_id, segment)) = found else {
        let words = "没有这个案件，或挂牌之后没有核查通过";
        faults.push(FieldError::new("/inspection", FieldCode::Unknown, words));
        return Ok(None);
    };
    let is_here = match placard.case_id {
        Some(own) => case_id == own || case_id == placards::last_of_chain(conn, own).await?,
        None => segment.is_some() && segment == placard.segment_code,
    };
    if !is_here {
        faults.push(FieldError::new("/inspection", FieldCode::NotAllowed, "这个案件不是挂牌的路段或乱点的"));
    }
    Ok(Some(case_id))
}
