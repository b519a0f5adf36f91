//! Cases for staff: their reports, photos and log, and the moves they can make.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use jiekou_core::case::{Actor, CaseClock, CaseNumber, Matter, Move, allowed_moves};
use jiekou_core::clock::ClockState;
use jiekou_core::place::gazetteer::Place;
use jiekou_core::privacy::{MaskedContact, opening_grant};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::StoreError;
use jiekou_store::cases::parts::{self, PartView};
use jiekou_store::cases::recurrence::{self, RecurrenceView};
use jiekou_store::cases::view::{self, AdditionView, CaseView, LogView, Of, PhotoView, ReportView};
use jiekou_store::duty::people;
use jiekou_store::people::contacts;
use jiekou_store::photo_reuse::{self, ReusedPhoto};
use jiekou_store::supervision::placards::{self, PlacardRow};
use jiekou_store::words::Words;
use tracing::{instrument, warn};
use uuid::Uuid;

use crate::matter::{actor, matter, rules_of, whereabouts};
use crate::photo_links::{Size, link};
use crate::possibly_same::{PossiblySame, possibly_same};
use crate::stand_in::{absent, acting};
use crate::who_has::who_have;
use crate::why_joined::{Judged, why_joined};
use crate::{App, OwnerView, ServiceError, Staff};

/// A case with everything on it. Reporters are nobody: no name, phone or address is here.
#[derive(Debug, Clone)]
pub struct CaseFile {
    pub case: CaseView,
    pub center_name: String,
    pub reports: Vec<ReportView>,
    /// How the authors of the reports can be reached, masked, by report; only for whoever may open it.
    pub contacts: HashMap<Uuid, MaskedContact>,
    /// Why each report joined, by its id.
    pub judged: HashMap<Uuid, Judged>,
    /// What it is the return of.
    pub recurrence: Option<RecurrenceView>,
    /// Open cases that may be the same problem and wait for a decision.
    pub possibly_same: Vec<PossiblySame>,
    pub additions: Vec<AdditionView>,
    pub photos: Vec<LinkedPhoto>,
    /// Its photos that another case had before.
    pub reused_photos: Vec<ReusedPhoto>,
    pub log: Vec<LogView>,
    /// All its clocks in the order they were started, as they stand now.
    pub clocks: Vec<(CaseClock, ClockState)>,
    pub allowed_moves: Vec<Move>,
    /// What its moves depend on.
    pub matter: Matter,
    /// The rules it was opened under.
    pub rules: Arc<Rulebook>,
    pub parts: Vec<PartView>,
    /// The person of the unit who goes.
    pub person: Option<String>,
    /// Who collected or confirmed it.
    pub collector: Option<String>,
    /// Who has to do what comes next.
    pub owner: OwnerView,
    /// The placard on it, or the one that hangs on its segment.
    pub placard: Option<PlacardRow>,
    /// Where a case of unknown place may be, by the words of its reports.
    pub suggested_places: Vec<Place>,
}

#[derive(Debug, Clone)]
pub struct LinkedPhoto {
    pub photo: PhotoView,
    pub display_url: String,
    pub thumbnail_url: String,
}

/// The case with this number.
///
/// # Errors
/// [`ServiceError::UnknownCase`], also outside the caller's areas; storage.
#[instrument(level = "debug", name = "view_case", skip_all)]
pub async fn view_case(
    app: &App,
    staff: &Staff,
    number: &str,
    now: DateTime<Utc>,
) -> Result<CaseFile, ServiceError> {
    view_cases(app, staff, &[number], now).await?.pop().ok_or(ServiceError::UnknownCase)
}

/// Those of the cases with these numbers that the caller may see, in no order. However many they are, it takes the same
/// number of queries.
///
/// # Errors
/// When storage fails.
#[instrument(level = "debug", name = "view_cases", skip_all)]
pub async fn view_cases(
    app: &App,
    staff: &Staff,
    numbers: &[&str],
    now: DateTime<Utc>,
) -> Result<Vec<CaseFile>, ServiceError> {
    // What is no case number names no case, and never reaches the database.
    let numbers: Vec<CaseNumber> = numbers.iter().filter_map(|number| CaseNumber::parse(number)).collect();
    let numbers: Vec<&str> = numbers.iter().map(CaseNumber::as_str).collect();
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let (cases, absent) = tokio::try_join!(
        async { Ok::<_, ServiceError>(view::by_numbers(&app.pool, &numbers).await?) },
        absent(app, staff, now),
    )?;
    seen(app, &acting(staff, &absent), cases, now).await
}

/// Those of the cases with these ids that the caller may see now, in no order.
///
/// # Errors
/// When storage fails.
#[instrument(level = "debug", name = "view_changed_cases", skip_all)]
pub async fn view_changed_cases(
    app: &App,
    staff: &Staff,
    case_ids: &[i64],
    now: DateTime<Utc>,
) -> Result<Vec<CaseFile>, ServiceError> {
    let (cases, absent) = tokio::try_join!(
        async { Ok::<_, ServiceError>(view::by_ids(&app.pool, case_ids).await?) },
        absent(app, staff, now),
    )?;
    seen(app, &acting(staff, &absent), cases, now).await
}

async fn seen(
    app: &App,
    staff: &Staff,
    cases: Vec<CaseView>,
    now: DateTime<Utc>,
) -> Result<Vec<CaseFile>, ServiceError> {
    let theirs = cases.into_iter().filter_map(|case| {
        let actor = actor(&case, staff)?;
        Some((case, Some(actor)))
    });
    files(app, staff, theirs.collect(), now).await
}

/// The case as a move has left it, for whoever made the move: also one that lies with somebody else now.
pub(crate) async fn file_after(
    app: &App,
    staff: &Staff,
    number: &str,
    now: DateTime<Utc>,
) -> Result<CaseFile, ServiceError> {
    let case = view::by_number(&app.pool, number).await?.ok_or(ServiceError::UnknownCase)?;
    let staff = &acting(staff, &absent(app, staff, now).await?);
    let actor = actor(&case, staff);
    files(app, staff, vec![(case, actor)], now).await?.pop().ok_or(ServiceError::UnknownCase)
}

async fn files(
    app: &App,
    staff: &Staff,
    cases: Vec<(CaseView, Option<Actor>)>,
    now: DateTime<Utc>,
) -> Result<Vec<CaseFile>, ServiceError> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = cases.iter().map(|(case, _)| case.case_id).collect();
    let mut read = read(app, &ids).await?;
    let mut contacts = masked_contacts(app, staff, &cases).await?;
    let mut judged = why_joined(app, &read.reports).await?;
    let mut reports = by_case(read.reports_of.into_iter().zip(read.reports));
    let mut possibly_same = possibly_same(app, staff, &ids, now).await?;
    let mut known = Vec::with_capacity(cases.len());
    for (case, actor) in cases {
        known.push((matter(&case)?, rules_of(app, &case).await?, case, actor));
    }
    let tasks: Vec<(&CaseView, &Rulebook)> =
        known.iter().map(|(_, rules, case, _)| (case, rules.as_ref())).collect();
    let owners = who_have(app, &tasks, now).await?;
    let people: Vec<Uuid> = known
        .iter()
        .flat_map(|(matter, _, case, _)| matter.collected_by.into_iter().chain(case.person_id))
        .collect();
    let names: HashMap<Uuid, String> = match people.as_slice() {
        [] => HashMap::new(),
        people => people::names(&app.pool, people).await?.into_iter().collect(),
    };
    let files = known.into_iter().zip(owners).map(|((matter, rules, case, actor), owner)| {
        let id = case.case_id;
        let reports = reports.remove(&id).unwrap_or_default();
        let possibly_same = possibly_same.remove(&id).unwrap_or_default();
        let mut allowed_moves =
            actor.map(|actor| allowed_moves(&matter, &actor, &rules, now)).unwrap_or_default();
        if possibly_same.is_empty() {
            allowed_moves.retain(|it| *it != Move::KeepApart);
        }
        let center = app.rules().center(&case.center_code);
        let photos = read.photos.remove(&id).unwrap_or_default();
        CaseFile {
            contacts: contacts.remove(&id).unwrap_or_default(),
            center_name: center.map_or_else(|| case.center_code.clone(), |center| center.name),
            judged: reports
                .iter()
                .filter_map(|it| Some((it.report_id, judged.remove(&it.report_id)?)))
                .collect(),
            suggested_places: if case.place_unknown { suggested(app, &case, &reports) } else { Vec::new() },
            reports,
            recurrence: read.recurrences.remove(&id).and_then(|mut rows| rows.pop()),
            possibly_same,
            additions: read.additions.remove(&id).unwrap_or_default(),
            photos: photos.into_iter().map(|photo| linked(app, photo, now)).collect(),
            reused_photos: read.reused_photos.remove(&id).unwrap_or_default(),
            log: read.log.remove(&id).unwrap_or_default(),
            clocks: case.clocks.0.iter().map(|it| (it.clone(), it.clock.state(now))).collect(),
            allowed_moves,
            parts: read.parts.remove(&id).unwrap_or_default(),
            person: case.person_id.and_then(|person| names.get(&person).cloned()),
            collector: matter.collected_by.and_then(|person| names.get(&person).cloned()),
            owner,
            placard: read.placards.remove(&id).and_then(|mut rows| rows.pop()),
            matter,
            rules,
            case,
        }
    });
    Ok(files.collect())
}

/// By case and report; only of the cases whose reporters' identity the caller may open.
async fn masked_contacts(
    app: &App,
    staff: &Staff,
    cases: &[(CaseView, Option<Actor>)],
) -> Result<HashMap<i64, HashMap<Uuid, MaskedContact>>, ServiceError> {
    let may_open = |case: &CaseView| opening_grant(&staff.grants, &whereabouts(case)).is_some();
    let ids: Vec<i64> =
        cases.iter().filter(|(case, _)| may_open(case)).map(|(case, _)| case.case_id).collect();
    let mut masked: HashMap<i64, HashMap<Uuid, MaskedContact>> = HashMap::new();
    if ids.is_empty() {
        return Ok(masked);
    }
    for it in contacts::of_cases(&app.pool, &ids).await? {
        // One that no key opens any more must not hide the case.
        match contacts::open(&app.vault, it.pseudonym, &it.key_id, &it.sealed) {
            Ok(contact) => {
                masked.entry(it.case_id).or_default().insert(it.report_id, MaskedContact::from(&contact));
            }
            Err(error) => warn!(error = %error, key = it.key_id, "a contact does not open"),
        }
    }
    Ok(masked)
}

/// What hangs on some cases, by their ids.
struct Read {
    reports_of: Vec<i64>,
    reports: Vec<ReportView>,
    additions: HashMap<i64, Vec<AdditionView>>,
    photos: HashMap<i64, Vec<PhotoView>>,
    log: HashMap<i64, Vec<LogView>>,
    recurrences: HashMap<i64, Vec<RecurrenceView>>,
    reused_photos: HashMap<i64, Vec<ReusedPhoto>>,
    parts: HashMap<i64, Vec<PartView>>,
    placards: HashMap<i64, Vec<PlacardRow>>,
}

async fn read(app: &App, ids: &[i64]) -> Result<Read, StoreError> {
    let (reports, additions, photos, log, recurrences, reused_photos, parts, placards) = tokio::try_join!(
        view::reports_of(&app.pool, ids),
        view::additions_of(&app.pool, ids),
        view::photos_of(&app.pool, ids),
        view::log_of(&app.pool, ids),
        recurrence::of(&app.pool, ids),
        photo_reuse::of_cases(&app.pool, ids),
        parts::of(&app.pool, ids),
        placards::of_cases(&app.pool, ids),
    )?;
    let (reports_of, reports) = reports.into_iter().map(|row| (row.case_id, row.it)).unzip();
    Ok(Read {
        reports_of,
        reports,
        additions: grouped(additions),
        photos: grouped(photos),
        log: grouped(log),
        recurrences: grouped(recurrences),
        reused_photos: grouped(reused_photos),
        parts: grouped(parts),
        placards: by_case(placards.into_iter().map(|row| (row.concerned, row.placard))),
    })
}

fn grouped<T>(rows: Vec<Of<T>>) -> HashMap<i64, Vec<T>> {
    by_case(rows.into_iter().map(|row| (row.case_id, row.it)))
}

fn by_case<T>(rows: impl Iterator<Item = (i64, T)>) -> HashMap<i64, Vec<T>> {
    let mut cases: HashMap<i64, Vec<T>> = HashMap::new();
    for (case_id, row) in rows {
        cases.entry(case_id).or_default().push(row);
    }
    cases
}

fn linked(app: &App, photo: PhotoView, now: DateTime<Utc>) -> LinkedPhoto {
    LinkedPhoto {
        display_url: link(&app.vault, &app.public_url, photo.photo_id, Size::Display, now),
        thumbnail_url: link(&app.vault, &app.public_url, photo.photo_id, Size::Thumbnail, now),
        photo,
    }
}

/// What the address names, else what the first description does that names anything.
fn suggested(app: &App, case: &CaseView, reports: &[ReportView]) -> Vec<Place> {
    let words =
        case.address.iter().chain(reports.iter().map(|report| &report.description)).map(Words::for_rules);
    words
        .map(|words| app.rules().gazetteer().resolve(words))
        .find(|places| !places.is_empty())
        .unwrap_or_default()
}
