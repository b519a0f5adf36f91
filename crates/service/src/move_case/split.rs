//! A report that names two problems is split: the second one becomes a case of its own, linked to the first.

use chrono::{DateTime, Utc};
use jiekou_core::case::{Move, transition};
use jiekou_core::dedup::{Decision, Fingerprint, Judgement};
use jiekou_core::place::Wgs84;
use jiekou_core::report::{ClaimSecret, FieldCode, FieldError, NewReport, Origin, ReportedPlace};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::StoreError;
use jiekou_store::cases::view::{self, CaseView, ReportView};
use jiekou_store::cases::{recognition, split as splitting};
use serde_json::Map;

use super::plan::fault;
use super::{MoveRequest, admitted, current, decider};
use crate::matter::{matter, rules_of};
use crate::submit_report::{Prepared, Rows, Verdict};
use crate::{App, Principal, ServiceError, Staff};

/// Splits a report of the case with this number. Returns the cases touched, the new one last.
///
/// # Errors
/// As every move; a report that does not follow the case, photos that are not its own, a second problem that is the
/// first one, and all else that is wrong with it, at once.
pub(super) async fn split(
    app: &App,
    staff: &Staff,
    number: &str,
    version: i64,
    request: &MoveRequest,
    now: DateTime<Utc>,
) -> Result<Vec<i64>, ServiceError> {
    let whole = view::by_number(&app.pool, number).await?.ok_or(ServiceError::UnknownCase)?;
    let actor = current(&whole, staff, version)?;
    // Whether the move is possible at all is said before anything is looked up for it.
    transition(&matter(&whole)?, Move::Split, &actor, &*rules_of(app, &whole).await?, now)?;
    let (report, second) = second_problem(app, &whole, request).await?;
    let prepared = Prepared::of(app, second, Vec::new(), now);
    // Before the transaction: nobody holds one connection while waiting for another.
    let case_id = app.serials.next(&app.pool).await?;
    let alone = Judgement { decision: Decision::New, matches: Vec::new() };
    let verdict = Verdict { judgement: &alone, join: None, joined: None };
    // Nobody is given the secret: that of the report as it was sent proves authorship of its parts.
    let secret = ClaimSecret::from_random(rand::random());
    let Rows { report: part, case, .. } =
        prepared.rows(app, &verdict, &secret, case_id, &Principal::Public, now)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    splitting::lock_place(&mut transaction, &prepared.search().reach().locks).await?;
    let locked = view::lock(&mut *transaction, number).await?.ok_or(ServiceError::UnknownCase)?;
    admitted(app, &mut transaction, &locked, staff, version, Move::Split, now).await?;
    let by = decider(staff, request, now);
    splitting::split(&mut transaction, locked.case_id, report.report_id, &case, &part, by).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(vec![locked.case_id, case_id])
}

/// The report to split, and what of it is the second problem.
async fn second_problem(
    app: &App,
    whole: &CaseView,
    request: &MoveRequest,
) -> Result<(ReportView, NewReport), ServiceError> {
    let rules = app.rules();
    let mut faults = Vec::new();
    let category = request.category.clone().unwrap_or_default();
    if rules.category(&category).is_none() {
        faults.push(fault("/category", FieldCode::Unknown, "没有这个类别"));
    }
    if category == whole.category && request.note.is_none() {
        faults.push(fault("/note", FieldCode::Missing, "类别相同，请写明另一个问题是什么"));
    }
    let place = match place(app, whole, request, &rules).await {
        Ok(place) => place,
        Err(ServiceError::Invalid(wrong)) => {
            faults.extend(wrong);
            ReportedPlace::default()
        }
        Err(error) => return Err(error),
    };
    let reports = view::reports(&app.pool, whole.case_id).await?;
    // The opener has the lowest receipt number, and comes first.
    let report =
        reports.into_iter().find(|report| request.report_id.is_none_or(|wanted| wanted == report.report_id));
    let Some(report) = report else {
        faults.push(fault("/reportId", FieldCode::Unknown, "这个案件没有这份报料"));
        return Err(ServiceError::Invalid(faults));
    };
    let photos = view::photos(&app.pool, whole.case_id).await?;
    let own = |id| photos.iter().any(|it| it.photo_id == id && it.report_id == Some(report.report_id));
    let foreign = request.photo_ids.iter().enumerate().filter(|(_, id)| !own(**id));
    faults.extend(foreign.map(|(position, _)| {
        let pointer = format!("/photoIds/{position}");
        FieldError::new(pointer, FieldCode::Unknown, "这份报料没有这张照片")
    }));
    if !faults.is_empty() {
        return Err(ServiceError::Invalid(faults));
    }
    let second = NewReport {
        category: Some(category),
        description: request.note.clone().unwrap_or_else(|| report.description.for_rules().to_owned()),
        place,
        photo_ids: request.photo_ids.clone(),
        media_urls: Vec::new(),
        attributes: Map::new(),
        occurred_at: None,
        contact: jiekou_core::report::Contact::default(),
        anonymous: true,
        duplicate_of: None,
        confirm_new: false,
        claim_secret: None,
        // The part keeps that of the report it is split off.
        origin: Origin::Public,
    };
    Ok((report, second))
}

/// The place of the second problem: the one that is named, or that of the first. A component is not taken over: it is what
/// the first problem is about.
async fn place(
    app: &App,
    whole: &CaseView,
    request: &MoveRequest,
    rules: &Rulebook,
) -> Result<ReportedPlace, ServiceError> {
    if let Some(location) = request.location.clone() {
        return ReportedPlace::parse(location, rules).map_err(ServiceError::Invalid);
    }
    let known = recognition::of(&app.pool, whole.case_id).await?;
    let accuracy_meters = Fingerprint::from_bytes(&known.fingerprint).and_then(|print| print.accuracy_meters);
    Ok(ReportedPlace {
        point: whole.longitude.zip(whole.latitude).and_then(|(x, y)| Wgs84::new(x, y).ok()),
        accuracy_meters,
        address: whole.address.as_ref().map(|address| address.for_rules().to_owned()),
        segment_code: whole.segment_code.clone(),
        ..ReportedPlace::default()
    })
}
