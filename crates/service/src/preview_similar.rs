//! What a report would be like, before it is sent; nothing is stored.

use chrono::{DateTime, Utc};
use jiekou_core::dedup::{Around, Candidate, Decision, Fingerprint, Judgement, Match, browse, reach_meters};
use jiekou_core::place::gazetteer::Place;
use jiekou_core::report::{NewReport, RawReport};
use jiekou_core::staff::Level;
use jiekou_store::cases::newest::newest_open;
use tracing::instrument;

use crate::submit_report::answer::{SimilarDetail, similar};
use crate::submit_report::recognise::{self, Search};
use crate::submit_report::{Prepared, SimilarCase};
use crate::{App, Principal, ServiceError, Staff};

/// Most similar cases shown.
const SHOWN: usize = 5;
/// Of the places that the words may mean, cases are looked for around this many.
const PLACES: usize = 3;
/// And around none of them further than this, in metres.
const FURTHEST_METERS: f64 = 1_500.0;
/// With words alone, the newest open cases of the caller's centers are looked through: this many.
const NEWEST: i64 = 500;
/// Around a place that is only known as a whole, so many cases of a family are looked through.
const BROWSED: usize = 2_000;
/// Beyond this reach PostgreSQL is asked: the index is cut by towns, and a wide reach touches many.
const INDEX_REACH_METERS: f64 = 300.0;

/// The judge's word on a report that was not sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// `join`, `ask` or `new`.
    pub decision: &'static str,
    pub similar: Vec<SimilarCase>,
    /// Where the words may mean; for staff only.
    pub places: Option<Vec<Place>>,
}

/// Compares what there is of a report with the known problems. Whatever a report must have may be missing here.
///
/// # Errors
/// All wrong fields at once; storage.
#[instrument(level = "debug", name = "preview_similar", skip_all)]
pub async fn preview_similar(
    app: &App,
    raw: RawReport,
    caller: &Principal,
    now: DateTime<Utc>,
) -> Result<Preview, ServiceError> {
    let raw = RawReport { filer: caller.filer(), ..raw };
    let draft = NewReport::parse_draft(raw, &app.rules(), now).map_err(ServiceError::Invalid)?;
    let places = named(app, &draft);
    let pointed = draft.place.point.is_some();
    let prepared = Prepared::new(app, draft, caller, now).await?;
    let mut judgement = judged(app, &prepared, now).await?;
    if !pointed {
        let more = around(app, &prepared, &places, caller, now).await?;
        add(&mut judgement, more, prepared.report.confirm_new);
    }
    let decision = match judgement.decision {
        Decision::Join { .. } => "join",
        Decision::Ask => "ask",
        Decision::New => "new",
    };
    let mut similar = similar(app, &judgement.matches, now).await?;
    let staff = matches!(caller, Principal::Staff(_));
    if staff {
        explain(app, &mut similar, &judgement.matches);
    }
    Ok(Preview { decision, similar, places: staff.then_some(places) })
}

/// The places that the address may mean, or where there is none, the description.
fn named(app: &App, draft: &NewReport) -> Vec<Place> {
    let words = draft.place.address.as_deref().unwrap_or(&draft.description);
    app.rules().gazetteer().resolve(words)
}

/// What would become of the report if it were sent as it is.
async fn judged(app: &App, prepared: &Prepared, now: DateTime<Utc>) -> Result<Judgement, ServiceError> {
    let search = prepared.search();
    let tells = search.print.point.is_some() || search.print.component_id.is_some();
    let candidates = if tells { recognise::candidates(app, &search, now).await? } else { Vec::new() };
    Ok(prepared.judge(&candidates, now))
}

/// Cases around the places that the words may mean; without one, those whose words hold what was written.
async fn around(
    app: &App,
    prepared: &Prepared,
    places: &[Place],
    caller: &Principal,
    now: DateTime<Utc>,
) -> Result<Vec<Match>, ServiceError> {
    let rules = app.rules();
    let data = rules.data();
    let near = places.iter().filter(|place| place.radius_meters <= FURTHEST_METERS).take(PLACES);
    let near: Vec<Around> =
        near.map(|place| Around { point: place.point, radius_meters: place.radius_meters }).collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    for place in &near {
        candidates.extend(within(app, prepared, *place, now).await?);
    }
    if near.is_empty()
        && !prepared.print.sketch.is_empty()
        && let Principal::Staff(staff) = caller
    {
        candidates = recognise::read(newest_open(&app.pool, &centers(app, staff), NEWEST).await?);
    }
    candidates.sort_by_key(|candidate| candidate.case_id);
    candidates.dedup_by_key(|candidate| candidate.case_id);
    Ok(browse(&prepared.print, &candidates, &near, &data.families, &data.dedup, now))
}

async fn within(
    app: &App,
    prepared: &Prepared,
    place: Around,
    now: DateTime<Utc>,
) -> Result<Vec<Candidate>, ServiceError> {
    let rules = app.rules();
    let data = rules.data();
    let family = reach_meters(&prepared.print.family, None, &data.families, &data.dedup);
    let town = rules.town_at(place.point).map(|town| town.code.clone());
    let search = Search {
        // The component was looked for already, and narrows nothing here.
        print: Fingerprint { point: Some(place.point), component_id: None, ..prepared.print.clone() },
        reach_meters: family + place.radius_meters,
        center: town.unwrap_or_else(|| rules.district_center().code),
        families: prepared.search().families,
        nearest: BROWSED,
    };
    if search.reach_meters > INDEX_REACH_METERS {
        return recognise::from_database(app, &search, now).await;
    }
    recognise::candidates(app, &search, now).await
}

/// The centers whose cases a member of staff may see as a whole.
fn centers(app: &App, staff: &Staff) -> Vec<String> {
    let rules = app.rules();
    let all = rules.centers().map(|center| center.code).chain([rules.district_center().code]);
    let sees = |center: &String| {
        staff.grants.iter().any(|grant| match grant.level {
            Level::City | Level::District => center.starts_with(&grant.area),
            Level::Town => *center == grant.area,
            Level::Community | Level::Segment | Level::Grid => false,
        })
    };
    all.filter(sees).collect()
}

/// Puts what a person may look through behind what the judge said.
fn add(judgement: &mut Judgement, more: Vec<Match>, confirmed_new: bool) {
    for found in more {
        if judgement.matches.iter().all(|known| known.case_id != found.case_id) {
            judgement.matches.push(found);
        }
    }
    judgement.matches.truncate(SHOWN);
    if judgement.decision == Decision::New && !confirmed_new && !judgement.matches.is_empty() {
        judgement.decision = Decision::Ask;
    }
}

/// Adds why, in figures, and whose it is.
fn explain(app: &App, similar: &mut [SimilarCase], matches: &[Match]) {
    for case in similar {
        let Some(found) = matches.iter().find(|found| found.case_id == case.case_id) else { continue };
        let center = app.rules().center(&case.center_code);
        case.detail = Some(SimilarDetail {
            score: (found.score * 10_000.0).round() / 10_000.0,
            likeness: found.likeness,
            center_name: center.map_or_else(|| case.center_code.clone(), |center| center.name),
        });
    }
}
