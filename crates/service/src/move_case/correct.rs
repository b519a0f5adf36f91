//! Correcting place or category: the case is routed and recognised anew.

use jiekou_core::case::{Given, Matter, Move};
use jiekou_core::dedup::{Fingerprint, NEAREST, address_key, cell, reach_meters};
use jiekou_core::place::Wgs84;
use jiekou_core::report::{FieldCode, ReportedPlace};
use jiekou_core::routing::{Problem, assign, responsible};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::StoreError;
use jiekou_store::cases::move_row::CaseCorrection;
use jiekou_store::cases::recognition;
use jiekou_store::cases::view::CaseView;
use sqlx::types::Json;

use super::MoveRequest;
use super::plan::{CorrectedPlace, fault};
use crate::error::failed;
use crate::matter::matter;
use crate::submit_report::recognise::{self, Search};
use crate::{App, ServiceError};

/// What the correction writes, and what the case remembers of it.
pub(super) struct Corrected {
    pub row: CaseCorrection,
    pub given: Given,
    pub place: CorrectedPlace,
}

/// Routes the case anew with the corrected place or category.
///
/// # Errors
/// All that is wrong with the place; a place of another center while somebody is at work; storage.
pub(super) async fn correct(
    app: &App,
    case: &CaseView,
    request: &MoveRequest,
    rules: &Rulebook,
) -> Result<Corrected, ServiceError> {
    let known = recognition::of(&app.pool, case.case_id).await?;
    let print = Fingerprint::from_bytes(&known.fingerprint)
        .ok_or(StoreError::Inconsistent("a case whose fingerprint no release reads"))?;
    let place = place(case, request, &print, rules)?;
    let category = request.category.as_deref().filter(|_| request.it == Move::CorrectCategory);
    let category = category.unwrap_or(&case.category).to_owned();
    let assignment = assign(&place, rules);
    let moves_away = assignment.center.code != case.center_code;
    if request.it == Move::CorrectPlace && moves_away && matter(case)?.is_with_handlers() {
        let words = "这个位置归另一个中心，请先由承办单位退单，再改正位置";
        return Err(ServiceError::field(fault("/location", FieldCode::NotAllowed, words)));
    }
    let problem = Problem {
        category: &category,
        words: &known.description,
        point: place.point,
        accuracy_meters: place.accuracy_meters,
        component: place.component_id.as_deref(),
    };
    let responsibility = responsible(&assignment, &problem, rules);
    let family = rules.family_of(&category).to_owned();
    let print = Fingerprint {
        point: place.point,
        accuracy_meters: place.accuracy_meters,
        address: place.address.as_deref().and_then(address_key),
        category: category.clone(),
        family: family.clone(),
        ..print
    };
    let trace: Vec<_> = assignment.trace.iter().chain(&responsibility.trace).collect();
    let ground = assignment.ground;
    // A corrected category stays with its center: the place says whose it is.
    let center_code =
        if request.it == Move::CorrectPlace { assignment.center.code } else { case.center_code.clone() };
    let enforcement_code = responsibility.enforcement.map(|party| party.code);
    Ok(Corrected {
        place: CorrectedPlace { point: place.point, segment_code: assignment.segment_code.clone() },
        given: Given {
            enforcement: Some(enforcement_code.clone()),
            begins_in: begins_in(case, &matter(case)?, responsibility.begins_in),
            ..Given::default()
        },
        row: CaseCorrection {
            locks: locks(app, &print, &center_code, rules),
            fingerprint: print.to_bytes(),
            category,
            family,
            segment_code: assignment.segment_code,
            community_code: ground.community_code,
            grid_code: ground.grid_code,
            longitude: place.point.map(|point| point.longitude()),
            latitude: place.point.map(|point| point.latitude()),
            cell: place.point.map(cell::of),
            address: place.address,
            place_unknown: assignment.place_unknown,
            routing: Json(serde_json::to_value(trace).map_err(failed)?),
            lead_code: responsibility.lead.code,
            enforcement_code,
            center_code,
        },
    })
}

/// Takes a case out of the index where it is not looked for any more; where it is now it is put in by the mending that
/// follows every move. Should this process die, an old entry leads to the same case.
pub(super) fn forget(app: &App, case: &CaseView, now: &CaseCorrection) {
    let (index, case_id) = (std::sync::Arc::clone(&app.index), case.case_id);
    let family = app.rules().family_of(&case.category).to_owned();
    let center = case.center_code.clone();
    if family == now.family && center == now.center_code {
        return;
    }
    tokio::spawn(async move {
        // A failure was logged where it happened.
        let _ = index.remove(case_id, &center, &family).await;
    });
}

/// The corrected place, or the one that the case has.
fn place(
    case: &CaseView,
    request: &MoveRequest,
    print: &Fingerprint,
    rules: &Rulebook,
) -> Result<ReportedPlace, ServiceError> {
    if let Some(location) = request.location.clone().filter(|_| request.it == Move::CorrectPlace) {
        let place = ReportedPlace::parse(location, rules).map_err(ServiceError::Invalid)?;
        // What the case is about stays what it is about, wherever it is.
        let component_id = place.component_id.clone().or_else(|| case.component_id.clone());
        return Ok(ReportedPlace { component_id, ..place.resolved(rules) });
    }
    Ok(ReportedPlace {
        point: case.longitude.zip(case.latitude).and_then(|(x, y)| Wgs84::new(x, y).ok()),
        accuracy_meters: print.accuracy_meters,
        address: case.address.as_ref().map(|address| address.for_rules().to_owned()),
        component_id: case.component_id.clone(),
        segment_code: case.segment_code.clone(),
        ..ReportedPlace::default()
    })
}

/// The loop is chosen anew only while nobody has begun.
fn begins_in(
    case: &CaseView,
    matter: &Matter,
    begins_in: jiekou_core::routing::Loop,
) -> Option<jiekou_core::routing::Loop> {
    (case.dispatched_at.is_none() && !matter.is_with_handlers()).then_some(begins_in)
}

fn locks(app: &App, print: &Fingerprint, center: &str, rules: &Rulebook) -> Vec<i64> {
    let data = rules.data();
    let search = Search {
        reach_meters: reach_meters(&print.family, print.accuracy_meters, &data.families, &data.dedup),
        families: recognise::families(app, &print.family),
        center: center.to_owned(),
        nearest: NEAREST,
        print: print.clone(),
    };
    search.reach().locks
}
