//! One case for staff: its reports, photos and log, and the moves they can make.

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
use jiekou_store::cases::view::{self, AdditionView, CaseView, LogView, PhotoView, ReportView};
use jiekou_store::duty::people;
use jiekou_store::people::contacts;
use jiekou_store::people::staff as accounts;
use jiekou_store::photo_reuse::{self, ReusedPhoto};
use jiekou_store::supervision::placards::{self, PlacardRow};
use jiekou_store::words::Words;
use tracing::{instrument, warn};
use uuid::Uuid;

use crate::matter::{actor, matter, rules_of, whereabouts};
use crate::photo_links::{Size, link};
use crate::possibly_same::{PossiblySame, possibly_same};
use crate::stand_in::{absent, acting};
use crate::who_has::who_has;
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
    // What is no case number names no case, and never reaches the database.
    let number = CaseNumber::parse(number).ok_or(ServiceError::UnknownCase)?;
    let (case, absent) = tokio::try_join!(
        async { view::by_number(&app.pool, number.as_str()).await?.ok_or(ServiceError::UnknownCase) },
        absent(app, staff, now),
    )?;
    let staff = &acting(staff, &absent);
    let actor = actor(&case, staff).ok_or(ServiceError::UnknownCase)?;
    file(app, staff, case, Some(&actor), now).await
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
    file(app, staff, case, actor.as_ref(), now).await
}

async fn file(
    app: &App,
    staff: &Staff,
    case: CaseView,
    actor: Option<&Actor>,
    now: DateTime<Utc>,
) -> Result<CaseFile, ServiceError> {
    let person_id = case.person_id;
    let contacts = masked_contacts(app, staff, &case).await?;
    let (reports, additions, photos, log, recurrence, reused_photos, parts, person, placard) = tokio::try_join!(
        view::reports(&app.pool, case.case_id),
        view::additions(&app.pool, case.case_id),
        view::photos(&app.pool, case.case_id),
        view::log(&app.pool, case.case_id),
        recurrence::of(&app.pool, case.case_id),
        photo_reuse::of_case(&app.pool, case.case_id),
        parts::of(&app.pool, case.case_id),
        name_of(app, person_id),
        placards::of_case(&app.pool, case.case_id, case.segment_code.as_deref()),
    )?;
    let judged = why_joined(app, &reports).await?;
    let possibly_same = possibly_same(app, staff, case.case_id, now).await?;
    let linked = |photo: PhotoView| LinkedPhoto {
        display_url: link(&app.vault, &app.public_url, photo.photo_id, Size::Display, now),
        thumbnail_url: link(&app.vault, &app.public_url, photo.photo_id, Size::Thumbnail, now),
        photo,
    };
    let center = app.rules().center(&case.center_code);
    let rules = rules_of(app, &case).await?;
    let owner = who_has(app, &case, &rules, now).await?;
    let matter = matter(&case)?;
    let collector = match matter.collected_by {
        Some(id) => people::names(&app.pool, &[id]).await?.pop().map(|(_, name)| name),
        None => None,
    };
    let mut allowed_moves = actor.map(|actor| allowed_moves(&matter, actor, &rules, now)).unwrap_or_default();
    if possibly_same.is_empty() {
        allowed_moves.retain(|it| *it != Move::KeepApart);
    }
    let suggested_places = if case.place_unknown { suggested(app, &case, &reports) } else { Vec::new() };
    let clocks = case.clocks.0.iter().map(|it| (it.clone(), it.clock.state(now))).collect();
    Ok(CaseFile {
        contacts,
        center_name: center.map_or_else(|| case.center_code.clone(), |center| center.name),
        reports,
        judged,
        recurrence,
        possibly_same,
        additions,
        photos: photos.into_iter().map(linked).collect(),
        reused_photos,
        log,
        clocks,
        allowed_moves,
        suggested_places,
        matter,
        rules,
        parts,
        person,
        collector,
        owner,
        placard,
        case,
    })
}

async fn masked_contacts(
    app: &App,
    staff: &Staff,
    case: &CaseView,
) -> Result<HashMap<Uuid, MaskedContact>, ServiceError> {
    if opening_grant(&staff.grants, &whereabouts(case)).is_none() {
        return Ok(HashMap::new());
    }
    let sealed = contacts::of_case(&app.pool, case.case_id).await?;
    let masked = sealed.into_iter().filter_map(|it| {
        // One that no key opens any more must not hide the case.
        let contact = contacts::open(&app.vault, it.pseudonym, &it.key_id, &it.sealed)
            .inspect_err(|error| warn!(error = %error, key = it.key_id, "a contact does not open"));
        Some((it.report_id, MaskedContact::from(&contact.ok()?)))
    });
    Ok(masked.collect())
}

async fn name_of(app: &App, person: Option<Uuid>) -> Result<Option<String>, StoreError> {
    match person {
        Some(person) => accounts::display_name(&app.pool, person).await,
        None => Ok(None),
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
